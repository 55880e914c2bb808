package consoles

import (
	"html/template"
	"strings"

	"alphanode/server/pages/frame"
)

// mention is a piece of text that may name what has a page of its own.
type mention struct {
	Text string
	To   string // the path of that page; "" where it has none
	At   string // the part of it that is meant; "" for all of it
}

// plain is a text that names nothing.
func plain(text string) mention { return mention{Text: text} }

// linker writes mentions with links that keep the pin of the page.
type linker struct{ links frame.Links }

// Show writes a text of mentions.
func (l linker) Show(text []mention) template.HTML {
	var w strings.Builder
	for _, m := range text {
		w.WriteString(string(l.Link(m)))
	}
	return template.HTML(w.String())
}

// Link writes one mention.
func (l linker) Link(m mention) template.HTML {
	text := template.HTMLEscapeString(m.Text)
	if m.To == "" {
		return template.HTML(text)
	}
	href := l.links.At(m.To)
	if m.At != "" {
		href += "#" + m.At
	}
	return template.HTML(`<a href="` + template.HTMLEscapeString(href) + `">` + text + `</a>`)
}

// prose is a description: its paragraphs are apart by empty lines, and what stands between
// backticks is code.
type prose string

// HTML writes the description.
func (p prose) HTML() template.HTML {
	var w strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(p)), "\n\n") {
		w.WriteString("<p>")
		for i, piece := range strings.Split(paragraph, "`") {
			piece = template.HTMLEscapeString(piece)
			if i%2 == 1 {
				piece = "<code>" + piece + "</code>"
			}
			w.WriteString(piece)
		}
		w.WriteString("</p>")
	}
	return template.HTML(w.String())
}
