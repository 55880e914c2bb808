package release_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// TestSimilarEqualsEveryPair holds similar posts against a comparison with
// every post: who, in what order, how similar, and why.
func TestSimilarEqualsEveryPair(t *testing.T) {
	for _, archive := range []struct {
		name  string
		posts func(*rand.Rand) []*content.Post
	}{
		{"hard on indexes", func(r *rand.Rand) []*content.Post { return storetest.RandomPosts(r, 400) }},
		{"features of many frequencies", func(r *rand.Rand) []*content.Post { return variedPosts(r, 2500, 3000) }},
		{"features alike", func(r *rand.Rand) []*content.Post { return alikePosts(r, 1500) }},
		{"synthetic", func(*rand.Rand) []*content.Post { return syntheticPosts(1500) }},
		{"nothing public", func(r *rand.Rand) []*content.Post {
			posts := alikePosts(r, 20)
			for _, p := range posts {
				draft(p)
			}
			return posts
		}},
	} {
		t.Run(archive.name, func(t *testing.T) {
			t.Parallel()
			rnd := random(t)
			posts := archive.posts(rnd)
			model := storetest.NewModel(posts)
			release := storetest.Release(t, posts...)
			for range storetest.Times(40) {
				view := store.View(rnd.IntN(2))
				visible := model.Visible(view)
				if len(visible) == 0 {
					continue
				}
				to := visible[rnd.IntN(len(visible))]
				q := similarQuestion(rnd, visible)
				want := model.List(model.Similar(view, to.Slug, q.Filter), q)
				r := release.Reader(view)
				refs, err := r.Lookup(t.Context(), to.Slug)
				if err != nil {
					t.Fatal(err)
				}
				compareSimilar(t, rnd, r, func(q store.SimilarQuery) (*store.SimilarPage, error) {
					return r.Similar(t.Context(), refs[0], q)
				}, q, want)
				if t.Failed() {
					t.Fatalf("view %d, post %s, %s", view, to.Slug, asJSON(t, q))
				}
			}
		})
	}
}

// similarQuestion asks for all similar posts, or for those that remain by
// narrow and by wide filters, in the plain order or as a diverse list.
func similarQuestion(r *rand.Rand, visible []*content.Post) (q store.SimilarQuery) {
	switch r.IntN(4) {
	case 0:
		q.Filter = storetest.RandomFilter(r, 2)
	case 1:
		q.Filter = &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(r.IntN(101)))}}
	}
	if r.IntN(3) == 0 {
		q.MinSimilarity = math.Round(r.Float64()*1000) / 1000
	}
	if r.IntN(2) == 0 {
		q.Diversity = []float64{0.1, 0.3, 0.5, 0.9, 1, math.SmallestNonzeroFloat64, r.Float64()}[r.IntN(7)]
	}
	if r.IntN(3) == 0 {
		for range r.IntN(20) {
			q.Exclude = append(q.Exclude, visible[r.IntN(len(visible))].Slug)
		}
	}
	return q
}

// featured makes a post of random features, sometimes without a score, and
// sometimes a draft.
func featured(r *rand.Rand, i int, features func(m *content.Meta)) *content.Post {
	p := post(fmt.Sprintf("p-%d-%d", uint32(i)*2654435761%1_000_003, i))
	features(&p.Meta)
	if r.IntN(5) > 0 {
		p.Meta.Score = &content.Score{Quality: ptr(60 + r.IntN(4)*10), Freshness: ptr(r.IntN(3))}
	}
	if r.IntN(10) == 0 {
		draft(p)
	}
	return p
}

// variedPosts have features, out of so many, that few, some and most posts
// have: nearly every post has features of its own.
func variedPosts(r *rand.Rand, n, features int) []*content.Post {
	names := func(prefix string, most, of int) (names []string) {
		for range r.IntN(most + 1) {
			// The lower the number, the more posts have it.
			names = append(names, fmt.Sprint(prefix, int(float64(of)*math.Pow(r.Float64(), 4))))
		}
		return names
	}
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = featured(r, i, func(m *content.Meta) {
			m.Tools, m.Stack = names("tool", 6, features/4), names("word", 3, features/30)
			for _, name := range names("entity", 8, features) {
				m.Entities = append(m.Entities, content.Entity{Name: name, Type: "kind"})
			}
		})
	}
	return posts
}

// alikePosts share few sets of features, so that most ties are broken by score
// and slug.
func alikePosts(r *rand.Rand, n int) []*content.Post {
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = featured(r, i, func(m *content.Meta) {
			for tool := range 4 {
				if r.IntN(2) == 0 {
					m.Tools = append(m.Tools, fmt.Sprint("tool", tool))
				}
			}
		})
	}
	return posts
}

