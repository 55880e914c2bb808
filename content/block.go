package content

import (
	"html"
	"strconv"
	"strings"
)

// Block is one piece of a post's body: Heading, Paragraph, Code, List, Figure,
// Quote or HTML.
type Block interface {
	// Type is the word that names the block's type in JSON.
	Type() string
	// appendText writes the words a reader sees, without mark-up.
	appendText(*strings.Builder)
	// appendHTML writes the block as mark-up that is safe to show.
	appendHTML(*strings.Builder)
}

// Heading opens a section; Level is 1–6. Anchor is there where [Post.SetAnchors] set
// it: it is never read or stored.
type Heading struct {
	Level  int
	Text   string
	Anchor string
}

// Paragraph is running text. HTML is there only where it says more than Text.
type Paragraph struct {
	Text string
	HTML string
}

// Code is a code sample, kept byte for byte.
type Code struct {
	Language string
	Source   string
}

// List is a list of items, numbered when Ordered.
type List struct {
	Ordered bool
	Items   []ListItem
}

// ListItem is one line of a List. HTML is there only where it says more than
// Text.
type ListItem struct {
	Text string
	HTML string
}

// Figure is an image in the body.
type Figure struct {
	URL     string
	Source  string
	Caption string
	Alt     string // what it shows, for who does not see it
	Width   *int   // in pixels, from 1
	Height  *int   // likewise
}

// Quote is quoted text. HTML is there only where it says more than Text.
type Quote struct {
	Text string
	HTML string
}

// HTML is mark-up that no other block can say: tables, embeds. It is
// sanitised.
type HTML struct {
	HTML string
}

func (Heading) Type() string   { return "heading" }
func (Paragraph) Type() string { return "paragraph" }
func (Code) Type() string      { return "code" }
func (List) Type() string      { return "list" }
func (Figure) Type() string    { return "image" }
func (Quote) Type() string     { return "quote" }
func (HTML) Type() string      { return "html" }

// Text is the body as plain text, blocks apart by an empty line. Of images it has the
// captions.
func (p *Post) Text() string {
	parts := make([]string, 0, len(p.Body))
	for _, b := range p.Body {
		var w strings.Builder
		b.appendText(&w)
		if w.Len() > 0 {
			parts = append(parts, w.String())
		}
	}
	return strings.Join(parts, "\n\n")
}

// wordsToRead counts the words of the body that are read on the way through it: those
// of captions are not, and reading times that were counted once stay as they are.
func (p *Post) wordsToRead() (n int) {
	for _, b := range p.Body {
		switch b := b.(type) {
		case Heading:
			n += countWords(b.Text)
		case Paragraph:
			n += countWords(b.Text)
		case Code:
			n += countWords(b.Source)
		case List:
			for _, item := range b.Items {
				n += countWords(item.Text)
			}
		case Quote:
			n += countWords(b.Text)
		case HTML:
			n += countWords(TextOfHTML(b.HTML))
		}
	}
	return n
}

// HTML is the body as safe mark-up, a line for each block.
func (p *Post) HTML() string {
	var w strings.Builder
	anchors := p.Anchors()
	for i, b := range p.Body {
		if i > 0 {
			w.WriteByte('\n')
		}
		if h, ok := b.(Heading); ok {
			h.Anchor = anchors[i]
			b = h
		}
		b.appendHTML(&w)
	}
	return w.String()
}

func (b Heading) appendText(w *strings.Builder)   { w.WriteString(b.Text) }
func (b Paragraph) appendText(w *strings.Builder) { w.WriteString(b.Text) }
func (b Code) appendText(w *strings.Builder)      { w.WriteString(b.Source) }
func (b Quote) appendText(w *strings.Builder)     { w.WriteString(b.Text) }
func (b HTML) appendText(w *strings.Builder)      { w.WriteString(TextOfHTML(b.HTML)) }
func (b Figure) appendText(w *strings.Builder)    { w.WriteString(b.Caption) }

func (b List) appendText(w *strings.Builder) {
	for i, item := range b.Items {
		if i > 0 {
			w.WriteByte('\n')
		}
		w.WriteString(item.Text)
	}
}

func (b Heading) appendHTML(w *strings.Builder) {
	tag := "h" + strconv.Itoa(b.Level)
	w.WriteString("<" + tag)
	if b.Anchor != "" {
		w.WriteString(` id="` + html.EscapeString(b.Anchor) + `"`)
	}
	w.WriteString(">" + html.EscapeString(b.Text) + "</" + tag + ">")
}

func (b Paragraph) appendHTML(w *strings.Builder) { element(w, "p", inline(b.Text, b.HTML)) }

func (b Code) appendHTML(w *strings.Builder) {
	w.WriteString("<pre><code")
	if b.Language != "" {
		w.WriteString(` class="language-` + html.EscapeString(b.Language) + `"`)
	}
	w.WriteString(">" + html.EscapeString(b.Source) + "</code></pre>")
}

func (b List) appendHTML(w *strings.Builder) {
	tag := "ul"
	if b.Ordered {
		tag = "ol"
	}
	w.WriteString("<" + tag + ">")
	for _, item := range b.Items {
		element(w, "li", inline(item.Text, item.HTML))
	}
	w.WriteString("</" + tag + ">")
}

func (b Figure) appendHTML(w *strings.Builder) {
	alt := b.Alt
	if alt == "" {
		alt = b.Caption
	}
	w.WriteString(`<figure><img src="` + html.EscapeString(b.URL) + `" alt="` + html.EscapeString(alt) + `"`)
	size := func(name string, pixels *int) {
		if pixels != nil {
			w.WriteString(" " + name + `="` + strconv.Itoa(*pixels) + `"`)
		}
	}
	size("width", b.Width)
	size("height", b.Height)
	w.WriteString(">")
	if b.Caption != "" {
		element(w, "figcaption", html.EscapeString(b.Caption))
	}
	w.WriteString("</figure>")
}

func (b Quote) appendHTML(w *strings.Builder) {
	w.WriteString("<blockquote>")
	element(w, "p", inline(b.Text, b.HTML))
	w.WriteString("</blockquote>")
}

func (b HTML) appendHTML(w *strings.Builder) { w.WriteString(b.HTML) }

// inline prefers the mark-up, which is there only where it says more.
func inline(text, markup string) string {
	if markup != "" {
		return markup
	}
	return html.EscapeString(text)
}

func element(w *strings.Builder, tag, inner string) {
	w.WriteString("<" + tag + ">" + inner + "</" + tag + ">")
}
