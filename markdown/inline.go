package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// inline puts together what stands within a block: text and its markup.
type inline struct {
	out     []byte
	text    []byte // pending; its white space is single spaces
	oneLine bool   // a break is a space: in headings, links and cells
	inLink  bool   // in which there is no other
	inMark  bool   // likewise of emphasis
	inCell  bool   // of a table
	within  bool   // it does not begin a line
	led     bool   // white space stood before it
	trailed bool   // or behind it
}

// addText adds text. What cannot be seen at all is left out.
func (x *inline) addText(s string) {
	for _, r := range s {
		switch {
		case r == ' ' || r >= '\t' && r <= '\r':
			x.space()
		case r < ' ' || r == 0x7f:
		default:
			x.text = utf8.AppendRune(x.text, r)
		}
	}
}

// space adds white space, where none stands before it and no line begins.
func (x *inline) space() {
	switch {
	case len(x.text) > 0 && x.text[len(x.text)-1] != ' ', len(x.text) == 0 && !x.begins() && x.out[len(x.out)-1] != ' ':
		x.text = append(x.text, ' ')
	case len(x.text)+len(x.out) == 0:
		x.led = true
	}
}

// begins reports whether what is next begins a line of this.
func (x *inline) begins() bool { return len(x.out) == 0 || x.out[len(x.out)-1] == '\n' }

// flush escapes what is pending. More says that markup stands behind it.
func (x *inline) flush(more bool) {
	starts := x.begins() && !(x.within && len(x.out) == 0)
	x.out = appendEscaped(x.out, string(x.text), starts, more)
	x.text = x.text[:0]
}

// finish gives all of it, without white space and breaks at its ends.
func (x *inline) finish() string {
	x.flush(false)
	s := strings.TrimRight(string(x.out), " \n")
	x.trailed = len(s) < len(x.out)
	return s
}

// hardBreak ends a line within a block. A backslash would do as well, but not every
// parser reads one behind another.
const hardBreak = "  \n"

// lineBreak begins another line.
func (x *inline) lineBreak() {
	if x.oneLine {
		x.space()
		return
	}
	x.flush(true)
	x.out = bytes.TrimRight(x.out, " ")
	if !x.begins() {
		x.out = append(x.out, hardBreak...)
	}
}

// node adds a node of HTML.
func (x *inline) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		x.addText(n.Data)
		return
	case html.ElementNode:
	default:
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template:
	case atom.Br:
		x.lineBreak()
	case atom.Code:
		x.code(textWithin(n))
	case atom.Pre:
		x.space()
		x.code(textWithin(n))
		x.space()
	case atom.Em, atom.I:
		x.emphasis("*", n)
	case atom.Strong, atom.B:
		x.emphasis("**", n)
	case atom.Del, atom.S, atom.Strike:
		x.emphasis("~~", n)
	case atom.A:
		x.link(n)
	case atom.Img:
		x.image(attribute(n, "src"), attribute(n, "alt"))
	case atom.Iframe, atom.Video, atom.Audio, atom.Embed, atom.Object:
		x.embed(n)
	default:
		if apart := !inlineElements[n.DataAtom]; apart {
			x.space()
			x.children(n)
			x.space()
		} else {
			x.children(n)
		}
	}
}

func (x *inline) children(n *html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		x.node(child)
	}
}

// part begins what stands in markup of this line.
func (x *inline) part() inline {
	return inline{oneLine: true, inLink: x.inLink, inMark: x.inMark, inCell: x.inCell, within: true}
}

// add adds markup. White space that stands at the ends of what it is about stands
// outside of it.
func (x *inline) add(before, inner, behind string, led, trailed bool) {
	if led {
		x.space()
	}
	x.flush(true)
	x.out = append(append(append(x.out, before...), inner...), behind...)
	if trailed {
		x.space()
	}
}

// emphasis adds what is emphasised, so where marks around it would be read as marks:
// which of them open and close depends on the characters beside them.
func (x *inline) emphasis(mark string, n *html.Node) {
	if x.inMark {
		x.children(n)
		return
	}
	part := x.part()
	part.inMark = true
	part.children(n)
	inner := part.finish()
	if inner == "" {
		if part.led {
			x.space()
		}
		return
	}
	if part.led {
		x.space()
	}
	before := x.last()
	first, _ := utf8.DecodeRuneInString(inner)
	last, _ := utf8.DecodeLastRuneInString(inner)
	opens := inWord(first) || before == ' ' || before == '('
	closes := inWord(last) || part.trailed || unicode.IsSpace(following(n))
	if !opens || !closes || unicode.IsSpace(first) || unicode.IsSpace(last) || strings.ContainsRune("*~\\", before) || strings.ContainsRune("*~", last) {
		x.children(n)
		return
	}
	x.add(mark, inner, mark, false, part.trailed)
}

