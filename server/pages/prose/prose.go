package prose

import (
	"html"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"alphanode/content"
	"alphanode/server/pages/highlight"
)

// Prose is the body of a post.
type Prose struct {
	HTML     template.HTML
	Headings []Heading // in order
	ids      map[string]bool
}

// Free gives an id that nothing in the body has: the name, or one like it.
func (p *Prose) Free(name string) string {
	for p.ids[name] {
		name = "_" + name
	}
	return name
}

// Heading is one of a body: a place to go to.
type Heading struct {
	Text   string
	Anchor string
	Level  int // from 2, as on the page
}

// Samples are the code samples of a body, in order.
func Samples(p *content.Post) (all []highlight.Sample) {
	for _, b := range p.Body {
		if code, ok := b.(content.Code); ok {
			all = append(all, highlight.Sample{Language: code.Language, Source: code.Source})
		}
	}
	return all
}

// Of writes the body of a post, with its samples as they were marked. Its headings begin at
// level 2, below the title. The ids that are taken stand elsewhere on the page.
func Of(p *content.Post, marked []template.HTML, taken ...string) Prose {
	w := writer{ids: map[string]bool{}, bothWays: bothWays(p), checklist: p.Meta.Checklist}
	anchors := p.Anchors()
	for i, anchor := range anchors {
		if slices.Contains(taken, anchor) {
			anchors[i] = "_" + anchor // which is no anchor of another heading
		}
	}
	for _, id := range slices.Concat(anchors, taken) {
		w.ids[id] = true
	}
	for i, b := range p.Body {
		w.near = i < above
		switch b := b.(type) {
		case content.Heading:
			w.heading(b, anchors[i])
		case content.Paragraph:
			w.paragraph(b)
		case content.Code:
			w.code(b, marked[0])
			marked = marked[1:]
		case content.List:
			w.list(b)
		case content.Figure:
			w.figure(b)
		case content.Quote:
			w.quote(b)
		case content.HTML:
			w.WriteString(w.markup(b.HTML).html)
		}
		w.WriteByte('\n')
	}
	return Prose{HTML: template.HTML(w.String()), Headings: w.headings, ids: w.ids}
}

// above is how many blocks may be seen before anybody scrolls: their images are not lazy.
const above = 2

// writer writes a body.
type writer struct {
	strings.Builder
	headings  []Heading
	levels    []int           // of the headings that the next one may stand under, as the author gave them
	ids       map[string]bool // that are taken
	near      bool            // what is written is near the top
	bothWays  bool            // there are words that are written from right to left
	checklist []string
}

// text is what an author wrote, escaped.
func text(s string) string { return html.EscapeString(s) }

// way is the attribute by which what stands in an element says its direction. A body that
// is all from left to right needs none.
func (w *writer) way() string {
	if w.bothWays {
		return ` dir="auto"`
	}
	return ""
}

// level is that of a heading on the page. Authors leave levels out; readers that go from
// heading to heading should not have to look for them.
func (w *writer) level(given int) int {
	for len(w.levels) > 0 && w.levels[len(w.levels)-1] >= given {
		w.levels = w.levels[:len(w.levels)-1]
	}
	w.levels = append(w.levels, given)
	return min(1+len(w.levels), 6)
}

func (w *writer) heading(h content.Heading, anchor string) {
	if strings.TrimSpace(h.Text) == "" { // it would head nothing
		return
	}
	level := w.level(h.Level)
	tag := "h" + strconv.Itoa(level)
	w.WriteString("<" + tag + ` id="` + text(anchor) + `"` + w.way() + ">" + text(h.Text) + "</" + tag + ">")
	w.headings = append(w.headings, Heading{h.Text, anchor, level})
}

func (w *writer) paragraph(p content.Paragraph) {
	if p.HTML == "" {
		w.WriteString("<p" + w.way() + ">" + text(p.Text) + "</p>")
		return
	}
	m, tag := w.markup(p.HTML), "p"
	if m.block { // which a paragraph cannot hold
		tag = "div"
	}
	w.WriteString("<" + tag + w.way() + ">" + m.html + "</" + tag + ">")
}

func (w *writer) quote(q content.Quote) {
	w.WriteString("<blockquote>")
	w.paragraph(content.Paragraph(q))
	w.WriteString("</blockquote>")
}

func (w *writer) list(l content.List) {
	tag, class := "ul", ""
	if l.Ordered {
		tag = "ol"
	}
	if w.isChecklist(l) {
		class = ` class="checklist"`
	}
	w.WriteString("<" + tag + class + ">")
	for _, item := range l.Items {
		inner := text(item.Text)
		if item.HTML != "" {
			inner = w.markup(item.HTML).html
		}
		w.WriteString("<li" + w.way() + ">" + inner + "</li>")
	}
	w.WriteString("</" + tag + ">")
}

// isChecklist reports whether a list is the checklist of the post.
func (w *writer) isChecklist(l content.List) bool {
	return !l.Ordered && len(l.Items) > 0 && slices.EqualFunc(l.Items, w.checklist, func(item content.ListItem, line string) bool {
		return strings.TrimSpace(item.Text) == strings.TrimSpace(line)
	})
}

// code writes a sample, which can be copied, and scrolls in itself. Code is written from
// left to right in every language.
func (w *writer) code(c content.Code, marked template.HTML) {
	language := text(highlight.Language(c.Language))
	if language == "" {
		language = "code"
	}
	label := language
	if language != "code" {
		label += " code"
	}
	w.WriteString(`<figure class="code" dir="ltr"><figcaption><span>` + language + `</span> <button type="button" data-copy>Copy<span class="hidden"> this code</span></button></figcaption>` +
		`<pre tabindex="0" role="group" aria-label="` + label + `"><code>` + string(marked) + `</code></pre></figure>`)
}

// bothWays reports whether a post has words that are written from right to left.
func bothWays(p *content.Post) bool {
	if rightToLeft(p.Title) || rightToLeft(p.Intro) {
		return true
	}
	return slices.ContainsFunc(p.Body, func(b content.Block) bool {
		switch b := b.(type) {
		case content.Heading:
			return rightToLeft(b.Text)
		case content.Paragraph:
			return rightToLeft(b.Text)
		case content.Quote:
			return rightToLeft(b.Text)
		case content.Figure:
			return rightToLeft(b.Caption)
		case content.List:
			return slices.ContainsFunc(b.Items, func(item content.ListItem) bool { return rightToLeft(item.Text) })
		}
		return false
	})
}

func rightToLeft(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxLatin1 && unicode.In(r, rightToLeftScripts...) })
}

var rightToLeftScripts = []*unicode.RangeTable{
	unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya,
}
