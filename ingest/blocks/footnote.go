package blocks

import (
	"fmt"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// footnotes are those of goldmark, without the classes and roles that no post keeps, and with
// the number of a note in brackets: without mark-up it would be part of the word before it.
type footnotes struct{}

func (footnotes) Extend(m goldmark.Markdown) {
	extension.Footnote.Extend(m)
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(footnotes{}, 400))) // goldmark's own has 500
}

// RegisterFuncs is for the renderer.
func (footnotes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(extast.KindFootnoteLink, func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		n := node.(*extast.FootnoteLink)
		_, err := fmt.Fprintf(w, `<sup id="fnref%s:%d"><a href="#fn:%d">[%d]</a></sup>`, again(n.RefIndex), n.Index, n.Index, n.Index)
		return ast.WalkContinue, err
	})
	r.Register(extast.KindFootnoteBacklink, func(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		n := node.(*extast.FootnoteBacklink)
		_, err := fmt.Fprintf(w, `&#160;<a href="#fnref%s:%d">↩︎</a>`, again(n.RefIndex), n.Index)
		return ast.WalkContinue, err
	})
	r.Register(extast.KindFootnoteList, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		tags := "</ol>\n"
		if entering {
			tags = "<hr>\n<ol>\n"
		}
		_, err := w.WriteString(tags)
		return ast.WalkContinue, err
	})
}

// again sets apart the places that lead to one note: the first has nothing.
func again(reference int) string {
	if reference == 0 {
		return ""
	}
	return fmt.Sprint(reference)
}
