package blocks

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// linkify makes links of addresses in a text, as goldmark's own does, which looks for them at every word.
// It asks that where there may be one.
type linkify struct{ parser.InlineParser }

func (linkify) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(parser.WithInlineParsers(util.Prioritized(linkify{extension.NewLinkifyParser()}, 999))) // as goldmark's own
}

// Parse is asked at each word, from the space or the mark before it.
func (l linkify) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if !mayBeAddress(line) {
		return nil
	}
	return l.InlineParser.Parse(parent, block, pc)
}

// addressBegins are how addresses begin that goldmark knows.
var addressBegins = [][]byte{[]byte("http:"), []byte("https:"), []byte("ftp:"), []byte("www.")}

func mayBeAddress(line []byte) bool {
	switch line[0] {
	case ' ', '*', '_', '~', '(':
		line = line[1:]
	}
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case 'h', 'f', 'w':
		for _, begin := range addressBegins {
			if bytes.HasPrefix(line, begin) {
				return true
			}
		}
	}
	for _, c := range line { // of mail, which has no space
		switch c {
		case '@':
			return true
		case ' ', '\n':
			return false
		}
	}
	return false
}
