package blocks_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"alphanode/content"
	"alphanode/ingest/blocks"
)

// article is a body of Markdown as articles of an archive are: mostly prose, some code,
// lists and links.
var article = strings.Repeat(strings.TrimPrefix(`
## How the queue is emptied

A worker takes the *oldest* message first, and holds it for as long as its lease says. Where the worker
dies, the lease ends and [another worker](/posts/leases-that-end) takes the message again, so each step
must give the same result when it is done twice. We call that idempotent, and it is what `+"`Apply`"+` is for.

The price is one more read of the table before each write: on our machines **0.4 ms** at the median, which
nobody noticed. What everybody noticed is that the queue stopped growing at night.

- Measure before and after, on the same machine.
- Keep the number of workers below the number of connections.
- Read [what the authors say](https://queue.example/docs/limits#workers) about limits.

`+"```go"+`
func (w *Worker) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := w.step(ctx); err != nil && !errors.Is(err, ErrEmpty) {
			return fmt.Errorf("worker %d: %w", w.id, err)
		}
	}
	return nil
}
`+"```"+`

![The length of the queue over a week](/img/queue.png)

> The slowest part was never the queue; it was us, reading its log.

| workers | messages a second | oldest |
|--------:|------------------:|-------:|
| 1 | 310 | 40 s |
| 4 | 1,190 | 2 s |

`, "\n"), 6)

func asHTML(b testing.TB) string {
	var w bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe())).Convert([]byte(article), &w); err != nil {
		b.Fatal(err)
	}
	return w.String()
}

// BenchmarkHTML reads mark-up into blocks, with and without what settling them costs.
func BenchmarkHTML(b *testing.B) {
	markup := asHTML(b)
	for _, settles := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "settled"}[settles], func(b *testing.B) {
			b.SetBytes(int64(len(markup)))
			b.ReportAllocs()
			for b.Loop() {
				p := content.Post{Body: blocks.FromHTML(markup, blocks.Options{}).Blocks}
				if settles {
					p.Settle()
				}
			}
		})
	}
}

// BenchmarkMarkdown reads Markdown into blocks that are settled, and says how often as long that takes as
// goldmark alone.
func BenchmarkMarkdown(b *testing.B) {
	source := []byte(article)
	alone := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))
	var parser float64 // nanoseconds
	b.Run("goldmark", func(b *testing.B) {
		b.SetBytes(int64(len(source)))
		for b.Loop() {
			var w bytes.Buffer
			if err := alone.Convert(source, &w); err != nil {
				b.Fatal(err)
			}
		}
		parser = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	})
	b.Run("blocks", func(b *testing.B) {
		b.SetBytes(int64(len(source)))
		for b.Loop() {
			p := content.Post{Body: markdown.Blocks(source, blocks.Options{}).Blocks}
			p.Settle()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/parser, "×goldmark")
	})
}
