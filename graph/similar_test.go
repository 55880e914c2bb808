package graph_test

import (
	"strings"
	"testing"

	"alphanode/store"
)

func TestSimilarPosts(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const fields = `{ totalCount edges { similarity shared { name contribution } node { slug } } pageInfo { endCursor hasNextPage } suggestions { value } }`
	nested := api.query(t, `{ post(slug: "post-00") { similar(first: 3, diversity: 0.4) `+fields+` } }`)
	root := api.query(t, `{ similarPosts(to: {post: "post-00"}, first: 3, diversity: 0.4) `+fields+` }`)
	of := func(data []byte, field string) string {
		_, connection, _ := strings.Cut(string(data), `"`+field+`":`)
		return strings.TrimRight(connection, "}")
	}
	if a, b := of(nested.Data, "similar"), of(root.Data, "similarPosts"); a != b || a == "" || len(root.Errors) > 0 {
		t.Errorf("as a field of the post: %s\nat the root: %s", a, b)
	}
	api.want(t, `{"similarPosts":{"totalCount":1,"edges":[{"similarity":0.669710823,"shared":[{"kind":"STACK","name":"go services","type":null,"contribution":0.669710823}],"node":{"slug":"warm-caches"}}],"suggestions":[]}}`,
		`query($to: SimilarTo!) { similarPosts(to: $to, filter: {quality: {eq: 0}}, minSimilarity: 0) { totalCount edges { similarity shared { kind name type contribution } node { slug } } suggestions { value } } }`,
		map[string]any{"to": map[string]any{"terms": map[string]any{"stack": []string{"Go Services"}}}})
}

func TestSimilarPostsSuggestNames(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const query = `query($t: SimilarTerms!) { similarPosts(to: {terms: $t}, first: 1) { totalCount nodes { slug } suggestions { value kind nearest } } }`
	terms := func(names map[string]any) map[string]any { return map[string]any{"t": names} }
	api.want(t, `{"similarPosts":{"totalCount":1,"nodes":[{"slug":"warm-caches"}],"suggestions":[{"value":"problem:cachng","kind":"ENTITY","nearest":["caching"]},{"value":"Rediz","kind":"TOOL","nearest":["Redis"]}]}}`,
		query, terms(map[string]any{"entities": []string{"problem:cachng"}, "tools": []string{"Rediz", "c++"}}))
	// What only a draft has is no more there than what nobody has.
	nobody := terms(map[string]any{"tools": []string{"secret", "secre"}})
	api.want(t, `{"similarPosts":{"totalCount":0,"nodes":[],"suggestions":[{"value":"secret","kind":"TOOL","nearest":[]},{"value":"secre","kind":"TOOL","nearest":[]}]}}`, query, nobody)
	got := api.queryAs(t, store.Preview, query, nobody)
	if want := `{"similarPosts":{"totalCount":1,"nodes":[{"slug":"draft"}],"suggestions":[{"value":"secre","kind":"TOOL","nearest":["secret"]}]}}`; string(got.Data) != want {
		t.Errorf("found %s, expected %s", got.Data, want)
	}
}

