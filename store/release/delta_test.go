package release_test

import (
	"context"
	"errors"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/compare"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// shelved publishes two archives and gives their shelf.
func shelved(t *testing.T, before, after []*content.Post) (*catalogue.Catalogue, *live.Others) {
	t.Helper()
	c := storetest.Catalogue(t, before...)
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, after...)
	s := live.NewOthers(c)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, s
}

// TestDeltaTouches holds one footprint after the other against small differences.
func TestDeltaTouches(t *testing.T) {
	t.Parallel()
	with := func(slug string, change func(*content.Post)) *content.Post {
		p := &content.Post{Slug: slug, Title: "A title", Intro: "An intro.", Meta: content.Meta{Summary: "A summary."}}
		if change != nil {
			change(p)
		}
		p.Settle()
		return p
	}
	tools := func(slug string, names ...string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Tools = names })
	}
	quality := func(slug string, n int) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Score = &content.Score{Quality: &n} })
	}
	titled := func(slug, title string, quality int) *content.Post {
		return with(slug, func(p *content.Post) { p.Title, p.Meta.Score = title, &content.Score{Quality: &quality} })
	}
	complete := func(typed string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.Complete(ctx, store.CompletionQuery{Typed: typed, First: 5})
			return err
		}
	}
	topic := func(slug, words string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Topic = words })
	}
	body := func(slug, words string) *content.Post {
		return with(slug, func(p *content.Post) { p.Body = []content.Block{content.Paragraph{Text: words}} })
	}
	draft := func(slug string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Revision = &content.Revision{Status: "draft"} })
	}
	reference := func(slug, ref string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Reference = ref })
	}
	page := func(f *store.Filter, order store.Field) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.Find(ctx, store.PostQuery{Filter: f, Order: store.Order{Field: order}, Window: store.Window{First: ptr(0)}})
			return err
		}
	}
	read := func(slug string, part store.Part) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			refs, err := r.Lookup(ctx, slug)
			if err != nil {
				return err
			}
			_, _, err = r.AppendTexts(ctx, nil, refs, part, store.Room{})
			return err
		}
	}
	lookUp := func(slug string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error { _, err := r.Lookup(ctx, slug); return err }
	}
	suggest := func(names ...string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.Suggest(ctx, &store.Filter{Tool: &store.TermFilter{In: names}})
			return err
		}
	}
	facets := func(kinds ...store.Kind) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.Facets(ctx, store.FacetQuery{By: kinds, First: 10, Filter: &store.Filter{Slug: &store.SlugFilter{Prefix: ptr("a")}}})
			return err
		}
	}
	address := func(address string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.LookupAddress(ctx, address)
			return err
		}
	}
	stood := func(slug string, at ...string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.URLs = at })
	}
	language := func(slug, tag string) *content.Post {
		return with(slug, func(p *content.Post) { p.Meta.Language = tag })
	}
	term := func(slug string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			_, err := r.LookupTerms(ctx, store.KindTool, slug)
			return err
		}
	}
	termPosts := func(slug string) func(context.Context, *release.Reader) error {
		return func(ctx context.Context, r *release.Reader) error {
			found, err := r.LookupTerms(ctx, store.KindTool, slug)
			if err != nil {
				return err
			}
			_, err = r.Scores(ctx, store.ScoreQuery{Term: &found[0].ID})
			return err
		}
	}
	scoresOfEach := func(ctx context.Context, r *release.Reader) error {
		found, err := r.LookupTerms(ctx, store.KindTool, "git")
		if err != nil {
			return err
		}
		_, err = r.ScoresOfEach(ctx, []store.TermID{found[0].ID})
		return err
	}
	search := func(ctx context.Context, r *release.Reader) error {
		_, err := r.Search(ctx, store.SearchQuery{Search: store.Search{Text: "words "}, First: 5})
		return err
	}
	similar := func(ctx context.Context, r *release.Reader) error {
		_, err := r.SimilarToTerms(ctx, store.SimilarTerms{Tools: []string{"git"}}, store.SimilarQuery{First: 5})
		return err
	}
	high := &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(50))}}
	git := &store.Filter{Tool: &store.TermFilter{Eq: ptr("git")}}
	searching := &store.Filter{Search: ptr("words ")}
	nodeSlug := &store.Filter{Tool: &store.TermFilter{Eq: ptr("node-dot-js")}}
	for _, tt := range []struct {
		name          string
		before, after []*content.Post // beside two that stay
		ask           func(context.Context, *release.Reader) error
		touched       bool
	}{
		{"another post", []*content.Post{with("b", nil)}, []*content.Post{quality("b", 1)}, read("a", store.Whole), false},
		{"the post", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, read("b", store.Whole), true},
		{"what a card does not show", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, read("b", store.Card), false},
		{"what it does", []*content.Post{quality("b", 1)}, []*content.Post{quality("b", 2)}, read("b", store.Card), true},
		{"a post that is only looked up", []*content.Post{quality("b", 1)}, []*content.Post{quality("b", 2)}, lookUp("b"), false},
		{"one that came", nil, []*content.Post{with("b", nil)}, lookUp("b"), true},
		{"one that went", []*content.Post{with("b", nil)}, nil, lookUp("b"), true},
		{"one that became a draft", []*content.Post{with("b", nil)}, []*content.Post{draft("b")}, lookUp("b"), true},
		{"drafts alone", []*content.Post{draft("b")}, []*content.Post{draft("c")}, page(nil, store.FieldSlug), false},
		{"a reference that moved", []*content.Post{reference("b", "one")}, []*content.Post{reference("b", "two")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.LookupReference(ctx, "two")
			return err
		}, true},
		{"a reference that is left", []*content.Post{reference("b", "one")}, []*content.Post{reference("b", "two")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.LookupReference(ctx, "one")
			return err
		}, true},
		{"an address that came", []*content.Post{stood("b", "/x")}, []*content.Post{stood("b", "/y", "/x")}, address("/y/"), true},
		{"an address that is nearer to the front", []*content.Post{stood("b", "/x")}, []*content.Post{stood("b", "/y", "/x")}, address("/x"), true},
		{"an address that is left", []*content.Post{stood("b", "/x")}, []*content.Post{stood("b")}, address("https://old.example/x"), true},
		{"an address of a post that went", []*content.Post{stood("b", "/x")}, nil, address("/x"), true},
		{"an address of a post that came", nil, []*content.Post{stood("b", "/x")}, address("/x"), true},
		{"an address of a post that changed elsewhere", []*content.Post{topic("c", "x"), stood("b", "/x")}, []*content.Post{topic("c", "y"), stood("b", "/x")}, address("/x"), false},
		{"another address", []*content.Post{stood("b", "/x")}, []*content.Post{stood("b", "/y")}, address("/z"), false},
		{"a language", []*content.Post{language("b", "en")}, []*content.Post{language("b", "fr")}, page(&store.Filter{Language: &store.TermFilter{Eq: ptr("fr")}}, store.FieldSlug), true},
		{"another language", []*content.Post{language("b", "en")}, []*content.Post{language("b", "fr")}, page(&store.Filter{Language: &store.TermFilter{Eq: ptr("de")}}, store.FieldSlug), false},
		{"all posts, of which one changed elsewhere", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, page(nil, store.FieldTitle), false},
		{"all posts by what changed", []*content.Post{quality("b", 1)}, []*content.Post{quality("b", 2)}, page(nil, store.FieldQuality), true},
		{"all posts, of which there is one more", nil, []*content.Post{with("b", nil)}, page(nil, store.FieldTitle), true},
		{"a filter that none of them meets", []*content.Post{quality("b", 1)}, []*content.Post{quality("b", 2)}, page(high, store.FieldQuality), false},
		{"a filter that one came to meet", []*content.Post{quality("b", 1)}, []*content.Post{quality("b", 60)}, page(high, store.FieldSlug), true},
		{"a filter that one ceases to meet", []*content.Post{quality("b", 60)}, []*content.Post{quality("b", 1)}, page(high, store.FieldSlug), true},
		{"a filter that one came to meet for another", []*content.Post{quality("b", 60), quality("c", 1)}, []*content.Post{quality("b", 1), quality("c", 60)}, page(high, store.FieldSlug), true},
		{"a filter that one goes on to meet", []*content.Post{quality("b", 60)}, []*content.Post{quality("b", 61)}, page(high, store.FieldSlug), false},
		{"a filter, by what changed", []*content.Post{quality("b", 60)}, []*content.Post{quality("b", 61)}, page(high, store.FieldQuality), true},
		{"a term that was not there", nil, []*content.Post{tools("b", "git")}, page(git, store.FieldSlug), true},
		{"what is suggested for a name that goes", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "make")}, suggest("git"), true},
		{"what is suggested for a name that stays", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "git"), tools("c", "git", "make")}, suggest("git"), false},
		{"what is suggested for a name that is not there", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "git"), tools("c", "gitk")}, suggest("gti"), true},
		{"what is typed, for a title that begins so", []*content.Post{titled("b", "Réd", 1)}, []*content.Post{titled("b", "Red", 1)}, complete("re"), true},
		{"for one that came to begin so", []*content.Post{titled("b", "Blue", 1)}, []*content.Post{titled("b", "“Red”", 1)}, complete("RE"), true},
		{"for a title whose place is another", []*content.Post{titled("b", "Red", 1)}, []*content.Post{titled("b", "Red", 2)}, complete("re"), true},
		{"for a title that begins otherwise", []*content.Post{titled("b", "Blue", 1)}, []*content.Post{titled("b", "Green", 2)}, complete("re"), false},
		{"for what else is said of a title", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, complete("a t"), false},
		{"for names", []*content.Post{tools("b", "redis")}, []*content.Post{tools("b", "make")}, complete("re"), true},
		{"terms in a filtered facet", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "make")}, facets(store.KindTool), false},
		{"their spelling", []*content.Post{tools("a2", "git"), tools("b", "git", "x"), tools("c", "x")}, []*content.Post{tools("a2", "git"), tools("b", "Git", "x"), tools("c", "Git", "x")}, facets(store.KindTool), true},
		{"a term's count", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "git"), tools("c", "git")}, term("git"), true},
		{"another term's", []*content.Post{tools("b", "git", "x")}, []*content.Post{tools("b", "git")}, term("git"), false},
		{"a slug that two came to share", []*content.Post{tools("b", "node.js")}, []*content.Post{tools("b", "node.js"), tools("c", "node dot js")}, term("node-dot-js"), true},
		{"a filter by it", []*content.Post{tools("b", "node.js")}, []*content.Post{tools("b", "node.js"), tools("c", "node dot js")}, page(nodeSlug, store.FieldSlug), true},
		{"scores of a term's posts", []*content.Post{tools("b", "git"), quality("c", 1)}, []*content.Post{tools("b", "git"), quality("c", 2)}, termPosts("git"), false},
		{"scores of each of some terms' posts", []*content.Post{tools("b", "git"), quality("c", 1)}, []*content.Post{tools("b", "git"), quality("c", 2)}, scoresOfEach, false},
		{"scores of each of some terms' posts, changed", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "git"), tools("c", "git")}, scoresOfEach, true},
		{"words", []*content.Post{body("b", "words")}, []*content.Post{body("b", "more words")}, search, true},
		{"words in a filter", []*content.Post{body("b", "words")}, []*content.Post{body("b", "other")}, page(searching, store.FieldSlug), true},
		{"what is not searched", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, search, false},
		{"features", []*content.Post{tools("b", "make")}, []*content.Post{tools("b", "x")}, similar, true},
		{"what is no feature", []*content.Post{body("b", "x")}, []*content.Post{body("b", "y")}, similar, false},
		{"the release", []*content.Post{topic("b", "x")}, []*content.Post{topic("b", "y")}, func(_ context.Context, r *release.Reader) error { r.NamedRelease(); return nil }, true},
		{"a list of terms", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "make")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.FindTerms(ctx, store.TermQuery{Kind: store.KindTool, Window: store.Window{First: ptr(5)}})
			return err
		}, true},
		{"words that may have been meant", []*content.Post{body("b", "x")}, []*content.Post{body("b", "rollback")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.Suggest(ctx, &store.Filter{Not: &store.Filter{Search: ptr("rolback")}})
			return err
		}, true},
		{"names that may have been meant inside a filter", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "make")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.Suggest(ctx, &store.Filter{Or: []store.Filter{{Tool: &store.TermFilter{Eq: ptr("mkae")}}}})
			return err
		}, true},
		{"types that may have been meant", nil, []*content.Post{with("b", func(p *content.Post) { p.Meta.Entities = []content.Entity{{Name: "x", Type: "kind"}} })}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.SuggestTerms(ctx, store.TermQuery{Kind: store.KindEntity, Type: "kinds"})
			return err
		}, true},
		{"a list of other terms", []*content.Post{tools("b", "git")}, []*content.Post{tools("b", "make")}, func(ctx context.Context, r *release.Reader) error {
			_, err := r.FindTerms(ctx, store.TermQuery{Kind: store.KindEntity, Window: store.Window{First: ptr(5)}})
			return err
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			stays := []*content.Post{with("a", nil), tools("a1", "other")}
			before := append(tt.before, stays...)
			_, shelf := shelved(t, before, append(tt.after, stays...))
			delta, err := shelf.Delta(t.Context(), "r1", "r2", 100)
			if err != nil {
				t.Fatal(err)
			}
			defer delta.Close()
			reader := storetest.Release(t, before...).Reader(store.Public)
			footprint := reader.Note()
			if err := tt.ask(t.Context(), reader); err != nil {
				t.Fatal(err)
			}
			touched, err := delta.Touches(t.Context(), footprint)
			if err != nil || touched != tt.touched {
				t.Errorf("found %t, %v, expected %t", touched, err, tt.touched)
			}
		})
	}
}

func TestDeltaOfTooMuch(t *testing.T) {
	t.Parallel()
	_, shelf := shelved(t, []*content.Post{post("a"), post("b")}, []*content.Post{post("c")})
	_, err := shelf.Delta(t.Context(), "r1", "r2", 2)
	if large, ok := errors.AsType[*compare.DeltaTooLargeError](err); !ok || large.Posts != 3 || large.Most != 2 {
		t.Errorf("found %v", err)
	}
	for _, names := range [][2]string{{"r1", "r9"}, {"r9", "r1"}} {
		if _, err := shelf.Delta(t.Context(), names[0], names[1], 100); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v: found %v", names, err)
		}
	}
}
