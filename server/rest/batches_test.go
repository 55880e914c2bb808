package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestBatches reads posts of very different sizes: a batch must not grow with
// them.
func TestBatches(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 300 {
		size := 10
		if i >= 200 {
			size = 100_000
		}
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("p-%03d", i), Title: strings.Repeat("a", 10), Intro: strings.Repeat("b", size)})
	}
	r := route.Request{Query: &route.Query{}, Ctx: t.Context(), Reader: storetest.Release(t, posts...).Reader(store.Public)}
	selection, err := r.Reader.Select(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var sizes sizes
	lines := newBatches(&r, selection, wire.Identity)
	if err := errors.Join(lines.next(t.Context()), lines.write(t.Context(), &sizes, func(context.Context, int) error { return nil })); err != nil {
		t.Fatal(err)
	}
	large := 0
	for _, size := range sizes {
		if size > 2*batchSize {
			large++
		}
	}
	if large > 1 || len(sizes) < 15 || slices.Max(sizes) > largestSize+10_000 { // the first batch that meets large posts cannot know
		t.Errorf("found batches of %d bytes", sizes)
	}
}

// sizes notes how long each write is.
type sizes []int

func (s *sizes) Flush() error { return nil }
func (s *sizes) Close() error { return nil }

func (s *sizes) Write(b []byte) (int, error) {
	*s = append(*s, len(b))
	return len(b), nil
}
