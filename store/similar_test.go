package store_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestSimilarEqualsEveryPair holds similar posts against a comparison with
// every post: who, in what order, how similar, and why.
func TestSimilarEqualsEveryPair(t *testing.T) {
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 400)
	model := storetest.NewModel(posts)
	release := storetest.Release(t, posts...)
	for range 60 {
		view := store.View(rnd.IntN(2))
		var filter *store.Filter
		if rnd.IntN(2) == 0 {
			filter = storetest.RandomFilter(rnd, 2)
		}
		visible := model.Visible(view)
		slug := visible[rnd.IntN(len(visible))].Slug
		compareSimilar(t, rnd, release.Reader(view), slug, filter, model.Similar(view, slug, filter))
		if t.Failed() {
			t.Fatalf("view %d, post %s, filter %s", view, slug, asJSON(t, filter))
		}
	}
}

func compareSimilar(t *testing.T, rnd *rand.Rand, r *store.Reader, slug string, f *store.Filter, want []storetest.Similar) {
	t.Helper()
	refs, err := r.Lookup(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	q := store.SimilarQuery{First: 1 + rnd.IntN(50) + len(want)/20, Filter: f}
	for start := 0; ; start += q.First {
		page, err := r.Similar(t.Context(), refs[0], q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != len(want) || page.HasNext != (start+q.First < len(want)) {
			t.Errorf("found total %d, next %t; expected %d", page.Total, page.HasNext, len(want))
		}
		for i, hit := range page.Hits {
			posts, err := r.Posts(t.Context(), []store.Ref{hit.Ref}, store.Card)
			if err != nil {
				t.Fatal(err)
			}
			expected := want[start+i]
			if posts[0].Slug != expected.Post.Slug || hit.Similarity != expected.Similarity {
				t.Errorf("number %d: found %s %v, expected %s %v", start+i, posts[0].Slug, hit.Similarity, expected.Post.Slug, expected.Similarity)
			}
			compareShared(t, hit, expected)
		}
		if !page.HasNext || t.Failed() {
			return
		}
		q.After = page.Hits[len(page.Hits)-1].Cursor
	}
}

func compareShared(t *testing.T, hit store.SimilarHit, want storetest.Similar) {
	t.Helper()
	var sum float64
	if len(hit.Shared) != len(want.Shared) {
		t.Errorf("found %d shared features, expected %d", len(hit.Shared), len(want.Shared))
	}
	for _, s := range hit.Shared {
		sum += s.Contribution
		key := storetest.FeatureKey(s.Kind, s.Name, s.Type)
		if expected, ok := want.Shared[key]; !ok || math.Abs(expected-s.Contribution) > 1e-9 {
			t.Errorf("%s: found %v, expected %v", key, s.Contribution, expected)
		}
	}
	if math.Abs(sum-hit.Similarity) > 1e-8 {
		t.Errorf("contributions add up to %v, similarity is %v", sum, hit.Similarity)
	}
}

func TestSimilarLeavesOutWhatIsExcluded(t *testing.T) {
	tools := func(p *content.Post) { p.Meta.Tools = []string{"git", "go"} }
	r := storetest.Release(t, post("a", tools), post("b", tools), post("c", tools), post("d", tools, draft)).Reader(store.Public)
	refs, err := r.Lookup(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	page, err := r.Similar(t.Context(), refs[0], store.SimilarQuery{First: 10, Exclude: []string{"b", "nobody"}})
	if err != nil || page.Total != 1 || slugsOf(t, r, []store.Ref{page.Hits[0].Ref})[0] != "c" || page.Hits[0].Similarity != 1 {
		t.Errorf("found %+v, %v", page, err)
	}
}
