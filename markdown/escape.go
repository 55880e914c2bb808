package markdown

import (
	"strings"
)

// escaped gives a text as a line that shows it, each run of white space as one space.
func escaped(text string) string {
	x := inline{}
	x.addText(text)
	return x.finish()
}

// appendEscaped appends text, whose white space is single spaces, so that each character
// of it is shown. Starts says that it begins a line, more that something other than text
// stands behind it.
func appendEscaped(dst []byte, s string, starts, more bool) []byte {
	from := 0
	if starts {
		dst, from = appendStart(dst, s)
	}
	for i := from; i < len(s); i++ {
		c := s[i]
		switch c {
		case '`', '*', '[', ']', '<', '~', '|':
			dst = append(dst, '\\')
		case '_': // within a word it is no mark
			if i == 0 || i == len(s)-1 || !alnum(s[i-1]) || !alnum(s[i+1]) {
				dst = append(dst, '\\')
			}
		case '\\':
			if i == len(s)-1 || s[i+1] == ' ' || punctuationByte(s[i+1]) { // the space may go
				dst = append(dst, '\\')
			}
		case '!': // before a link it makes an image
			if i == len(s)-1 && more {
				dst = append(dst, '\\')
			}
		case '&':
			if characterReference(s[i:]) {
				dst = append(dst, '\\')
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// appendStart appends as much of a text as would make a line a heading, a quote, an item
// of a list, a rule or the end of a table's head, and gives where the rest begins.
func appendStart(dst []byte, s string) ([]byte, int) {
	if s == "" {
		return dst, 0
	}
	stands := func(i int) bool { return i == len(s) || s[i] == ' ' } // alone
	switch c := s[0]; c {
	case '#', '>', '=', ':':
		return append(dst, '\\', c), 1
	case '+', '-':
		if stands(1) || s[1] == '-' || s[1] == '|' || s[1] == ':' {
			return append(dst, '\\', c), 1
		}
		return dst, 0
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits > 0 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') && stands(digits+1) {
		return append(append(dst, s[:digits]...), '\\', s[digits]), digits + 1
	}
	return dst, 0
}

// characterReference reports whether a text that begins with & would be taken for one
// character, such as &lt; is.
func characterReference(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 64)], ';')
	if end < 2 {
		return false
	}
	for i, c := range []byte(s[1:end]) {
		if !alnum(c) && (c != '#' || i > 0) {
			return false
		}
	}
	return true
}

func alnum(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' }

// punctuationByte reports whether a backslash before it would vanish.
func punctuationByte(c byte) bool { return c > ' ' && c < 0x7f && !alnum(c) }

// Escape gives a text as part of a line of Markdown that shows it.
func Escape(text string) string { return escapedWithin(text) }