func syntheticPosts(n int) []*content.Post {
	generator := synth.New(1)
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = generator.Post(int64(i) + 1)
	}
	return posts
}

func compareSimilar(
	t *testing.T, rnd *rand.Rand, r *release.Reader, ask func(store.SimilarQuery) (*store.SimilarPage, error),
	q store.SimilarQuery, want []storetest.Similar,
) {
	t.Helper()
	q.First = min(1+rnd.IntN(50)+len(want)/20, store.MaxLimit)
	q.Cursors = store.CursorNeed(rnd.IntN(2)) // the last is needed to go on
	for start := 0; ; {
		page, err := ask(q)
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
		last := len(page.Hits) - 1
		if q.Cursors == store.AllCursors { // any of them leads on
			last = rnd.IntN(last+1)/2 + last/2
		}
		q.After, start = page.Hits[last].Cursor, start+last+1
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

// TestSimilarToTermsEqualsEveryPost holds the posts most like some terms against
// a comparison with every post.
func TestSimilarToTermsEqualsEveryPost(t *testing.T) {
	for _, archive := range []struct {
		name  string
		posts func(*rand.Rand) []*content.Post
	}{
		{"hard on indexes", func(r *rand.Rand) []*content.Post { return storetest.RandomPosts(r, 200) }},
		{"features of many frequencies", func(r *rand.Rand) []*content.Post { return variedPosts(r, 600, 800) }},
		{"features alike", func(r *rand.Rand) []*content.Post { return alikePosts(r, 500) }},
		{"synthetic", func(*rand.Rand) []*content.Post { return syntheticPosts(400) }},
	} {
		t.Run(archive.name, func(t *testing.T) {
			t.Parallel()
			rnd := random(t)
			posts := archive.posts(rnd)
			model := storetest.NewModel(posts)
			release := storetest.Release(t, posts...)
			for range 20 {
				view := store.View(rnd.IntN(2))
				r := release.Reader(view)
				to := randomTerms(rnd, posts)
				q := similarQuestion(rnd, posts)
				want := model.List(model.SimilarToTerms(view, to, q.Filter), q)
				compareSimilar(t, rnd, r, func(q store.SimilarQuery) (*store.SimilarPage, error) {
					return r.SimilarToTerms(t.Context(), to, q)
				}, q, want)
				if t.Failed() {
					t.Fatalf("view %d, terms %s, %s", view, asJSON(t, to), asJSON(t, q))
				}
			}
		})
	}
}

// randomTerms picks terms of any posts, drafts too, in every way of naming
// them, and some that no post has.
func randomTerms(r *rand.Rand, posts []*content.Post) (to store.SimilarTerms) {
	for range 1 + r.IntN(3) {
		m := posts[r.IntN(len(posts))].Meta
		for _, e := range m.Entities {
			switch r.IntN(4) {
			case 0:
				to.Entities = append(to.Entities, e.Name)
			case 1:
				to.Entities = append(to.Entities, e.Type+":"+e.Name)
			case 2:
				to.Entities = append(to.Entities, e.Slug())
			}
		}
		for _, name := range m.Tools {
			if r.IntN(2) == 0 {
				to.Tools = append(to.Tools, name)
			}
		}
		for _, name := range m.Stack {
			if r.IntN(2) == 0 {
				to.Stack = append(to.Stack, name, content.Slugify(name))
			}
		}
	}
	to.Tools = append(to.Tools, "nobody has this")
	return to
}

func TestSimilarToTermsThatAreWrong(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a", func(p *content.Post) { p.Meta.Tools = []string{"git"} })).Reader(store.Public)
	for _, to := range []store.SimilarTerms{{}, {Tools: make([]string, 101)}} {
		wrong := (*store.ArgumentError)(nil)
		if _, err := r.SimilarToTerms(t.Context(), to, store.SimilarQuery{First: 1}); !errors.As(err, &wrong) || wrong.Name != "to.terms" {
			t.Errorf("found %v", err)
		}
	}
	page, err := r.SimilarToTerms(t.Context(), store.SimilarTerms{Tools: []string{"unknown"}}, store.SimilarQuery{First: 1})
	if err != nil || page.Total != 0 || len(page.Hits) != 0 {
		t.Errorf("found %+v, %v", page, err)
	}
	if _, err := r.SimilarToTerms(t.Context(), store.SimilarTerms{Tools: []string{"git"}}, store.SimilarQuery{First: 101}); !errors.As(err, new(*store.ArgumentError)) {
		t.Errorf("found %v", err)
	}
}
