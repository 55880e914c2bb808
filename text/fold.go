package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is what spellings of a word have in common, and what is searched for where
// the word is typed: the first of its Forms.
func Fold(word string) string {
	return Forms(word)[0]
}

// Unaccented is a text of any length with the letters that Fold gives its words.
func Unaccented(s string) string {
	if plain(s) {
		return strings.ToLower(s)
	}
	short, _ := letters(s)
	return short
}

// plain reports whether a word is ASCII without apostrophes, as most are.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == '\'' || c == '`' {
			return false
		}
	}
	return true
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

// letters brings the letters of a word to those that all spellings have:
//
//   - compatible characters are one (NFKC): full and half width, ligatures, ²;
//   - case does not matter, nor do ı and i;
//   - Latin and Greek accents are left out, and Cyrillic ones but for those that make
//     another letter: й ў ї ѓ ќ;
//   - Latin letters that no accent makes are those of CLDR's transform Latin-ASCII:
//     ł is l, æ is ae, ß is ss;
//   - Hebrew points, Arabic vowel marks and tatweel are left out; forms of alef are one,
//     as are those of yeh and of kaf;
//   - what does not show is left out;
//   - every kind of apostrophe is '.
//
// Long is the same where ä ö ü å ø are written ae oe ue aa oe, and "" without any.
func letters(word string) (short, long string) {
	if lower(word) {
		return word, ""
	}
	var room, longRoom [2 * maxWord]byte
	s, l, differ := room[:0], longRoom[:0], false
	for i := 0; i < len(word); {
		c := word[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			} else if c == '`' {
				c = '\''
			}
			s, l = append(s, c), append(l, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(word[i:])
		known := &typographic
		if r < maxKnown {
			known = &knownLetters()[r]
		} else if r != '’' {
			known = &spelling{}
		}
		if known.short == "" {
			return anyLetters(word)
		}
		s, l = append(s, known.short...), append(l, known.long...)
		differ = differ || known.long != known.short
		i += size
	}
	if short = string(s); differ {
		long = string(l)
	}
	return short, long
}

// lower reports whether a word is ASCII in lower case, with ' for all apostrophes.
func lower(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '`' {
			return false
		}
	}
	return true
}

// maxKnown is behind the Latin, Greek and Cyrillic letters of which texts are made.
const maxKnown = 0x530

type spelling struct{ short, long string }

var typographic = spelling{"'", "'"} // the apostrophe that most texts have

// knownLetters are the letters that become the same whatever stands beside them.
var knownLetters = sync.OnceValue(func() *[maxKnown]spelling {
	all := &[maxKnown]spelling{}
	for r := rune(utf8.RuneSelf); r < maxKnown; r++ {
		if unicode.IsLetter(r) {
			short, long := anyLetters(string(r))
			if long == "" {
				long = short
			}
			all[r] = spelling{short, long}
		}
	}
	return all
})

// anyLetters is letters for any text.
func anyLetters(word string) (short, long string) {
	var s, l strings.Builder
	differ := false
	before := rune(0) // the letter on which marks stand
	write := func(short, long string) {
		s.WriteString(short)
		l.WriteString(long)
		differ = differ || short != long
	}
	for _, r := range norm.NFKD.String(strings.Map(prepared, word)) {
		r = unicode.ToLower(r)
		switch same := twins[r]; {
		case mark(r):
			switch {
			case strings.ContainsRune(ownLetters[r], before):
				write(string(r), string(r))
			case r == '\u0308' && strings.ContainsRune("aou", before):
				write("", "e")
			case r == '\u030a' && before == 'a':
				write("", "a")
			default:
				continue // marks on the same letter
			}
			before = 0
		case dropped(r):
		case apostrophe(r):
			write("'", "'")
			before = 0
		case r == 'ø':
			write("o", "oe")
			before = 0
		case same != "":
			write(same, same)
			before = 0
		default:
			s.WriteRune(r)
			l.WriteRune(r)
			before = r
		}
	}
	short = norm.NFKC.String(s.String())
	if differ {
		long = norm.NFKC.String(l.String())
	}
	return short, long
}

// mark reports whether a rune is an accent of Latin, Greek and Cyrillic letters.
func mark(r rune) bool { return 0x300 <= r && r <= 0x36f }

// ownLetters are the letters which with a mark are another letter.
var ownLetters = map[rune]string{'\u0306': "иу", '\u0308': "і", '\u0301': "гк"}

// unread are marks that do not matter, beside those that do not show.
var unread = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0591, 0x05bd, 1}, {0x05bf, 0x05bf, 1}, {0x05c1, 0x05c2, 1}, {0x05c4, 0x05c5, 1}, {0x05c7, 0x05c7, 1}, // Hebrew points
		{0x0610, 0x061a, 1}, {0x0640, 0x0640, 1}, {0x064b, 0x065f, 1}, {0x0670, 0x0670, 1}, // Arabic marks, tatweel
		{0x06d6, 0x06dc, 1}, {0x06df, 0x06e4, 1}, {0x06e7, 0x06e8, 1}, {0x06ea, 0x06ed, 1}, {0x08ca, 0x08e1, 1}, {0x08e3, 0x08ff, 1},
		{0x1ab0, 0x1aff, 1}, {0x1dc0, 0x1dff, 1}, {0x20d0, 0x20ff, 1}, // marks of Latin letters and signs
		{0xfe00, 0xfe0f, 1}, {0xfe20, 0xfe2f, 1}, // variation selectors, half marks
	},
	R32: []unicode.Range32{{0xe0100, 0xe01ef, 1}},
}

func dropped(r rune) bool { return unicode.Is(unread, r) || unicode.Is(unicode.Cf, r) }

// loneMark reports whether a rune is a mark of Arabic that stands on nothing: letters
// to Unicode, which decomposes them to a space with a mark.
func loneMark(r rune) bool {
	return 0xfe70 <= r && r <= 0xfe7f && r != 0xfe73 || 0xfc5e <= r && r <= 0xfc63 || 0xfcf2 <= r && r <= 0xfcf4
}

// prepared takes away what decomposes to a space with a mark.
func prepared(r rune) rune {
	switch {
	case loneMark(r):
		return -1
	case apostrophe(r):
		return '\''
	}
	return r
}

// apostrophe reports whether a rune is one of those that Fold makes one.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', '‛', '′', '＇', '\u02b9', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', 'ˊ', 'ˋ', 'ꞌ', 'Ꞌ', '\u0374', '\u1fbd', '\u1fbf':
		return true
	}
	return false
}
