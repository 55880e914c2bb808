package blocks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest/blocks"
)

// checkWays holds the blocks of Markdown that are read from its syntax against those that are read
// of its HTML, before and behind settling.
func checkWays(t interface {
	Helper()
	Fatalf(string, ...any)
}, source string) {
	t.Helper()
	o := blocks.Options{Address: whole}
	quick := markdown.Blocks([]byte(source), o)
	markup, err := markdown.HTML([]byte(source))
	if err != nil {
		return // there is one way only
	}
	through := blocks.FromHTML(markup, o)
	if a, b := asJSON(quick.Blocks)+said(quick)+quick.Heading, asJSON(through.Blocks)+said(through)+through.Heading; a != b {
		t.Fatalf("%q\nfound\n%s\nand, through the HTML\n%s\nof\n%s", source, a, b, markup)
	}
	one, other := content.Post{Body: quick.Blocks}, content.Post{Body: through.Blocks}
	lost, alsoLost := one.Settle(), other.Settle()
	if a, b := asJSON(one.Body)+said(blocks.Body{Losses: lost}), asJSON(other.Body)+said(blocks.Body{Losses: alsoLost}); a != b {
		t.Fatalf("%q settled\nfound\n%s\nand, through the HTML\n%s", source, a, b)
	}
}

// samples are what Markdown has to say, odd as it can be.
var samples = []string{
	"a *b* __c__ ~~d~~ `e` ***f*** _g_h", "a  \nb\\\nc\nd", "a\\*b \\& &amp; &copy; &nosuch; &#35; &#0; &#13; &#xD; &#x110000; <", "\"a\" 'b' > c & d",
	"# a", "## a *b* [c](/d)", "### a ###", "a\n===", "b *c*\n---", "# a {#b .c}", "#", "# ![a](/b)", "####### a",
	"- a\n- b\n  - c\n    d", "- a\n\n- b\n\n  c", "1. a\n2. b", "7) a\n8) b", "- [x] a\n- [ ] b", "-\n- a", "* - a", "- # a\n- > b", "1. ```\n   a\n   ```", "- a\n  ***\n- b",
	"> a\n> b", "> a\n>\n> b", "> # a\n> - b", "> > a", "> a\n\n> b", ">", "> ```\n> a", "> [!NOTE]\n> a",
	"```go\na < b && c\n\td\n```", "```\n\n a\n\n```", "~~~ ruby startline=3 &amp; \\* \"\na\n~~~", "    a\n      b\n\n    c", "``` `", "```go {1}\na", "```\n```", "```a\\\"b\nc\n```",
	"`a``b`", "`` a`b ``", "`a\nb`", "`<b>&amp;`", "` `",
	"[a](b)", "[a](</b c> \"d 'e' &quot; \\\" &copy;\")", "[a](/b 'c\nd')", "[a][b]\n\n[b]: /c \"d\"", "[a]", "[a]: /x 'y'", "[*a* `b`](/c?d=e&f=g&amp;h)", "[](/a)", "[a]()", "[a](#b)", "[a](javascript:b)", "[a](/ö?ü=ß%20%zz)", "[![a](/b)](/c)", "[a](b\"c)",
	"![a](/b)", "![a *b* c](/d \"e\")", "![a](/b) ![c](/d)", "a ![b](/c) d", "![](/a)", "![a\nb](/c)", "![a  \nb](/c)", "![a\\*&amp;b](/c)", "![a](data:image/png;base64,AAAA)", "![a]( /b )", "![a][b]\n\n[b]: /c", "![a](x y)", "![a](/b 'a caption of many words.')",
	"<https://a.example/?b&c>", "<me@a.example>", "https://a.example/b_c?d=e&f.", "www.a.example", "me@a.example", "<mailto:me@a.example>", "ftp://a.example", "(http://a.example/(b))",
	"***", "- - -", "---", "a[^1]\n\n[^1]: b *c*\n\n    d", "|a|b|\n|-|:-:|\n|*c*|`d \\| e`|\n|f|", "| a |\n|---|", "$a_b_c$ $$d$$ \\\\(e\\\\) $5 and $6", "$$\na\n$$",
	"<div>\n\n*a*\n\n</div>", "<b>a</b> <i>b", "<span title='x'>*a*</span>", "a<br>b<br/>c", "<!-- a -->", "a <!-- b --> c", "<!-- a\n\nb", "<script>\na\n</script>", "<script>a", "<pre>\n\n  a\n</pre>", "<table><tr><td>\n\na\n\n</td></tr></table>", "</p>a", "<p>a", "<textarea>\n\na", "<a href=/b>c\n\nd</a>", "<img src=/a>", "<?php a ?>", "<![CDATA[a]]>", "<!A>", "a <x-y z> b",
	"<iframe src=https://a.example></iframe>", "<details><summary>a</summary>\n\nb\n</details>", "<ul>\n<li>a\n\n- b\n", "<title>a</title>", "<noscript>a\n\nb", "<kbd>a</kbd>+<kbd>b</kbd>", "<a\n", "<div a=\"\n\n*b*\">", "<style>a\n\nb</style>", "<div>&amp", "a</div>", "<h2>a *b*</h2>", "<plaintext>\n\na", "<template>\n\na\n\n</template>", "<svg>\n<title>a</title>\n</svg>",
	"a\r\nb\r\n\r\nc", "a\rb", "```\r\na\r\nb\r\n```", "a\x00b `\x00` \x00", "\ufeffa", "a\u00a0b \u2003 c", "\ta", "é *ñ*ß 漢字**字**", "  a  ", "a\n\n\n\nb", "\\", "&", "*", "[", "!", "_ a _", "\v\f", "**a*b**c*", "a \\\\*b*", "(*a*)", "'a'",
}

