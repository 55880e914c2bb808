package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/storetest"
)

// coercions are values for an argument of a type: what they count as, or what is wrong
// with them. %s is where the value stands.
var coercions = []struct {
	typ, query string
	values     map[string]string // JSON of a value to the JSON of one that means the same
	wrong      map[string]string // JSON of a value to what is told of it
}{
	{"[String!]", `{ posts(filter: {tool: {in: %s}}) { totalCount } }`,
		map[string]string{`"redis"`: `["redis"]`, `["redis"]`: `["redis"]`, `[]`: `[]`, `null`: `null`},
		map[string]string{`5`: `found the number 5, expected a string`, `[null]`: `[0] for filter.tool.in[0]: found null, expected a string`,
			`["a",["b"]]`: `[1] for filter.tool.in[1]: found the list ["b"], expected a string`, `true`: `found the boolean true`, `{"a":1}`: `found the object {"a":1}, expected a string`}},
	{"[FacetField!]!", `{ facets(by: %s, first: 1) { field distinct } }`,
		map[string]string{`"TOOL"`: `["TOOL"]`, `["TOOL","ENTITY"]`: `["TOOL","ENTITY"]`},
		map[string]string{`"tool"`: `for by: found the string "tool", expected one of the values of FacetField: TOOL, `, `1`: `found the number 1`, `["TOOL",1]`: `[1] for by[1]: found the number 1`, `null`: `found null, expected a list, of the type [FacetField!]!`,
			`["ENTITIY"]`: `STATUS, SCENARIO, TOPIC, LANGUAGE; did you mean ENTITY?`}},
	{"[ID!]!", `{ nodes(ids: %s) { id } }`,
		map[string]string{`"VG9vbDpyZWRpcw"`: `["VG9vbDpyZWRpcw"]`, `17`: `["17"]`, `[17]`: `["17"]`, `17.0`: `["17"]`},
		map[string]string{`1.5`: `found the number 1.5, expected a string or an integer`, `true`: `found the boolean true`, `[[1]]`: `[0] for ids[0]: found the list [1]`, `{}`: `found the object {}`}},
	{"Int", `{ posts(first: %s) { nodes { slug } } }`,
		map[string]string{`2.0`: `2`, `2e0`: `2`, `20E-1`: `2`, `0.0`: `0`, `-0`: `0`, `2`: `2`, `null`: `null`},
		map[string]string{`2.5`: `variables.v for first: found the number 2.5, expected an integer from -2147483648 to 2147483647`, `"2"`: `first: found the string "2"`, `2147483648`: `found the number 2147483648`,
			`1e300`: `found the number 1e300`, `1e99999999999`: `found the number 1e99999999999`, `true`: `found the boolean true`, `[2]`: `found the list [2]`, `9e-1`: `found the number 9e-1`}},
	{"Long", `{ posts(filter: {viewCount: {gte: %s}}) { totalCount } }`,
		map[string]string{`9007199254740993`: `"9007199254740993"`, `9007199254740993.0`: `9007199254740993`, `9.007199254740993e15`: `9007199254740993`, `1e18`: `1000000000000000000`},
		map[string]string{`9223372036854775808`: `found the number 9223372036854775808`, `1e19`: `found the number 1e19`, `0.5`: `found the number 0.5`, `"ten"`: `found the string "ten"`, `"1.0"`: `found the string "1.0"`}},
	{"Float", `{ post(slug: "post-00") { similar(minSimilarity: %s, first: 1) { totalCount } } }`,
		map[string]string{`1`: `1.0`, `0`: `0e5`, `1e-3`: `0.001`},
		map[string]string{`"0.5"`: `found the string "0.5", expected a number`, `1e400`: `found the number 1e400`, `true`: `found the boolean true`}},
	{"Boolean", `{ posts(filter: {hasImages: %s}) { totalCount } }`,
		map[string]string{`true`: `true`},
		map[string]string{`"true"`: `found the string "true", expected true or false`, `1`: `found the number 1`, `"false"`: `found the string "false"`}},
	{"String!", `{ post(slug: %s) { slug } }`,
		map[string]string{`"bare"`: `"bare"`},
		map[string]string{`80`: `variables.v for slug: found the number 80, expected a string`, `5.5`: `found the number 5.5`, `null`: `found null, expected a string`, `["bare"]`: `found the list ["bare"]`,
			`{"a":"<>"}`: `found the object {"a":"<>"}, expected`}},
	{"PostFilter", `{ posts(filter: %s) { totalCount } }`,
		map[string]string{`{"tool":{"in":"redis"}}`: `{"tool":{"in":["redis"]}}`, `{"and":{"tool":{"all":"redis"}}}`: `{"and":[{"tool":{"all":["redis"]}}]}`,
			`{"quality":{"gte":2e0}}`: `{"quality":{"gte":2}}`, `{"or":{"tool":null}}`: `{"or":[{}]}`,
			`{"search":"redis","searchMatch":null,"searchLanguage":null}`: `{"search":"redis"}`},
		map[string]string{`{"tool":{"in":5}}`: `.tool.in for filter.tool.in: found the number 5`, `{"Tool":{}}`: `found the unknown field "Tool", expected fields of PostFilter: and, or, not, `, `"a"`: `found the string "a", expected an object with fields of PostFilter`,
			`{"qualty":{"gte":80}}`: `variables.v for filter: found the unknown field "qualty", expected fields of PostFilter: `, `{"quality":{"get":80}}`: `variables.v.quality for filter.quality: found the unknown field "get", expected fields of `,
			`{"or":[{"quality":{"gte":"80"}}]}`: `variables.v.or[0].quality.gte for filter.or[0].quality.gte: found the string "80", expected an integer`, `{"and":[null]}`: `variables.v.and[0] for filter.and[0]: found null, expected an object with fields of PostFilter`,
			`{"and":[{},{"tool":{"eq":1}}]}`: `.and[1].tool.eq for filter.and[1].tool.eq: found the number 1`, `[{}]`: `found the list [{}]`, `{"updated":{"gte":"2024-02-30"}}`: `.updated.gte: found the string "2024-02-30"`,
			`{"search":"a","searchMatch":"most"}`: `.searchMatch for filter.searchMatch: found the string "most", expected one of the values of SearchMatch: ALL, MOST, ANY`, `{"search":"a","searchLanguage":5}`: `.searchLanguage: found the number 5`,
			`{"__typename":"PostFilter"}`: `found the unknown field "__typename"`}},
	{"PostOrder", `{ posts(orderBy: %s, first: 2) { nodes { slug } } }`,
		map[string]string{`{"field":"SLUG"}`: `{"field":"SLUG","direction":"ASC"}`},
		map[string]string{`{}`: `.field for orderBy.field: found nothing, expected a value of the type PostOrderField!`, `{"field":"slug"}`: `.field for orderBy.field: found the string "slug", expected one of the values of PostOrderField: SLUG, `, `{"field":"SLUG","direction":null}`: `.direction for orderBy.direction: found null, expected one of the values of OrderDirection: ASC, DESC`,
			`{"field":"SLUG","dir":"ASC"}`: `found the unknown field "dir", expected fields of PostOrder: field, direction; did you mean direction?`, `{"field":"VIEW_CONT"}`: `; did you mean VIEW_COUNT?`}},
	{"[RangeBy!]!", `{ ranges(by: %s) { field } }`,
		map[string]string{`{"field":"QUALITY","bounds":5}`: `[{"field":"QUALITY","bounds":[5]}]`, `{"field":"QUALITY","bounds":[1e1]}`: `[{"field":"QUALITY","bounds":[10]}]`},
		map[string]string{`{"field":"QUALITY","bounds":1.5}`: `found the number 1.5`, `{"field":1}`: `.field for by.field: found the number 1`}},
	{"SimilarTo!", `{ similarPosts(to: %s) { totalCount } }`,
		map[string]string{`{"terms":{"tools":"redis"}}`: `{"terms":{"tools":["redis"]}}`},
		map[string]string{`{}`: `exactly one of post and terms`, `{"post":"a","terms":null}`: `found the object {post, terms: null}, expected exactly one of`, `{"pots":"a"}`: `did you mean post?`, `{"terms":{"tool":["a"]}}`: `.terms for to.terms: found the unknown field "tool", expected fields of `}},
}

