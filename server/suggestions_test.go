package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// suggesting is an archive whose terms are worth to be misspelled.
func suggesting(t *testing.T) faces {
	t.Helper()
	public := decode(t, `{"slug":"public","title":"Rolling back","meta":{"tools":["pgbench","git","C#"],"entities":[{"name":"PostgreSQL","type":"database"},{"name":"Caching","type":"problem"}],
		"stack":["python services"],"difficulty":"beginner","codeLanguage":"javascript","language":"zh-Hans","topic":"Zero downtime","revision":{"status":"reviewed"},"payload":{"scenario":"outage"}}}`)
	hidden := decode(t, `{"slug":"hidden","title":"Unspeakable","meta":{"tools":["pgbensh secret"],"entities":[{"name":"postgres secret","type":"databaze"}],
		"stack":["python servicez"],"difficulty":"begginer","codeLanguage":"javascripd","language":"zh-Hant","topic":"Zero downtimes","revision":{"status":"draft"},"payload":{"scenario":"outages"}}}`)
	return faces{t, serve(t, onlyOne{storetest.Release(t, public, hidden)}, quiet)}
}

// misspelledTerms has a value that is nowhere for every field of terms, and what it was
// meant to be.
var misspelledTerms = []struct{ field, enum, value, meant string }{
	{"tool", "TOOL", "pgbensh", "pgbench"},
	{"entity", "ENTITY", "postgres", "PostgreSQL"},
	{"entity", "ENTITY", "database:postgress", "PostgreSQL"},
	{"stack", "STACK", "python servics", "python services"},
	{"difficulty", "DIFFICULTY", "begginer", "beginner"},
	{"codeLanguage", "CODE_LANGUAGE", "javascrip", "javascript"},
	{"status", "STATUS", "reviewd", "reviewed"},
	{"scenario", "SCENARIO", "outtage", "outage"},
	{"language", "LANGUAGE", "zh-hanss", "zh-Hans"},
	{"topic", "TOPIC", "zero downtme", "Zero downtime"},
}

// TestSuggestionsEverywhere asks every address that takes a filter, and every field of
// GraphQL, for values that are nowhere: each says what was meant, both say the same, and
// nothing that only drafts have.
func TestSuggestionsEverywhere(t *testing.T) {
	t.Parallel()
	f := suggesting(t)
	var enums []string
	for _, tt := range misspelledTerms {
		enums = append(enums, tt.enum)
		want := fmt.Sprintf(`[{"kind":%q,"nearest":[%q],"value":%q}]`, tt.field, tt.meant, tt.value)
		for _, list := range []string{"/v1/posts?", "/v1/posts?fields=slug&", "/v1/posts?fields=slug,meta.summary&", "/v1/summaries?", "/v1/summaries?fields=slug&", "/v1/tools/git/posts?", "/v1/entities/database-postgresql/posts?",
			"/v1/search?q=rolling&", "/v1/posts/public/similar?", "/v1/similar?stack=python+services&", "/v1/facets?", "/v1/facets?by=tool&", "/v1/ranges?", "/v1/scores?", "/v1/scores?by=tool&", "/v1/changes?since=r1&"} {
			for _, suffix := range []string{"", ".all", ".not"} {
				address := list
				if suffix == "" && strings.HasPrefix(list, "/v1/similar") && slices.Contains([]string{"tool", "entity", "stack"}, tt.field) {
					address = "/v1/similar?" // these are no filters there
				}
				target := address + tt.field + suffix + "=" + url.QueryEscape(tt.value)
				if got := asJSON(t, f.rest(target)["suggestions"]); got != want {
					t.Errorf("%s: found %s, expected %s", target, got, want)
				}
			}
		}
		for _, condition := range []map[string]any{
			{tt.field: map[string]any{"eq": tt.value}}, {tt.field: map[string]any{"in": []string{tt.value}}}, {tt.field: map[string]any{"all": []string{tt.value, tt.value}}},
			{tt.field: map[string]any{"none": []string{tt.value}}}, {"or": []any{map[string]any{"not": map[string]any{tt.field: map[string]any{"eq": tt.value}}}}},
		} {
			answer := f.graphql(`query($f: PostFilter) {
				suggestions(filter: $f) { ...s }
				posts(filter: $f) { suggestions { ...s } }
				tool(slug: "git") { posts(filter: $f) { suggestions { ...s } } }
				entity(slug: "database-postgresql") { posts(filter: $f) { suggestions { ...s } } }
				search(query: "rolling", filter: $f) { suggestions { ...s } }
				similarPosts(to: {post: "public"}, filter: $f) { suggestions { ...s } }
				post(slug: "public") { similar(filter: $f) { suggestions { ...s } } }
				changes(since: "r1", filter: $f) { suggestions { ...s } }
				scoreGroupsConnection(by: TOOL, filter: $f) { suggestions { ...s } }
			} fragment s on Suggestion { kind value nearest }`, map[string]any{"f": condition})
			for name, got := range map[string]any{
				"suggestions": answer["suggestions"], "posts": at(answer, "posts", "suggestions"), "tool.posts": at(answer, "tool", "posts", "suggestions"),
				"entity.posts": at(answer, "entity", "posts", "suggestions"), "search": at(answer, "search", "suggestions"), "similarPosts": at(answer, "similarPosts", "suggestions"),
				"similar": at(answer, "post", "similar", "suggestions"), "changes": at(answer, "changes", "suggestions"), "scoreGroupsConnection": at(answer, "scoreGroupsConnection", "suggestions"),
			} {
				if got := asJSON(t, spelledInREST(got)); got != want {
					t.Errorf("%s under %s: found %s, expected %s", name, asJSON(t, condition), got, want)
				}
			}
		}
	}
	for _, field := range at(f.graphql(`{ __type(name: "FacetField") { enumValues { name } } }`, nil), "__type", "enumValues").([]any) {
		if name := at(field, "name").(string); !slices.Contains(enums, name) {
			t.Errorf("no misspelled term of the field %s", name)
		}
	}
	for _, target := range []string{"/v1/posts?tool=git&difficulty=beginner&search=rolling", "/v1/posts", "/v1/facets?entity=database:PostgreSQL", "/v1/tools?q=pg", "/v1/entities?type=Database"} {
		if s := f.rest(target)["suggestions"]; s != nil {
			t.Errorf("%s: found %v, though all is there", target, s)
		}
	}
}

// TestSuggestionsOfWords: a filter that searches for a word that is nowhere finds nothing
// either.
func TestSuggestionsOfWords(t *testing.T) {
	t.Parallel()
	f := suggesting(t)
	want := `[{"kind":"tool","nearest":["git"],"value":"gti"},{"nearest":["rolling"],"value":"roling"}]`
	for _, list := range []string{"/v1/posts?", "/v1/summaries?fields=slug&", "/v1/facets?", "/v1/scores?", "/v1/ranges?", "/v1/changes?since=r1&", "/v1/posts/public/similar?"} {
		if got := asJSON(t, f.rest(list + "search=roling+back&tool=gti")["suggestions"]); got != want {
			t.Errorf("%s: found %s, expected %s", list, got, want)
		}
	}
	for _, target := range []string{"/v1/posts?tool=gti&tool=GTI", "/v1/posts?tool=gti&tool.not=Gti", "/v1/similar?tool=gti&tool=GTI", "/v1/similar?tool=gti&tool.not=GTI"} { // of one identity, once
		if got, want := asJSON(t, f.rest(target)["suggestions"]), `[{"kind":"tool","nearest":["git"],"value":"gti"}]`; got != want {
			t.Errorf("%s: found %s, expected %s", target, got, want)
		}
	}
	answer := f.graphql(`{ suggestions(filter: {and: [{search: "roling back"}, {tool: {eq: "gti"}}]}) { kind value nearest } }`, nil)
	if got := asJSON(t, spelledInREST(asImported(answer["suggestions"]))); got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
	for _, word := range []string{"unspeakble", "unspeakable"} { // of a draft
		if got, want := asJSON(t, f.rest("/v1/posts?search=" + word)["suggestions"]), `[{"nearest":[],"value":"`+word+`"}]`; got != want {
			t.Errorf("%s: found %s, expected %s", word, got, want)
		}
	}
}

