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
		end, ascii := i, true
		for end < len(s) && inWord(s[end]) {
			ascii = ascii && s[end] < utf8.RuneSelf
			end++
		}
		switch {
		case end == i:
			i++
			continue
		case ascii:
			end = plain(s, i, end, f)
		default:
			segmented(s[i:end], i, f)
		}
		i = end
	}
}

// inWord reports whether a byte can be part of a word.
func inWord(c byte) bool { return alphanumeric(c) || c == '\'' || c >= utf8.RuneSelf }

func alphanumeric(c byte) bool { return letter(c) || '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// plain finds the word in a run of ASCII letters, digits and apostrophes, and
// gives where the text goes on.
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
	if last == end && letter(s[end-1]) {
		if signs := signsAt(s, end); signs > 0 {
			last += signs
			end = last
		}
	}
	f(s[first:last], first)
	return end
}

// signsAt counts the signs + and # that end a word, as those of c++ do and that
// of a+b does not.
func signsAt(s string, at int) (n int) {
	for n < 2 && at+n < len(s) && (s[at+n] == '+' || s[at+n] == '#') {
		n++
	}
	if at+n < len(s) && (inWord(s[at+n]) || s[at+n] == '+' || s[at+n] == '#') {
		return 0
	}
	return n
}

// segmented finds the words in a run that is not ASCII alone.
func segmented(run string, offset int, f func(word string, start int)) {
	for tokens := words.FromString(run); tokens.Next(); {
		token := tokens.Value()
		trimmed := strings.TrimFunc(token, func(r rune) bool { return !wordRune(r) })
		if trimmed != "" {
			f(trimmed, offset+tokens.Start()+strings.Index(token, trimmed))
		}
	}
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }
