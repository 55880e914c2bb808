package release_test

import (
	"math"
	"slices"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
	"alphanode/text"
)

// TestExplanationsAddUp holds what is said of a post against the search itself: whether it
// is found, its score, and that the parts add up to it.
func TestExplanationsAddUp(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := polyglot(rnd, wordyPosts(rnd, 200))
	model := storetest.NewModel(posts)
	model.Wording = text.Wording{Stemming: text.ByLanguage}
	release := storetest.ReleaseOf(t, catalogue.ImportOptions{Stemming: text.ByLanguage}, posts...)
	explained := 0
	for range storetest.Times(40) {
		view := store.View(rnd.IntN(2))
		typed := store.Search{Text: randomSearch(rnd, posts), Match: append(store.Matches, store.MatchUsual)[rnd.IntN(4)]}
		if _, err := text.Parse(typed.Text); err != nil {
			continue
		}
		if rnd.IntN(4) == 0 {
			typed.Language = "fr"
		}
		found := model.Search(view, typed, nil)
		r := release.Reader(view)
		for _, p := range model.Visible(view)[:20] {
			refs, err := r.Lookup(t.Context(), p.Slug)
			if err != nil {
				t.Fatal(err)
			}
			e, err := r.Explain(t.Context(), refs[0], typed)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(found, func(f storetest.Found) bool { return f.Post.Slug == p.Slug })
			want := 0.0
			if at >= 0 {
				want = found[at].Score
			}
			if e.Slug != p.Slug || e.Found != (at >= 0) || e.Score != want {
				t.Fatalf("view %d, %+v, %s: found %+v, expected the score %v", view, typed, p.Slug, e, want)
			}
			explained++
			checkExplanation(t, e)
		}
		if t.Failed() {
			t.Fatalf("view %d, %+v", view, typed)
		}
	}
	if explained == 0 {
		t.Error("nothing was explained")
	}
}

func checkExplanation(t *testing.T, e *store.Explanation) {
	t.Helper()
	near := func(what string, found, want float64) {
		if math.Abs(found-want) > 1e-6 {
			t.Errorf("%s: %s is %v, its parts add up to %v", e.Slug, what, want, found)
		}
	}
	all, met := 0.0, 0
	for _, c := range e.Words {
		parts := 0.0
		for _, w := range c.Parts {
			parts += w.Score
			near(w.Word, float64(c.Times)*w.Rarity*w.Impact, w.Score)
			if len(w.Forms) == 0 {
				t.Errorf("%s: %s is there in no form", e.Slug, w.Word)
			}
			for _, f := range w.Forms {
				shares := 0.0
				for _, field := range f.Fields {
					if shares += field.Share; field.Count < 1 || field.Length < field.Count {
						t.Errorf("%s: %s: found %+v", e.Slug, f.Form, field)
					}
				}
				near(f.Form, shares, 1)
			}
		}
		near(c.Typed, parts, c.Score)
		if all += c.Score; c.Met && !c.Unwanted {
			met++
		}
	}
	if e.Found {
		near("the score", all, e.Score)
	}
	if e.Met != met || e.Found && met < e.Match.Needed {
		t.Errorf("%s: found %d of %+v met, counted %d", e.Slug, e.Met, e.Match, met)
	}
}
