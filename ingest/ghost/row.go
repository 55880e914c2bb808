package ghost

import (
	"bytes"
	"encoding/json"
	"strings"
)

// row is a record of a table.
type row map[string]json.RawMessage

// text is a member as a text, whether it is one or a number. It is "" for nothing, and for
// what is no single value.
func (r row) text(name string) string { return textOf(r[name]) }

func textOf(raw json.RawMessage) string {
	switch {
	case len(raw) == 0, string(raw) == "null":
		return ""
	case raw[0] == '"':
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return ""
		}
		return strings.ToValidUTF8(text, "\uFFFD")
	case raw[0] == '{', raw[0] == '[':
		return ""
	}
	return string(raw)
}

// yes reports whether a member says yes, as databases do.
func (r row) yes(name string) bool {
	switch r.text(name) {
	case "1", "true":
		return true
	}
	return false
}

// rows reads a member that is a list of records.
func (r row) rows(name string) []row {
	var rows []row
	if json.Unmarshal(r[name], &rows) != nil {
		return nil
	}
	return rows
}

// says reports whether a value says anything.
func says(raw json.RawMessage) bool {
	switch string(bytes.TrimSpace(raw)) {
	case "", "null", `""`, "false", "0", "[]", "{}":
		return false
	}
	return true
}
