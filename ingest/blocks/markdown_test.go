package blocks_test

import (
	"testing"

	"alphanode/ingest/blocks"
)

var markdown = blocks.NewMarkdown()

func TestMarkdown(t *testing.T) {
	t.Parallel()
	golden(t, "markdown.md", func(sample string) string {
		b := markdown.Blocks([]byte(sample), blocks.Options{Address: whole})
		return asJSON(b.Blocks) + said(b)
	})
}

func FuzzMarkdown(f *testing.F) {
	for _, source := range []string{"# a {#b}\n\n*c* `d`", "- [x] a\n  - b", "a[^1]\n\n[^1]: b", "$a_b$ \\\\(c\\\\)", "$$\na\n$$", "> $$\n> a\n> $$", "\\begin{a}\n\n\\end{a}", "<div>\n\n*a*\n\n</div>", "|a|\n|-|\n|b|", "```go\na", "a\r\n\r\nb", "$$\n$$", "- $$\n  x\n$$"} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		checkBody(t, source, markdown.Blocks([]byte(source), blocks.Options{}))
	})
}
