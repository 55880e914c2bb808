package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Replace gives what was typed with other words in place of some, which are folded, and all else as
// it stands. A word that begins with a capital, or has no others, stays so: in a text of
// capitals OR is a word.
func Replace(typed string, words map[string]string) string {
	if len(words) == 0 {
		return typed
	}
	var b strings.Builder
	end := 0
	Each(typed, func(word string, start int) {
		other, ok := words[Fold(word)]
		if !ok || (token{text: word}).word() != noOperator {
			return
		}
		b.WriteString(typed[end:start])
		end = start + len(word)
		if joinsBehind(typed[:start]) {
			b.WriteByte(' ')
		}
		b.WriteString(capitalised(other, word))
		if joinsBefore(typed[end:]) {
			b.WriteByte(' ')
		}
	})
	return b.String() + typed[end:]
}

// joinsBehind reports whether a letter behind a text may go on with its last word.
func joinsBehind(s string) bool {
	last, size := utf8.DecodeLastRuneInString(s)
	before, _ := utf8.DecodeLastRuneInString(s[:len(s)-size])
	return spelt(last) || apostrophe(last) && spelt(before)
}

// joinsBefore reports whether a word before a text may go on in it.
func joinsBefore(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	return signed("a"+s[:min(len(s), 8)], 1) > 1 || unicode.IsMark(first) || spelt(first) || apostrophe(first) && spelt(next)
}

// spelt reports whether a rune is one of several that make a word.
func spelt(r rune) bool { return wordRune(r) && !scriptOf(r).character() }

// capitalised gives a folded word with capitals where another has them: at the beginning, or throughout.
func capitalised(word, as string) string {
	first, size := utf8.DecodeRuneInString(as)
	written := word
	switch {
	case !unicode.IsUpper(first):
		return word
	case len(as) > size && as == strings.ToUpper(as):
		written = strings.ToUpper(word)
	default:
		first, size = utf8.DecodeRuneInString(word)
		written = string(unicode.ToUpper(first)) + word[size:]
	}
	if Fold(written) != word {
		return word
	}
	return written
}
