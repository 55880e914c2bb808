package postfile

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plain is a text that every reader of YAML takes for itself without quotes: it begins with a
// letter, and has nothing that means something.
var plain = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_.,/()+'&; -]*$`)

// words are what readers of YAML take for something else, in some version of it.
var words = map[string]bool{"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true}

// appendText appends a text as YAML has it, in one line.
func appendText(dst []byte, s string) []byte {
	if plain.MatchString(s) && !words[strings.ToLower(s)] && s[len(s)-1] != ' ' && len(s) < 512 {
		return append(dst, s...)
	}
	return appendQuoted(dst, s)
}

// appendQuoted appends a text in quotes, in which what cannot be seen is escaped.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case strconv.IsPrint(r) && r != '\u00a0':
			dst = utf8.AppendRune(dst, r)
		case r > 0xffff:
			dst = append(dst, `\U`...)
			dst = appendHex(dst, r, 8)
		default:
			dst = append(dst, `\u`...)
			dst = appendHex(dst, r, 4)
		}
	}
	return append(dst, '"')
}

func appendHex(dst []byte, r rune, digits int) []byte {
	hex := strconv.FormatInt(int64(r), 16)
	return append(append(dst, strings.Repeat("0", digits-len(hex))...), hex...)
}

// appendFlow appends a value of JSON in one line, in which all texts are in quotes.
func appendFlow(dst []byte, value json.RawMessage) []byte {
	for at := 0; at < len(value); {
		if value[at] != '"' {
			if dst = append(dst, value[at]); value[at] == ':' || value[at] == ',' {
				dst = append(dst, ' ')
			}
			at++
			continue
		}
		end := at + 1
		for value[end] != '"' {
			if value[end] == '\\' {
				end++
			}
			end++
		}
		var text string
		if json.Unmarshal(value[at:end+1], &text) != nil { // which canonical JSON cannot fail
			return append(dst, value[at:]...)
		}
		dst = appendQuoted(dst, text)
		at = end + 1
	}
	return dst
}
