package release_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
	"alphanode/text"
)

// TestHighlights holds highlights against what a marker finds in posts that are read whole.
func TestHighlights(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := append(polyglot(rnd, wordyPosts(rnd, 200)), storetest.RandomPosts(rnd, 100)...)
	release := storetest.ReleaseOf(t, catalogue.ImportOptions{Stemming: text.ByLanguage}, posts...)
	r := release.Reader(store.Preview)
	marked := 0
	for range storetest.Times(200) {
		typed := randomSearch(rnd, posts)
		query, err := text.Parse(typed)
		if err != nil {
			continue
		}
		var some []*content.Post
		var slugs []string
		for range 10 {
			some = append(some, posts[rnd.IntN(len(posts))])
			slugs = append(slugs, some[len(some)-1].Slug)
		}
		refs, err := r.Lookup(t.Context(), slugs...)
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Highlights(t.Context(), store.Search{Text: typed}, refs)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range some {
			a := release.Wording().Of(p.Meta.Language)
			if diff := cmp.Diff(highlights(p, text.NewMarker(query.For(a), a)), found[i], cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%q, %s: %s", typed, p.Slug, diff)
			}
			marked += len(found[i])
		}
	}
	if marked == 0 {
		t.Error("nothing was found")
	}
}

func highlights(p *content.Post, m *text.Marker) (found []store.Highlight) {
	take := func(field store.SearchField, most int, pieces ...string) {
		for _, s := range pieces {
			markup, ok := m.Mark(s)
			if most > 0 {
				markup, ok = m.Snippet(s, most)
			}
			if ok {
				found = append(found, store.Highlight{Field: field, HTML: markup})
			}
		}
	}
	first := func(all []string) (marked []string) {
		for _, s := range all {
			if _, words := m.Count(s); words > 0 && len(marked) < 5 {
				marked = append(marked, s)
			}
		}
		return marked
	}
	take(store.SearchTitle, 0, p.Title)
	if p.Meta.Summary != p.Intro {
		take(store.SearchSummary, 200, p.Meta.Summary)
	}
	take(store.SearchIntro, 200, p.Intro)
	var names []string
	for _, e := range p.Meta.Entities {
		names = append(names, e.Name)
	}
	take(store.SearchEntities, 0, first(names)...)
	take(store.SearchTools, 0, first(p.Meta.Tools)...)
	best, most, mostWords := "", 0, 0
	for _, block := range p.Body {
		pieces := []string{(&content.Post{Body: []content.Block{block}}).Text()}
		if list, ok := block.(content.List); ok {
			pieces = nil
			for _, item := range list.Items {
				pieces = append(pieces, item.Text)
			}
		}
		for _, s := range pieces {
			if stems, words := m.Count(s); stems > most || stems == most && words > mostWords {
				best, most, mostWords = s, stems, words
			}
		}
	}
	take(store.SearchBody, 200, best)
	return found
}

// TestHighlightsOfLongPosts: what stands behind the first 64 KiB is not looked at, and
// mark-up counts as it is written.
func TestHighlightsOfLongPosts(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("word ", 12_000) // 60,000 bytes
	bodies := map[string][]content.Block{
		"within":         {content.Paragraph{Text: filler}, content.Paragraph{Text: "a rollback"}},
		"behind":         {content.Paragraph{Text: filler}, content.Code{Source: filler}, content.Paragraph{Text: "a rollback"}},
		"behind-mark-up": {content.HTML{HTML: "<table>" + strings.Repeat("<tr><td>x</td></tr>", 4000) + "</table>"}, content.Paragraph{Text: "a rollback"}},
	}
	var posts []*content.Post
	for slug, body := range bodies {
		posts = append(posts, post(slug, func(p *content.Post) { p.Body = body }))
	}
	r := storetest.Release(t, posts...).Reader(store.Preview)
	for slug := range bodies {
		refs, err := r.Lookup(t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Highlights(t.Context(), store.Search{Text: "rollback "}, refs)
		if err != nil || (len(found[0]) > 0) != (slug == "within") {
			t.Errorf("%s: found %v, %v", slug, found, err)
		}
	}
}
