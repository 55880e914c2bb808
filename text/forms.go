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
func Forms(word string) []string { return appendForms(make([]string, 0, 1), word) }

// appendForms is apart from Forms so that the one form of most words, which are ASCII
// without apostrophes, stands on the stack of who asks.
func appendForms(forms []string, word string) []string {
	capitals := false
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf || c == '\'' || c == '`' {
			return appendAnyForms(forms, word)
		}
		capitals = capitals || 'A' <= c && c <= 'Z'
	}
	if word = cut(word, maxWord); capitals {
		word = strings.ToLower(word)
	}
	return append(forms, word)
}

func appendAnyForms(forms []string, word string) []string {
	if owner, ok := withoutPossessive(word); ok {
		if word = owner; plain(owner) {
			return append(forms, strings.ToLower(cut(owner, maxWord)))
		}
	}
	short, long := letters(cut(word, 4*maxWord)) // cut before the work is done
	if strings.IndexByte(short, '\'') < 0 {
		return taken(taken(forms, short), long)
	}
	whole, parts, elided := apart(short)
	wholeLong, partsLong, _ := apart(long)
	if elided {
		forms = taken(forms, strings.Join(parts[1:], ""))
		if len(partsLong) > 0 {
			forms = taken(forms, strings.Join(partsLong[1:], ""))
		}
		return taken(taken(forms, whole), wholeLong)
	}
	forms = taken(taken(forms, whole), wholeLong)
	for i, part := range parts {
		if utf8.RuneCountInString(part) >= 3 && !(i+1 < len(parts) && parts[i+1] == "t") { // not the don of don't
			forms = taken(forms, part)
		}
	}
	return forms
}

// taken appends a form that is not there yet; the first may be empty.
func taken(forms []string, form string) []string {
	form = cut(form, maxWord)
	if form == "" && len(forms) > 0 || len(forms) == maxForms || slices.Contains(forms, form) {
		return forms
	}
	return append(forms, form)
}

// withoutPossessive takes the 's off an English possessive.
func withoutPossessive(word string) (owner string, ok bool) {
	last := len(word) - 1
	if last < 2 || word[last]|0x20 != 's' {
		return word, false
	}
	if owner, ok = strings.CutSuffix(word[:last], "'"); !ok {
		owner, ok = strings.CutSuffix(word[:last], "’")
	}
	return owner, ok && owner != ""
}

// apart gives a word without its apostrophes, the parts between them, and whether the
// first of these is an elided article. The s of an English possessive is left out.
func apart(word string) (whole string, parts []string, isElided bool) {
	parts = strings.FieldsFunc(word, func(r rune) bool { return r == '\'' })
	if last := len(parts) - 1; last > 0 && parts[last] == "s" {
		parts = parts[:last]
	}
	return strings.Join(parts, ""), parts, len(parts) > 1 && elided[parts[0]]
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
