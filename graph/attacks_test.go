package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/storetest"
)

// attacks are requests that are made to cost much. Each is of at most a mebibyte, which
// is the longest that is read.
func attacks() map[string]string {
	query := func(text string) string { return `{"query":` + quote(text) + `}` }
	with := func(text, variables string) string {
		return `{"query":` + quote(text) + `,"variables":` + variables + `}`
	}
	const filtered = `query($f: PostFilter) { posts(filter: $f) { totalCount } }`
	const listed = `query($t: [String!]) { posts(filter: {tool: {in: $t}}) { totalCount } }`
	ring := func(n int) string {
		var all strings.Builder
		for i := range n {
			fmt.Fprintf(&all, ` fragment F%d on Post { similar { nodes { ...F%d } } }`, i, (i+1)%n)
		}
		return `{ posts { nodes { ...F0 } } }` + all.String()
	}
	doubling := func(n int) string {
		all := `{ ...F0 }`
		for i := range n {
			all += fmt.Sprintf(` fragment F%d on Query { ...F%d ...F%d }`, i, i+1, i+1)
		}
		return all + fmt.Sprintf(` fragment F%d on Query { __schema { types { fields { type { name } } } } }`, n)
	}
	deepest := func(n int) string {
		return `{ tool(slug: "redis") ` + strings.Repeat(`{ posts(first: 1) { nodes { meta { tools `, n) + `{ id }` + strings.Repeat(` } } } }`, n) + ` }`
	}
	return map[string]string{
		"10,000 aliases":                query(`{` + aliases(10_000, `__typename`) + ` }`),
		"as many as the tokens allow":   query(`{` + aliases(332, `posts { totalCount }`) + ` }`),
		"one field 900 times":           query(`{ release {` + strings.Repeat(` name`, 900) + ` } }`),
		"one field 100,000 times":       query(`{` + strings.Repeat(` a`, 100_000) + ` }`),
		"braces":                        query(strings.Repeat(`{a`, 300_000)),
		"brackets":                      query(`{ nodes(ids: ` + strings.Repeat(`[`, 500_000) + `) }`),
		"nested fields":                 query(deepest(45)),
		"a ring of fragments":           query(ring(1)),
		"a large ring":                  query(ring(60)),
		"fragments that double":         query(doubling(60)),
		"spreads":                       query(`{` + strings.Repeat(` ...A`, 450) + ` } fragment A on Query { __typename }`),
		"directives on one field":       query(`{ __typename` + strings.Repeat(` @skip(if: false)`, 120) + ` }`),
		"unknown directives":            query(`{ __typename` + strings.Repeat(` @a`, 400) + ` }`),
		"10,000 directives":             query(`{ __typename` + strings.Repeat(` @include(if: true)`, 10_000) + ` }`),
		"directives on fields":          query(`{` + strings.Repeat(` __typename @skip(if: false)`, 80) + ` }`),
		"directives of the operation":   query(`query` + strings.Repeat(` @a`, 300) + ` { __typename }`),
		"variables that nobody needs":   query(`query(` + strings.Repeat(`$a: Int `, 300) + `) { __typename }`),
		"a list of 100,000":             with(listed, `{"t":["a"`+strings.Repeat(`,"a"`, 100_000)+`]}`),
		"a list of 100,000 numbers":     with(listed, `{"t":[1`+strings.Repeat(`,1`, 100_000)+`]}`),
		"100,000 variables":             with(`{ __typename }`, `{"a":1`+manyMembers(60_000)+`}`),
		"filters in filters":            with(filtered, `{"f":`+strings.Repeat(`{"not":`, 900)+`{}`+strings.Repeat(`}`, 900)+`}`),
		"lists in lists":                with(listed, `{"t":`+strings.Repeat(`[`, 900)+strings.Repeat(`]`, 900)+`}`),
		"JSON that nests 500,000 times": with(`{ __typename }`, `{"a":`+strings.Repeat(`[`, 500_000)),
		"a filter of 30,000 branches":   with(filtered, `{"f":{"or":[{}`+strings.Repeat(`,{"tool":{"eq":"a"}}`, 30_000)+`]}}`),
		"a long search":                 with(filtered, `{"f":{"search":"`+strings.Repeat(`a b `, 200_000)+`"}}`),
		"a long name":                   query(`{ ` + strings.Repeat(`a`, 900_000) + ` }`),
		"introspection in itself":       query(`{ __schema { types { ` + strings.Repeat(`fields { type { `, 9) + `name` + strings.Repeat(` } }`, 9) + ` } } }`),
		"introspection again and again": query(`{` + aliases(60, `__schema { types { fields { name args { name description type { name ofType { name } } } } } }`) + ` }`),
		"a batch":                       `[` + strings.Repeat(`{"query":"{ __typename }"},`, 20_000) + `{"query":"{ __typename }"}]`,
		"keys twice":                    `{"query":"{ __typename }"` + strings.Repeat(`,"a":1`, 100_000) + `}`,
	}
}

