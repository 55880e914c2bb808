package release_test

import (
	"context"
	"errors"
	"testing"

	"alphanode/content"
	"alphanode/store/compare"
	"alphanode/store/storetest"
)

// TestTouchedIsBounded asks for less than there is; the tests of the server hold what
// is found against answers.
func TestTouchedIsBounded(t *testing.T) {
	t.Parallel()
	posts := func(title string) (all []*content.Post) {
		for _, slug := range []string{"a", "b", "c"} {
			p := &content.Post{Slug: slug, Title: title, Meta: content.Meta{Tools: []string{title}}}
			p.Settle()
			all = append(all, p)
		}
		return all
	}
	before, after := storetest.Release(t, posts("Before")...), storetest.Release(t, posts("After")...)
	for most, whole := range map[int]bool{0: true, 2: true, 4: true, 5: false} { // three posts and two terms
		found, err := compare.Touched(t.Context(), before, after, most)
		if err != nil {
			t.Fatal(err)
		}
		if found.Whole != whole || !whole && (len(found.Posts) != 3 || len(found.Terms) != 2) || whole && len(found.Posts)+len(found.Terms) > 0 {
			t.Errorf("at most %d: found %+v, expected whole %t", most, found, whole)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := compare.Touched(ctx, before, after, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v, expected that it ends with the context", err)
	}
	same, err := compare.Touched(t.Context(), before, before, 5)
	if err != nil || same.Whole || same.Words || len(same.Posts)+len(same.Terms) > 0 {
		t.Errorf("with itself: found %+v, %v", same, err)
	}
}
