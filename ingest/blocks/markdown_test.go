package blocks_test

import (
	"strings"
	"testing"

	"alphanode/content"
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

// What a post does not keep is not written in the first place, so that nothing seems to be lost.
func TestFootnotesLoseNothing(t *testing.T) {
	t.Parallel()
	b := markdown.Blocks([]byte("a[^1] b[^2] c[^1]\n\n[^1]: d\n[^2]: e\n\n    f\n"), blocks.Options{})
	post := content.Post{Body: b.Blocks}
	losses := post.Settle()
	losses.AddAll(b.Losses)
	if len(losses) > 0 {
		t.Errorf("found the losses %v, expected none", losses)
	}
	for _, want := range []string{`id="fnref:1"`, `id="fnref1:1"`, `href="#fn:1"`, `id="fn:1"`, `href="#fnref1:1"`} {
		if !strings.Contains(post.HTML(), want) {
			t.Errorf("found no %s in %s", want, post.HTML())
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, source := range []string{"# a {#b}\n\n*c* `d`", "- [x] a\n  - b", "a[^1]\n\n[^1]: b", "$a_b$ \\\\(c\\\\)", "$$\na\n$$", "> $$\n> a\n> $$", "\\begin{a}\n\n\\end{a}", "<div>\n\n*a*\n\n</div>", "|a|\n|-|\n|b|", "```go\na", "a\r\n\r\nb", "$$\n$$", "- $$\n  x\n$$"} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		checkBody(t, source, markdown.Blocks([]byte(source), blocks.Options{}))
	})
}

// What would take the square of its length to read as Markdown is read as plain text, and said to be.
func TestMarkdownWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, part := range []string{">", "1. ", "- ", "_a*b", "[a](", "[a](<b", "|-|-\n", "[a]: b\n", "[", "![", "*a ", "$$\na\n", `\(`, "\\begin{a}\n", "~~a", "`a", "[^1]: a\n"} {
		source := strings.Repeat(part, 60_000/len(part))
		b := markdown.Blocks([]byte(source), blocks.Options{})
		if len(part) < 5 && part[0] != '$' && part[0] != '\\' && part[0] != '`' && b.Losses[blocks.LostMarkdown] != 1 {
			t.Errorf("%q: found the losses %v, expected that it was not read as Markdown", part, b.Losses)
		}
	}
	if b := markdown.Blocks([]byte("```\n"+strings.Repeat("[[*_", 10_000)+"\n```"), blocks.Options{}); len(b.Losses) > 0 {
		t.Errorf("code: found the losses %v, expected none", b.Losses)
	}
}
