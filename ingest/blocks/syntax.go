package blocks

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// syntaxReader makes the tree of a body from the syntax of its Markdown, as if that had been
// written as HTML and read again, which would take as long as all else together. What is HTML
// already, and what is seldom met, does take that way.
type syntaxReader struct {
	*tree
	source   []byte
	renderer renderer.Renderer
	odd      bool   // the source has line ends or characters that readers of HTML replace
	pending  []byte // the text since the last tag
	written  bytes.Buffer
	out      *bufio.Writer // to written
	failed   bool          // the HTML as a whole must be read
}

// fromSyntax reads a document. It is not ok where the HTML as a whole must be read: where a
// piece of HTML in it does not end by itself, and where a bound is met that rests on how much
// HTML there is.
func fromSyntax(doc ast.Node, source []byte, r renderer.Renderer, o Options) (body Body, ok bool) {
	s := &syntaxReader{tree: newTree(o), source: source, renderer: r, odd: bytes.IndexByte(source, '\r') >= 0 || bytes.IndexByte(source, 0) >= 0}
	defer s.release()
	s.out = bufio.NewWriterSize(&s.written, 512)
	s.children(doc)
	s.flush()
	s.close(1)
	if s.failed || s.nodes >= maxNodes {
		return Body{}, false
	}
	body = s.body(leastBudget)
	return body, body.Losses[LostRepeat] == 0
}

func (s *syntaxReader) children(n ast.Node) {
	for child := n.FirstChild(); child != nil && !s.failed; child = child.NextSibling() {
		s.node(child)
	}
}

// node reads a node as goldmark's renderers write it, to the line ends between tags.
func (s *syntaxReader) node(n ast.Node) {
	if n.Attributes() != nil {
		s.asHTML(n)
		return
	}
	switch n := n.(type) {
	case *ast.Text:
		s.textNode(n)
	case *ast.String:
		switch {
		case n.IsCode():
			s.asHTML(n)
		case n.IsRaw():
			s.plain(n.Value)
		default:
			s.plain(s.characters(n.Value))
		}
	case *ast.Paragraph:
		s.element(n, paragraphElement)
		s.lineEnd()
	case *ast.TextBlock:
		s.children(n)
		if n.NextSibling() != nil && n.FirstChild() != nil {
			s.lineEnd()
		}
	case *ast.Heading:
		s.element(n, headingElements[n.Level-1])
		s.lineEnd()
	case *ast.CodeBlock:
		s.code(n, nil)
	case *ast.FencedCodeBlock:
		s.code(n, n.Language(s.source))
	case *ast.Blockquote:
		s.open(quoteElement)
		s.lineEnd()
		s.children(n)
		s.end(atom.Blockquote)
		s.lineEnd()
	case *ast.List:
		s.list(n)
	case *ast.ListItem:
		s.open(itemElement)
		if first := n.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
			s.lineEnd()
		}
		s.children(n)
		s.end(atom.Li)
		s.lineEnd()
	case *ast.ThematicBreak:
		s.open(ruleElement)
		s.lineEnd()
	case *ast.LinkReferenceDefinition:
	case *ast.Emphasis:
		if n.Level == 2 {
			s.element(n, strongElement)
		} else {
			s.element(n, emphasisElement)
		}
	case *extast.Strikethrough:
		s.element(n, deletedElement)
	case *ast.CodeSpan:
		s.codeSpan(n)
	case *ast.Link:
		s.link(n)
	case *ast.AutoLink:
		s.autoLink(n)
	case *ast.Image:
		s.image(n)
	default:
		s.asHTML(n)
	}
}

// The elements that Markdown is made of.
var (
	paragraphElement = elementOf(atom.P)
	headingElements  = []node{elementOf(atom.H1), elementOf(atom.H2), elementOf(atom.H3), elementOf(atom.H4), elementOf(atom.H5), elementOf(atom.H6)}
	quoteElement     = elementOf(atom.Blockquote)
	orderedElement   = elementOf(atom.Ol)
	listElement      = elementOf(atom.Ul)
	itemElement      = elementOf(atom.Li)
	ruleElement      = elementOf(atom.Hr)
	sampleElement    = elementOf(atom.Pre)
	codeElement      = elementOf(atom.Code)
	emphasisElement  = elementOf(atom.Em)
	strongElement    = elementOf(atom.Strong)
	deletedElement   = elementOf(atom.Del)
	linkElement      = elementOf(atom.A)
	imageElement     = elementOf(atom.Img)
	breakElement     = elementOf(atom.Br)
)

func elementOf(tag atom.Atom) node { return node{tag: tag, traits: elements[tag], name: tag.String()} }

// flush adds the text since the last tag.
func (s *syntaxReader) flush() {
	if len(s.pending) > 0 {
		s.text(string(s.pending))
		s.pending = s.pending[:0]
	}
}

func (s *syntaxReader) open(n node, attributes ...html.Attribute) {
	s.flush()
	n.attributes = attributes
	s.start(n, false)
}

func (s *syntaxReader) end(tag atom.Atom) {
	s.flush()
	s.tree.end(tag, "")
}

// element adds an element without attributes around the children of a node.
func (s *syntaxReader) element(n ast.Node, e node) {
	s.open(e)
	s.children(n)
	s.end(e.tag)
}

func (s *syntaxReader) lineEnd() { s.pending = append(s.pending, '\n') }

