package blocks

import (
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// quote reads a quotation: a paragraph, which may be followed by who said it. One of several
// paragraphs or with other blocks, and one that names its source, stay as mark-up.
func (c *converter) quote(n *node) {
	if n.has&hasBlock != 0 || n.attribute("cite") != "" {
		c.asItIs(n)
		return
	}
	found := c.within(n)
	lines := make([]content.Paragraph, len(found))
	for i, b := range found {
		p, ok := b.(content.Paragraph)
		if !ok {
			c.asItIs(n)
			return
		}
		lines[i] = p
	}
	switch {
	case len(lines) == 1:
		c.add(content.Quote{Text: lines[0].Text, HTML: lines[0].HTML})
	case len(lines) == 2 && isSource(n.last):
		said, by := piece{text: lines[0].Text, markup: lines[0].HTML}, piece{text: lines[1].Text, markup: lines[1].HTML}
		c.add(content.Quote{Text: said.text + " " + by.text, HTML: said.html() + "<br>" + by.html()})
	default:
		c.asItIs(n)
	}
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
