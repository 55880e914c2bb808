package blocks

import (
	"strings"

	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// quote reads a quotation: paragraphs, which may be followed by who said it. One with other
// blocks, one whose paragraphs say more than their text, and one that names its source, stay
// as mark-up.
func (c *converter) quote(n *node) {
	if n.has&hasBlock != 0 || n.attribute("cite") != "" || saysMore(n) {
		c.asItIs(n)
		return
	}
	found := c.within(n)
	if len(found) == 0 {
		c.asItIs(n)
		return
	}
	var text, markup strings.Builder
	marked := len(found) > 1
	for i, b := range found {
		p, ok := b.(content.Paragraph)
		if !ok {
			c.asItIs(n)
			return
		}
		if i > 0 {
			text.WriteByte(' ')
			markup.WriteString("<br>")
			if i < len(found)-1 || !isSource(n.last) {
				markup.WriteString("<br>")
			}
		}
		text.WriteString(p.Text)
		markup.WriteString(piece{text: p.Text, markup: p.HTML}.html())
		marked = marked || p.HTML != ""
	}
	quote := content.Quote{Text: text.String()}
	if marked {
		quote.HTML = markup.String()
	}
	c.add(quote)
}

// saysMore reports whether a paragraph of several in a quotation has a name that links lead to, a
// language or a direction of its own.
func saysMore(n *node) bool {
	paragraphs, more := 0, false
	for child := n.first; child != nil; child = child.next {
		if !child.is(apart) {
			continue
		}
		paragraphs++
		for _, name := range []string{"id", "lang", "dir", "align", "title"} {
			more = more || child.attribute(name) != ""
		}
	}
	return more && paragraphs > 1
}

// isSource reports whether the last that stands in a quotation says whose it is.
func isSource(last *node) bool {
	for ; last != nil && last.name == "" && last.has == 0; last = before(last) {
	}
	return last != nil && (last.tag == atom.Cite || last.tag == atom.Footer || last.tag == atom.Figcaption)
}

// before is the node that stands before one.
func before(n *node) *node {
	for other := n.parent.first; other != nil; other = other.next {
		if other.next == n {
			return other
		}
	}
	return nil
}
