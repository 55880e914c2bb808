package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is what two spellings of a word have in common: compatible characters
// are one (NFKC), case does not matter, nor do accents on letters, nor which
// apostrophe is used. Of a very long word the beginning counts.
func Fold(word string) string {
	if !ascii(word) {
		word = strings.Map(plainer, norm.NFKD.String(word))
		word = norm.NFKC.String(cases.Fold().String(word))
	} else {
		word = strings.ToLower(word)
	}
	if len(word) > maxWord {
		end := maxWord
		for !utf8.RuneStart(word[end]) {
			end--
		}
		word = word[:end]
	}
	return word
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainer drops the accents of decomposed letters.
func plainer(r rune) rune {
	switch {
	case 0x300 <= r && r <= 0x36f:
		return -1
	case r == '’' || r == 'ʼ':
		return '\''
	}
	return r
}