// last is the character before what is next, a space where a line begins.
func (x *inline) last() rune {
	r, size := utf8.DecodeLastRune(x.text)
	if size == 0 {
		r, size = utf8.DecodeLastRune(x.out)
	}
	if size == 0 || r == '\n' {
		return ' '
	}
	return r
}

// inWord reports whether a character is of a word wherever it stands.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// following is the first character that is shown behind a node in its block.
func following(n *html.Node) rune {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && !inlineElements[n.DataAtom] {
			break
		}
		for next := n.NextSibling; next != nil; next = next.NextSibling {
			if r, ok := firstOf(next); ok {
				return r
			}
		}
	}
	return '\n'
}

// firstOf is the first character that a node shows.
func firstOf(n *html.Node) (rune, bool) {
	if n.Type == html.TextNode {
		r, size := utf8.DecodeRuneInString(n.Data)
		return r, size > 0
	}
	if n.Type != html.ElementNode {
		return 0, false
	}
	if !inlineElements[n.DataAtom] {
		return '\n', true
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if r, ok := firstOf(child); ok {
			return r, true
		}
	}
	return 0, false
}

// code adds code within a line.
func (x *inline) code(source string) {
	source = strings.Join(strings.FieldsFunc(source, func(r rune) bool { return r == '\n' || r == '\r' || r < ' ' && r != '\t' }), " ")
	if strings.TrimSpace(source) == "" {
		x.space()
		return
	}
	if x.inLink && strings.Contains(source, "]:") { // a line that begins so would say where links lead, and show nothing
		x.addText(source)
		return
	}
	fence := strings.Repeat("`", longestRun(source, '`')+1)
	if strings.HasPrefix(source, "`") || strings.HasSuffix(source, "`") || strings.HasPrefix(source, " ") && strings.HasSuffix(source, " ") {
		source = " " + source + " " // which is taken off again
	}
	if x.inCell { // whose end a stroke would be
		source = strings.ReplaceAll(source, "|", `\|`)
	}
	x.flush(true)
	if n := len(x.out); n > 0 && x.out[n-1] == '`' { // or it would be part of the fence
		x.out = append(x.out, ' ')
	}
	x.out = append(append(append(x.out, fence...), source...), fence...)
}

// link adds a link, or its text alone where it leads to what pages do not link.
func (x *inline) link(n *html.Node) {
	to, ok := destination(attribute(n, "href"))
	if !ok || x.inLink {
		x.children(n)
		return
	}
	part := x.part()
	part.inLink = true
	part.children(n)
	if inner := part.finish(); inner != "" {
		x.add("[", inner, "]("+to+")", part.led, part.trailed)
	} else if part.led {
		x.space()
	}
}

// image adds an image, or what it shows where it is none that pages show.
func (x *inline) image(url, alt string) {
	to, ok := destination(url)
	part := x.part()
	part.addText(alt)
	inner := part.finish()
	switch {
	case ok:
		x.add("![", inner, "]("+to+")", false, false)
	case inner != "":
		x.addText(alt)
	}
}

// embed adds a frame, a film or a sound as a link.
func (x *inline) embed(n *html.Node) {
	to, ok := destination(source(n))
	if !ok || x.inLink {
		x.children(n)
		return
	}
	part := x.part()
	part.inLink = true
	part.addText(attribute(n, "title"))
	if part.flush(true); len(part.out) == 0 {
		part.children(n)
	}
	inner := part.finish()
	if inner == "" {
		inner = escaped(hostOf(to))
	}
	x.space()
	x.add("[", inner, "]("+to+")", false, false)
	x.space()
}

// source is where a frame, a film or a sound comes from.
func source(n *html.Node) string {
	for _, name := range []string{"src", "data"} {
		if url := attribute(n, name); url != "" {
			return url
		}
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom == atom.Source && attribute(child, "src") != "" {
			return attribute(child, "src")
		}
	}
	return ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// textWithin is the text of a node as it stands.
func textWithin(n *html.Node) string {
	var w strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode:
			w.WriteString(d.Data)
		case d.DataAtom == atom.Br:
			w.WriteByte('\n')
		}
	}
	return w.String()
}

// inlineElements do not set what stands in them apart.
var inlineElements = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true, atom.Cite: true, atom.Code: true,
	atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true,
	atom.Label: true, atom.Mark: true, atom.Q: true, atom.Rb: true, atom.Rp: true, atom.Rt: true, atom.Ruby: true, atom.S: true, atom.Samp: true,
	atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true,
	atom.U: true, atom.Var: true, atom.Wbr: true,
}
