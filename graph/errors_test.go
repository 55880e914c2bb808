package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"alphanode/apierror"
	"alphanode/graph"
	"alphanode/store"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	variables := func(v any) map[string]any { return map[string]any{"v": v} }
	tests := []struct {
		name, query string
		variables   map[string]any
		code        string
		message     string // is part of it
		expected    string // is part of it
	}{
		{"syntax", `{ posts`, nil, "BAD_REQUEST", "Expected Name", "a GraphQL document"},
		{"empty", ` `, nil, "VALIDATION_FAILED", "no operation", ""},
		{"unknown field", `{ psots { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "posts"`, ""},
		{"argument of other APIs", `{ posts(limit: 2) { totalCount } }`, nil, "VALIDATION_FAILED", `Unknown argument "limit" on field "Query.posts". Did you mean "first"?`, ""},
		{"page of other APIs", `{ posts(page: 2) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "offset" or "after"?`, ""},
		{"order of other APIs", `{ posts(sort: {field: SLUG}) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "orderBy"?`, ""},
		{"filter of other APIs", `{ posts(where: {}) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "filter"?`, ""},
		{"search of other APIs", `{ posts(q: "cache") { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "filter: {search: …}"?`, ""},
		{"argument of a filter", `{ posts(tool: "git") { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "filter: {tool: …}"?`, ""},
		{"offset where there is none", `{ search(query: "a", offset: 2) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "after"?`, ""},
		{"rows of other APIs", `{ posts { items { slug } } }`, nil, "VALIDATION_FAILED", `Did you mean "nodes" or "edges"?`, ""},
		{"field of the nodes", `{ posts { title } }`, nil, "VALIDATION_FAILED", `Did you mean "nodes { title }"?`, ""},
		{"field of meta", `{ post(slug: "bare") { readingTime } }`, nil, "VALIDATION_FAILED", `Did you mean "meta { readingTime }"?`, ""},
		{"any of, not the opposite", `{ posts(filter: {tool: {any: ["git"]}}) { totalCount } }`, nil, "VALIDATION_FAILED", `Field "any" is not defined by type "TermFilter". Did you mean "in"?`, ""},
		{"none of", `{ posts(filter: {tool: {not: "git"}}) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "none"?`, ""},
		{"at least", `{ posts(filter: {quality: {min: 5}}) { totalCount } }`, nil, "VALIDATION_FAILED", `Did you mean "gte"?`, ""},
		{"mutation", `mutation { x }`, nil, "VALIDATION_FAILED", "", ""},
		{"defer", `{ ... @defer { release { name } } }`, nil, "VALIDATION_FAILED", "defer", ""},
		{"wrong literal", `{ posts(first: "2") { totalCount } }`, nil, "VALIDATION_FAILED", "", ""},
		{"wrong variable", `query($v: Int) { posts(first: $v) { totalCount } }`, variables("many"), "BAD_REQUEST", "variables.v", ""},
		{"missing variable", `query($v: String!) { post(slug: $v) { id } }`, nil, "BAD_REQUEST", "variables.v", ""},
		{"int as a string", `query($v: Int) { posts(first: $v) { totalCount } }`, variables("2"), "BAD_REQUEST", `variables.v for first: found the string "2"`, "an integer"},
		{"int of 64 bits", `{ posts(first: 4294967296) { totalCount } }`, nil, "BAD_REQUEST", "first: found 4294967296", "an integer"},
		{"long as words", `{ posts(filter: {viewCount: {eq: "ten"}}) { totalCount } }`, nil, "BAD_REQUEST", `filter.viewCount.eq: found "ten"`, "64 bits"},
		{"no day", `{ posts(filter: {and: [{}, {updated: {gte: "2024-02-30"}}]}) { totalCount } }`, nil, "BAD_REQUEST", `filter.and[1].updated.gte: found "2024-02-30"`, "YYYY-MM-DD"},
		{"no day in a variable", `query($v: Date) { posts(filter: {updated: {gte: $v}}) { totalCount } }`, variables(5), "BAD_REQUEST", `variables.v for filter.updated.gte: found the number 5`, "YYYY-MM-DD"},
		{"enum in lower case", `query($v: OrderDirection!) { posts(orderBy: {field: SLUG, direction: $v}) { totalCount } }`, variables("desc"), "BAD_REQUEST", `variables.v for orderBy.direction: found the string "desc"`, "OrderDirection"},
		{"too many", `{ posts(first: 101) { totalCount } }`, nil, "BAD_REQUEST", "first: found 101", "0 to 100"},
		{"negative", `{ posts(last: -1) { totalCount } }`, nil, "BAD_REQUEST", "last: found -1", "0 to 100"},
		{"first and last", `{ tools(first: 1, last: 1) { totalCount } }`, nil, "BAD_REQUEST", "first and last", ""},
		{"offset with a cursor", `{ posts(offset: 1, after: "x") { totalCount } }`, nil, "BAD_REQUEST", "offset", ""},
		{"no cursor", `{ posts(after: "x") { totalCount } }`, nil, "BAD_REQUEST", "after", ""},
		{"no similarity", `{ post(slug: "bare") { similar(minSimilarity: 2) { totalCount } } }`, nil, "BAD_REQUEST", "minSimilarity: found 2", "0 to 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.variables == nil {
				tt.variables = map[string]any{}
			}
			got := api.wantError(t, tt.code, tt.query, tt.variables)
			if !strings.Contains(got.Message, tt.message) || !strings.Contains(got.Extensions.Expected, tt.expected) {
				t.Errorf("found %+v", got)
			}
			if *got.Extensions.Retryable {
				t.Error("a retry is no use")
			}
		})
	}
}

