package content_test

import (
	"testing"

	"alphanode/content"
)

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
		"no&nbsp;mark-up &lt;":                  "no mark-up <",
		"<q>So</q>, in <cite>it</cite>, <time>May</time>. a<ins>b</ins><del>c</del>, <dfn>d</dfn>; hyper<wbr>text":     "So, in it, May. abc, d; hypertext",
		"<samp>a</samp>, <bdi>b</bdi>, <bdo dir=rtl>c</bdo>, <data value=1>d</data>, <label>e</label>, <font>f</font>": "a, b, c, d, e, f",
		"W<custom-mark>or</custom-mark>d, <img src=x alt=y>, <picture><img src=x></picture>.":                          "Word, , .",
		"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</ruby>、<ruby>東<rt>tou<rp></ruby>x":                             "漢(kan)字(ji)、東(tou)x",
		"<ruby>a<rt>b":                                                  "a(b)",
		"<dl><dt>a<dd>b</dl>c<hr>d<h2>e</h2>f":                          "a b c d e f",
		"<details><summary>a</summary>b</details>c":                     "a b c",
		`a<iframe title="A film">no frames</iframe>b`:                   "a A film b",
		`a<iframe src="https://a.example">no frames</iframe>b`:          "a no frames b",
		`a<iframe title="A film"></iframe>b`:                            "a A film b",
		`<video title="A &amp; B"><source src=x>no <b>film</b></video>`: "A & B no film",
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
