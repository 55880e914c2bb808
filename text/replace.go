package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Replace gives what was typed with other words in place of some, and all else as it stands: other says
// which, of a folded word that is to be found, in a quotation or not, and "" for none. A word that begins
// with a capital, or has no others, stays so, unless it would then be an operator. Characters that are words
// each stay: any might have been meant.
func Replace(typed string, other func(word string, quoted bool) string) string {
	var b strings.Builder
	end := 0
	tokens := tokensOf(typed)
	p := parser{capitals: capitalOperators(tokens)}
	unwanted := false
	for _, t := range tokens {
		operator := p.operator(t)
		if operator == noOperator && !unwanted && !t.minus {
			Each(t.text, func(word string, start int) {
				with := ""
				if !OneCharacter(word) {
					with = other(Fold(word), t.quoted)
				}
				if with == "" {
					return
				}
				start += t.start
				b.WriteString(typed[end:start])
				end = start + len(word)
				if joinsBehind(b.String()) {
					b.WriteByte(' ')
				}
				if !p.capitals { // nor may they become operators
					word = strings.ToUpper(with)
				}
				b.WriteString(capitalised(with, word))
				if joinsBefore(typed[end:]) {
					b.WriteByte(' ')
				}
			})
		}
		unwanted = operator == not || unwanted && operator != noOperator
	}
	return b.String() + typed[end:]
}

// OneCharacter reports whether a word is a character of a script whose characters are words each.
func OneCharacter(word string) bool { return scriptOfWord(word).character() }

// joinsBehind reports whether a letter behind a text may go on with its last word.
func joinsBehind(s string) bool {
	s = strings.TrimRightFunc(s, isAttached)
	last, size := utf8.DecodeLastRuneInString(s)
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(s[:len(s)-size], isAttached))
	return spelt(last) || apostrophe(last) && spelt(before)
}

// joinsBefore reports whether a word before a text may go on in it.
func joinsBefore(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(s[size:], isAttached))
	return signed("a"+s[:min(len(s), 8)], 1) > 1 || spelt(first) || isAttached(first) || apostrophe(first) && spelt(next)
}

// isAttached reports whether a rune is part of what stands before it.
func isAttached(r rune) bool { return scriptOf(r) == attached }

// spelt reports whether a rune is one of several that make a word.
func spelt(r rune) bool { return wordRune(r) && !scriptOf(r).character() }

// capitalised gives a folded word with capitals where another has them: at the beginning, or throughout.
func capitalised(word, as string) string {
	first, size := utf8.DecodeRuneInString(as)
	written := word
	switch {
	case !unicode.IsUpper(first):
		return word
	case len(as) > size && as == strings.ToUpper(as): // of one letter it cannot be told
		written = strings.ToUpper(word)
	default:
		first, size = utf8.DecodeRuneInString(word)
		written = string(unicode.ToUpper(first)) + word[size:]
	}
	if Fold(written) != word || (token{text: written}).word() != noOperator {
		return word
	}
	return written
}
