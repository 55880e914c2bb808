package release

import (
	"errors"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// TestPhrasesThatCostTooMuch are refused before they are looked for.
func TestPhrasesThatCostTooMuch(t *testing.T) {
	t.Parallel()
	c, err := MakeCatalogue(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.NewBuild(t.Context(), BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"a", "b", "c"} {
		p := &content.Post{Slug: slug, Title: "one two three"}
		p.Settle()
		if err := b.Add(content.Record{Post: p}, Origin{}); err != nil {
			t.Fatal(err)
		}
	}
	built, err := b.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Open(built.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	run := func(typed string, units int) (price int, err error) {
		query, err := text.ParseQuery(typed, text.English)
		if err != nil {
			t.Fatal(err)
		}
		budget := store.NewBudget(units, nil)
		_, err = call(t.Context(), r.Reader(store.Public), func(tx *file.Tx) (int, error) {
			s, err := r.words.newTextSearch(t.Context(), tx, "query", query, &searchRoom{})
			if err != nil {
				return 0, err
			}
			tx.Budget = budget
			if err := s.pay(0, s.size, false); err != nil {
				return 0, err
			}
			return s.run(sets.Everything(tx.Size()))
		})
		return budget.Spent(), err
	}
	prices := map[string]int{}
	for _, typed := range []string{`"one two"`, `"one two three"`, "one two three ", `one "two three" OR "one two"`} {
		price, err := run(typed, 1000)
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
