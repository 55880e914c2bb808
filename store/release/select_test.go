package release_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestSelectEqualsScan holds random selections, in batches of every size,
// against a scan over all posts.
func TestSelectEqualsScan(t *testing.T) {
	rnd := random(t)
	bySlug := store.Order{Field: store.FieldSlug}
	for _, size := range []int{0, 1, 70, 1500} {
		posts := storetest.RandomPosts(rnd, size)
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for range storetest.Times(150) {
			view := store.View(rnd.IntN(2))
			filter := storetest.RandomFilter(rnd, 3)
			if rnd.IntN(4) == 0 {
				filter = nil
			}
			want := wanted(model.Find(view, filter, bySlug))
			r := release.Reader(view)
			selection, err := r.Select(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			if selection.Total() != len(want) {
				t.Errorf("total: found %d, expected %d", selection.Total(), len(want))
			}
			skipped := rnd.IntN(2) * rnd.IntN(len(want)+2)
			if err := selection.Skip(t.Context(), skipped); err != nil {
				t.Fatal(err)
			}
			want = want[min(skipped, len(want)):]
			refs, got := make([]store.Ref, 1+rnd.IntN(200)), []string{}
			for {
				n, err := selection.Next(t.Context(), refs)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, slugsOf(t, r, refs[:n])...)
				if n < len(refs) {
					break
				}
			}
			if n, err := selection.Next(t.Context(), refs); n != 0 || err != nil {
				t.Errorf("behind the end: found %d, %v", n, err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d posts, view %d, filter %s, %d skipped:\nfound    %q\nexpected %q", size, view, asJSON(t, filter), skipped, got, want)
			}
		}
	}
}

func TestSelectIsBounded(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a")).Reader(store.Public)
	tooMuch := &store.Filter{Tool: &store.TermFilter{In: strings.Split(strings.Repeat("x,", 600), ",")}}
	if _, err := r.Select(t.Context(), tooMuch); !errors.Is(err, store.ErrTooComplex) {
		t.Errorf("found %v", err)
	}
	selection, err := r.Select(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := selection.Next(left, make([]store.Ref, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
	if n, err := selection.Next(t.Context(), make([]store.Ref, 2)); n != 1 || err != nil {
		t.Errorf("after a read that did not happen: found %d, %v", n, err)
	}
}
