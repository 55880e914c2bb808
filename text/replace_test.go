package text_test

import (
	"testing"

	"alphanode/text"
)

// TestReplace: other words stand in place of some, and all else as it was typed.
func TestReplace(t *testing.T) {
	t.Parallel()
	words := map[string]string{"rollbakc": "rollback", "rsut": "rust", "harmonei": "harmonie", "strase": "strasse", "or": "ore", "c++": "c#", "nto": "not", "roo": "or", "ro": "or", "รี": "รั"}
	for typed, want := range map[string]string{
		"":                         "",
		"a rollbakc":               "a rollback",
		"Rollbakc, rollbakc!":      "Rollback, rollback!",
		"WHY NOT RSUT":             "WHY NOT RUST",
		"rsut OR rollbakc":         "rust OR rollback",
		"rsut or rollbakc":         "rust ore rollback",
		`"keep a  rollbakc" -rsut`: `"keep a  rollback" -rsut`,
		"l’harmonei":               "harmonie",
		"L'Harmonei":               "Harmonie",
		"pre-rollbakc/rsut.":       "pre-rollback/rust.",
		"c++ \xff rsut":            "c# \xff rust",
		"Straße Strase":            "Straße Strasse",
		"rollbakc's":               "rollback",
		"設定を rollbakcする":           "設定を rollbackする",
	} {
		if got := text.Replace(typed, func(word string, _ bool) string { return words[word] }); got != want {
			t.Errorf("%q: found %q, expected %q", typed, got, want)
		}
	}
}

// FuzzReplace: what stands in place of a word is searched for in its place, and all
// other words are searched for as before.
func FuzzReplace(f *testing.F) {
	for _, typed := range []string{"Rollbakc \"rsut OR x\" -y", "l'harmonei RSUT", "設定を rsut", "\xff’", "İstanbul'da ﬁne"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		var words []string
		text.Each(typed, func(word string, _ int) { words = append(words, text.Fold(word)) })
		if len(words) == 0 {
			return
		}
		of := words[len(words)/2]
		replaced := text.Replace(typed, func(word string, _ bool) string {
			if word == of {
				return "zebra"
			}
			return ""
		})
		before, err := text.Parse(typed)
		after, errAfter := text.Parse(replaced)
		if (err == nil) != (errAfter == nil) || err == nil && before.Operators != after.Operators {
			t.Fatalf("%q is %+v (%v), %q is %+v (%v)", typed, before, err, replaced, after, errAfter)
		}
		i := 0
		text.Each(replaced, func(word string, _ int) {
			folded := text.Fold(word)
			if i >= len(words) || folded != words[i] && (folded != "zebra" || words[i] != of) {
				t.Fatalf("%q: word %d of %q is %q, expected %q or zebra", typed, i, replaced, folded, words[min(i, len(words)-1)])
			}
			i++
		})
		if i != len(words) {
			t.Fatalf("%q: found %d words in %q, expected %d", typed, i, replaced, len(words))
		}
	})
}
