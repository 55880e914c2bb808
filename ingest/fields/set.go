package fields

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"alphanode/content"
)

// Set puts a value to the field of a post, such as meta.score.quality. Lists go on with what
// they had; anything else is replaced. Nothing, null and the empty text set nothing.
//
// A value of another type that says the same fits too: "12" as an integer, 12 as a text, a
// text as a list of one, a list of one as its only entry, "yes" and 1 as true. What does not
// fit is an error, [content.Faults], of what was found and what was expected; then the post
// is as it was, and the caller may keep the value by [Extra].
func Set(p *content.Post, path string, value json.RawMessage) error {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || string(value) == "null" || string(value) == `""` {
		return nil
	}
	if name, isExtra := strings.CutPrefix(path, "meta.extra."); isExtra {
		return Extra(p, name, value)
	}
	var first content.Faults
	for _, same := range sayTheSame(path, value) {
		part := nested(path, same)
		faults := check(part)
		if len(faults) == 0 {
			faults = content.DecodeInto(p, part)
		}
		if len(faults) == 0 {
			return nil
		}
		if first == nil {
			first = faults
		}
	}
	return first
}

// check gives the faults that a post of these fields alone would have for them.
func check(part json.RawMessage) content.Faults {
	p := content.Post{Slug: "s", Title: "t"}
	if faults := content.DecodeInto(&p, part); len(faults) > 0 {
		return faults
	}
	p.SettleDates()
	return p.Validate()
}

// nested is the object of a post that has a value at a path and nothing else.
func nested(path string, value json.RawMessage) json.RawMessage {
	names := strings.Split(path, ".")
	for _, name := range slices.Backward(names) {
		value = slices.Concat([]byte("{"), quoted(name), []byte(":"), value, []byte("}"))
	}
	return value
}

func quoted(text string) json.RawMessage {
	b, _ := json.Marshal(text) // a string always can
	return b
}

// sayTheSame gives a value, and after it the values of other types that say the same.
func sayTheSame(path string, value json.RawMessage) []json.RawMessage {
	same := []json.RawMessage{value}
	switch value[0] {
	case '"':
		var text string
		if json.Unmarshal(value, &text) != nil {
			return same
		}
		trimmed := strings.TrimSpace(text)
		if word, ok := truth[strings.ToLower(trimmed)]; ok {
			same = append(same, json.RawMessage(word))
		}
		if _, ok := content.ParseInteger(trimmed); ok {
			same = append(same, json.RawMessage(trimmed))
		}
		return append(same, list(entry(path, value)))
	case '[':
		var entries []json.RawMessage
		if json.Unmarshal(value, &entries) != nil {
			return same
		}
		entries = slices.DeleteFunc(entries, func(e json.RawMessage) bool { return string(e) == "null" || string(e) == `""` })
		if len(entries) == 1 {
			same = append(same, entries[0])
		}
		for i, e := range entries {
			entries[i] = entry(path, e)
		}
		return append(same, list(entries...))
	case '{':
		return append(same, list(value))
	default: // a number, true or false
		if word, ok := truth[string(value)]; ok {
			same = append(same, json.RawMessage(word))
		}
		return append(same, quoted(string(value)), list(quoted(string(value))))
	}
}

// truth has the words for true and false of programs and of spreadsheets.
var truth = map[string]string{
	"true": "true", "yes": "true", "y": "true", "on": "true", "1": "true",
	"false": "false", "no": "false", "n": "false", "off": "false", "0": "false",
}

// entry is an entry of a list: a number as a text, and an image that is only an address.
func entry(path string, value json.RawMessage) json.RawMessage {
	if c := value[0]; c != '"' && c != '{' && c != '[' {
		value = quoted(string(value))
	}
	if path == "meta.images" && value[0] == '"' {
		return nested("url", value)
	}
	return value
}

func list(entries ...json.RawMessage) json.RawMessage {
	return slices.Concat([]byte("["), bytes.Join(rawBytes(entries), []byte(",")), []byte("]"))
}

func rawBytes(values []json.RawMessage) [][]byte {
	b := make([][]byte, len(values))
	for i, v := range values {
		b[i] = v
	}
	return b
}
