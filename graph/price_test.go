package graph

import (
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
