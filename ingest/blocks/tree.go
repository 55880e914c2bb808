package blocks

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// maxDepth bounds how deep elements nest. Deeper ones are there, but what they hold
// stands behind them.
const maxDepth = 200

// maxNodes bounds how many elements and texts a body has, and with them memory. What follows
// is kept as its words.
const maxNodes = 1 << 20

// node is an element or, where it has no name, a text.
type node struct {
	tag                       atom.Atom // 0 for an element that HTML does not have
	traits                    traits
	has                       has
	name                      string
	text                      string // of a text, as it is read
	attributes                []html.Attribute
	image                     *image // of an img that is shown
	parent, first, last, next *node
}

func (n *node) is(t traits) bool { return n.traits&t != 0 }

// attribute is the value of an attribute, "" where there is none.
func (n *node) attribute(name string) string {
	value, _ := n.lookup(name)
	return value
}

func (n *node) lookup(name string) (value string, ok bool) {
	for i := range n.attributes {
		if n.attributes[i].Key == name {
			return n.attributes[i].Val, true
		}
	}
	return "", false
}

// tree is a body as it nests. It is made as browsers make it, but for what they do to
// save the look of what is nested wrongly: an end tag ends what is open within.
type tree struct {
	root    node
	title   string
	losses  content.Losses
	options Options

	open   []*node          // the last is where the next node goes; the first is the root
	nodes  int              // so many there are
	slab   []node           // the next nodes
	room   *nodeRoom        // where the first nodes stand
	keys   []html.Attribute // those of the last tags
	images imagesInReading
}

// nodeRoom is room for the nodes of nearly every body. It is used again for the next one.
type nodeRoom [1024]node

var nodeRooms = sync.Pool{New: func() any { return new(nodeRoom) }}

// newTree is an empty one, to be released when its blocks are made.
func newTree(o Options) *tree {
	t := &tree{options: o, losses: content.Losses{}, room: nodeRooms.Get().(*nodeRoom)}
	t.slab = t.room[:]
	t.open = append(t.open, &t.root)
	return t
}

func (t *tree) release() {
	clear(t.room[:min(t.nodes, len(t.room))])
	nodeRooms.Put(t.room)
	t.room = nil
}

// read makes the tree of a body.
func read(markup string, o Options) *tree {
	t := newTree(o)
	at := 0 // of the token in the markup
	z := html.NewTokenizer(strings.NewReader(markup))
	hidden := unreadElement{}
	for {
		kind := z.Next()
		raw := len(z.Raw())
		switch {
		case kind == html.ErrorToken: // a string has no other error than its end
			t.close(1)
			return t
		case hidden.depth > 0:
			t.hide(&hidden, kind, z)
		case kind == html.TextToken:
			t.text(textOfToken(z, markup[at:at+raw]))
		default:
			t.tag(&hidden, kind, z)
		}
		if at += raw; t.nodes >= maxNodes {
			t.losses.Add(LostMany, 1)
			t.close(1)
			t.append().text = content.TextOfHTML(markup[at:])
			t.root.last.has = hasText
			return t
		}
	}
}

// tag reads a token that is no text.
func (t *tree) tag(hidden *unreadElement, kind html.TokenType, z *html.Tokenizer) {
	switch kind {
	case html.StartTagToken, html.SelfClosingTagToken:
		t.startToken(hidden, z, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		t.end(atom.Lookup(name), string(name))
	}
}

// unreadElement is one that is gone through without reading it.
type unreadElement struct {
	tag   atom.Atom
	depth int // 0 for none
}

// hide goes on through an element that is not read.
func (t *tree) hide(in *unreadElement, kind html.TokenType, z *html.Tokenizer) {
	if kind != html.StartTagToken && kind != html.EndTagToken {
		return
	}
	name, _ := z.TagName()
	switch {
	case atom.Lookup(name) != in.tag:
	case kind == html.StartTagToken:
		in.depth++
	default:
		in.depth--
	}
}

// textOfToken is the text of a token that stands as raw in the mark-up.
func textOfToken(z *html.Tokenizer, raw string) string {
	if strings.ContainsAny(raw, "&\r\x00") {
		return string(z.Text())
	}
	return raw
}

// text adds all the text between two tags.
func (t *tree) text(text string) {
	top := t.top()
	if top.tag == atom.Pre && top.first == nil {
		text = strings.TrimPrefix(text, "\n") // which stands behind the tag, not in what it holds
	}
	if text == "" {
		return
	}
	if top.tag == atom.Title {
		if t.title == "" && top.parent == &t.root { // a drawing has one too
			t.title = collapsed(text)
		}
		return
	}
	n := t.append()
	n.text = text
	if !blank(text) {
		n.has = hasText
		top.has |= hasText
	}
}

func (t *tree) startToken(hidden *unreadElement, z *html.Tokenizer, closed bool) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if unread[tag] {
		t.losses.Add("element "+tag.String(), 1)
		if closed {
			z.NextIsNotRawText()
		} else {
			*hidden = unreadElement{tag, 1}
		}
		return
	}
	switch tag {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript:
		z.NextIsNotRawText() // what stands in them is for readers too, of another time
	case atom.Html, atom.Body, atom.Head, atom.Meta, atom.Link, atom.Base:
		return
	case atom.Image: // as every browser reads it
		tag = atom.Img
	}
	if closed {
		z.NextIsNotRawText()
	}
	n := node{tag: tag, traits: elements[tag]}
	if tag != 0 {
		n.name = tag.String()
	} else if n.name = string(name); !plainName(n.name) {
		return // which no one could write again
	}
	n.attributes = t.attributes(z, more)
	t.start(n, closed)
}

