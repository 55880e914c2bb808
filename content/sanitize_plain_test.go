package content_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
)

// checkPlain holds what becomes of mark-up against what becomes of it behind a break that only a
// tokenizer reads.
func checkPlain(t interface{ Fatalf(string, ...any) }, markup string) {
	clean, losses := content.SanitizeCounting(markup)
	slow, alsoLost := content.SanitizeCounting("<br/>" + markup)
	if slow = strings.TrimSpace(strings.TrimPrefix(slow, "<br/>")); clean != slow {
		t.Fatalf("%q: found\n%q\nand, by a tokenizer,\n%q", markup, clean, slow)
	}
	for kind, n := range alsoLost.All() {
		if losses[kind] != n {
			t.Fatalf("%q: found the losses %v, expected %v", markup, losses, alsoLost)
		}
	}
	if len(losses) != len(alsoLost) {
		t.Fatalf("%q: found the losses %v, expected %v", markup, losses, alsoLost)
	}
}

// plainParts are pieces of mark-up, most of them as programs write it.
var plainParts = []string{
	"<em>", "</em>", "<strong>", "</strong>", "<code>", "</code>", "<br>", "</br>", "<hr>", "<p>", "</p>", "</a>", "<a>", `<a href="/b">`, `<a href="https://a.example/?b&amp;c" title="&#34;d&#34;">`, `<a href="#e" id="f">`, `<a href="javascript:x">`, `<a href=" /g ">`, `<a href="/h" href="/i">`, `<a href="/j" onclick="k">`,
	`<img src="/a.png" alt="b">`, `<img alt="b">`, `<img src="/a.png" width="10" height="1e3">`, `<code class="language-go">`, "<pre>", "</pre>", `<table>`, `<td align="right">`, "</td>", "</table>", `<ol start="3">`, "</ol>", `<picture>`, `<source srcset="/a">`, "</picture>", `<sup id="fnref:1">`, "</sup>", "<svg>", "</svg>", "<title>", "</title>", "<my-box>", "<h2>", "</h2 >", "<EM>", "<em >", `<em title='a'>`, "<em title=a>", "<em title>", `<em title="a"lang="b">`, `<em title="&eacute;&amp">`, `<em title="&lt;&gt;&quot;&#39;">`, "<em title=\"a\rb\">", "<em title=\"a\x00b\">",
	"a", "b c", " ", "&", "&amp;", "&lt;em&gt;", "&eacute", "&#13;", "\r\n", "\r", "\x00", "'", "\"", ">", "<", "</", "< a", "<!-- a -->", "<?a?>", "é", "<script>", "</script>", `<iframe src="https://a.example/x">`, "</iframe>", "<noscript>", "<details open=\"\">", "<time datetime=\"2006-01-02\">", "<li value=\"7\">", "<h1", "<a href=\"", "=\"", "/>",
}

func TestPlainMarkup(t *testing.T) {
	t.Parallel()
	for _, a := range plainParts {
		for _, b := range plainParts {
			checkPlain(t, a+b)
			checkPlain(t, "a"+a+"b"+b+"c")
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		checkPlain(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(plainParts), 0, 30).Draw(t, "parts"), ""))
	})
}

func FuzzPlainMarkup(f *testing.F) {
	for _, part := range plainParts {
		f.Add(part + "a</em>")
	}
	f.Fuzz(func(t *testing.T, markup string) { checkPlain(t, markup) })
}
