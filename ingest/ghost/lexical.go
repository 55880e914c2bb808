package ghost

import (
	"fmt"
	stdhtml "html"
	"regexp"
	"strings"
)

// lexical writes a document of Ghost's editor since version 5.
func (w *writer) lexical(text string) error {
	document, err := decode(text)
	if err != nil {
		return fmt.Errorf("lexical that is no JSON: %w", err)
	}
	w.lexicalChildren(objectOf(document["root"]), 0)
	return nil
}

// maxDepth bounds how deep a document is followed.
const maxDepth = 200

func (w *writer) lexicalChildren(o object, depth int) {
	for _, child := range o.list("children") {
		w.lexicalNode(objectOf(child), depth)
	}
}

func (w *writer) lexicalNode(o object, depth int) {
	if depth > maxDepth {
		w.lose("element nested too deep", 1)
		return
	}
	around := func(tag string, attributes ...string) {
		w.start(tag, attributes...)
		w.lexicalChildren(o, depth+1)
		w.end(tag)
	}
	switch kind := strings.TrimPrefix(o.text("type"), "extended-"); kind {
	case "root":
		w.lexicalChildren(o, depth+1)
	case "paragraph":
		around("p")
	case "heading":
		around(headingTag(o.text("tag")))
	case "quote", "aside":
		around("blockquote")
	case "zwnj": // which keeps the cursor where it is
	case "text", "tk", "hashtag":
		w.formatted(o.text("text"), o.number("format"))
	case "linebreak":
		w.raw("<br>")
	case "tab":
		w.raw(" ")
	case "link", "autolink":
		around("a", "href", o.text("url"), "rel", o.text("rel"), "target", o.text("target"), "title", o.text("title"))
	case "list":
		tag := "ul"
		start := ""
		if o.text("listType") == "number" || o.text("tag") == "ol" {
			tag = "ol"
			if n := o.number("start"); n > 1 {
				start = o.text("start")
			}
		}
		around(tag, "start", start)
	case "listitem":
		w.start("li")
		if checked, ok := o["checked"].(bool); ok {
			w.raw(map[bool]string{false: "☐ ", true: "☑ "}[checked])
		}
		w.lexicalChildren(o, depth+1)
		w.end("li")
	case "table", "tablerow", "tablecell":
		around(map[string]string{"table": "table", "tablerow": "tr", "tablecell": "td"}[kind])
	default:
		if len(o.list("children")) > 0 {
			around("div")
			return
		}
		w.card(kind, o)
	}
}

var headings = regexp.MustCompile(`^h[1-6]$`)

func headingTag(said string) string {
	if headings.MatchString(said) {
		return said
	}
	return "h2"
}

// formats are the bits of a text's format.
var formats = []struct {
	bit int
	tag string
}{{1, "strong"}, {2, "em"}, {4, "s"}, {8, "u"}, {16, "code"}, {32, "sub"}, {64, "sup"}, {128, "mark"}}

func (w *writer) formatted(text string, format int) {
	inner := stdhtml.EscapeString(text)
	for _, f := range formats {
		if format&f.bit != 0 && inner != "" {
			inner = "<" + f.tag + ">" + inner + "</" + f.tag + ">"
		}
	}
	w.raw(inner)
}