// TestCoercion sends each value in a variable, twice, so that it is read by the executor
// and by what was prepared, and as the default of one.
func TestCoercion(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	send := func(query, variables string) answer {
		t.Helper()
		w, _ := api.do(store.Public, post(`{"query":`+quote(query)+`,"variables":`+variables+`}`))
		var got answer
		decode(t, w.Body.Bytes(), &got)
		return got
	}
	for _, c := range coercions {
		t.Run(c.typ, func(t *testing.T) {
			t.Parallel()
			query := fmt.Sprintf("query($v: "+c.typ+") "+c.query, "$v")
			for value, same := range c.values {
				want := send(query+" ", `{"v":`+same+`}`)
				for i := range 3 {
					if got := send(query, `{"v":`+value+`}`); string(got.Data) != string(want.Data) || messages(got) != messages(want) {
						t.Errorf("%d: %s: found %s %v, expected %s %v", i, value, got.Data, got.Errors, want.Data, want.Errors)
					}
				}
				literal, typ := literalOf(t, value), strings.TrimSuffix(c.typ, "!")
				if strings.ContainsAny(value, ".eE") && typ != "Float" && !strings.Contains(value, `"`) || strings.Contains(value, "1e1") || strings.Contains(value, "2e0") {
					continue // in a text an Int has neither fraction nor exponent
				}
				for range 2 {
					if got := send(fmt.Sprintf("query($v: "+typ+" = "+literal+") "+c.query, "$v"), `{}`); typ == c.typ && string(got.Data) != string(want.Data) {
						t.Errorf("default %s: found %s %v, expected %s", literal, got.Data, got.Errors, want.Data)
					}
					if got := send(fmt.Sprintf(c.query, literal), `{}`); string(got.Data) != string(want.Data) {
						t.Errorf("text %s: found %s %v, expected %s", literal, got.Data, got.Errors, want.Data)
					}
				}
			}
			for value, told := range c.wrong {
				for range 2 {
					got := send(query, `{"v":`+value+`}`)
					if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "BAD_REQUEST" || !strings.Contains(got.Errors[0].Message, told) ||
						!strings.HasPrefix(got.Errors[0].Message, "variables.v") || got.Data != nil {
						t.Errorf("%s: found %+v %s, expected %s", value, got.Errors, got.Data, told)
					}
				}
			}
		})
	}
}

