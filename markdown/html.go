package markdown

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// markup writes mark-up of HTML, which is sanitised: blocks as blocks, and what stands
// between them as paragraphs. What cannot be read is written as its text.
func (w *writer) markup(source string) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		w.paragraph(escaped(content.TextOfHTML(source)))
		return
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	p := page{writer: w, holds: map[*html.Node]bool{}}
	p.find(body)
	p.blocks(body)
}

// page writes the blocks of a tree.
type page struct {
	*writer
	holds map[*html.Node]bool // elements within a line in which a block stands, which is then no line
}

// find finds the elements that hold blocks.
func (p *page) find(n *html.Node) (holds bool) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if p.find(child) || child.Type == html.ElementNode && !inlineElements[child.DataAtom] && child.DataAtom != atom.Br {
			holds = true
		}
	}
	if holds && inlineElements[n.DataAtom] && n.DataAtom != atom.A {
		p.holds[n] = true
	}
	return holds
}

// blocks writes what stands in an element: its blocks, and a paragraph for each stretch
// between them.
func (p *page) blocks(n *html.Node) {
	var line inline
	p.among(n, &line)
	p.paragraph(line.finish())
}

func (p *page) among(n *html.Node, line *inline) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		p.one(child, line)
	}
}

// one writes a node where it is a block, or adds it to the line before it.
func (p *page) one(n *html.Node, line *inline) {
	switch {
	case p.holds[n]:
		p.among(n, line)
	case n.Type != html.ElementNode || inlineElements[n.DataAtom] || n.DataAtom == atom.Br:
		line.node(n)
	default:
		p.paragraph(line.finish())
		*line = inline{}
		p.block(n)
	}
}

// block writes an element that stands apart.
func (p *page) block(n *html.Node) {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Head:
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		p.heading(int(n.Data[1]-'0'), oneLine(n))
	case atom.Pre:
		p.fence(languageOf(n), strings.TrimSuffix(textWithin(n), "\n"))
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		p.items(n)
	case atom.Blockquote:
		p.quote(func() { p.blocks(n) })
	case atom.Table:
		p.table(n)
	case atom.Hr:
		p.lines("___") // which is no item of a list
	default:
		p.blocks(n)
	}
}

// oneLine is what stands in an element as one line.
func oneLine(n *html.Node) string {
	line := inline{oneLine: true, within: true}
	line.children(n)
	return line.finish()
}

// items writes a list. What stands in it beside its items is an item too.
func (p *page) items(n *html.Node) {
	list := p.list(n.DataAtom == atom.Ol)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		list.item(func() {
			if child.DataAtom == atom.Li {
				p.blocks(child)
				return
			}
			var line inline
			p.one(child, &line)
			p.paragraph(line.finish())
		})
	}
}

// table writes a table, each cell as one line. It has as many columns as its widest row.
func (p *page) table(n *html.Node) {
	var rows [][]string
	headed, columns := false, 0
	for d := range n.Descendants() {
		switch {
		case d.DataAtom == atom.Caption && nearest(d, atom.Table) == n:
			p.paragraph(oneLine(d))
		case d.DataAtom == atom.Tr && nearest(d, atom.Table) == n:
			var row []string
			heads := true
			for cell := d.FirstChild; cell != nil; cell = cell.NextSibling {
				if cell.DataAtom != atom.Td && cell.DataAtom != atom.Th {
					continue
				}
				line := inline{oneLine: true, inCell: true, within: true}
				line.children(cell)
				row = append(row, line.finish())
				heads = heads && cell.DataAtom == atom.Th
			}
			if len(row) == 0 {
				continue
			}
			if len(rows) == 0 {
				headed = heads
			}
			rows, columns = append(rows, row), max(columns, len(row))
		}
	}
	if len(rows) == 0 {
		return
	}
	if !headed { // it must have a head
		rows = append([][]string{nil}, rows...)
	}
	p.writer.block()
	for i, row := range rows {
		if i == 0 { // the widest: short rows are filled by who reads them
			row = append(row, make([]string, columns-len(row))...)
		}
		p.line("| " + strings.Join(row, " | ") + " |")
		if i == 0 {
			p.line("|" + strings.Repeat(" --- |", columns))
		}
	}
}

// nearest is the nearest element of a kind that a node stands in.
func nearest(n *html.Node, kind atom.Atom) *html.Node {
	for n = n.Parent; n != nil && n.DataAtom != kind; n = n.Parent {
	}
	return n
}

// languageOf is the language that mark-up says of code.
func languageOf(n *html.Node) string {
	for d := n; d != nil; d = d.FirstChild {
		for class := range strings.FieldsSeq(attribute(d, "class")) {
			if name, ok := strings.CutPrefix(class, "language-"); ok {
				return infoOf(name)
			}
		}
	}
	return ""
}
