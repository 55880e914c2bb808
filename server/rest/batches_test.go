package rest

import (
	"context"
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
	free := func(context.Context, int) error { return nil }
	if err := route.WritePieces(t.Context(), &sizes, wire.Identity, newBatches(&r, selection), free); err != nil {
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

// TestIncludedIsPaid holds what lines with similar posts cost their reader against plain
// ones, and that no batch of them grows beyond its bound.
func TestIncludedIsPaid(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 200 {
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("p-%03d", i), Title: strings.Repeat("a", 1000), Meta: content.Meta{Tools: []string{"git", fmt.Sprint("tool ", i%7)}}})
	}
	release := storetest.Release(t, posts...)
	paid := map[bool]int{}
	for _, similar := range []bool{false, true} {
		q := &route.Query{Form: route.Form{Similar: similar, Alike: store.SimilarQuery{First: store.MaxLimit, Cursors: store.NoCursors}}}
		r := route.Request{Query: q, Ctx: t.Context(), Reader: release.Reader(store.Public), Bodies: &wire.Bodies{}, Most: 1 << 10}
		selection, err := r.Reader.Select(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var sizes sizes
		pay := func(_ context.Context, units int) error { paid[similar] += units; return nil }
		if err := route.WritePieces(t.Context(), &sizes, wire.Identity, newBatches(&r, selection), pay); err != nil {
			t.Fatal(err)
		}
		if slices.Max(sizes) > 2*largestSize {
			t.Errorf("similar %v: found batches of %d bytes", similar, sizes)
		}
	}
	if paid[true] < 20*paid[false] {
		t.Errorf("found %d units with similar posts, %d without", paid[true], paid[false])
	}
}
