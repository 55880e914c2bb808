package sample

import (
	"encoding/json"
	"strconv"
	"strings"
)

// shell quotes a text for a POSIX shell: between single quotes nothing is special but
// the quote itself, which stands outside of them behind a backslash.
func shell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// script quotes a text for JavaScript. JSON in double quotes is that too (ECMA-262,
// since 2019 with U+2028 and U+2029); texts with nothing special stand in single ones.
func script(text string) string {
	if plain(text) {
		return "'" + text + "'"
	}
	quoted, err := json.Marshal(text)
	if err != nil { // no text fails
		return "''"
	}
	return string(quoted)
}

// plain reports whether a text has printable letters of ASCII alone, and no quotes.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '\'' || c == '"' || c == '\\' || c == '`' {
			return false
		}
	}
	return true
}

// template writes a text of several lines as a template literal of JavaScript.
func template(text string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(text) + "`"
}

// goText quotes a text for Go: raw where that can hold it.
func goText(text string) string {
	if strings.ContainsRune(text, '"') && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