func TestSimilarPostsThatAreWrong(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const byVariable = `query($to: SimilarTo!) { similarPosts(to: $to) { totalCount } }`
	to := func(value any) map[string]any { return map[string]any{"to": value} }
	terms := map[string]any{"tools": []string{"git"}}
	for _, tt := range []struct {
		name, query string
		variables   map[string]any
		code        string
		message     string // is part of it
	}{
		{"no such post", `{ similarPosts(to: {post: "none"}) { totalCount } }`, nil, "NOT_FOUND", `There is no post with the slug "none".`},
		{"a draft", `{ similarPosts(to: {post: "draft"}) { totalCount } }`, nil, "NOT_FOUND", `There is no post with the slug "draft".`},
		{"nothing", `{ similarPosts { totalCount } }`, nil, "VALIDATION_FAILED", "to"},
		{"neither", `{ similarPosts(to: {}) { totalCount } }`, nil, "VALIDATION_FAILED", "exactly one key"},
		{"both", `{ similarPosts(to: {post: "bare", terms: {}}) { totalCount } }`, nil, "VALIDATION_FAILED", "exactly one key"},
		{"null", `{ similarPosts(to: {post: null}) { totalCount } }`, nil, "VALIDATION_FAILED", "non-null"},
		{"a variable that may be null", `query($p: String) { similarPosts(to: {post: $p}) { totalCount } }`, map[string]any{"p": "bare"}, "VALIDATION_FAILED", "non-nullable"},
		{"neither in a variable", byVariable, to(map[string]any{}), "BAD_REQUEST", "to: found the object {}, expected exactly one of post and terms"},
		{"both in a variable", byVariable, to(map[string]any{"post": "bare", "terms": terms}), "BAD_REQUEST", "to: found the object {post, terms}, expected exactly one of post and terms"},
		{"one and null in a variable", byVariable, to(map[string]any{"post": nil, "terms": terms}), "BAD_REQUEST", "to: found the object {post: null, terms}"},
		{"null in a variable", byVariable, to(map[string]any{"post": nil}), "BAD_REQUEST", "to: found the object {post: null}"},
		{"no terms", `{ similarPosts(to: {terms: {}}) { totalCount } }`, nil, "BAD_REQUEST", "to.terms: found 0 terms, expected 1 to 100 terms"},
		{"empty lists", `{ similarPosts(to: {terms: {tools: [], stack: null}}) { totalCount } }`, nil, "BAD_REQUEST", "to.terms: found 0 terms"},
		{"too many terms", byVariable, to(map[string]any{"terms": map[string]any{"tools": make([]string, 60), "stack": make([]string, 41)}}), "BAD_REQUEST", "to.terms: found 101 terms"},
		{"diversity over one", `{ similarPosts(to: {post: "bare"}, diversity: 1.5) { totalCount } }`, nil, "BAD_REQUEST", "diversity: found 1.5, expected a number from 0 to 1"},
		{"diversity below nothing", `{ post(slug: "bare") { similar(diversity: -0.5) { totalCount } } }`, nil, "BAD_REQUEST", "diversity: found -0.5, expected a number from 0 to 1"},
		{"diversity beyond all numbers", `{ similarPosts(to: {post: "bare"}, diversity: 1e999) { totalCount } }`, nil, "VALIDATION_FAILED", ""},
		{"diversity that is no number", `query($d: Float) { similarPosts(to: {post: "bare"}, diversity: $d) { totalCount } }`, map[string]any{"d": "NaN"}, "BAD_REQUEST", "diversity"},
		{"too many posts", `{ similarPosts(to: {post: "bare"}, first: 101) { totalCount } }`, nil, "BAD_REQUEST", "first: found 101"},
		{"a cursor of another list", `{ similarPosts(to: {post: "bare"}, after: "x") { totalCount } }`, nil, "BAD_REQUEST", "after"},
		{"a filter of 600 floors", `query($f: PostFilter) { similarPosts(to: {post: "bare"}, filter: $f) { totalCount } }`, map[string]any{"f": floors(600)}, "TOO_COMPLEX", "filter"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.variables == nil {
				tt.variables = map[string]any{}
			}
			if got := api.wantError(t, tt.code, tt.query, tt.variables); !strings.Contains(got.Message, tt.message) || *got.Extensions.Retryable {
				t.Errorf("found %+v", got)
			}
		})
	}
	api.want(t, `{"similarPosts":{"totalCount":28,"nodes":[]}}`, `{ similarPosts(to: {post: "post-00"}, first: 0) { totalCount nodes { slug } } }`)
	api.want(t, `{"similarPosts":{"totalCount":28,"nodes":[]}}`, `{ similarPosts(to: {post: "post-00"}, first: 0, diversity: 1) { totalCount nodes { slug } } }`)
	api.want(t, `{"similarPosts":{"totalCount":28}}`, `query($f: PostFilter) { similarPosts(to: {post: "post-00"}, filter: $f) { totalCount } }`, map[string]any{"f": floors(100)})
}

// floors is a filter that nests so deep and holds for every post.
func floors(n int) map[string]any {
	f := map[string]any{}
	for range n / 2 {
		f = map[string]any{"not": map[string]any{"not": f}}
	}
	return f
}
