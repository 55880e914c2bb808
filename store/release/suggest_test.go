package release_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

func suggestions(t *testing.T, r *release.Reader, to store.SimilarTerms) *store.SimilarPage {
	t.Helper()
	page, err := r.SimilarToTerms(t.Context(), to, store.SimilarQuery{First: 10, Suggest: true})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestSuggestionsEqualEveryName misspells names and holds what is suggested
// against a look at all of them.
func TestSuggestionsEqualEveryName(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := slices.Concat(storetest.RandomPosts(rnd, 150), syntheticPosts(150), variedPosts(rnd, 150, 400))
	for _, p := range posts { // names of one letter more or less, under several types
		if rnd.IntN(3) == 0 {
			p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: "cach" + strings.Repeat("e", rnd.IntN(5)), Type: fmt.Sprint("kind ", rnd.IntN(3))})
			p.Meta.Tools = append(p.Meta.Tools, fmt.Sprint("TOOL ", rnd.IntN(30)), "größe")
		}
		if rnd.IntN(4) == 0 {
			draft(p)
		}
	}
	model := storetest.NewModel(posts)
	release := storetest.Release(t, posts...)
	told := 0
	for range storetest.Times(300) {
		view := store.View(rnd.IntN(2))
		m := posts[rnd.IntN(len(posts))].Meta
		var to store.SimilarTerms
		kind := store.KindEntity
		switch rnd.IntN(3) {
		case 0:
			for _, e := range m.Entities {
				to.Entities = append(to.Entities, misspelled(rnd, [...]string{e.Name, e.Type + ":" + e.Name, e.Slug()}[rnd.IntN(3)]))
			}
		case 1:
			kind = store.KindTool
			for _, name := range m.Tools {
				to.Tools = append(to.Tools, misspelled(rnd, name))
			}
		case 2:
			kind = store.KindStack
			for _, name := range m.Stack {
				to.Stack = append(to.Stack, misspelled(rnd, name))
			}
		}
		if len(to.Entities)+len(to.Tools)+len(to.Stack) == 0 {
			continue
		}
		if slices.Contains(slices.Concat(to.Entities, to.Tools, to.Stack), "") {
			continue // is refused
		}
		for _, s := range suggestions(t, release.Reader(view), to).Suggestions {
			got := make([]string, len(s.Nearest))
			for i, name := range s.Nearest {
				got[i] = content.Identity(name)
			}
			want := model.Nearest(view, kind, s.Value)
			if s.Kind != kind || !slices.Equal(got, want) {
				t.Fatalf("view %d, %s %q: found %q, expected %q", view, kind, s.Value, got, want)
			}
			told += len(got)
		}
	}
	if told < 100 && !testing.Short() {
		t.Errorf("%d names were suggested", told)
	}
}

// misspelled leaves out a letter or two, puts one in, or cuts the end off.
func misspelled(r *rand.Rand, name string) string {
	letters := []rune(name)
	at := r.IntN(len(letters))
	switch r.IntN(4) {
	case 0:
		return string(slices.Delete(letters, at, min(at+1+r.IntN(2), len(letters))))
	case 1:
		return string(slices.Insert(letters, at, 'x'))
	case 2:
		return string(letters[:at])
	default:
		letters[at] = 'Q'
		return string(letters)
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	tools := func(names ...string) func(*content.Post) {
		return func(p *content.Post) { p.Meta.Tools = names }
	}
	entity := func(p *content.Post) {
		p.Meta.Entities = []content.Entity{{Name: "PostgreSQL", Type: "database"}, {Name: "Redis", Type: "database"}, {Name: "Redis", Type: "stack"}}
	}
	r := storetest.Release(t,
		post("a", tools("Redis", "redis-cli")), post("b", tools("Redis")), post("c", entity),
		post("d", tools("reddis secret", "redos"), draft), post("e", tools("rebus")), post("f", tools("rebus"))).Reader(store.Public)
	for _, tt := range []struct {
		to    store.SimilarTerms
		value string
		want  []string
	}{
		{store.SimilarTerms{Tools: []string{"REDIZ"}}, "REDIZ", []string{"Redis"}},
		{store.SimilarTerms{Tools: []string{"redi"}}, "redi", []string{"Redis", "redis-cli"}}, // by what they contain
		{store.SimilarTerms{Tools: []string{"redus"}}, "redus", []string{"rebus", "Redis"}},   // of equal posts by name
		{store.SimilarTerms{Tools: []string{"reddis secre"}}, "reddis secre", []string{}},     // of a draft
		{store.SimilarTerms{Tools: []string{"reddis secret"}}, "reddis secret", []string{}},   // of a draft
		{store.SimilarTerms{Tools: []string{"x"}}, "x", []string{}},                           // too short
		{store.SimilarTerms{Tools: []string{strings.Repeat("redis", 50)}}, strings.Repeat("redis", 50), []string{}},
		{store.SimilarTerms{Entities: []string{"database:postgres"}}, "database:postgres", []string{"PostgreSQL"}},
		{store.SimilarTerms{Entities: []string{"database-postgrsql"}}, "database-postgrsql", []string{"PostgreSQL"}},
		{store.SimilarTerms{Entities: []string{"redi"}}, "redi", []string{"Redis"}}, // once, though of two types
	} {
		page := suggestions(t, r, tt.to)
		if len(page.Suggestions) != 1 || page.Suggestions[0].Value != tt.value || !slices.Equal(page.Suggestions[0].Nearest, tt.want) || page.Total != 0 {
			t.Errorf("%q: found %+v, expected %q", tt.value, page.Suggestions, tt.want)
		}
	}
	page := suggestions(t, r, store.SimilarTerms{Entities: []string{"nobody"}, Tools: []string{"redis", "nobody", "nobody"}})
	if len(page.Suggestions) != 2 || page.Suggestions[0].Kind != store.KindEntity || page.Suggestions[1].Kind != store.KindTool || page.Total != 2 {
		t.Errorf("found %+v: what is known decides, and what is not is told once", page)
	}
	if page := suggestions(t, r, store.SimilarTerms{Tools: []string{"redis"}}); page.Suggestions != nil || len(page.Terms) != 1 || page.Terms[0].Name != "Redis" {
		t.Errorf("found %+v", page)
	}
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprint("redis ", i))
	}
	if page := suggestions(t, r, store.SimilarTerms{Tools: many}); len(page.Suggestions) != 10 {
		t.Errorf("%d suggestions", len(page.Suggestions))
	}
}
