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
		b.WriteString(capitalised(other, word))
		end = start + len(word)
	})
	return b.String() + typed[end:]
}

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
