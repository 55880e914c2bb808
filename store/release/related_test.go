package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// relatedArchive has enough terms for tallies to leave some out, many of which
// stand in as many posts.
func relatedArchive(rnd *rand.Rand, size int) []*content.Post {
	posts := storetest.RandomPosts(rnd, size)
	for i, p := range posts {
		for n := range 3 {
			p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("tool %d", rnd.IntN(200)))
			p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: fmt.Sprintf("entity %d", (i*n)%130), Type: "area"})
		}
	}
	return posts
}

// TestRelatedEqualsScan holds related terms against a scan over all posts, of
// terms with a stored tally and without.
func TestRelatedEqualsScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for _, size := range []int{1, 70, 6000} {
		posts := relatedArchive(rnd, size)
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for _, view := range []store.View{store.Public, store.Preview} {
			r := release.Reader(view)
			for _, kind := range []store.Kind{store.KindEntity, store.KindTool, store.KindStack} {
				buckets := model.Facet(view, model.Visible(view), kind)
				for i, b := range buckets {
					if i >= 12 && rnd.IntN(20) > 0 {
						continue
					}
					terms, err := r.LookupTerms(t.Context(), kind, b.Slug)
					if err != nil {
						t.Fatal(err)
					}
					q := store.RelatedQuery{Term: terms[0].ID, First: []int{0, 1, 20, 100}[rnd.IntN(4)]}
					var only []store.Kind
					if rnd.IntN(2) == 0 {
						q.Kind = []store.Kind{store.KindEntity, store.KindTool}[rnd.IntN(2)]
						only = append(only, q.Kind)
					}
					found, err := r.Related(t.Context(), q)
					if err != nil {
						t.Fatal(err)
					}
					want := model.Related(view, kind, b.Slug, only...)
					want = want[:min(q.First, len(want))]
					got := []storetest.Related{}
					for _, f := range found {
						got = append(got, storetest.Related{
							Bucket: store.Bucket{Value: f.Name, Slug: f.Slug, Type: f.Type, Count: f.Count}, Kind: f.Kind, PostCount: f.PostCount, Lift: f.Lift})
					}
					if found, expected := asJSON(t, got), asJSON(t, want); found != expected {
						t.Fatalf("%d posts, view %d, %s %s, %+v:\nfound    %s\nexpected %s", size, view, kind, b.Slug, q, found, expected)
					}
				}
			}
		}
	}
}

// TestRelatedRefuses: what cannot be answered says which argument is at fault.
func TestRelatedRefuses(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a")).Reader(store.Public)
	for name, q := range map[string]store.RelatedQuery{
		"kind": {Kind: store.KindStack}, "first": {First: store.MaxLimit + 1}, "first ": {First: -1},
	} {
		var bad *store.ArgumentError
		if _, err := r.Related(t.Context(), q); !errors.As(err, &bad) || bad.Name != name[:len(bad.Name)] {
			t.Errorf("%s: found %v", name, err)
		}
	}
}
