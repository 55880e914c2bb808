package blocks

import (
	"strings"

	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// line is a stretch of text and inline elements between two blocks, as it is put
// together. What may turn out to be nothing is put off until something follows it: white
// space, a break, and the tags of elements.
type line struct {
	text   []byte
	markup []byte
	open   []*node // the elements around what comes next, which may reach over several lines
	tagged int     // so many of them have their tag in markup
	again  int     // so many of them had their tag in a line before
	budget *budget // for tags that are written again
	space  bool    // white space was put off
	breaks int     // that were put off
	tags   bool    // markup says more than text
	ruby   bool    // and how words are read
	links  bool    // and has a link to another place
	images []shown
}

// shown is an image in a line, with the link that it stands in, if any.
type shown struct {
	*image
	link *node
}

// words adds text, each run of white space as one space.
func (l *line) words(text string) {
	for text != "" {
		at := 0
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		if at > 0 {
			l.space = true
			text = text[at:]
			continue
		}
		for at = 1; at < len(text); at++ {
			if isSpace(text[at]) && (text[at] != ' ' || at+1 == len(text) || isSpace(text[at+1])) {
				break
			}
		}
		l.begin()
		l.text = append(l.text, text[:at]...)
		l.markup = appendEscaped(l.markup, text[:at])
		text = text[at:]
	}
}

// begin writes what was put off, as something follows.
func (l *line) begin() {
	begun := len(l.markup) > 0
	switch {
	case begun && l.breaks > 0:
		l.text = append(l.text, ' ')
		l.markup = append(l.markup, "<br>"...)
		l.tags = true
	case begun && l.space:
		l.text = append(l.text, ' ')
		l.markup = append(l.markup, ' ')
	}
	l.space, l.breaks = false, 0
	for ; l.tagged < len(l.open); l.tagged++ {
		n := l.open[l.tagged]
		if l.tagged < l.again && !l.budget.allows(n) {
			l.open[l.tagged] = untagged
			continue
		}
		l.markup = appendStart(l.markup, n)
		l.tags = true
		l.links = l.links || leadsAway(n)
		l.ruby = l.ruby || n.tag == atom.Ruby
	}
}

// element adds an element without content, such as an image.
func (l *line) element(n *node) {
	l.begin()
	l.markup = appendStart(l.markup, n)
	l.tags = true
	if n.image != nil {
		l.images = append(l.images, shown{n.image, l.link()})
	}
}

// link is the link that what comes next stands in.
func (l *line) link() *node {
	for i := len(l.open) - 1; i >= 0; i-- {
		if n := l.open[i]; n.tag == atom.A && n.attribute("href") != "" {
			return n
		}
	}
	return nil
}

func (l *line) push(n *node) { l.open = append(l.open, n) }

func (l *line) pop() {
	last := len(l.open) - 1
	if l.tagged > last {
		l.markup = appendEnd(l.markup, l.open[last])
		l.tagged = last
	}
	l.open = l.open[:last]
	l.again = min(l.again, last)
}

// budget bounds how many bytes of tags are written again in each line, as elements around many lines
// would have it.
type budget struct {
	left   int
	losses content.Losses
}

// untagged stands in place of an element whose tag is not written again.
var untagged = &node{traits: unmarked}

func (b *budget) allows(n *node) bool {
	size := 2*len(n.name) + 5
	for _, a := range n.attributes {
		size += len(a.Key) + len(a.Val) + 4
	}
	if size > b.left {
		b.losses.Add(LostRepeat, 1)
		return false
	}
	b.left -= size
	return true
}

// piece is a line that is complete.
type piece struct {
	text   string
	markup string // "" where it says no more than text
	links  bool
	images []shown
}

// take gives the line, and begins the next one in the same elements.
func (l *line) take() piece {
	for ; l.tagged > 0; l.tagged-- {
		l.markup = appendEnd(l.markup, l.open[l.tagged-1])
	}
	p := piece{text: collapsed(string(l.text)), links: l.links, images: l.images}
	if l.tags {
		p.markup = string(l.markup)
	}
	if l.ruby {
		p.text = content.TextOfHTML(p.markup)
	}
	*l = line{text: l.text[:0], markup: l.markup[:0], open: l.open, again: len(l.open), budget: l.budget}
	return p
}

// html is the piece as mark-up.
func (p piece) html() string {
	if p.markup != "" {
		return p.markup
	}
	return string(appendEscaped(nil, p.text))
}

// leadsAway reports whether an element is a link to another place than one in the page.
func leadsAway(n *node) bool {
	if n.tag != atom.A {
		return false
	}
	address := n.attribute("href")
	return address != "" && address[0] != '#'
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

func blank(text string) bool { return strings.TrimSpace(text) == "" }

// collapsed makes each run of white space one space, and leaves none at the ends.
func collapsed(text string) string {
	space := true // one at the beginning goes
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && space, c < ' ', mayBeSpace[c]:
			return strings.Join(strings.Fields(text), " ")
		default:
			space = c == ' '
		}
	}
	if space {
		text = strings.TrimRight(text, " ")
	}
	return text // as nearly always
}

// mayBeSpace are the bytes by which white space of other scripts begins in UTF-8.
var mayBeSpace = [256]bool{0xc2: true, 0xe1: true, 0xe2: true, 0xe3: true}
