package content_test

import (
	"strings"
	"testing"

	"alphanode/content"
)

func TestSanitizeHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`a <b>b</b>`:                   `a <b>b</b>`,
		`<script>x</script>`:           ``,
		`<p onclick="x()">a</p>`:       `<p>a</p>`,
		`<a href="javascript:x">a</a>`: `a`,
		`<iframe src="https://a.example/x" title="A  film"></iframe>b`:                             `<a href="https://a.example/x" rel="nofollow">A film (a.example)</a> b`,
		`<IFRAME src=//a.example/x><p>no frames</p></IFRAME>`:                                      `<a href="https://a.example/x" rel="nofollow">a.example</a>`,
		`<video controls><source src="https://a.example/v.mp4">no film</video>`:                    `<a href="https://a.example/v.mp4" rel="nofollow">a.example</a>`,
		`<audio src="https://a.example/a.mp3" title="&lt;b&gt;" style="x">`:                        `<a href="https://a.example/a.mp3" rel="nofollow">&lt;b&gt; (a.example)</a>`,
		`<object data="https://a.example/o"><embed src="https://b.example/e"></object>`:            `<a href="https://a.example/o" rel="nofollow">a.example</a>`,
		`a<embed src="https://a.example/e">b`:                                                      `a <a href="https://a.example/e" rel="nofollow">a.example</a> b`,
		`<iframe src="javascript:x"></iframe><iframe srcdoc="<b>x</b>"></iframe><iframe src="/x">`: ``,
		`<style>p{}</style>a`:                            `a`,
		`<figure><figcaption>a</figcaption></figure>`:    `<figure><figcaption>a</figcaption></figure>`,
		`<code class="language-go">a</code>`:             `<code class="language-go">a</code>`,
		`<table><tr><td colspan="2">a</td></tr></table>`: `<table><tr><td colspan="2">a</td></tr></table>`,
		`<a href="https://a.example/?a=1&amp;b=2">a</a>`: `<a href="https://a.example/?a=1&amp;b=2" rel="nofollow">a</a>`,
		`<img src="data:text/html,x">`:                   ``,
		`&lt;script&gt;`:                                 `&lt;script&gt;`,
	}
	for markup, want := range tests {
		if got := content.SanitizeHTML(markup); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", markup, got, want)
		}
	}
}

func TestTextOfHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"a <b>b</b>c":                           "a bc",
		"<p>a</p><p>b</p>":                      "a b",
		"<td>1</td><td>2</td>":                  "1 2",
		"a<br>b<br/>c":                          "a b c",
		"<script>if (a < b) {}</script>a":       "a",
		"<style>p{}</style>a":                   "a",
		"a &amp; b &lt;c&gt; &eacute;":          "a & b <c> é",
		"<!-- no -->a\n\n  b":                   "a b",
		"<a href=\"x\">li</a>nk<code>ed</code>": "linked",
		"":                                      "",
	}
	for markup, want := range tests {
		if got := content.TextOfHTML(markup); got != want {
			t.Errorf("%s: got %q, want %q", markup, got, want)
		}
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	tests := []struct{ given, want content.Block }{
		{content.Paragraph{Text: "a", HTML: "a"}, content.Paragraph{Text: "a"}},
		{content.Paragraph{HTML: "a <b>b</b>"}, content.Paragraph{Text: "a b", HTML: "a <b>b</b>"}},
		{content.Paragraph{Text: "a", HTML: "<script>b</script>"}, content.Paragraph{Text: "a"}},
		{content.Paragraph{Text: "1 < 2 & 3", HTML: "1 &lt; 2 &amp; 3"}, content.Paragraph{Text: "1 < 2 & 3"}},
		{content.Quote{Text: "a", HTML: "<i>a</i>"}, content.Quote{Text: "a", HTML: "<i>a</i>"}},
		{content.HTML{HTML: "<hr><script>x</script>"}, content.HTML{HTML: "<hr>"}},
		{content.Code{Source: "<script>"}, content.Code{Source: "<script>"}},
	}
	for _, test := range tests {
		p := content.Post{Body: []content.Block{test.given}}
		p.Settle()
		if p.Body[0] != test.want {
			t.Errorf("%+v: got %+v, want %+v", test.given, p.Body[0], test.want)
		}
		once := string(p.AppendJSON(nil))
		p.Settle()
		if twice := string(p.AppendJSON(nil)); twice != once {
			t.Errorf("settled twice it differs:\n%s\n%s", once, twice)
		}
	}
	list := content.List{Items: []content.ListItem{{HTML: "<b>a</b>"}}}
	p := content.Post{Body: []content.Block{list}}
	p.Settle()
	if got := p.Body[0].(content.List).Items[0]; got != (content.ListItem{Text: "a", HTML: "<b>a</b>"}) {
		t.Errorf("got %+v", got)
	}
}

// Sanitising twice changes nothing, and what comes out holds no script.
func FuzzSanitizeHTML(f *testing.F) {
	for _, markup := range []string{
		"a <b>b</b>", `<script>x</script>`, `<a href="javascript:x">a</a>`, `<p onclick=x>a`, "<table><tr><td>1", "<<b>script>x", "&lt;b&gt;",
		`<svg><style><img src=x onerror=y>`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x&gt;">`,
		`<iframe src="https://a.example" title="<b>">x</iframe>`, `<video><source src=//a.example/v><iframe src=https://b.example>`, "<plaintext>a", "<noscript><p title='</noscript><img src=x>'>", "\x00<\x00b>", "<b\x0b>", " a ", "<textarea></textarea><b>", "\u00a0a",
	} {
		f.Add(markup)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		once := content.SanitizeHTML(markup)
		if twice := content.SanitizeHTML(once); twice != once {
			t.Fatalf("sanitised twice it differs: %q, then %q", once, twice)
		}
		if lower := strings.ToLower(once); strings.Contains(lower, "<script") || strings.Contains(lower, "<iframe") {
			t.Fatalf("left in: %q", once)
		}
	})
}
