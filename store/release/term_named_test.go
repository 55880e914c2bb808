package release_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestFindTermTakesWhatFiltersTake asks for terms by slugs, names, spellings, types and
// what is near to them, and expects the one that is meant, or which several are.
func TestFindTermTakesWhatFiltersTake(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := namedPosts(rnd, 100)
	r, model := storetest.Release(t, posts...), storetest.NewModel(posts)
	for _, view := range []store.View{store.Public, store.Preview} {
		for _, kind := range []store.Kind{store.KindTool, store.KindEntity} {
			values := []string{"", "none", ":", "x:y", "area:x:y", "python", "Stack:PYTHON", "a-b", "A  B", "c++", "C#", "cplusplus", "\u200b", "a\x00b", strings.Repeat("a:", 400)}
			seen := model.Facet(view, model.Visible(view), kind)
			for _, b := range model.Facet(store.Preview, model.Visible(store.Preview), kind) {
				values = append(values, b.Slug, b.Value, strings.ToUpper(b.Value), b.Type+":"+b.Value, partOf(rnd, b.Value))
			}
			for _, value := range values {
				want := storetest.Meant(seen, kind, value)
				term, err := r.Reader(view).FindTerm(t.Context(), kind, value)
				none, _ := errors.AsType[*store.TermError](err)
				switch {
				case len(want) == 1:
					if err != nil || term.Slug != want[0].Slug {
						t.Errorf("view %d, %s %q: found %+v, %v, expected %s", view, kind, value, term, err, want[0].Slug)
					}
				case none == nil || !errors.Is(err, store.ErrNotFound):
					t.Errorf("view %d, %s %q: found %+v, %v, expected a TermError", view, kind, value, term, err)
				default:
					var found, expected []string
					for _, m := range none.Meant {
						found = append(found, m.Slug)
					}
					for _, b := range want {
						expected = append(expected, b.Slug)
					}
					slices.Sort(expected)
					if slices.Sort(found); !slices.Equal(found, expected) {
						t.Errorf("view %d, %s %q: found %q, expected %q", view, kind, value, found, expected)
					}
				}
				// An address gives the form in which slugs are kept, which means the same.
				if other, _ := r.Reader(view).FindTerm(t.Context(), kind, content.NormalSlug(value)); content.NormalSlug(value) != "" && (other == nil) != (term == nil) {
					t.Errorf("view %d, %s %q: found %v, and %v by its normal form", view, kind, value, term, other)
				}
			}
		}
	}
}

// TestSlugsOfOtherViewsMeanNothing: what one view means by a slug of its own is not
// remembered for another.
func TestSlugsOfOtherViewsMeanNothing(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t,
		&content.Post{Slug: "one", Title: "One", Meta: content.Meta{Tools: []string{"a+b!"}}},
		&content.Post{Slug: "draft", Title: "Draft", Meta: content.Meta{Tools: []string{"a+b"}, Revision: &content.Revision{Status: "draft"}}})
	terms, err := r.Reader(store.Preview).FindTerms(t.Context(), store.TermQuery{Kind: store.KindTool, Window: store.Window{First: ptr(10)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range terms.Terms {
		filter := &store.Filter{Tool: &store.TermFilter{In: []string{term.Slug}}}
		for _, view := range []store.View{store.Preview, store.Public} {
			found, err := r.Reader(view).Find(t.Context(), store.PostQuery{Filter: filter, Order: store.DefaultOrder, Window: store.Window{First: ptr(10)}})
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: 1, false: 0}[view == store.Preview || term.Slug == "aplusb"]; found.Total != want {
				t.Errorf("view %d, slug %s: found %d posts, expected %d", view, term.Slug, found.Total, want)
			}
		}
	}
}