// plain adds text as it stands.
func (s *syntaxReader) plain(text []byte) {
	if s.odd {
		text = asRead(text)
	}
	s.pending = append(s.pending, text...)
}

// asRead is text as readers of HTML have it: with one kind of line end, and no NUL.
func asRead(text []byte) []byte {
	return []byte(readerText.Replace(string(text)))
}

var readerText = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd")

// characters resolves the references and escapes in a text, for readers of HTML.
func (s *syntaxReader) characters(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 && !s.odd {
		return text
	}
	s.written.Reset()
	goldhtml.DefaultWriter.Write(s.out, text)
	_ = s.out.Flush() // a buffer takes everything
	return asRead([]byte(html.UnescapeString(s.written.String())))
}

func (s *syntaxReader) textNode(n *ast.Text) {
	value := n.Segment.Value(s.source)
	if n.IsRaw() {
		s.plain(value)
		return
	}
	s.plain(s.characters(value))
	switch {
	case n.HardLineBreak():
		s.open(breakElement)
		s.lineEnd()
	case n.SoftLineBreak():
		s.lineEnd()
	}
}

func (s *syntaxReader) code(n ast.Node, language []byte) {
	s.open(sampleElement)
	if language == nil {
		s.open(codeElement)
	} else {
		s.open(codeElement, html.Attribute{Key: "class", Val: "language-" + s.attributeOf(language)})
	}
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		s.plain(line.Value(s.source))
	}
	s.end(atom.Code)
	s.end(atom.Pre)
	s.lineEnd()
}

// attributeOf is the value of an attribute in which references and escapes are resolved.
func (s *syntaxReader) attributeOf(text []byte) string {
	return string(s.characters(text))
}

func (s *syntaxReader) list(n *ast.List) {
	switch {
	case !n.IsOrdered():
		s.open(listElement)
	case n.Start == 1:
		s.open(orderedElement)
	default:
		s.open(orderedElement, html.Attribute{Key: "start", Val: strconv.Itoa(n.Start)})
	}
	s.lineEnd()
	s.children(n)
	if n.IsOrdered() {
		s.end(atom.Ol)
	} else {
		s.end(atom.Ul)
	}
	s.lineEnd()
}

func (s *syntaxReader) codeSpan(n *ast.CodeSpan) {
	s.open(codeElement)
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		value := child.(*ast.Text).Segment.Value(s.source) // a code span has nothing else
		if line, ended := bytes.CutSuffix(value, []byte("\n")); ended {
			s.plain(line)
			s.pending = append(s.pending, ' ')
		} else {
			s.plain(value)
		}
	}
	s.end(atom.Code)
}

func (s *syntaxReader) link(n *ast.Link) {
	s.open(linkElement, s.addressed("href", n.Destination, n.Title)...)
	s.children(n)
	s.end(atom.A)
}

// addressed are the attributes of a link or an image.
func (s *syntaxReader) addressed(key string, destination, title []byte) []html.Attribute {
	list := []html.Attribute{{Key: key, Val: string(util.URLEscape(destination, true))}}
	if title != nil {
		list = append(list, html.Attribute{Key: "title", Val: s.attributeOf(title)})
	}
	return list
}

func (s *syntaxReader) autoLink(n *ast.AutoLink) {
	address := string(util.URLEscape(n.URL(s.source), false))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	s.open(linkElement, html.Attribute{Key: "href", Val: address})
	s.plain(n.Label(s.source))
	s.end(atom.A)
}

func (s *syntaxReader) image(n *ast.Image) {
	var alt []byte
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		text, ok := child.(*ast.Text)
		if !ok || text.IsRaw() || text.HardLineBreak() {
			s.asHTML(n)
			return
		}
		if alt = append(alt, s.characters(text.Segment.Value(s.source))...); text.SoftLineBreak() {
			alt = append(alt, '\n')
		}
	}
	attributes := s.addressed("src", n.Destination, n.Title)
	list := []html.Attribute{attributes[0], {Key: "alt", Val: string(alt)}}
	s.open(imageElement, append(list, attributes[1:]...)...)
}

// pieceEnd is written behind a piece of HTML. Where it is not read as what it is, the piece is not complete.
const pieceEnd = "<i>"

// asHTML writes a node as HTML and reads that.
func (s *syntaxReader) asHTML(n ast.Node) {
	s.written.Reset()
	err := s.renderer.Render(s.out, s.source, n)
	size := s.written.Len()
	if size == 0 {
		s.failed = s.failed || err != nil
		return
	}
	if last := s.written.Bytes()[size-1]; err != nil || last != '>' && last != '\n' {
		s.failed = true
		return
	}
	s.written.WriteString(pieceEnd)
	s.failed = !s.piece(s.written.String(), size)
}

// piece reads a piece of HTML of some size, and reports whether it is complete.
func (s *syntaxReader) piece(markup string, size int) bool {
	z := html.NewTokenizer(strings.NewReader(markup))
	hidden := unreadElement{}
	for at := 0; ; {
		kind := z.Next()
		raw := len(z.Raw())
		switch {
		case at == size:
			return kind == html.StartTagToken && raw == len(pieceEnd) && hidden.depth == 0
		case kind == html.ErrorToken, s.nodes >= maxNodes:
			return false
		case hidden.depth > 0:
			s.hide(&hidden, kind, z)
		case kind == html.TextToken:
			s.pending = append(s.pending, textOfToken(z, markup[at:at+raw])...)
		default:
			s.flush()
			s.tag(&hidden, kind, z)
		}
		at += raw
	}
}
