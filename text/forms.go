package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxForms is how many forms a word has at most.
const maxForms = 6

// Forms gives the folded forms under which a word of a text is found. The first is
// what is searched for where the word is typed; no two are the same, there are at most
// six, and none has an apostrophe:
//
//   - letters are brought to those that all spellings have (Fold); with ä ö ü å ø the
//     spelling ae oe ue aa oe is another form: über is uber and ueber;
//   - of an elided article the word behind it comes first: l'harmonie is harmonie and
//     lharmonie, dell'acqua is acqua and dellacqua;
//   - an English possessive is the word alone: Redis's is redis;
//   - other words with apostrophes are the whole first, then the parts of three letters
//     and more: O'Reilly is oreilly and reilly, don't is dont.
//
// Of a very long word the beginning counts.
func Forms(word string) []string {
	if plain(word) {
		return []string{strings.ToLower(cut(word, maxWord))}
	}
	return formsOf(word)
}

func formsOf(word string) (forms []string) {
	take := func(form string) {
		form = cut(form, maxWord)
		if (form != "" || len(forms) == 0) && len(forms) < maxForms && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	short, long := letters(cut(word, 4*maxWord)) // cut before the work is done
	if strings.IndexByte(short, '\'') < 0 {
		take(short)
		take(long)
		return forms
	}
	all := apart(short)
	whole, tail := strings.Join(all, ""), rest(all)
	take(tail)
	spelt := apart(long)
	take(rest(spelt))
	take(whole)
	take(strings.Join(spelt, ""))
	if tail == whole { // no article: names such as O'Reilly
		for i, part := range all {
			if utf8.RuneCountInString(part) >= 3 && !(i+1 < len(all) && all[i+1] == "t") { // not the don of don't
				take(part)
			}
		}
	}
	return forms
}

// apart gives the parts of a word between its apostrophes, without the s of an English
// possessive.
func apart(word string) []string {
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '\'' })
	if last := len(parts) - 1; last > 0 && parts[last] == "s" {
		parts = parts[:last]
	}
	return parts
}

// rest is a word without its elided article.
func rest(parts []string) string {
	if len(parts) > 1 && elided[parts[0]] {
		parts = parts[1:]
	}
	return strings.Join(parts, "")
}

// elided are the words of French, Italian, Catalan and Occitan that lose their last
// letter before a vowel, as they are then written.
var elided = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(`c d j l m n s t qu jusqu lorsqu puisqu quoiqu presqu quelqu
		all dall dell nell sull coll un bell quell quest gl agl dagl degl negl sugl ch v anch com dov sant tutt mezz`) {
		all[word] = true
	}
	return all
}()