// TestVariableThatIsNotSent says which, and of what type it must be.
func TestVariableThatIsNotSent(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	got := api.wantError(t, "BAD_REQUEST", `query($a: Int, $v: [FacetField!]!) { posts(first: $a) { totalCount } facets(by: $v) { field } }`, map[string]any{"a": 1})
	if want := "variables.v for by: found nothing, expected a value of the type [FacetField!]!"; got.Message != want {
		t.Errorf("found %s, expected %s", got.Message, want)
	}
	got = api.wantError(t, "BAD_REQUEST", `query($v: Boolean!) { __typename @skip(if: $v) }`, map[string]any{"v": "false"})
	if want := `variables.v for @skip.if: found the string "false", expected true or false`; got.Message != want {
		t.Errorf("found %s, expected %s", got.Message, want)
	}
	got = api.wantError(t, "BAD_REQUEST", `query($v: String!) { posts(filter: {or: [{}, {tool: {in: ["a", $v]}}]}) { totalCount } }`, map[string]any{"v": 1})
	if want := `variables.v for filter.or[1].tool.in[1]: found the number 1, expected a string`; got.Message != want {
		t.Errorf("found %s, expected %s", got.Message, want)
	}
}

// TestVariableOfAnotherName tells of what was sent and would be passed over.
func TestVariableOfAnotherName(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const query = `query($slug: String!, $n: Int) { post(slug: $slug) { slug } posts(first: $n) { totalCount } }`
	for sent, told := range map[string]string{
		`{"slgu":"a"}`:       `; the operation does not declare "slgu", which was sent`,
		`{"n":2,"Slug":"a"}`: `; the operation does not declare "Slug", which was sent`,
		`{"other":"a"}`:      ``,
		`{}`:                 ``,
		`{"` + strings.Repeat("s", 1000) + `":1}`: ``,
	} {
		got := api.wantError(t, "BAD_REQUEST", query, sentVariables(t, sent))
		if want := "variables.slug for slug: found nothing, expected a value of the type String!" + told; got.Message != want {
			t.Errorf("%.50s: found %s, expected %s", sent, got.Message, want)
		}
	}
}

