package text

import (
	"unicode"
	"unicode/utf8"
)

// maxWord is how many bytes of a word count: what is longer is no word that
// anyone types.
const maxWord = 64

// Each calls a function with every word of a text in order, and with where it
// begins, in bytes. What a word is depends on the script:
//
//   - Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Indic and all others: letters and
//     digits that stand together, with their marks, as Unicode Standard Annex 29 has it,
//     but apart at every sign: node.js is two words, as is pg_stat. An apostrophe of any
//     kind between letters belongs to the word, and so do + and # that end one: c++, f#.
//   - Han, Hiragana, Katakana (with ー, of full and half width), Hangul, Thai, Lao, Khmer,
//     Myanmar and their kin, which are written without spaces or with endings that no
//     space parts: each character with its marks is a word of its own.
//   - Numbers that are no digits, as ² and ½: each is a word of its own.
func Each(s string, f func(word string, start int)) { each(s, &kinds, f) }

// each is Each for who can tell by their first byte that most words are none of those
// asked for: these are passed over byte by byte, without a look at where they end.
func each(s string, kinds *[256]kind, f func(word string, start int)) {
	for i := 0; i < len(s); {
		behind := i // the word before
		for most := beginsNone; i < len(s) && kinds[s[i]] <= most; i++ {
			most = mostBehind[kinds[s[i]]]
		}
		start, plain := i, true
		for start > behind && kinds[s[start-1]] != sign { // within a word that goes on as no ASCII does
			start--
		}
		for i < len(s) && (kinds[s[i]] == beginsWord || kinds[s[i]] == beginsNone) {
			i++
		}
		if i < len(s) && kinds[s[i]] == anyRune {
			end := run(s, i)
			plain, i = end == i, end
		}
		switch {
		case i == start:
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
		case !plain:
			i = segmented(s, start, i, f)
		default:
			i = signed(s, i)
			if kinds[s[start]] == beginsWord {
				f(s[start:i], start)
			}
		}
	}
}

// kind is what the next byte of a text can be.
type kind byte

const (
	sign       kind = iota // of ASCII
	beginsNone             // a letter or digit of ASCII, with which no word begins that is asked for
	beginsWord             // another
	anyRune                // an apostrophe, or part of a rune that is not ASCII
)

// mostBehind is up to which kind the next byte begins nothing, behind one of each kind.
var mostBehind = [...]kind{sign: beginsNone, beginsNone: beginsWord, beginsWord: beginsWord, anyRune: anyRune}

// kinds are those of bytes where every word is asked for.
var kinds = func() (all [256]kind) {
	for c := range all {
		switch c := byte(c); {
		case c >= utf8.RuneSelf || c == '\'' || c == '`':
			all[c] = anyRune
		case alphanumeric(c):
			all[c] = beginsWord
		}
	}
	return all
}()

// run gives where a stretch without spaces and signs ends.
func run(s string, end int) int {
	for end < len(s) && kinds[s[end]] != sign {
		if s[end] < utf8.RuneSelf {
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[end:])
		if scriptOf(r) == wordless {
			break
		}
		end += size
	}
	return end
}

func alphanumeric(c byte) bool { return letter(c) || '0' <= c && c <= '9' }

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// signed gives where a word ends with the signs + and # that belong to it, as
// those of c++ do and that of a+b does not.
func signed(s string, end int) int {
	if end == len(s) || s[end] != '+' && s[end] != '#' {
		return end
	}
	n := 0
	for n < 2 && letter(s[end-1]) && end+n < len(s) && (s[end+n] == '+' || s[end+n] == '#') {
		n++
	}
	if next, _ := utf8.DecodeRuneInString(s[end+n:]); end+n < len(s) && (wordRune(next) || next == '+' || next == '#') {
		return end
	}
	return end + n
}

// segmented finds the words in a run of any runes, and gives where the text goes on.
func segmented(s string, start, end int, f func(word string, start int)) int {
	first, last := -1, -1 // the word that is open; it ends before last
	open := script(0)
	before, between := rune(0), 0 // the last letter of it, and apostrophes behind
	for i := start; i < end; {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch of := scriptOf(r); {
		case of == attached:
			if first >= 0 && between == 0 && !unicode.Is(unicode.Cf, r) {
				last = i + size
				before = r
			}
		case of == noScript:
			if between++; !apostrophe(r) {
				between = 2
			}
		case first >= 0 && of == open && (of == alphabetic && joins(before, between, r) || between == 0 && stacked(before, r)):
			last, before, between = i+size, r, 0
		default:
			if first >= 0 {
				f(s[first:last], first)
			}
			first, last, open, before, between = i, i+size, of, r, 0
		}
		i += size
	}
	if first < 0 {
		return end
	}
	if last == end {
		end = signed(s, end)
		last = end
	}
	f(s[first:last], first)
	return end
}

// joins reports whether a letter or digit goes on with a word: behind a letter, or
// one apostrophe between letters.
func joins(before rune, apostrophes int, r rune) bool {
	return apostrophes == 0 || apostrophes == 1 && unicode.IsLetter(r) && !unicode.IsNumber(before)
}
