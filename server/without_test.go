package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"alphanode/server"
	"alphanode/server/route"
)

// TestWithoutParts switches each part off: its addresses are as unknown as any other,
// and nothing describes it.
func TestWithoutParts(t *testing.T) {
	t.Parallel()
	for _, part := range route.Parts {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			h := serving(t, "without="+part)
			document := get(t, h, "/openapi.json").body
			off := map[string][]string{
				route.PartGraphQL: {"/graphql", "GraphQLRequest"}, route.PartSearch: {"/v1/search", "FoundPost", `"search"`, "/v1/suggest", "Completion", "SearchExplanation"},
				route.PartStreams: {"/v1/posts.ndjson"},
			}
			for other, words := range off {
				for _, word := range words {
					if strings.Contains(document, `"`+strings.Trim(word, `"`)+`"`) == (part == other) {
						t.Errorf("found it to be %t that the document has %s", part != other, word)
					}
					if !strings.HasPrefix(word, "/") {
						continue
					}
					for _, method := range []string{"GET", "POST", "OPTIONS"} {
						a := ask(t, h, method, word+"?q=cache&query={__typename}", "")
						if gone := strings.Contains(a.body, "There is nothing at "); gone != (part == other) && a.status == http.StatusNotFound || part == other && a.status != http.StatusNotFound {
							t.Errorf("%s %s: found %d %s", method, word, a.status, a.body)
						}
					}
					if linked := strings.Contains(get(t, h, "/", "Accept: application/json").body, `"`+word+`"`); linked == (part == other) {
						t.Errorf("found it to be %t that %s is linked", linked, word)
					}
					if purged := slices.ContainsFunc(server.Addresses([]string{part}), func(a server.Address) bool { return a.Pattern == word }); purged == (part == other) {
						t.Errorf("found it to be %t that caches are told of %s", purged, word)
					}
				}
			}
			if a := get(t, h, "/v1/posts?search=cache&search.match=any&search.language=en"); part == route.PartSearch && !strings.Contains(a.body, `"query.search.match"`) || part != route.PartSearch && a.status != http.StatusOK {
				t.Errorf("search.match=: found %d %s", a.status, a.body)
			}
			a := get(t, h, "/v1/posts?search=cache")
			if part == route.PartSearch && (a.status != http.StatusBadRequest || !strings.Contains(a.body, `"query.search"`)) || part != route.PartSearch && a.status != http.StatusOK {
				t.Errorf("search=: found %d %s", a.status, a.body)
			}
		})
	}
}

// TestGraphQLWithoutParts asks for what is left out of the schema in every way that
// there is: by literals, by variables that are sent first, and by such as are sent to an
// operation that is known.
func TestGraphQLWithoutParts(t *testing.T) {
	t.Parallel()
	const byFilter = `query ($f: PostFilter) { posts(filter: $f) { totalCount } }`
	tests := []struct {
		part, query, variables string
		refused                string // "" where it is answered
	}{
		{"introspection", `{ __schema { types { name } } }`, `{}`, "Introspection is switched off here"},
		{"introspection", `{ ...f } fragment f on Query { x: __type(name: "Post") { name } }`, `{}`, "Introspection is switched off here"},
		{"introspection", `query ($n: String!) { __type(name: $n) { name } }`, `{"n":"Post"}`, "Introspection is switched off here"},
		{"introspection", `{ __typename posts(first: 1) { nodes { __typename } } }`, `{}`, ""},
		{"search", `{ search(query: "cache") { totalCount } }`, `{}`, `Cannot query field \"search\" on type \"Query\"`},
		{"search", `{ posts(filter: {search: "cache"}) { totalCount } }`, `{}`, `Field \"search\" is not defined by type \"PostFilter\"`},
		{"search", `{ posts(filter: {not: {and: [{search: "cache"}]}}) { totalCount } }`, `{}`, `Field \"search\" is not defined by type \"PostFilter\"`},
		{"search", `query ($f: PostFilter = {search: "cache"}) { posts(filter: $f) { totalCount } }`, `{}`, `search`},
		{"search", byFilter, `{"f":{"search":"cache"}}`, "the unknown field"},
		{"search", byFilter, `{"f":{"tool":{"eq":"redis"}}}`, ""},
		{"search", byFilter, `{"f":{"search":"cache"}}`, "the unknown field"}, // it is known by now
		{"search", byFilter, `{"f":{"or":[{"not":{"search":"cache"}}]}}`, "the unknown field"},
		{"search", byFilter, `{"f":{"and":[{"search":"cache"}]}}`, "the unknown field"},
		{"search", `{ __type(name: "PostFilter") { inputFields { name } } }`, `{}`, ""},
	}
	with := serving(t)
	without := map[string]*server.Server{"introspection": serving(t, "without=introspection"), "search": serving(t, "without=search")}
	for _, tt := range tests {
		body, err := json.Marshal(map[string]any{"query": tt.query, "variables": json.RawMessage(tt.variables)})
		if err != nil {
			t.Fatal(err)
		}
		for h, refused := range map[*server.Server]string{with: "", without[tt.part]: tt.refused} {
			a := ask(t, h, "POST", "/graphql", string(body), "Content-Type: application/json", "Accept: application/graphql-response+json")
			if refused == "" && a.status != http.StatusOK || refused != "" && (a.status != http.StatusBadRequest || !strings.Contains(a.body, refused)) {
				t.Errorf("%s %s without %s: found %d %s, expected %q", tt.query, tt.variables, tt.part, a.status, a.body, refused)
			}
		}
	}
	schema := ask(t, without["search"], "POST", "/graphql", `{"query":"{ __schema { types { name fields { name } inputFields { name } } } }"}`, "Content-Type: application/json").body
	for _, word := range []string{`"search"`, "SearchConnection", "SearchEdge", "Highlight", "SearchMatch", "MatchedWords", "CorrectedText", "searchMatch", "searchLanguage"} {
		if strings.Contains(schema, word) {
			t.Errorf("found %s in the schema", word)
		}
	}
}
