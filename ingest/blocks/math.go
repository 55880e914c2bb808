package blocks

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// math keeps formulas of TeX as they stand: in Markdown they would be full of emphasis
// and escapes. What a page shows as \( is written \\( where nobody knows of formulas.
type math struct{}

func (math) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(
		parser.WithBlockParsers(util.Prioritized(mathBlocks{}, 90)),
		parser.WithInlineParsers(util.Prioritized(mathInline{}, 150)), // behind code
	)
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(mathBlocks{}, 500)))
}

// maxFormula bounds, in bytes, how far the end of a formula is looked for.
const maxFormula = 1 << 10

// formula is how a formula is set off.
type formula struct{ opens, ends string }

var (
	inlineFormulas  = []formula{{"$$", "$$"}, {"$", "$"}, {`\\(`, `\\)`}, {`\(`, `\)`}, {`\\[`, `\\]`}, {`\[`, `\]`}}
	displayFormulas = []formula{{"$$", "$$"}, {`\\[`, `\\]`}, {`\[`, `\]`}, {`\begin{`, `\end{`}}
)

// find gives the formula that a text begins with.
func find(formulas []formula, in []byte) (f formula, ok bool) {
	for _, f := range formulas {
		if bytes.HasPrefix(in, []byte(f.opens)) {
			return f, true
		}
	}
	return formula{}, false
}

type mathInline struct{}

func (mathInline) Trigger() []byte { return []byte{'$', '\\'} }

func (mathInline) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	f, ok := find(inlineFormulas, line)
	if !ok {
		return nil
	}
	inner := line[len(f.opens):min(len(line), maxFormula)]
	end := endOf(f, inner)
	if end < 0 {
		return nil
	}
	block.Advance(len(f.opens) + end + len(f.ends))
	node := ast.NewString(slices.Concat(asShown(f.opens), inner[:end], asShown(f.ends)))
	node.SetRaw(true)
	return node
}

// asShown is a mark as pages show it.
func asShown(mark string) []byte { return []byte(strings.Replace(mark, `\\`, `\`, 1)) }

// endOf is where a formula in a line ends, -1 where it is none: sums of money are no formulas, nor is what has
// links or code in it.
func endOf(f formula, inner []byte) int {
	end := bytes.Index(inner, []byte(f.ends))
	if end < 1 || bytes.ContainsAny(inner[:end], "`\n") || bytes.Contains(inner[:end], []byte("](")) {
		return -1
	}
	if f.opens != "$" {
		return end
	}
	after := byte(' ')
	if end+1 < len(inner) {
		after = inner[end+1]
	}
	if util.IsSpace(inner[0]) || util.IsSpace(inner[end-1]) || inner[end-1] == '\\' || after >= '0' && after <= '9' {
		return -1
	}
	return end
}

// kindMath is a formula over several lines.
var kindMath = ast.NewNodeKind("Math")

type mathBlock struct {
	ast.BaseBlock
	ends string
	done bool
}

func (*mathBlock) Kind() ast.NodeKind              { return kindMath }
func (*mathBlock) IsRaw() bool                     { return true }
func (b *mathBlock) Dump(source []byte, level int) { ast.DumpHelper(b, source, level, nil, nil) }

type mathBlocks struct{}

func (mathBlocks) Trigger() []byte { return []byte{'$', '\\'} }

// Open begins a formula of several lines, if it ends.
func (mathBlocks) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	begin := util.TrimLeftSpaceLength(line)
	f, ok := find(displayFormulas, line[begin:])
	if !ok || begin > 3 || bytes.Contains(line[begin+len(f.opens):], []byte(f.ends)) {
		return nil, parser.NoChildren
	}
	rest := reader.Source()[segment.Stop:]
	if !bytes.Contains(rest[:min(len(rest), maxFormula)], []byte(f.ends)) {
		return nil, parser.NoChildren
	}
	node := &mathBlock{ends: f.ends}
	node.Lines().Append(segment)
	reader.AdvanceToEOL()
	return node, parser.NoChildren
}

func (mathBlocks) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*mathBlock)
	if n.done {
		return parser.Close
	}
	line, segment := reader.PeekLine()
	n.Lines().Append(segment)
	n.done = bytes.Contains(line, []byte(n.ends))
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (mathBlocks) Close(ast.Node, text.Reader, parser.Context) {}
func (mathBlocks) CanInterruptParagraph() bool                 { return true }
func (mathBlocks) CanAcceptIndentedLine() bool                 { return false }

// RegisterFuncs is for the renderer.
func (m mathBlocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindMath, m.render)
}

func (mathBlocks) render(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var b []byte
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		b = appendEscaped(b, string(line.Value(source)))
	}
	_, err := w.WriteString("<p>" + string(b) + "</p>\n")
	return ast.WalkSkipChildren, err
}
