package query_test

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/query"
	"alphanode/store/storetest"
)

// TestEveryWayFindsTheSame holds each way to find the members of a list against
// a scan, in archives large enough for rows of terms and for cuts.
func TestEveryWayFindsTheSame(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	posts := storetest.RandomPosts(rnd, 3000)
	c := storetest.Catalogue(t, posts...)
	opened, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	m := opened.Manifest()
	f, err := file.Open(filepath.Join(c.Dir(), "releases", "r1", "release.db"), file.Expected{Size: m.Size, Posts: m.Posts, Format: m.Format})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	engine, err := query.EngineOf(f)
	if err != nil {
		t.Fatal(err)
	}
	model := storetest.NewModel(posts)
	for range 60 {
		view := store.View(rnd.IntN(2))
		filter, order := storetest.RandomFilter(rnd, 1+rnd.IntN(3)), storetest.RandomOrder(rnd)
		if rnd.IntN(2) == 0 { // several conditions that many posts meet
			filter = &store.Filter{
				Tool: &store.TermFilter{None: []string{"fastapi"}}, HasImages: new(true),
				And: []store.Filter{{Tool: &store.TermFilter{Eq: new("git")}, Clarity: &store.NumberFilter{Gte: new(rnd.Int64N(10))}}, *filter},
			}
		}
		r := opened.Reader(view)
		slugs := []string{}
		for _, p := range model.Find(view, filter, order) {
			slugs = append(slugs, p.Slug)
		}
		refs, err := r.Lookup(t.Context(), slugs...)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(refs)
		for _, ref := range slices.Backward(refs) {
			want = append(want, ref)
		}
		for k := 0; k < len(refs); k += 7 {
			want = append(want, refs[k])
		}
		tx, err := f.Begin(t.Context(), view)
		if err != nil {
			t.Fatal(err)
		}
		tx.TakeFrom(nil)
		ways, err := engine.FindEveryWay(t.Context(), tx, store.PostQuery{Filter: filter, Order: order})
		if err != nil {
			t.Fatal(err)
		}
		f.End(tx)
		for way, got := range ways {
			if !slices.Equal(got, want) {
				asked, _ := json.Marshal(filter)
				t.Fatalf("%s, view %d, order %+v, filter %s: found %d, expected %d of %d posts",
					way, view, order, asked, len(got), len(want), len(refs))
			}
		}
	}
}