// TestErrorsRepeatNoSecret sends the secret of a key where none is expected, and what is
// long.
func TestErrorsRepeatNoSecret(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	secret := store.SecretPrefix + strings.Repeat("0123456789abcdef", 4)
	for _, value := range []any{secret, []any{secret}, map[string]any{secret: 1}, "Bearer " + secret + strings.Repeat("b", 500)} {
		for _, typ := range []string{"Int", "PostFilter", "PostOrder"} {
			query := map[string]string{"Int": `posts(first: $v)`, "PostFilter": `posts(filter: $v)`, "PostOrder": `posts(orderBy: $v)`}[typ]
			got := api.wantError(t, "BAD_REQUEST", `query($v: `+typ+`) { `+query+` { totalCount } }`, map[string]any{"v": value})
			if strings.Contains(got.Message, "0123456789") || !strings.Contains(got.Message, "alphanode_…") || len(got.Message) > 500 {
				t.Errorf("%v for %s: found %s", value, typ, got.Message)
			}
		}
	}
	got := api.wantError(t, "VALIDATION_FAILED", `{ posts(first: "`+secret+`") { totalCount } }`, nil)
	if strings.Contains(got.Message, "0123456789") {
		t.Errorf("found %s", got.Message)
	}
}

func messages(a answer) string {
	var all []string
	for _, err := range a.Errors {
		all = append(all, err.Message)
	}
	return strings.Join(all, "\n")
}

func sentVariables(t *testing.T, text string) (variables map[string]any) {
	t.Helper()
	decode(t, []byte(text), &variables)
	return variables
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// literalOf writes a JSON value as a text of GraphQL has it.
func literalOf(t *testing.T, text string) string {
	t.Helper()
	if strings.HasPrefix(text, `"`) && strings.ToUpper(text) == text && len(text) > 2 && text[1] >= 'A' { // an enum
		return strings.Trim(text, `"`)
	}
	var b strings.Builder
	for rest := text; rest != ""; {
		i := strings.IndexByte(rest, '"')
		if i < 0 {
			b.WriteString(rest)
			break
		}
		end := i + 1 + strings.IndexByte(rest[i+1:], '"')
		word := rest[i+1 : end]
		b.WriteString(rest[:i])
		if key := strings.HasPrefix(rest[end+1:], ":"); key || word != "" && strings.ToUpper(word) == word && word[0] >= 'A' && word[0] <= 'Z' {
			b.WriteString(word)
		} else {
			b.WriteString(`"` + word + `"`)
		}
		rest = rest[end+1:]
	}
	return b.String()
}

// TestFiltersWithoutSearch sends a server without search a field that its filters have
// not, before and after the operation was prepared.
func TestFiltersWithoutSearch(t *testing.T) {
	t.Parallel()
	api := &api{graph.NewHandler(graph.DefaultLimits, "search"), storetest.Release(t, archive()...)}
	const query = `query($f: PostFilter) { posts(filter: $f) { totalCount } }`
	for i := range 2 {
		for at, filter := range map[string]map[string]any{
			"":            {"search": nil},
			".and[0]":     {"and": []any{map[string]any{"search": "a"}}},
			".or[0].not":  {"or": []any{map[string]any{"not": map[string]any{"search": nil}}}},
			".not.and[0]": {"not": map[string]any{"and": []any{map[string]any{"tool": nil, "search": nil}}}},
		} {
			got := api.wantError(t, "BAD_REQUEST", query, map[string]any{"f": filter})
			if !strings.HasPrefix(got.Message, "variables.f"+at+" for filter"+at+`: found the unknown field "search"`) {
				t.Errorf("%d: %v: found %s", i, filter, got.Message)
			}
		}
		for _, name := range []string{"searchMatch", "searchLanguage"} {
			if got := api.wantError(t, "BAD_REQUEST", query, map[string]any{"f": map[string]any{name: nil}}); !strings.Contains(got.Message, `found the unknown field "`+name+`"`) {
				t.Errorf("%d: %s: found %s", i, name, got.Message)
			}
		}
		api.query(t, query, map[string]any{"f": map[string]any{"not": map[string]any{"and": []any{}}}}) // which prepares it
	}
}