func TestManyFaultsAreCutShort(t *testing.T) {
	t.Parallel()
	if got := newAPI(t).query(t, `{ `+strings.Repeat("nothing ", 100)+`}`); len(got.Errors) != 20 {
		t.Errorf("%d errors", len(got.Errors))
	}
}

// TestLargeVariables gives much in a variable, and takes it again and again.
func TestLargeVariables(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	slugs := make([]string, 5000)
	for i := range slugs {
		slugs[i] = "a"
	}
	takes := func(n int) string {
		return `query($f: PostFilter, $s: String!) {` + aliases(n, `posts(filter: $f, first: 0) { totalCount }`) + ` post(slug: $s) { id } }`
	}
	for _, variables := range []map[string]any{
		{"s": "a", "f": map[string]any{"slug": map[string]any{"eq": "a"}, "tool": map[string]any{"in": slugs}}},
		{"s": "a", "f": map[string]any{"search": strings.Repeat("a", 500_000)}},
	} {
		api.wantError(t, "TOO_COMPLEX", takes(60), variables)
	}
	few := map[string]any{"s": "a", "f": map[string]any{"tool": map[string]any{"in": slugs[:50]}}}
	for range 2 {
		if got := api.query(t, takes(60), few); len(got.Errors) > 0 {
			t.Errorf("found %v", got.Errors)
		}
	}
}

