package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is what two spellings of a word have in common: compatible characters
// are one (NFKC), case does not matter, nor do Latin, Greek and Cyrillic accents,
// characters that do not show, or which apostrophe is used. Of a very long word
// the beginning counts.
func Fold(word string) string {
	return cut(Plain(cut(word, 4*maxWord)), maxWord) // cut before the work is done
}

// Plain is Fold for a text of any length.
func Plain(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	s = strings.Map(plainer, norm.NFKD.String(s))
	return norm.NFKC.String(cases.Fold().String(s))
}

// cut gives the beginning of a text, of at most so many bytes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainer drops the accents of decomposed letters and what does not show.
func plainer(r rune) rune {
	switch {
	case 0x300 <= r && r <= 0x36f, unicode.Is(unicode.Cf, r):
		return -1
	case apostrophe(r):
		return '\''
	}
	return r
}
