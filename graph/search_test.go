package graph_test

import (
	"strings"
	"testing"
)

// TestSearchIsMeantAlikeHoweverItIsWritten asks one question with its match and language
// in the text, in variables, and as a filter.
func TestSearchIsMeantAlikeHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const found = `{ totalCount nodes { slug } match { mode words needed } }`
	want := string(api.query(t, `{ search(query: "text post", match: ALL, language: "en") `+found+` }`).Data)
	if !strings.Contains(want, `"match":{"mode":"ALL","words":2,"needed":2}`) || strings.Contains(want, `"totalCount":0`) {
		t.Fatalf("found %s", want)
	}
	const asked = `query($q: String!, $m: SearchMatch, $l: String) { search(query: $q, match: $m, language: $l) ` + found + ` }`
	const unset = `query($q: String!, $m: SearchMatch = ALL, $l: String = "en") { search(query: $q, match: $m, language: $l) ` + found + ` }`
	for range 2 { // the second is prepared
		api.want(t, want, asked, map[string]any{"q": "text post", "m": "ALL", "l": "en"})
		api.want(t, want, unset, map[string]any{"q": "text post"})
	}

	const filtered = `{ totalCount nodes { slug } }`
	listed := string(api.query(t, `{ posts(filter: {search: "text post", searchMatch: ALL, searchLanguage: "en"}) `+filtered+` }`).Data)
	for range 2 {
		api.want(t, listed, `query($f: PostFilter) { posts(filter: $f) `+filtered+` }`, map[string]any{"f": map[string]any{"search": "text post", "searchMatch": "ALL", "searchLanguage": "en"}})
		api.want(t, listed, `query($q: String, $m: SearchMatch, $l: String) { posts(filter: {search: $q, searchMatch: $m, searchLanguage: $l}) `+filtered+` }`,
			map[string]any{"q": "text post", "m": "ALL", "l": "en"})
	}
	nothing := string(api.query(t, `{ search(query: "text post") `+found+` }`).Data)
	api.want(t, nothing, `{ search(query: "text post", match: null, language: null) `+found+` }`)
	api.want(t, nothing, asked, map[string]any{"q": "text post", "m": nil, "l": ""})
}

// TestSearchThatIsMeantWrong: what is no match, no language, or said where nothing is
// searched for, is refused wherever it stands.
func TestSearchThatIsMeantWrong(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	long := strings.Repeat("a-", 40) + "a"
	for _, tt := range []struct{ code, message, query string }{
		{"VALIDATION_FAILED", "SearchMatch", `{ search(query: "a", match: SOME) { totalCount } }`},
		{"VALIDATION_FAILED", "SearchMatch", `{ posts(filter: {search: "a", searchMatch: "ANY"}) { totalCount } }`},
		{"BAD_REQUEST", `language: found "english", expected the tag of a language`, `{ search(query: "a", language: "english") { totalCount } }`},
		{"BAD_REQUEST", `language: found "a-a-`, `{ search(query: "a", language: "` + long + `") { totalCount } }`},
		{"BAD_REQUEST", `filter.searchLanguage: found "x y"`, `{ posts(filter: {search: "a", searchLanguage: "x y"}) { totalCount } }`},
		{"BAD_REQUEST", `filter.searchLanguage: found "und"`, `{ facets(by: TOOL, filter: {not: {search: "a", searchLanguage: "und"}}) { distinct } }`},
		{"BAD_REQUEST", `filter.searchMatch: found any, expected search beside it`, `{ posts(filter: {searchMatch: ANY}) { totalCount } }`},
		{"BAD_REQUEST", `filter.searchMatch: found most, expected search beside it`, `{ scores(filter: {search: "a", and: [{searchMatch: MOST}]}) { count } }`},
		{"BAD_REQUEST", `filter.searchLanguage: found "en", expected search beside it`, `{ facets(by: TOOL, filter: {searchLanguage: "en"}) { distinct } }`},
		{"BAD_REQUEST", `filter.searchLanguage: found "en", expected search beside it`, `{ suggestions(filter: {searchLanguage: "en"}) { value } }`},
		{"BAD_REQUEST", `filter.searchMatch`, `{ facets(by: TOOL, own: false, filter: {tool: {eq: "redis"}, searchMatch: ALL}) { distinct } }`},
		{"BAD_REQUEST", `filter.searchMatch`, `{ search(query: "a", filter: {searchMatch: ALL}) { totalCount } }`},
		{"BAD_REQUEST", `filter.searchMatch`, `{ similarPosts(to: {post: "bare"}, filter: {searchMatch: ALL}) { totalCount } }`},
		{"BAD_REQUEST", `filter.searchMatch`, `{ scoreGroups(by: TOOL, filter: {searchMatch: ALL}) { value } }`},
		{"BAD_REQUEST", `filter.searchMatch`, `{ ranges(by: {field: QUALITY}, filter: {searchMatch: ALL}) { field } }`},
	} {
		if got := api.wantError(t, tt.code, tt.query); !strings.Contains(got.Message, tt.message) {
			t.Errorf("%s: found %s", tt.query, got.Message)
		}
	}
}

// TestSearchCursorsHoldHowItIsMeant: a cursor of one match or language is of another list
// than those of others.
func TestSearchCursorsHoldHowItIsMeant(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	arguments := []string{``, `, match: ALL`, `, match: ANY`, `, language: "en"`, `, match: ALL, language: "en"`, `, match: ALL, language: "de"`}
	filters := []string{`search: "text"`, `search: "text", searchMatch: ALL`, `search: "text", searchMatch: MOST`, `search: "text", searchLanguage: "en"`, `search: "text", searchMatch: MOST, searchLanguage: "en"`}
	searching := func(meant, after string) string {
		return `{ search(query: "text"` + meant + `, first: 1, after: ` + after + `) { pageInfo { endCursor } } }`
	}
	listing := func(meant, after string) string {
		return `{ posts(filter: {` + meant + `}, first: 1, after: ` + after + `) { pageInfo { endCursor } } }`
	}
	for _, list := range []struct {
		ask   func(meant, after string) string
		meant []string
	}{{searching, arguments}, {listing, filters}} {
		for _, of := range list.meant {
			_, rest, _ := strings.Cut(string(api.query(t, list.ask(of, "null")).Data), `"endCursor":`)
			cursor, _, _ := strings.Cut(rest, "}")
			if cursor == "null" {
				t.Fatalf("%s: found no cursor", of)
			}
			for _, with := range list.meant {
				if with == of {
					if got := api.query(t, list.ask(with, cursor)); len(got.Errors) > 0 {
						t.Errorf("%s with its own cursor: %+v", with, got.Errors)
					}
				} else if got := api.wantError(t, "BAD_REQUEST", list.ask(with, cursor)); !strings.Contains(got.Message, "a cursor of another list") {
					t.Errorf("%s with a cursor of %s: found %s", with, of, got.Message)
				}
			}
		}
	}
}
