package php

import (
	"regexp"
	"strings"
)

var (
	// begins is how values begin that hold others or texts. No prose does.
	begins = regexp.MustCompile(`^(?:a:\d+:\{(?:[is]:|\}|$)|O:\d+:"[^"]*":\d+:\{|C:\d+:"[^"]*":\d+:\{|E:\d+:"[^"]*:[^"]*";$)`)
	// alone are the other ones, which are short.
	alone = regexp.MustCompile(`^(?:N;|b:[01];|i:[+-]?\d+;|d:(?:-?INF|NAN|[+-]?[\d.]+(?:[eE][+-]?\d+)?);)$`)
)

// IsSerialized tells whether a text is to be taken for a serialised value. It
// looks at how it begins, and for short values at all of it: a list that was cut
// off is one, and [Decode] then says what is wrong.
func IsSerialized(text string) bool {
	text = strings.Trim(text, space)
	if len(text) < 2 || text[1] != ':' && text != "N;" || strings.IndexByte("aOCEsSbidN", text[0]) < 0 {
		return false
	}
	switch text[0] {
	case 's', 'S':
		// . is no line break, and the text may be long: its two ends are enough.
		head, quote, _ := strings.Cut(text[2:], `:"`)
		return head != "" && len(quote) >= 2 && strings.Trim(head, "0123456789") == "" && strings.HasSuffix(quote, `";`)
	case 'a', 'O', 'C', 'E':
		return begins.MatchString(text)
	default:
		return alone.MatchString(text)
	}
}
