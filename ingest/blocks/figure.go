package blocks

import (
	"strings"

	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// isFigure knows a figure, and what was one before HTML had it.
func isFigure(n *node) bool {
	return n.tag == atom.Figure || n.tag == atom.Div && hasClass(n, "wp-caption")
}

func isCaption(n *node) bool {
	return n.tag == atom.Figcaption || n.tag == atom.P && hasClass(n, "wp-caption-text")
}

func hasClass(n *node, class string) bool {
	for name := range strings.FieldsSeq(n.attribute("class")) {
		if name == class {
			return true
		}
	}
	return false
}

// figure reads a figure. With one image it is an image, where no link would be lost by that;
// one with a caption of something else stays whole; else it is what stands in it.
func (c *converter) figure(n *node) {
	caption := captionOf(n, 3)
	var body has
	shown := imageOf(n, caption, &body)
	said := ""
	if caption != nil {
		said = textOf(caption)
	}
	const alone = hasImage | hasApart | hasParagraph | hasLink
	switch {
	case shown != nil && body&^alone == 0:
		if shown.inline || n.has&hasLink != 0 || c.line.link() != nil || caption != nil && caption.has&hasImage != 0 {
			c.asItIs(n)
			return
		}
		c.show(shown, said)
		c.add(shown.figure(said))
	case isCard(n):
		c.asItIs(n)
	case said != "" && body&(hasEmbed|hasTable) != 0 && body&(hasFigure|hasQuote) == 0:
		c.asItIs(n)
	default:
		c.children(n)
	}
}

// isCard reports whether a figure is one link around blocks, as previews of other pages are.
func isCard(n *node) bool {
	for child := n.first; child != nil; child = child.next {
		if child.tag == atom.A {
			return child.has&hasApart != 0
		}
	}
	return false
}

// captionOf looks for the caption of a figure, so deep.
func captionOf(n *node, depth int) *node {
	for child := n.first; child != nil; child = child.next {
		if isCaption(child) {
			return child
		}
		if depth > 1 && child.tag != atom.Figure {
			if found := captionOf(child, depth-1); found != nil {
				return found
			}
		}
	}
	return nil
}

// imageOf is the first image in a figure outside its caption; what stands there is added to body.
func imageOf(n, caption *node, body *has) (first *image) {
	for child := n.first; child != nil; child = child.next {
		if child == caption || child.is(dropped) {
			continue
		}
		if child.image != nil {
			if *body&hasImage != 0 {
				*body |= hasImages
			}
			*body |= hasImage
		} else if child.name == "" {
			*body |= child.has
		} else {
			*body |= kinds[child.tag]
		}
		found := child.image
		if found == nil {
			found = imageOf(child, caption, body)
		}
		if first == nil {
			first = found
		}
	}
	return first
}

// list reads a list. One with more in an item than a line, or whose items have numbers or
// names of their own, stays as mark-up.
func (c *converter) list(n *node) {
	if isGallery(n) {
		c.children(n)
		return
	}
	items, ok := c.items(n)
	if !ok {
		c.asItIs(n)
		return
	}
	c.add(content.List{Ordered: n.tag == atom.Ol, Items: items})
}

// isGallery reports whether each item of a list is a figure and nothing else, or nothing but images.
func isGallery(n *node) bool {
	for child := n.first; child != nil; child = child.next {
		if child.name == "" && child.has == 0 {
			continue
		}
		if child.has&hasImage == 0 {
			return false
		}
		if only := onlyElement(child); child.has&hasText != 0 && (only == nil || !isFigure(only)) {
			return false
		}
	}
	return true
}

func (c *converter) items(n *node) (items []content.ListItem, ok bool) {
	if n.has&hasBlock != 0 || !plainNumbers(n) {
		return nil, false
	}
	for child := n.first; child != nil; child = child.next {
		if child.name == "" && child.has == 0 || child.is(dropped) {
			continue
		}
		if child.tag != atom.Li || child.attribute("id") != "" || child.attribute("value") != "" {
			return nil, false
		}
		item, one := c.item(child)
		if !one {
			return nil, false
		}
		items = append(items, item)
	}
	return items, true
}

// plainNumbers reports whether the items of a list count from one, if at all.
func plainNumbers(n *node) bool {
	if n.tag != atom.Ol {
		return true
	}
	_, reversed := n.lookup("reversed")
	start := n.attribute("start")
	kind := n.attribute("type")
	return !reversed && (start == "" || start == "1") && (kind == "" || kind == "1")
}

// item reads an item that is one line.
func (c *converter) item(n *node) (item content.ListItem, one bool) {
	found := c.within(n)
	if len(found) > 1 {
		return item, false
	}
	for _, b := range found {
		switch b := b.(type) {
		case content.Paragraph:
			item = content.ListItem{Text: b.Text, HTML: b.HTML}
		case content.Figure:
			return item, false
		case content.HTML: // an image in a link
			item.HTML = b.HTML
		default:
			return item, false
		}
	}
	return item, true
}

// within reads the blocks that stand in an element, apart from those around it.
func (c *converter) within(n *node) []content.Block {
	around := c.blocks
	c.blocks = nil
	c.children(n)
	c.flush()
	found := c.blocks
	c.blocks = around
	return found
}

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