func manyMembers(n int) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, `,"v%d":%d`, i, i)
	}
	return all.String()
}

// mostForAnAttack is how many units, each about a microsecond of a processor, a request
// may spend that is refused: half of what is allowed for an answer.
const mostForAnAttack = 50_000

// TestAttacksAreRefused: each by a code that says what was too much, with at most one
// question to the store, and within little work. The time it took is printed, not held to a limit.
func TestAttacksAreRefused(t *testing.T) { // not beside others, whose work would be counted
	release := storetest.Release(t, archive()...)
	handler := graph.NewHandler(graph.DefaultLimits)
	for name, body := range attacks() {
		if len(body) > graph.MaxBody {
			t.Fatalf("%s has %d bytes", name, len(body))
		}
		budget := store.NewBudget(graph.DefaultLimits.Complexity, nil)
		reader := release.Reader(store.Public).WithBudget(budget)
		r := post(body)
		w := httptest.NewRecorder()
		before := cpu(t)
		handler.ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), reader)))
		took := cpu(t) - before
		calls, _ := reader.Stats()
		var got answer
		decode(t, w.Body.Bytes(), &got)
		if len(got.Errors) == 0 || len(got.Data) > len("null") || calls > 1 || w.Body.Len() > 20_000 || w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("%s: found %d %.300s with %d calls of the store", name, w.Code, w.Body, calls)
			continue
		}
		switch code := got.Errors[0].Extensions.Code; code {
		case "TOO_COMPLEX", "BAD_REQUEST", "VALIDATION_FAILED":
		default:
			t.Errorf("%s: found the code %s", name, code)
		}
		if budget.Paid() > mostForAnAttack {
			t.Errorf("%s: %d units of work, expected at most %d", name, budget.Paid(), mostForAnAttack)
		}
		t.Logf("%-30s %7d bytes %7s of a processor %6d units  %s: %.60s", name, len(body), took.Round(100*time.Microsecond), budget.Paid(), got.Errors[0].Extensions.Code, got.Errors[0].Message)
	}
}

// cpu is how much of a processor this process had.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// FuzzBodies sends anything as a body: whatever it is, it is answered or refused, and
// nothing in it is our fault.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		`{"query":"{ posts { nodes { slug } } }"}`, `{"query":"query($f: PostFilter) { posts(filter: $f) { totalCount } }","variables":{"f":{"tool":{"in":"redis"}}}}`,
		`{"documentId":"sha256:ab"}`, `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"}}}`, `{"query":"{ __schema { types { name } } }","extensions":{"cost":true}}`, `[]`, "\uFEFF{}",
	} {
		f.Add(body)
	}
	fuzz(f, func(text string) *http.Request { return post(text) })
}

// FuzzVariables sends anything as the variables of an operation that takes one of each
// type.
func FuzzVariables(f *testing.F) {
	const query = `query($filter: PostFilter, $order: PostOrder, $first: Int, $by: [FacetField!]! = TOOL, $ids: [ID!]! = [], $ranges: [RangeBy!]! = [], $f: Float, $b: Boolean = true, $to: SimilarTo = {post: "bare"}, $after: String) {
		posts(filter: $filter, orderBy: $order, first: $first, after: $after) { totalCount @include(if: $b) nodes { slug } }
		facets(by: $by, filter: $filter, first: $first) { field } nodes(ids: $ids) { id } ranges(by: $ranges) { field } similarPosts(to: $to, minSimilarity: $f, first: 1) { totalCount } }`
	for _, variables := range []string{
		`{}`, `{"filter":{"tool":{"in":"redis"},"viewCount":{"gte":1e0}},"order":{"field":"SLUG"},"first":2.0,"by":["TOOL"],"ids":17,"ranges":{"field":"QUALITY","bounds":5},"f":0.5,"b":false,"to":{"terms":{"tools":"redis"}}}`,
		`{"b":null,"to":null}`, `{"after":"abc"}`, `{"filter":{"updated":{"lt":"2024-02-30"}}}`, `{"filter":{"search":"\"a b\" OR c -d"}}`, `{"first":1e400}`, `null`, `[`,
	} {
		f.Add(variables)
	}
	fuzz(f, func(text string) *http.Request { return get("query", query, "variables", text) })
}

func fuzz(f *testing.F, request func(string) *http.Request) {
	release := storetest.Release(f, archive()...)
	handler := graph.NewHandler(graph.DefaultLimits)
	f.Fuzz(func(t *testing.T, text string) {
		r := request(text)
		w := httptest.NewRecorder()
		reader := release.Reader(store.Public).WithBudget(store.NewBudget(graph.DefaultLimits.Complexity, nil))
		handler.ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), reader)))
		if w.Code >= http.StatusInternalServerError || strings.Contains(w.Body.String(), `"code":"INTERNAL"`) {
			t.Errorf("%q: found %d %.500s", text, w.Code, w.Body)
		}
	})
}
