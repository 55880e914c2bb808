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

// footnotes are those of goldmark, with the number of a note in brackets: without mark-up it
// would be part of the word before it.
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
		again := ""
		if n.RefIndex > 0 {
			again = fmt.Sprint(n.RefIndex)
		}
		_, err := fmt.Fprintf(w, `<sup id="fnref%s:%d"><a href="#fn:%d">[%d]</a></sup>`, again, n.Index, n.Index, n.Index)
		return ast.WalkContinue, err
	})
}
