package terminal

import (
	"unicode"
	"unicode/utf8"
)

// Unseen reports whether a character cannot be seen as what it is: one that controls a
// terminal, turns the direction of what follows, or leaves no mark; and what stands for
// bytes that are no UTF-8.
func Unseen(r rune) bool {
	return !unicode.IsPrint(r) || r == utf8.RuneError || r == '\u2800' || // the pattern of Braille without a dot
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
