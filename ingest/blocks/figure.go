package blocks

import (
	"strings"

	"golang.org/x/net/html/atom"
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
