package text

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// script is the kind of script of a rune, by which words are told apart.
type script uint8

const (
	wordless   script = iota // signs and spaces, which stand in no word
	noScript                 // apostrophes
	attached                 // marks, and what does not show: part of what stands before
	alphabetic               // letters that stand together are a word
	// Of the others each character is a word.
	number
	han // and Hiragana, which stand in one word
	katakana
	hangul
	thai
	lao
	khmer
	myanmar
	kin // scripts that few texts have: of Tai languages, and Tangut, Nushu, Khitan
)

// scriptOf gives the script of a rune. ー is Katakana, wherever it stands.
func scriptOf(r rune) script {
	if 0 <= r && r < maxListed {
		return listedScripts()[r]
	}
	return lookedUpScript(r)
}

// maxListed is behind the runes of which nearly all texts are made: to look one up among
// Unicode's tables takes ten times as long.
const maxListed = 1 << 16

var listedScripts = sync.OnceValue(func() *[maxListed]script {
	all := &[maxListed]script{}
	for r := range rune(maxListed) {
		all[r] = lookedUpScript(r)
	}
	return all
})

func lookedUpScript(r rune) script {
	switch {
	case !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf) && !apostrophe(r):
		return wordless
	case r < utf8.RuneSelf && alphanumeric(byte(r)):
		return alphabetic
	case r < 0x300: // Latin
		switch {
		case apostrophe(r):
			return noScript
		case unicode.In(r, unicode.L, unicode.Nd, unicode.Nl):
			return alphabetic
		case unicode.IsNumber(r):
			return number
		case r == 0xad:
			return attached
		}
		return noScript
	case unicode.IsMark(r), dropped(r), loneMark(r):
		return attached
	case apostrophe(r):
		return noScript
	case r < 0xe00: // Greek to Sinhala
	case unicode.Is(unicode.Thai, r) || unicode.Is(unicode.Lao, r):
		switch {
		case unicode.IsDigit(r):
			return alphabetic
		case r == 0xe33 || r == 0xeb3: // a mark with a letter, AM
			return attached
		case r < 0xe80:
			return thai
		}
		return lao
	case r < 0x1000: // Tibetan
	case 0x3041 <= r && r <= 0x3096, 0x309d <= r && r <= 0x309f, 0x4e00 <= r && r <= 0x9fff, 0x3005 <= r && r <= 0x3007:
		return han
	case 0x30a1 <= r && r <= 0x30ff, 0xff66 <= r && r <= 0xff9d:
		return katakana
	case r == 0xff9e || r == 0xff9f: // marks of half width
		return attached
	case 0xac00 <= r && r <= 0xd7a3:
		return hangul
	case !unicode.IsLetter(r):
	case unicode.In(r, unicode.Han, unicode.Hiragana):
		return han
	case unicode.Is(unicode.Katakana, r):
		return katakana
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.Is(unicode.Khmer, r):
		return khmer
	case unicode.Is(unicode.Myanmar, r):
		return myanmar
	case unicode.In(r, unicode.New_Tai_Lue, unicode.Tai_Le, unicode.Tai_Tham, unicode.Tai_Viet, unicode.Ahom,
		unicode.Tangut, unicode.Nushu, unicode.Khitan_Small_Script):
		return kin
	}
	switch {
	case unicode.In(r, unicode.L, unicode.Nd, unicode.Nl):
		return alphabetic
	case unicode.IsNumber(r):
		return number
	}
	return noScript
}

// character reports whether each character of a script is a word of its own.
func (s script) character() bool { return s > number }

// stacked reports whether a letter belongs to the character before: below one with
// the sign for that in Khmer and Myanmar, or as the rest of a Hangul syllable.
func stacked(before, r rune) bool {
	switch {
	case before == 0x17d2, before == 0x1039:
		return true
	case 0x1160 <= r && r <= 0x11ff: // vowels and finals
		return 0x1100 <= before && before <= 0x11ff || 0xac00 <= before && before <= 0xd7a3
	}
	return false
}
