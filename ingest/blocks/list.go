package blocks

import (
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

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
			item = content.ListItem(b)
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