// Both ways give the same blocks, of each sample and of many behind one another.
func TestBothWays(t *testing.T) {
	t.Parallel()
	for i, a := range samples {
		checkWays(t, a)
		checkWays(t, a+"\n")
		for j := i % 4; j < len(samples); j += 4 {
			checkWays(t, a+"\n\n"+samples[j]+"\n")
		}
		checkWays(t, "> "+strings.ReplaceAll(a, "\n", "\n> "))
		checkWays(t, "1. x\n\n   "+strings.ReplaceAll(a, "\n", "\n   ")+"\n2. y")
		checkWays(t, "- "+strings.ReplaceAll(a, "\n", "\n  "))
		checkWays(t, "**["+a+"](/x)**")
		checkWays(t, "|a|b|\n|-|-|\n|"+a+"|c|\n")
	}
}

// And so they do of all Markdown that other tests read.
func TestBothWaysOfFixtures(t *testing.T) {
	t.Parallel()
	files := 0
	for _, folder := range []string{"testdata", "../markdown/testdata", "../mapping/testdata", "../../docs"} {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasPrefix(filepath.Ext(path), ".m") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			checkWays(t, string(text))
			for part := range strings.SplitSeq(string(text), "\n----\n") {
				checkWays(t, part)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 {
		t.Errorf("found %d files", files)
	}
	checkWays(t, article)
}

// And so they do of Markdown by chance.
func TestBothWaysByChance(t *testing.T) {
	t.Parallel()
	marks := []string{"*", "**", "_", "`", "```", "~~", "[", "](", ")", "![", "<", ">", "</", "<b>", "</b>", "<div>", "</div>", "<br>", "<!--", "-->", "#", "## ", "- ", "1. ", "> ", "|", "|-|", "\n", "\n\n", "\n    ", "  \n", "\\", "&", "&amp;", "&lt;", "$", "[^1]", ": ", " ", "a", "b c", "é", "\"", "'", "http://a.example", "x@y.example", "\r\n", "\t", "{#a}", "<a href=\"/b\">", "</a>", "<script>", "</script>", "<p>", "<pre>", "</pre>"}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(marks), rapid.SampledFrom(marks), rapid.SampledFrom(samples)), 1, 40).Draw(t, "parts")
		checkWays(t, strings.Join(parts, ""))
	})
}

func FuzzBothWays(f *testing.F) {
	for _, sample := range samples {
		f.Add(sample)
	}
	f.Fuzz(func(t *testing.T, source string) { checkWays(t, source) })
}
