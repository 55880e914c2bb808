package markdown_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parser reads Markdown as GitHub does, but for bare addresses, which stay text.
var parser = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Footnote, extension.DefinitionList))

// shown is what a reader of some Markdown sees.
type shown struct {
	words    string   // all characters but white space
	parts    []string // the text of each heading, paragraph, item and cell
	code     []string // each block: language, line break, source
	spans    []string // code within lines
	lists    [][]string
	links    []string
	images   []string
	headings []string
}

// read parses Markdown twice: as a tree, in which there must be no HTML, and as the page
// that is made of it.
func read(t testing.TB, source []byte) shown {
	t.Helper()
	tree := parser.Parser().Parse(text.NewReader(source))
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if kind := n.Kind(); kind == ast.KindRawHTML || kind == ast.KindHTMLBlock {
			t.Errorf("found mark-up of HTML in\n%s", source)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := parser.Renderer().Render(&page, source, tree); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&page)
	if err != nil {
		t.Fatal(err)
	}
	var s shown
	s.take(doc)
	return s
}

func (s *shown) take(doc *html.Node) {
	s.words = squeezed(textOf(doc))
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Pre:
			language := ""
			for _, a := range n.FirstChild.Attr {
				language = strings.TrimPrefix(a.Val, "language-")
			}
			s.code = append(s.code, language+"\n"+strings.TrimSuffix(textOf(n), "\n"))
		case atom.Code:
			if n.Parent.DataAtom != atom.Pre {
				s.spans = append(s.spans, textOf(n))
			}
		case atom.Ul, atom.Ol:
			var items []string
			for li := range n.ChildNodes() {
				if li.DataAtom == atom.Li {
					items = append(items, spaced(textOf(li)))
				}
			}
			s.lists = append(s.lists, items)
		case atom.A:
			s.links = append(s.links, attributeOf(n, "href"))
		case atom.Img:
			s.images = append(s.images, attributeOf(n, "src"))
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			s.headings = append(s.headings, n.Data+" "+spaced(textOf(n)))
			s.parts = append(s.parts, spaced(textOf(n)))
		case atom.P, atom.Li, atom.Td, atom.Th:
			s.parts = append(s.parts, spaced(textOf(n)))
		}
	}
}

func textOf(n *html.Node) string {
	var w strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			w.WriteString(d.Data)
		}
	}
	return w.String()
}

func attributeOf(n *html.Node, name string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

// squeezed leaves out white space, and what cannot be seen.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// spaced makes each run of white space one space.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