// TestSuggestionsOfTermLists: an empty list of entities or tools says which type or name
// was meant.
func TestSuggestionsOfTermLists(t *testing.T) {
	t.Parallel()
	f := suggesting(t)
	for _, tt := range []struct{ list, arguments, want string }{
		{"entities?type=databas", `type: "databas"`, `[{"kind":"entityType","nearest":["database"],"value":"databas"}]`},
		{"entities?type=Problems", `type: "Problems"`, `[{"kind":"entityType","nearest":["problem"],"value":"Problems"}]`},
		{"entities?type=foo", `type: "foo"`, `[{"kind":"entityType","nearest":[],"value":"foo"}]`},
		{"entities?type=x", `type: "x"`, `[{"kind":"entityType","nearest":[],"value":"x"}]`},
		{"entities?q=postgress", `query: "postgress"`, `[{"kind":"entity","nearest":["PostgreSQL"],"value":"postgress"}]`},
		{"entities?q=postgress&type=databas", `query: "postgress", type: "databas"`, `[{"kind":"entityType","nearest":["database"],"value":"databas"},{"kind":"entity","nearest":["PostgreSQL"],"value":"postgress"}]`},
		{"entities?q=caching&type=database", `query: "caching", type: "database"`, `[]`}, // it is there, and of another type
		{"entities?type=databaze", `type: "databaze"`, `[{"kind":"entityType","nearest":["database"],"value":"databaze"}]`},
		{"entities?type=database&q=cachng", `query: "cachng", type: "database"`, `[{"kind":"entity","nearest":[],"value":"cachng"}]`},
		{"entities?type=problem&q=cachng", `query: "cachng", type: "problem"`, `[{"kind":"entity","nearest":["Caching"],"value":"cachng"}]`},
		{"entities?type=problem&q=caching,postgresql", `query: "caching,postgresql", type: "problem"`, `[{"kind":"entity","nearest":["Caching"],"value":"caching,postgresql"}]`},
		{"entities?type=databas&q=post", `query: "post", type: "databas"`, `[{"kind":"entityType","nearest":["database"],"value":"databas"}]`}, // which PostgreSQL begins with
		{"entities?q=database:postgresql", `query: "database:postgresql"`, `[{"kind":"entity","nearest":["PostgreSQL"],"value":"database:postgresql"}]`},
		{"entities?q=database-postgresql", `query: "database-postgresql"`, `[{"kind":"entity","nearest":["PostgreSQL"],"value":"database-postgresql"}]`},
		{"entities?q=postgresql,caching", `query: "postgresql,caching"`, `[{"kind":"entity","nearest":["PostgreSQL","Caching"],"value":"postgresql,caching"}]`},
		{"tools?q=csharp", `query: "csharp"`, `[{"kind":"tool","nearest":["C#"],"value":"csharp"}]`},
		{"tools?q=git,pgbench", `query: "git,pgbench"`, `[{"kind":"tool","nearest":["git","pgbench"],"value":"git,pgbench"}]`},
		{"tools?q=pgbensh", `query: "pgbensh"`, `[{"kind":"tool","nearest":["pgbench"],"value":"pgbensh"}]`},
	} {
		rest := f.rest("/v1/" + tt.list)["suggestions"]
		if rest == nil {
			rest = []any{}
		}
		name, _, _ := strings.Cut(tt.list, "?")
		graphql := at(f.graphql(`{ `+name+`(`+tt.arguments+`) { totalCount suggestions { kind value nearest } } }`, nil), name, "suggestions")
		if r, g := asJSON(t, rest), asJSON(t, spelledInREST(graphql)); r != tt.want || g != tt.want {
			t.Errorf("%s: REST suggests %s, GraphQL %s, expected %s", tt.list, r, g, tt.want)
		}
	}
}

