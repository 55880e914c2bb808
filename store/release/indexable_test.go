package release_test

import (
	"slices"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestIndexableEqualsScan holds what may be indexed, from every place on and in batches of
// every size, against a scan over all posts; the same for who sees drafts.
func TestIndexableEqualsScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	no := false
	for _, size := range []int{0, 1, 2, 70, 900} {
		for _, share := range []int{0, 3, 95, 100} {
			posts := storetest.RandomPosts(rnd, size)
			for _, p := range posts {
				p.Meta.Flags.NeedsHumanReview = rnd.IntN(100) < share
			}
			release := storetest.Release(t, posts...)
			want := wanted(storetest.NewModel(posts).Find(store.Public, &store.Filter{NeedsHumanReview: &no}, store.Order{Field: store.FieldSlug}))
			for range storetest.Times(30) {
				r := release.Reader(store.View(rnd.IntN(2)))
				n, err := r.Indexable(t.Context())
				if err != nil || n != len(want) {
					t.Fatalf("found %d, %v, expected %d", n, err, len(want))
				}
				from := rnd.IntN(len(want) + 2)
				walk, refs, got := r.IndexableFrom(from), make([]store.Ref, 1+rnd.IntN(40)), []string{}
				for {
					n, err := walk.Next(t.Context(), refs)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, slugsOf(t, r, refs[:n])...)
					if n < len(refs) {
						break
					}
				}
				if !slices.Equal(got, want[min(from, len(want)):]) {
					t.Fatalf("%d posts, %d of 100 unreviewed, from %d: found %q, expected %q", size, share, from, got, want[min(from, len(want)):])
				}
			}
		}
	}
}
