package blocks

import (
	"bytes"
	"errors"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// Markdown reads bodies of CommonMark with the extensions of GitHub and footnotes. Math is
// kept as it stands. Many goroutines may use one.
type Markdown struct {
	goldmark goldmark.Markdown
}

// NewMarkdown makes a reader of Markdown that knows more than that, such as admonitions.
// What an extension knows it renders as HTML.
func NewMarkdown(more ...goldmark.Extender) *Markdown {
	return &Markdown{goldmark.New(
		goldmark.WithExtensions(append([]goldmark.Extender{
			linkify{}, extension.Strikethrough, extension.TaskList, // which are GitHub's, with the tables
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			footnotes{}, math{},
		}, more...)...),
		goldmark.WithParserOptions(parser.WithAttribute()), // of headings: {#id}
		goldmark.WithRendererOptions(html.WithUnsafe()),    // HTML in Markdown is what its author wrote
	)}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxBuffer bounds, in bytes, what is kept for the next body.
const maxBuffer = 1 << 20

// LostMarkdown is the kind of loss of a body that is read as plain text, as it would take too
// long to read as Markdown.
const LostMarkdown = "Markdown too involved to read"

// Blocks reads a body.
func (m *Markdown) Blocks(source []byte, o Options) Body {
	if !tooInvolved(source) {
		doc := m.goldmark.Parser().Parse(text.NewReader(source))
		if body, ok := fromSyntax(doc, source, m.goldmark.Renderer(), o); ok {
			return body
		}
	}
	markup, err := m.HTML(source)
	body := FromHTML(markup, o)
	if err != nil {
		body.Losses.Add(LostMarkdown, 1)
	}
	return body
}

// ErrInvolved is what [Markdown.HTML] says of a text that would take too long to read.
var ErrInvolved = errors.New(LostMarkdown)

// HTML reads a body as far as its mark-up. It is the paragraphs of the text, as they stand, where that is an error.
func (m *Markdown) HTML(source []byte) (string, error) {
	if tooInvolved(source) {
		return plainText(source), ErrInvolved
	}
	w := buffers.Get().(*bytes.Buffer)
	defer func() {
		if w.Cap() <= maxBuffer {
			buffers.Put(w)
		}
	}()
	w.Reset()
	if err := m.goldmark.Convert(source, w); err != nil { // only an extension has errors: a buffer has none
		return plainText(source), err
	}
	return w.String(), nil
}
