package release_test

import (
	"errors"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestPhrasesThatCostTooMuch are refused before they are looked for.
func TestPhrasesThatCostTooMuch(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for _, slug := range []string{"a", "b", "c"} {
		p := &content.Post{Slug: slug, Title: "one two three"}
		p.Settle()
		posts = append(posts, p)
	}
	r := storetest.Release(t, posts...)
	run := func(typed string, units int) (price int, err error) {
		budget := store.NewBudget(units, nil)
		_, err = r.Reader(store.Preview).WithBudget(budget).Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 1})
		return budget.Spent(), err
	}
	prices := map[string]int{}
	for _, typed := range []string{`"one two"`, `"one two three"`, "one two three ", `one "two three" OR "one two"`} {
		price, err := run(typed, 10_000)
		if err != nil {
			t.Errorf("%q: %v", typed, err)
		}
		prices[typed] = price
		if again, err := run(typed, price); again != price || err != nil {
			t.Errorf("%q costs %d, and %d with as much: %v", typed, price, again, err)
		}
		argument := (*store.ArgumentError)(nil)
		if _, err := run(typed, price-1); !errors.Is(err, store.ErrTooComplex) || !errors.As(err, &argument) || argument.Name != "query" && argument.Name != "cost" {
			t.Errorf("%q with less than it costs: found %v", typed, err)
		}
	}
	if prices[`"one two"`] >= prices[`"one two three"`] {
		t.Errorf("a longer phrase does not cost more: %v", prices)
	}
}
