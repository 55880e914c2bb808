package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// maxWord is how many bytes of a word count: what is longer is no word that
// anyone types.
const maxWord = 64

// Each calls a function with every word of a text in order, and with where it
// begins, in bytes. Words are as Unicode Standard Annex 29 has them, but apart
// at every sign: node.js is two words, as is pg_stat. An apostrophe between
// letters belongs to the word, and so do + and # that end one: c++, f#.
func Each(s string, f func(word string, start int)) {
	for i := 0; i < len(s); {
		end, ascii := run(s, i)
		switch {
		case end == i:
			_, size := utf8.DecodeRuneInString(s[i:])
			end = i + size
		case ascii:
			end = plain(s, i, end, f)
		default:
			end = segmented(s, i, end, f)
		}
		i = end
	}
}

// run gives where a stretch without spaces and signs ends, and whether it is
// ASCII alone.
func run(s string, start int) (end int, ascii bool) {
	ascii = true
	for end = start; end < len(s); {
		if c := s[end]; c < utf8.RuneSelf {
			if !alphanumeric(c) && c != '\'' {
				break
			}
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[end:])
		if !wordRune(r) && !apostrophe(r) && !unicode.Is(unicode.Cf, r) {
			break
		}
		ascii = false
		end += size
	}
	return end, ascii
}

func alphanumeric(c byte) bool { return letter(c) || '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// apostrophe reports whether a rune is one of those that Fold makes one.
func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// plain finds the word in a run that is ASCII alone, and gives where the text
// goes on.
func plain(s string, start, end int, f func(word string, start int)) int {
	first, last := start, end
	for first < last && s[first] == '\'' {
		first++
	}
	for first < last && s[last-1] == '\'' {
		last--
	}
	if first == last {
		return end
	}
	if last == end {
		end = signed(s, end)
		last = end
	}
	f(s[first:last], first)
	return end
}

// signed gives where a word ends with the signs + and # that belong to it, as
// those of c++ do and that of a+b does not.
func signed(s string, end int) int {
	n := 0
	for n < 2 && letter(s[end-1]) && end+n < len(s) && (s[end+n] == '+' || s[end+n] == '#') {
		n++
	}
	if next, _ := utf8.DecodeRuneInString(s[end+n:]); end+n < len(s) && (wordRune(next) || next == '+' || next == '#') {
		return end
	}
	return end + n
}

// segmented is plain for any run.
func segmented(s string, start, end int, f func(word string, start int)) int {
	for tokens := words.FromString(s[start:end]); tokens.Next(); {
		token := tokens.Value()
		word := strings.TrimFunc(token, func(r rune) bool { return !wordRune(r) || apostrophe(r) })
		if strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
			continue
		}
		first := start + tokens.Start() + strings.Index(token, word)
		last := first + len(word)
		if last == end {
			end = signed(s, end)
			last = end
		}
		f(s[first:last], first)
	}
	return end
}