// TestFacesAgreeOnSuggestions asks both faces with names of random posts, some misspelled,
// and holds what they suggest against a look at every name.
func TestFacesAgreeOnSuggestions(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 21))
	posts := storetest.RandomPosts(rnd, 300)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	told := 0
	for range storetest.Times(60) {
		filter := storetest.RandomFilter(rnd, 1)
		filter.Search, filter.SearchMatch, filter.SearchLanguage = nil, store.MatchUsual, ""
		for _, c := range filter.TermConditions() {
			if c.Filter != nil {
				misspell(rnd, c.Filter)
			}
		}
		q := restQuery(filter, store.DefaultOrder) // which names a term where the filter has none
		q.Del("sort")
		var want []any
		seen := map[string]bool{}
		for _, c := range filter.TermConditions() {
			for value := range c.Filter.Values() {
				named := &store.TermFilter{In: []string{value}}
				if key := string(c.Kind) + ":" + content.Identity(value); len(want) == store.MaxSuggestions || seen[key] || len(model.Find(store.Public, filterOf(c.Kind, named), store.DefaultOrder)) > 0 {
					continue
				} else {
					seen[key] = true
				}
				nearest := []any{}
				for _, name := range model.Nearest(store.Public, c.Kind, value) {
					nearest = append(nearest, name)
				}
				told += len(nearest)
				want = append(want, map[string]any{"kind": string(c.Kind), "value": value, "nearest": nearest})
			}
		}
		rest, _ := f.rest("/v1/facets?" + q.Encode())["suggestions"].([]any)
		list, _ := f.rest("/v1/summaries?limit=1&" + q.Encode())["suggestions"].([]any)
		answer := f.graphql(`query($f: PostFilter) { suggestions(filter: $f) { kind value nearest } posts(filter: $f, first: 1) { suggestions { kind value nearest } } }`, map[string]any{"f": filter})
		for face, got := range map[string]any{"facets": rest, "summaries": list, "suggestions": spelledInREST(answer["suggestions"]), "posts": spelledInREST(at(answer, "posts", "suggestions"))} {
			all := got.([]any)
			for _, s := range all {
				for i, name := range at(s, "nearest").([]any) {
					at(s, "nearest").([]any)[i] = content.Identity(name.(string))
				}
				delete(s.(map[string]any), "instead")
			}
			if asJSON(t, sortedSuggestions(t, all)) != asJSON(t, sortedSuggestions(t, want)) {
				t.Fatalf("%s under %s:\nfound    %s\nexpected %s", face, asJSON(t, filter), asJSON(t, all), asJSON(t, want))
			}
		}
	}
	if told == 0 && !testing.Short() {
		t.Error("nothing was suggested")
	}
}

// sortedSuggestions gives them in an order of their own: REST gives the values of one field
// in another order than a filter of GraphQL.
func sortedSuggestions(t *testing.T, all []any) []string {
	var each []string
	for _, s := range all {
		each = append(each, asJSON(t, s))
	}
	slices.Sort(each)
	return each
}

// misspell changes some of the values of a condition.
func misspell(rnd *rand.Rand, f *store.TermFilter) {
	change := func(value string) string {
		if letters := []rune(value); len(letters) > 3 && rnd.IntN(2) == 0 {
			at := rnd.IntN(len(letters))
			return strings.TrimSpace(string(slices.Delete(letters, at, at+1)))
		}
		return value
	}
	if f.Eq != nil {
		changed := change(*f.Eq)
		f.Eq = &changed
	}
	for _, values := range [][]string{f.In, f.All, f.None} {
		for i := range values {
			values[i] = change(values[i])
		}
	}
}

func filterOf(kind store.Kind, f *store.TermFilter) *store.Filter {
	switch kind {
	case store.KindTool:
		return &store.Filter{Tool: f}
	case store.KindEntity:
		return &store.Filter{Entity: f}
	case store.KindStack:
		return &store.Filter{Stack: f}
	case store.KindDifficulty:
		return &store.Filter{Difficulty: f}
	case store.KindCodeLanguage:
		return &store.Filter{CodeLanguage: f}
	case store.KindLanguage:
		return &store.Filter{Language: f}
	case store.KindStatus:
		return &store.Filter{Status: f}
	case store.KindScenario:
		return &store.Filter{Scenario: f}
	}
	return &store.Filter{Topic: &store.TopicFilter{TermFilter: *f}}
}
