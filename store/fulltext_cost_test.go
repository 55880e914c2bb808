package store

import (
	"errors"
	"testing"

	"alphanode/content"
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
	for typed, costs := range map[string]bool{`"one two"`: false, `"one two three"`: true, "one two three ": false, `one "two three" OR "one two"`: true} {
		query, err := text.ParseQuery(typed, text.English)
		if err != nil {
			t.Fatal(err)
		}
		_, err = call(t.Context(), r.Reader(Public), func(tx *readTx) (int, error) {
			s, err := tx.newTextSearch(t.Context(), "query", query, &searchRoom{})
			if err != nil {
				return 0, err
			}
			tx.looks = 3 * 2 * (costOfLook + 2) // two words in three posts
			return s.run(everything(tx.size()))
		})
		argument := (*ArgumentError)(nil)
		if errors.Is(err, ErrTooComplex) != costs || costs && (!errors.As(err, &argument) || argument.Name != "query") || err != nil && !costs {
			t.Errorf("%q: found %v", typed, err)
		}
	}
}
