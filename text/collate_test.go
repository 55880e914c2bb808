package text_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"alphanode/text"
)

// inOrder are texts as they stand in an order of titles or names.
var inOrder = []string{
	"", "!!!", "“”", "…", // signs count for nothing: by bytes
	"^", "+", "<", "😀", "😁", "$", "€", // but symbols stand before digits
	"1", "10", "2", "٣", // digits one by one, of any script
	"a b", "a-b", "ab", "“ac”", "æ", "æb", "apple", "Ärger", "Banana", "c", "c#", "c++", ".c d", "co-op", "coop", "cote", "coté", "côte", "côté", "đ", "Éclair",
	"ħ", "ı", "l", "ł", "la", "ła", "lb", "o", "ø", "Oz", "“Quoted”", "ss", "ß", "st", "Zebra", "Þ",
	"е", "ё", "еж", "ж", "и", "й", "к", // й is a letter of its own
	"ไทย", "가", "서버", "か", "カ", "が", "き", "東", "漢",
}

// TestCollator holds texts in an order against their places in it.
func TestCollator(t *testing.T) {
	t.Parallel()
	c := text.NewCollator()
	places := func(texts []string) []text.Collated {
		all := make([]text.Collated, len(texts))
		for i, s := range texts {
			all[i] = c.Of(strings.ToLower(s))
		}
		return all
	}(inOrder)
	for i, a := range places {
		for j, b := range places {
			if found := a.Compare(b); sign(found) != sign(i-j) {
				t.Errorf("%q beside %q: found %d", inOrder[i], inOrder[j], found)
			}
		}
	}
}

func sign(n int) int { return min(max(n, -1), 1) }

// TestCollationIsPinned: titles of a release are found by the tables that put them in
// order. Where these change, so does the format of releases.
func TestCollationIsPinned(t *testing.T) {
	t.Parallel()
	if text.Collation != "Unicode 6.2.0, CLDR 23" {
		t.Errorf("found %s: store.FormatVersion must rise with it, see CONTRIBUTING.md", text.Collation)
	}
}

// TestCollatorIsBounded: of long texts the beginning is looked at, then their bytes.
func TestCollatorIsBounded(t *testing.T) {
	t.Parallel()
	c := text.NewCollator()
	long := strings.Repeat("é", 1<<20)
	if a, b := c.Of(long+"z"), c.Of(long+"É"); a.Compare(b) >= 0 || b.Compare(a) <= 0 {
		t.Error("they are not in the order of their bytes")
	}
	if n := len(c.Key(long)); n > 8*text.MaxCollated {
		t.Errorf("found a key of %d bytes", n)
	}
	if a, b := c.Of("e"+strings.Repeat("\u0301\u0327", 1<<16)), c.Of("f"); a.Compare(b) >= 0 {
		t.Error("an accent counts more than a letter")
	}
	if c.Of(strings.Repeat("\x80", 1000)).Compare(c.Of("a")) == 0 { // no text at all, as a cursor that was made by hand may have
		t.Error("what is no text is one")
	}
}

func FuzzCollator(f *testing.F) {
	for i, s := range inOrder {
		f.Add(s, inOrder[(i+1)%len(inOrder)], s+"x")
	}
	f.Add("\xff", "\u0301\u0327", "a\xcc\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, x, y, z string) {
		c := text.NewCollator()
		a, b, d := c.Of(x), c.Of(y), c.Of(z)
		all := []text.Collated{a, b, d}
		slices.SortFunc(all, text.Collated.Compare)
		if a.Compare(b) != -b.Compare(a) || (a.Compare(b) == 0) != (x == y) || all[0].Compare(all[2]) > 0 {
			t.Errorf("%q, %q, %q: no order", x, y, z)
		}
		keys := [][]byte{bytes.Clone(c.Key(x)), bytes.Clone(c.Key(y))}
		letters := bytes.Compare(text.Letters(keys[0]), text.Letters(keys[1]))
		if letters != 0 && letters != bytes.Compare(keys[0], keys[1]) {
			t.Errorf("%q, %q: letters say %d", x, y, letters)
		}
	})
}

func TestUnaccented(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", "Éclair": "eclair", "L’ÉTÉ": "l'ete", "l'été": "l'ete", "Straße": "strasse", "Łódź": "lodz", "ÆØ": "aeo", "йод": "йод", "ｆｉｎ": "fin", "ﬁn": "fin", "Ёлка": "елка",
		"ガス": "ガス", "C++ & c#": "c++ & c#", "e\u0301\u200b": "e", "서버": "서버", "“Quoted”": "“quoted”",
	} {
		if found := text.Unaccented(typed); found != want {
			t.Errorf("%q: found %q, expected %q", typed, found, want)
		}
	}
	if long := strings.Repeat("É", 10_000); text.Unaccented(long) != strings.Repeat("e", 10_000) {
		t.Error("a long text is cut")
	}
}

func BenchmarkCollator(b *testing.B) {
	c := text.NewCollator()
	for b.Loop() {
		c.Key("how to keep a rollback ready when deploying python services")
	}
}