// TestHostileDocuments asks for what would cost much to validate.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	for name, query := range map[string]string{
		"one field":         `{ release {` + strings.Repeat(` name`, 900) + ` } }`,
		"in fragments":      `{ release { ...A ...B } } fragment A on Release {` + strings.Repeat(` name`, 400) + ` } fragment B on Release {` + strings.Repeat(` name`, 400) + ` }`,
		"in objects":        `{` + strings.Repeat(` release { name name name }`, 140) + ` }`,
		"in inline objects": `{` + strings.Repeat(` ... { release { name name name } }`, 105) + ` }`,
		"spread again":      `{ release {` + strings.Repeat(` ...A`, 300) + ` } } fragment A on Release { name }`,
	} {
		if got := api.wantError(t, "TOO_COMPLEX", query); got.Extensions.Expected != "each field once" {
			t.Errorf("%s: found %+v", name, got)
		}
	}
	// Names are suggested where few are wrong.
	usual := `{ ` + strings.Repeat(` release { name }`, 60)
	if got := api.wantError(t, "VALIDATION_FAILED", usual+` psots { totalCount } }`); !strings.Contains(got.Message, `Did you mean "posts"`) {
		t.Errorf("found %+v", got)
	}
	for _, wrong := range []string{aliases(200, `psots`), strings.Repeat(` p`+strings.Repeat("o", 5000), 5)} {
		got := api.query(t, usual+wrong+` }`)
		if len(got.Errors) == 0 || len(got.Errors) > 20 || got.Errors[0].Extensions.Code != "VALIDATION_FAILED" || strings.Contains(got.Errors[0].Message, "Did you mean") {
			t.Errorf("found %.500v", got.Errors)
		}
	}
	// Fragments in a ring are for validation.
	ring := `{ posts { nodes { ...A } } } fragment A on Post { similar { nodes { ...A } } }` + strings.Repeat(" ", 1000)
	api.wantError(t, "VALIDATION_FAILED", ring)
	if got := api.query(t, `{`+aliases(150, `release { name }`)+` }`); len(got.Errors) > 0 {
		t.Errorf("found %v", got.Errors)
	}
}

// TestNestedValues has lists and objects stand in each other, which validation takes
// the square of.
func TestNestedValues(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	nested := func(n int) string { return strings.Repeat(`{not: `, n) + `{}` + strings.Repeat(`}`, n) }
	inJSON := func(n int) any {
		f := map[string]any{}
		for range n {
			f = map[string]any{"not": f}
		}
		return f
	}
	const taken = `query($f: PostFilter) { posts(filter: $f) { totalCount } }`
	for name, got := range map[string]problem{
		"text":      api.wantError(t, "TOO_COMPLEX", `{ posts(filter: `+nested(140)+`) { totalCount } }`),
		"lists":     api.wantError(t, "TOO_COMPLEX", `{ nodes(ids: `+strings.Repeat("[", 140)+strings.Repeat("]", 140)+`) { id } }`),
		"directive": api.wantError(t, "TOO_COMPLEX", `{ nodes(ids: []) @include(if: `+strings.Repeat("[", 140)+strings.Repeat("]", 140)+`) { id } }`),
		"default":   api.wantError(t, "TOO_COMPLEX", `query($f: PostFilter = `+nested(140)+`) { posts(filter: $f) { totalCount } }`),
		"variables": api.wantError(t, "TOO_COMPLEX", taken, map[string]any{"f": inJSON(140)}),
	} {
		if !strings.Contains(got.Message, "nests deeper") || got.Extensions.Expected != "at most 128 lists and objects in each other" {
			t.Errorf("%s: found %+v", name, got)
		}
	}
	for _, got := range []answer{api.query(t, `{ posts(filter: `+nested(100)+`) { totalCount } }`), api.query(t, taken, map[string]any{"f": inJSON(100)})} {
		if len(got.Errors) > 0 {
			t.Errorf("found %+v", got.Errors)
		}
	}
}

func TestNumberOver64Bits(t *testing.T) {
	t.Parallel()
	got := newAPI(t).query(t, `{ posts(filter: {viewCount: {eq: 99999999999999999999}}) { totalCount } }`)
	if len(got.Errors) == 0 || got.Errors[0].Extensions.Code != "VALIDATION_FAILED" || got.Data != nil {
		t.Errorf("found %+v", got)
	}
}

func TestErrorsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	got := newAPI(t).query(t, `{ post(slug: "bare") { title s: similar(first: 101) { totalCount } } }`)
	if len(got.Errors) != 1 || fmt.Sprint(got.Errors[0].Path) != "[post s]" || string(got.Data) != `{"post":null}` {
		t.Errorf("found %+v, %s", got.Errors, got.Data)
	}
}