// attributes reads those of a tag.
func (t *tree) attributes(z *html.Tokenizer, more bool) []html.Attribute {
	if cap(t.keys)-len(t.keys) < 16 {
		t.keys = make([]html.Attribute, 0, 64)
	}
	from := len(t.keys)
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if a := (html.Attribute{Key: keyName(key), Val: string(value)}); a.Key != "" {
			t.keys = append(t.keys, a)
		}
	}
	return t.keys[from:len(t.keys):len(t.keys)]
}

// plainName accepts the names that can be written again as they are.
func plainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= utf8.RuneSelf || strings.IndexByte(`"'<>/=&`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// keyName is the name of an attribute, "" for one that could not be written again.
func keyName(key []byte) string {
	if a := atom.Lookup(key); a != 0 {
		return a.String()
	}
	if name := string(key); plainName(name) {
		return name
	}
	return ""
}

// start adds an element, and opens it.
func (t *tree) start(given node, closed bool) {
	t.closeImplied(given.tag)
	switch given.tag {
	case atom.Input:
		t.field(given)
		return
	case atom.Source:
		t.images.source(t, &given)
		if parent := t.top().tag; parent == atom.Picture || parent == atom.Noscript {
			return
		}
	case atom.Img:
		if !t.images.read(t, &given) {
			return
		}
	}
	n := t.append()
	parent := n.parent
	if given.tag == atom.Div && isControls(&given) {
		given.traits |= dropped
		t.losses.Add(LostControls, 1)
	}
	*n = given
	n.parent = parent
	t.resolve(n)
	if n.tag == atom.Audio || n.tag == atom.Video {
		withControls(n)
	}
	switch {
	case n.is(void) || closed:
		t.sum(n)
	case len(t.open) >= maxDepth:
		t.losses.Add(LostDepth, 1)
		t.sum(n)
	default:
		t.open = append(t.open, n)
	}
}

// isControls knows the buttons and times that sites put beside a player.
func isControls(n *node) bool {
	for class := range strings.FieldsSeq(n.attribute("class")) {
		switch class {
		case "kg-audio-player", "kg-video-overlay", "kg-video-player-container", "mejs-controls":
			return true
		}
	}
	return false
}

// withControls gives a player its own controls where it had others or plays by a click alone.
func withControls(n *node) {
	_, has := n.lookup("controls")
	if _, plays := n.lookup("autoplay"); !has && !plays {
		n.attributes = append(n.attributes, html.Attribute{Key: "controls"})
	}
}

// field adds what a field of a form shows: boxes to tick, as lists of tasks have them.
func (t *tree) field(n node) {
	if !strings.EqualFold(n.attribute("type"), "checkbox") {
		if !strings.EqualFold(n.attribute("type"), "hidden") {
			t.losses.Add(LostField, 1)
		}
		return
	}
	box := t.append()
	box.text, box.has = "☐ ", hasText
	if _, ticked := n.lookup("checked"); ticked {
		box.text = "☑ "
	}
	t.top().has |= hasText
}

// close closes all that is open from the i-th on.
func (t *tree) close(i int) {
	for j := len(t.open) - 1; j >= i; j-- {
		t.sum(t.open[j])
	}
	t.open = t.open[:i]
}

// sum tells the element around one that is complete what it has.
func (t *tree) sum(n *node) {
	if n.is(dropped) {
		return
	}
	what := n.has | kinds[n.tag]
	if n.is(apart) {
		what |= hasApart
	}
	switch n.tag {
	case atom.Img:
		what |= hasImage
	case atom.A:
		if !leadsAway(n) {
			break
		}
		if n.has&(hasText|hasImage|hasEmbed) == 0 {
			t.losses.Add(LostLink, 1)
			n.traits |= dropped
			return
		}
		what |= hasLink
	}
	if what&n.parent.has&hasImage != 0 {
		what |= hasImages
	}
	n.parent.has |= what
}

func (t *tree) top() *node { return t.open[len(t.open)-1] }

// append adds an empty node to the innermost open element.
func (t *tree) append() *node {
	if len(t.slab) == 0 {
		t.slab = make([]node, 256)
	}
	t.nodes++
	n := &t.slab[0]
	t.slab = t.slab[1:]
	n.parent = t.top()
	if n.parent.last == nil {
		n.parent.first = n
	} else {
		n.parent.last.next = n
	}
	n.parent.last = n
	return n
}

// resolve makes the addresses of an element whole.
func (t *tree) resolve(n *node) {
	for i := range n.attributes {
		a := &n.attributes[i]
		switch a.Key {
		case "href", "src", "cite", "poster", "data":
			a.Val = t.options.address(strings.TrimSpace(a.Val))
		}
	}
	if n.tag == atom.Iframe {
		if src := n.attribute("src"); src == "" || strings.HasPrefix(src, "about:") {
			for _, name := range lazyAddresses {
				if lazy := strings.TrimSpace(n.attribute(name)); lazy != "" {
					n.attributes = slices.DeleteFunc(n.attributes, func(a html.Attribute) bool { return a.Key == "src" || a.Key == name })
					n.attributes = append(n.attributes, html.Attribute{Key: "src", Val: t.options.address(lazy)})
					return
				}
			}
		}
	}
}
