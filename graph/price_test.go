package graph

import (
	"fmt"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// TestThePriceIsTheSameAgain: what is remembered of an operation makes it no cheaper.
func TestThePriceIsTheSameAgain(t *testing.T) {
	t.Parallel()
	generator, posts := synth.New(1), []*content.Post{}
	for i := range 50 {
		posts = append(posts, generator.Post(int64(i)+1))
	}
	release := storetest.Release(t, posts...)
	e := newEngine(DefaultLimits)
	for _, tt := range []struct{ query, variables string }{
		{`{ posts(first: 3) { nodes { title } } }`, ``},
		{`query($f: PostFilter) { posts(first: 1, filter: $f) { totalCount } }`, `{"f":{"tool":{"in":["git","a","b","c","d"]}}}`},
		{`query($f: PostFilter) { a: posts(filter: $f) { totalCount } b: posts(filter: $f) { totalCount } }`, `{"f":{"and":[{"title":{"contains":"x"}},{"not":null}]},"g":[1,2,3]}`},
		{`query($q: String!, $n: Int) { search(query: $q, first: $n) { totalCount } }`, `{"n":1,"q":"a text that is longer than what counts as one value, which is sixty-four bytes\u0041"}`},
		{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, `{"ids":["UG9zdDpub25l","UG9zdDpub25l","UG9zdDpub25l"]}`},
		{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, `{"ids":"UG9zdDpub25l"}`},
		{`query($o: PostOrder) { posts(first: 1, orderBy: $o) { totalCount } }`, `{"o":{"field":"QUALITY"}}`},
		{`query($f: PostFilter = {tool: {in: ["git", "a", "b"]}}) { posts(first: 1, filter: $f) { totalCount } }`, `{}`},
		{`query($f: PostFilter = {tool: {in: ["git", "a", "b"]}}) { posts(first: 1, filter: $f) { totalCount } }`, `{"f":null}`},
		{`query($f: PostFilter = {tool: {in: ["git", "a", "b"]}}) { posts(first: 1, filter: $f) { totalCount } }`, `{"f":{}}`},
		{`query($t: String) { posts(first: 1, filter: {and: [{tool: {eq: $t}}, {tool: {eq: $t}}]}) { totalCount } }`, `{"t":"git"}`},
		{`query($f: PostFilter) { posts(first: 1, filter: $f) { totalCount } }`, `{"f":{"and":{"tool":{"in":"git"}}}}`},
	} {
		prices := [3]int{}
		for i := range prices {
			budget := store.NewBudget(DefaultLimits.Complexity, nil)
			op := operation{Query: tt.query}
			if tt.variables != "" {
				op.variables = []byte(tt.variables)
			}
			if answer := e.run(WithReader(t.Context(), release.Reader(store.Public).WithBudget(budget)), op); len(answer.Errors) > 0 {
				t.Fatal(tt.query, answer.Errors)
			}
			prices[i] = budget.Spent()
		}
		if prices[0] != prices[1] || prices[0] != prices[2] {
			t.Errorf("%s with %s costs %d", tt.query, tt.variables, prices)
		}
	}
}

// TestDefaultsCostWhatTheyHave: a default is read for each argument that takes it, as a
// value that was sent is.
func TestDefaultsCostWhatTheyHave(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, synth.New(1).Post(1))
	names := strings.Repeat(`"a", `, 600) // more than a filter may have
	var uses strings.Builder
	for i := range 20 {
		fmt.Fprintf(&uses, " a%d: posts(first: 0, filter: $f) { totalCount }", i)
	}
	price := func(query string) int {
		budget := store.NewBudget(DefaultLimits.Complexity, nil)
		newEngine(DefaultLimits).run(WithReader(t.Context(), release.Reader(store.Public).WithBudget(budget)), operation{Query: query})
		return budget.Spent()
	}
	one := price(`query($f: PostFilter = {tool: {in: ["a"]}}) {` + uses.String() + ` }`)
	if many := price(`query($f: PostFilter = {tool: {in: [` + names + `]}}) {` + uses.String() + ` }`); many < 20*600 {
		t.Errorf("a default of 600 names that is taken 20 times costs %d, one of one name %d", many, one)
	}
}
