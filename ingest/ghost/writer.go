package ghost

import (
	"encoding/json"
	stdhtml "html"
	"strconv"
	"strings"
)

// writer writes what Ghost's editors have as HTML.
type writer struct {
	strings.Builder
	lose func(kind string, n int)
}

func (w *writer) raw(parts ...string) {
	for _, part := range parts {
		w.WriteString(part)
	}
}

func (w *writer) text(s string) { w.WriteString(stdhtml.EscapeString(s)) }

// start writes a start tag, without the attributes that say nothing.
func (w *writer) start(tag string, attributes ...string) {
	w.raw("<", tag)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			w.raw(" ", attributes[i], `="`, stdhtml.EscapeString(attributes[i+1]), `"`)
		}
	}
	w.raw(">")
}

func (w *writer) end(tag string) { w.raw("</", tag, ">") }

// element writes an element around a text of HTML, nothing where that is empty.
func (w *writer) element(tag, inner string) {
	if strings.TrimSpace(inner) != "" {
		w.raw("<", tag, ">", inner, "</", tag, ">")
	}
}

// paragraphs writes a text without mark-up.
func (w *writer) paragraphs(text string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		w.element("p", strings.ReplaceAll(stdhtml.EscapeString(strings.TrimSpace(part)), "\n", "<br>"))
	}
}

// object is an object of an editor's format, read as far as it is what it should be.
type object map[string]any

func objectOf(v any) object {
	o, _ := v.(map[string]any)
	return o
}

func (o object) text(name string) string {
	switch v := o[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func (o object) list(name string) []any {
	l, _ := o[name].([]any)
	return l
}

func (o object) number(name string) int {
	n, _ := o[name].(float64)
	return int(n)
}

// yes reports whether a member says yes; where it is missing, what is usual.
func (o object) yes(name string, usual bool) bool {
	if v, ok := o[name].(bool); ok {
		return v
	}
	return usual
}

func decode(text string) (object, error) {
	var o object
	err := json.Unmarshal([]byte(text), &o)
	return o, err
}