func TestOperationName(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const two = `{"query":"query A { a: __typename } query B { b: __typename }"%s}`
	for member, want := range map[string]string{
		`,"operationName":"B"`: `{"data":{"b":"Query"}}`,
		`,"operationName":"C"`: `"code":"BAD_REQUEST","expected":"the name of one of the document's operations"`,
		``:                     `"code":"BAD_REQUEST"`,
	} {
		if w, _ := api.do(store.Public, post(fmt.Sprintf(two, member))); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: found %s, expected %s", member, w.Body, want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	refused := map[string]string{
		"a list in a list in a list": `{ tools(first: 100) { nodes { posts(first: 100) { nodes { similar(first: 100) { nodes { title } } } } } } }`,
		"through fragments":          `{ tools(first: 100) { ...T } } fragment T on ToolConnection { nodes { posts(first: 100) { edges { node { meta { tools { posts(last: 100) { nodes { id } } } } } } } } }`,
		"too many whole posts":       `{ a: tools(first: 100) { nodes { posts(first: 100) { nodes { ...Full } } } } } ` + fullFragment,
		"too deep":                   `{ ` + strings.Repeat(`node(id: "x") { ... on Tool { posts(first: 0) { nodes { meta { tools { id `, 1) + strings.Repeat(`posts(first: 0) { nodes { meta { tools { `, 5) + `id` + strings.Repeat(` } } } }`, 5) + ` } } } } } } }`,
		"too many tokens":            `{ ` + strings.Repeat(`a `, 2_000) + ` }`,
		"much introspection": `{ __schema { ` + func() string {
			var all strings.Builder
			for i := range 60 {
				fmt.Fprintf(&all, "t%d: types { fields { name args { name description type { name ofType { name } } } } } ", i)
			}
			return all.String()
		}() + `} }`,
	}
	for name, query := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := api.wantError(t, "TOO_COMPLEX", query)
			if !strings.Contains(got.Message, "at most") || !strings.Contains(got.Extensions.Expected, "at most") {
				t.Errorf("found %+v", got)
			}
		})
	}
	t.Run("fragments that double", func(t *testing.T) {
		t.Parallel()
		var all strings.Builder
		all.WriteString(`{ ...F0 }`)
		for i := range 60 {
			fmt.Fprintf(&all, ` fragment F%d on Query { ...F%d ...F%d }`, i, i+1, i+1)
		}
		all.WriteString(` fragment F60 on Query { __typename }`)
		api.wantError(t, "TOO_COMPLEX", all.String())
	})

	t.Run("empty lists that double", func(t *testing.T) {
		t.Parallel()
		var all strings.Builder
		all.WriteString(`{ post(slug: "bare") { ...F0 } none: nodes(ids: []) { ...F0 } }`)
		for i := range 8 {
			fmt.Fprintf(&all, ` fragment F%d on Post { %s }`, i, many(fmt.Sprintf("similar(first: 0) { nodes { ...F%d } }", i+1), 4))
		}
		all.WriteString(` fragment F8 on Post { title }`)
		api.wantError(t, "TOO_COMPLEX", all.String())
	})
	t.Run("related terms in related terms", func(t *testing.T) {
		t.Parallel()
		related := `{ name }`
		for range 8 {
			related = `{ ... on Term { name } ... on Entity { related(first: 0) { node ` + related + ` } } ... on Tool { related(first: 3) { node ` + related + ` } } }`
			if len(related) > 5000 {
				break
			}
		}
		api.wantError(t, "TOO_COMPLEX", `{ tool(slug: "redis") `+related+` }`)
	})

	accepted := map[string]string{
		"a page of whole posts":       `{ posts(first: 100) { totalCount pageInfo { endCursor } edges { cursor node { ...Full text html } } } } ` + fullFragment,
		"tools with their posts":      `{ tools(first: 100) { nodes { name posts(first: 100) { totalCount nodes { title } } } } }`,
		"a page with similar posts":   `{ posts(first: 100) { nodes { title similar(first: 3) { nodes { title } } } } }`,
		"a length out of range waits": `{ a: posts(first: -5) { nodes { title } } }`,
		"introspection":               introspection,
		"pages of related terms":      `{ entities(first: 100) { nodes { name related(first: 10) { count lift node { slug name postCount ... on Entity { type } } } } } }`,
		"what relates to related":     `{ tool(slug: "redis") { related { node { name ... on Tool { related { node { name } } } } } } }`,
	}
	for name, query := range accepted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range api.query(t, query).Errors {
				if err.Extensions.Code == "TOO_COMPLEX" {
					t.Errorf("found %+v", err)
				}
			}
		})
	}
}

