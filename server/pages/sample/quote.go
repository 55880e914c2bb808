package sample

import (
	"encoding/json"
	"slices"
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

// exact writes integers that JavaScript would round as texts of their digits, which the API
// takes too.
func exact(variables string) (string, error) {
	d := json.NewDecoder(strings.NewReader(variables))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return "", err
	}
	if !rounds(value) {
		return variables, nil
	}
	return encode(spelled(value))
}

// most is the greatest integer up to which JavaScript holds each.
const most = 1<<53 - 1

func large(n json.Number) bool {
	i, err := n.Int64()
	return err == nil && (i > most || i < -most)
}

func rounds(value any) bool {
	switch value := value.(type) {
	case json.Number:
		return large(value)
	case []any:
		return slices.ContainsFunc(value, rounds)
	case map[string]any:
		for _, inside := range value {
			if rounds(inside) {
				return true
			}
		}
	}
	return false
}

func spelled(value any) any {
	switch value := value.(type) {
	case json.Number:
		if large(value) {
			return value.String()
		}
	case []any:
		for i := range value {
			value[i] = spelled(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = spelled(value[name])
		}
	}
	return value
}

// goText quotes a text for Go: raw where that can hold it.
func goText(text string) string {
	if strings.ContainsRune(text, '"') && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
