package blocks

import (
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// FromHTML reads a body of HTML, a whole page or a piece of one, however broken.
func FromHTML(markup string, o Options) Body {
	t := read(markup, o)
	defer t.release()
	return t.body(leastBudget + len(markup))
}

// leastBudget is how many bytes of tags may be written again of any body.
const leastBudget = 64 << 10

// body makes the blocks of a tree that is complete. So many bytes of tags may be written again.
func (t *tree) body(again int) Body {
	c := converter{body: Body{Title: t.title, Losses: t.losses}}
	c.line.budget = &budget{again, t.losses}
	c.children(&t.root)
	c.flush()
	c.body.Blocks = c.blocks
	return c.body
}

// converter goes through a tree and makes its blocks.
type converter struct {
	body    Body
	blocks  []content.Block
	line    line // what was read since the last block
	heading bool // the line is a heading
	seen    map[string]bool
}

func (c *converter) add(b content.Block) { c.blocks = append(c.blocks, b) }

func (c *converter) children(n *node) {
	for child := n.first; child != nil; child = child.next {
		c.node(child)
	}
}

func (c *converter) node(n *node) {
	switch {
	case n.name == "":
		c.line.words(n.text)
	case n.is(dropped), c.heading && isPermalink(n):
	case n.is(apart):
		c.flush()
		c.block(n)
		c.flush()
	case n.tag == atom.Br:
		c.lineBreak()
	case n.tag == atom.Img, n.tag == atom.Wbr, n.tag == atom.Area:
		c.line.element(n)
		if n.image != nil {
			c.show(n.image, "")
		}
	case n.is(void):
	case n.is(unmarked):
		c.children(n)
	default:
		c.line.push(n)
		c.children(n)
		c.line.pop()
	}
}

// lineBreak is one break, or the end of a paragraph where it is the second.
func (c *converter) lineBreak() {
	if c.line.breaks++; c.line.breaks > 1 {
		c.flush()
	}
}

// flush ends the line: it is a paragraph, or images where it has nothing else.
func (c *converter) flush() {
	p := c.line.take()
	switch {
	case p.text != "":
		c.add(content.Paragraph{Text: p.text, HTML: p.markup})
	default:
		for _, image := range p.images {
			if image.link != nil && !c.line.budget.allows(image.link) {
				image.link = nil
			}
			c.add(image.block("", image.link))
		}
	}
}

// show notes that an image is shown.
func (c *converter) show(i *image, caption string) {
	if i.inline || c.seen[i.address] {
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[i.address] = true
	c.body.Images = append(c.body.Images, content.Image{URL: i.address, Caption: i.figure(caption).Caption, Alt: i.alt, Width: i.width, Height: i.height})
}

// block reads an element that stands apart. The line before it is ended.
func (c *converter) block(n *node) {
	switch kind := kinds[n.tag]; {
	case n.tag == atom.Hr:
		c.add(content.HTML{HTML: "<hr>"})
	case kind == hasHeading:
		c.headingOf(n)
	case isFigure(n):
		c.figure(n)
	case kind == 0 || kind == hasParagraph:
		c.lose(n)
		c.children(n)
	case kind == hasEmbed:
		c.asItIs(n)
	case n.has&(hasText|hasImage|hasEmbed) == 0: // nothing is shown of it
	case c.line.link() != nil: // the link around it would be lost
		c.asItIs(n)
	case kind == hasCode:
		c.code(n)
	case kind == hasList:
		c.list(n)
	case kind == hasQuote:
		c.quote(n)
	case kind == hasTable && codeOfTable(n) != nil:
		c.code(codeOfTable(n))
	default:
		c.asItIs(n)
	}
}

// lose counts what goes with a tag that is not kept, as it is counted of others when a post settles.
func (c *converter) lose(n *node) {
	for i := range n.attributes {
		if name := n.attributes[i].Key; name == "style" || len(name) > 2 && len(name) < 30 && name[:2] == "on" {
			c.body.Losses.Add("attribute "+name, 1)
		}
	}
}

// asItIs keeps an element as its mark-up, in the link that it stands in.
func (c *converter) asItIs(n *node) {
	c.showAll(n)
	link := c.line.link()
	if link != nil && !c.line.budget.allows(link) {
		link = nil
	}
	var w []byte
	if link != nil {
		w = appendStart(w, link)
	}
	w = appendNode(w, n, false)
	if link != nil {
		w = appendEnd(w, link)
	}
	c.add(content.HTML{HTML: string(w)})
}

// showAll notes the images of an element.
func (c *converter) showAll(n *node) {
	if n.image != nil {
		c.show(n.image, "")
	}
	if n.has&hasImage == 0 {
		return
	}
	for child := n.first; child != nil; child = child.next {
		c.showAll(child)
	}
}

// headingOf reads a heading. A block of a heading has a text alone: one with a link or an
// image stays as mark-up.
func (c *converter) headingOf(n *node) {
	level := int(n.name[1] - '0')
	c.heading = true
	if n.has&hasApart == 0 {
		c.children(n)
	} else {
		c.line.words(textOf(n))
	}
	c.heading = false
	p := c.line.take()
	if c.body.Heading == "" {
		c.body.Heading = p.text
	}
	switch {
	case n.has&hasApart != 0 && n.has&(hasLink|hasImage) != 0:
		c.asItIs(n)
	case p.links || len(p.images) > 0:
		bare := node{name: n.name}
		w := append(appendStart(nil, &bare), p.html()...)
		c.add(content.HTML{HTML: string(appendEnd(w, &bare))})
	case p.text != "":
		c.add(content.Heading{Level: level, Text: p.text})
	}
}

// textOf is the text of an element as one line.
func textOf(n *node) string {
	return collapsed(string(appendWords(nil, n)))
}

func appendWords(w []byte, n *node) []byte {
	if n.is(apart) || n.tag == atom.Br {
		w = append(w, ' ')
	}
	w = append(w, n.text...)
	for child := n.first; child != nil; child = child.next {
		w = appendWords(w, child)
	}
	if n.is(apart) {
		w = append(w, ' ')
	}
	return w
}