func TestExecute(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	reader := api.release.Reader(store.Public)
	got, err := graph.Execute(t.Context(), reader, graph.DefaultLimits, `query Q($s: String!) { post(slug: $s) { title } }`, "Q", map[string]any{"s": "bare"})
	if err != nil || string(got) != `{"data":{"post":{"title":"Bare"}}}` {
		t.Errorf("found %s, %v", got, err)
	}
	got, err = graph.Execute(t.Context(), reader, graph.DefaultLimits, `{ nothing }`, "", nil)
	if err == nil || !strings.HasPrefix(string(got), `{"errors":[`) || strings.Contains(string(got), "data") {
		t.Errorf("found %s, %v", got, err)
	}
	got, err = graph.Execute(t.Context(), reader, graph.DefaultLimits, `{ posts(first: 101) { totalCount } }`, "", nil)
	if apierror.From(err).Code != apierror.BadRequest || !strings.Contains(string(got), `"data":null`) {
		t.Errorf("found %s, %v", got, err)
	}
	// The variables of a program are not those of a JSON decoder.
	got, err = graph.Execute(t.Context(), reader, graph.DefaultLimits, `query($n: Int) { posts(first: $n) { nodes { slug } } }`, "", map[string]any{"n": float64(1)})
	if err != nil || string(got) != `{"data":{"posts":{"nodes":[{"slug":"warm-caches"}]}}}` {
		t.Errorf("found %s, %v", got, err)
	}
}

func TestWithoutReader(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	w := serve(api.handler, post(`{"query":"{ posts { totalCount } }"}`))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"code":"INTERNAL"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !json.Valid(w.Body.Bytes()) {
		t.Errorf("no JSON: %s", w.Body)
	}
}

// TestVariablesThatAreNull: what validation lets pass, the executor must not
// stumble over; it is the client's fault and is said so.
func TestVariablesThatAreNull(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	long := strings.Repeat("A", 500_000)
	for _, tt := range []struct{ query, variables string }{
		{`query($s: String!) { post(slug: $s) { slug } }`, `{"s": 5}`},
		{`query($s: Boolean = true) { posts { totalCount @include(if: $s) } }`, `{"s": null}`},
		{`query($s: Boolean = true) { __typename @skip(if: $s) }`, `{"s": null}`},
		{`query($d: OrderDirection) { posts(orderBy: {field: QUALITY, direction: $d}) { totalCount } }`, `{"d": null}`},
		{`query($t: String = "git") { posts(filter: {tool: {in: [$t]}}) { totalCount } }`, `{"t": null}`},
		{`query($t: PostFilter = {}) { posts(filter: {or: [$t]}) { totalCount } }`, `{"t": null}`},
		{`query($i: ID!) { node(id: $i) { id } }`, `{"i": "` + long + `"}`},
		{`query($` + long + `: Int!) { posts(first: 1) { totalCount } }`, `{}`},
		{`{ post(slug: "post-00") { similar(minSimilarity: $x) { totalCount } } }`, `{}`},
	} {
		body := `{"query": ` + strconv.Quote(tt.query) + `, "variables": ` + tt.variables + `}`
		w, _ := api.do(store.Public, post(body))
		if got := w.Body.String(); !strings.Contains(got, `"retryable":false`) || len(got) > 5000 {
			t.Errorf("%.80s with %.80s: found %.400s", tt.query, tt.variables, got)
		}
	}
}
