package content_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"alphanode/content"
)

// same stands for mark-up that is kept as it is.
const same = "="

func TestSanitize(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, given, want, lost string }{
		{"text", `a & b < c "d" &lt;script&gt; &eacute;`, `a &amp; b &lt; c &#34;d&#34; &lt;script&gt; é`, ""},
		{"marks in a line", `a <b>b</b> <i lang="de">c</i> <abbr title="d e">d</abbr> <kbd>e</kbd><wbr><bdo dir="rtl">f</bdo>`, same, ""},
		{"what changed", `<ins cite="/why" datetime="2006-01-02T15:04:05Z">a</ins><del>b</del><time datetime="P3D">c</time><q cite="https://a.example">d</q>`, same, ""},
		{"readings", `<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>`, same, ""},
		{"a link of an editor", `<a href="https://a.example/?a=1&amp;b=2" rel="author me" target="_blank" hreflang="fr" title="b" id="c">a</a>`, same, ""},
		{"links of other kinds", `<a href="tel:+1-234">a</a> <a href="mailto:a@a.example?subject=b">b</a> <a href="#c">c</a> <a href="../d e.pdf">d</a> <a href="//e.example/100%">e</a> <a href="?f">f</a>`, same, ""},
		{"a place to link to", `<a name="top"></a><h2 id="über-uns">a</h2>`, same, ""},
		{"a window of its own", `<a href="/" rel="opener" target="main">a</a>`, `<a href="/">a</a>`, "attribute rel=opener 1, attribute target 1"},
		{"an address that runs something", `<a href="java&#10;script:x" title="t">a</a> <a href=" JavaScript:x">b</a>`, `<a title="t">a</a> b`, "address javascript: 2"},
		{"an address that says who", `<a href="ann:secret@host">a</a>`, `a`, "address of another scheme 1"},
		{"a link to nowhere", `<a>a</a> <a href="/b"><a>b</a></a>`, `a <a href="/b">b</a>`, ""},
		{"scripts and styles", `a<script>x</script><style>p{}</style><p onclick="x()" style="y" class="z" data-a="1" data-b="2">b</p>`, `a<p>b</p>`,
			"attribute class 1, attribute data-* 2, attribute onclick 1, attribute style 1, element script 1, element style 1"},
		{"unknown elements, not their words", `<marquee>a</marquee> <my-box>b</my-box> <font color=red>c</font> <form><button>d</button><input></form>`, `a b c d`,
			"element button 1, element font 1, element form 1, element input 1, element marquee 1, element my-box 1"},
		{"what is no name", `<ann@a.example> a`, `a`, "element without a proper name 1"},
		{"other namespaces", `<svg><g><title>x</title><text>a</text></g></svg> <math><mi>b</mi></math> <u>c</u>`, `a b <u>c</u>`, "element math 1, element svg 1, element title 1"},
		{"for readers without scripts", `<noscript><img src="/a.jpg"></noscript>`, `<img src="/a.jpg">`, "element noscript 1"},
		{"comments", `a<!-- b -->c`, `ac`, "comment 1"},
		{"a table", `<table summary="s"><caption>a</caption><colgroup span="2"></colgroup><thead><tr><th scope="col" abbr="b" align="right">b</th></tr></thead><tr><td colspan="2" rowspan="3" headers="c d" valign="top">c</td></tr></table>`, same, ""},
		{"lists", `<ol start="3" reversed="" type="A"><li value="7">a</li></ol><dl><dt>b</dt><dd>c</dd></dl>`, same, ""},
		{"what opens", `<details open="" name="a"><summary>a</summary>b</details>`, same, ""},
		{"a figure", `<figure><picture><source srcset="a.avif 1x, b.avif 2x" type="image/avif" media="(min-width: 40em)"><img src="a.jpg" alt="&#34;b&#34;" title="c" width="10" height="20" loading="lazy" srcset="https://a.example/w_100,h_2/a.jpg 100w" sizes="(max-width: 600px) 480px, 50vw"></picture><figcaption>d</figcaption></figure>`, same, ""},
		{"an image that is its address", `<img src="data:image/png;base64,iVBORw0KGgo=" alt="a">`, same, ""},
		{"an image that is mark-up", `<img src="data:image/svg+xml;base64,PHN2Zz4="><img src="data:text/html,x">`, ``, "address data: 2"},
		{"an image from nowhere", `<img data-src="/a.jpg"><img alt="a">`, ``, "attribute data-* 1, element img 2"},
		{"sources of images", `<img src="/a" srcset="javascript:x 1x"><source srcset="/b">`, `<img src="/a">`, "attribute srcset 1, element source 1"},
		{"the language of code", `<pre><code class="language-c++">a</code></pre><p class="b">c</p>`, `<pre><code class="language-c++">a</code></pre><p>c</p>`, "attribute class 1"},

		{"a frame", `a <iframe src="https://a.example/x?y=1&amp;z" title="A  film" width="560" height="315" allow="autoplay; encrypted-media" allowfullscreen="" sandbox="allow-scripts" loading="lazy" referrerpolicy="no-referrer">to be seen</iframe> b`, same, ""},
		{"a frame of the scheme of its page", `<IFRAME src=//a.example/x></IFRAME>`, `<iframe src="https://a.example/x"></iframe>`, ""},
		{"a frame that may too much", `<iframe src="https://a.example/x" allow="camera; autoplay" onload="x" frameborder="0" srcdoc="<script>"></iframe>`, `<iframe src="https://a.example/x"></iframe>`,
			"attribute allow 1, attribute frameborder 1, attribute onload 1, attribute srcdoc 1"},
		{"a frame of http", `a<iframe src="http://a.example/x" title="&lt;A&gt;  film" style="x"></iframe>b`, `a <a href="http://a.example/x">&lt;A&gt; film (a.example)</a> b`, "element iframe 1"},
		{"a frame from the same site", `<iframe src="/x"></iframe>`, `<a href="/x">/x</a>`, "element iframe 1"},
		{"frames that run something", `<iframe src="javascript:x"></iframe><iframe srcdoc="<b>x</b>"></iframe>`, ``, "address javascript: 1, attribute srcdoc 1, element iframe 2"},
		{"mark-up in a frame", `<iframe src="https://a.example/x"><p>no</p> frames</iframe><iframe src="https://a.example/y">&amp;lt;</iframe>`, `<iframe src="https://a.example/x">no frames</iframe><iframe src="https://a.example/y"></iframe>`, "text in iframe 1"},
		{"players", `<video src="https://a.example/v.mp4" controls="" poster="/p.jpg" width="10"></video><audio src="a/b.mp3" title="c"></audio>`, same, ""},
		{"a player with sources", "<video controls=\"\">\n <source src=\"https://a.example/v.mp4\" type=\"video/mp4; codecs=&#34;avc1&#34;\">\n <track src=\"/v.vtt\" kind=\"captions\" srclang=\"en\" label=\"English\" default=\"\">\n no <b>film</b></video>", same, ""},
		{"a source that is refused", `<video><source src="http://a.example/v.ogv"><source src="https://a.example/v.mp4"></video>`, `<video><source src="https://a.example/v.mp4"></video>`, "address http: 1"},
		{"a player of http", `<video controls><source src="http://a.example/v.mp4">no film</video>`, `<a href="http://a.example/v.mp4">a.example</a> no film`, "element video 1"},
		{"an object", `<object data="https://a.example/o"><param name="x"><embed src="https://b.example/e">words</object>c`, `<a href="https://a.example/o">a.example</a> wordsc`, "element embed 1, element object 1, element param 1"},
		{"an embed", `a<embed src="https://a.example/e">b`, `a <a href="https://a.example/e">a.example</a> b`, "element embed 1"},
		{"a player that does not end", `<video src="https://a.example/v"><p>a`, `<video src="https://a.example/v"><p>a</video>`, ""},
	}
	for _, test := range tests {
		if test.want == same {
			test.want = test.given
		}
		clean, losses := content.SanitizeCounting(test.given)
		var lost []string
		for kind, n := range losses.All() {
			lost = append(lost, kind+" "+strconv.Itoa(n))
		}
		if clean != test.want || strings.Join(lost, ", ") != test.lost {
			t.Errorf("%s:\ngiven %s\nfound %s, lost %s\nexpected %s, lost %s", test.name, test.given, clean, strings.Join(lost, ", "), test.want, test.lost)
		}
	}
}

func TestLossesAreBounded(t *testing.T) {
	t.Parallel()
	var markup strings.Builder
	for i := range 1000 {
		markup.WriteString("<x-" + strconv.Itoa(i) + ">")
	}
	_, losses := content.SanitizeCounting(markup.String())
	total := 0
	for _, n := range losses.All() {
		total += n
	}
	if len(losses) != 64 || total != 1000 {
		t.Errorf("found %d kinds of %d losses, expected 64 of 1000", len(losses), total)
	}
}

// vectors are ways by which scripts have come through sanitisers.
var vectors = []string{
	"a <b>b</b>", `<script>x</script>`, `<a href="javascript:x">a</a>`, `<p onclick=x>a`, "<table><tr><td>1", "<<b>script>x", "&lt;b&gt;",
	`<svg><style><img src=x onerror=y>`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x&gt;">`,
	`<iframe src="https://a.example" title="<b>">x</iframe>`, `<video><source src=//a.example/v><iframe src=https://b.example>`, "<plaintext>a",
	"<noscript><p title='</noscript><img src=x onerror=y>'>", "\x00<\x00b>", "<b\x0b>", " a ", "<textarea></textarea><b>", "\u00a0a",
	`<iframe src=https://a.example>&lt;script>x</script>`, `<iframe src=https://a.example></iframe/><img src=x onerror=y>`, `<title><iframe src=https://a></title><img onerror=x>`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=x>`, `<svg></p><style><a id="</style><img src=1 onerror=x>">`,
	`<a href="&#106;avascript&colon;x">`, "<a href=\"\x01javascript:x\">", "<a href=java\x00script:x>", `<a href="data:text/html;base64,PHNjcmlwdD4=">`, `<a href="vbscript:x">`,
	`<img src=x:x srcset="javascript:x 2x">`, `<video poster=javascript:x src=https://a.example>`, `<object data=javascript:x><embed src=data:text/html,x>`,
	`<a href=https:javascript:x target=_blank rel=opener>`, `<svg><a xlink:href=javascript:x><text>a`, `<xmp><p title="</xmp><img src=x onerror=y>">`, `<noembed><script></noembed>`,
	`<template><img src=x onerror=y></template><script>x`, `<select><iframe src=https://a></select>`, `<picture><source srcset=x></picture><source srcset=y>`, `<![CDATA[<script>x]]>`,
	`<audio><source src="https:a"><source src="/\a.example">`, `<iframe src="https:\\a.example">`, `<p id=a id=b title=a onx=b>`, `<object><object><iframe>a</iframe></object>b`,
	"<ruby>a<rt>b<ruby><rp>", "<a><a href=b></a></a>", `<iframe/src=https://a.example/>a`, "<video> <!-- --> a<track src=b>", "a\r\nb&#13;c", `<base href="javascript:"><a href=x>`, "</br></p></iframe>",
}

// runs looks for what could run a script in mark-up as browsers read it.
func runs(n *html.Node) string {
	if n.Type == html.ElementNode {
		allowed := []string{"", "img", "a", "iframe", "video", "audio", "source", "track"}
		switch {
		case n.Namespace != "" || slices.Contains([]string{"script", "style", "template", "object", "embed", "base", "meta", "link", "form", "noscript", "svg", "math"}, n.Data):
			return n.Namespace + " " + n.Data
		case n.Data == "iframe" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
			return a.Key == "src" && strings.HasPrefix(strings.ToLower(a.Val), "https:")
		}):
			return "a frame from nowhere"
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", strings.Contains(a.Key, ":"):
				return a.Key
			case slices.Contains([]string{"href", "src", "srcset", "poster", "cite", "longdesc"}, a.Key) &&
				(strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "data:") && !strings.HasPrefix(value, "data:image/")):
				return a.Key + " " + value
			case a.Key == "src" && !slices.Contains(allowed, n.Data):
				return n.Data + " with an address"
			}
		}
	}
	for child := range n.ChildNodes() {
		if found := runs(child); found != "" {
			return found
		}
	}
	return ""
}

// sanitized checks what holds of all that is sanitised.
func sanitized(t interface{ Fatalf(string, ...any) }, markup string) {
	once, losses := content.SanitizeCounting(markup)
	if twice, again := content.SanitizeCounting(once); twice != once || len(again) > 0 {
		t.Fatalf("sanitised twice it differs: %q, then %q, then %q, which lost %v", markup, once, twice, again)
	}
	if len(losses) > 64 {
		t.Fatalf("found %d kinds of losses", len(losses))
	}
	// A page may put it anywhere, also where mark-up is read by other rules.
	for _, within := range []string{"div", "table", "select", "svg", "math", "noscript", "title", "p"} {
		root := &html.Node{Type: html.ElementNode, Data: within, DataAtom: atom.Lookup([]byte(within))}
		if within == "svg" || within == "math" || within == "title" {
			continue // in which a page must not put mark-up
		}
		nodes, err := html.ParseFragment(strings.NewReader(once), root)
		if err != nil {
			continue // too deep
		}
		for _, n := range nodes {
			if found := runs(n); found != "" {
				t.Fatalf("in %s: left in is %s: %q gave %q", within, found, markup, once)
			}
		}
	}
}

// Sanitising twice changes nothing, and what comes out runs nothing.
func FuzzSanitizeHTML(f *testing.F) {
	for _, markup := range vectors {
		f.Add(markup)
	}
	f.Fuzz(func(t *testing.T, markup string) { sanitized(t, markup) })
}

// The same of vectors that were cut, put into one another and strewn with oddities.
func TestSanitizedTwiceIsTheSame(t *testing.T) {
	t.Parallel()
	pieces := []string{"<a href=x>", "</a>", "<a>", "<video>", "</video>", "<source src=https://a.example>", "<iframe src=//a.example>", "</iframe>", "<picture>", "</picture>", "&amp;lt;", "\r", " ", "&", "<", ">", `"`, "<svg>", "</svg>"}
	rapid.Check(t, func(t *rapid.T) {
		var markup strings.Builder
		for range rapid.IntRange(1, 8).Draw(t, "pieces") {
			if rapid.Bool().Draw(t, "vector") {
				v := rapid.SampledFrom(vectors).Draw(t, "of")
				from := rapid.IntRange(0, len(v)).Draw(t, "from")
				markup.WriteString(v[from:rapid.IntRange(from, len(v)).Draw(t, "to")])
			} else {
				markup.WriteString(rapid.SampledFrom(pieces).Draw(t, "piece"))
			}
		}
		sanitized(t, markup.String())
	})
}

func BenchmarkSanitize(b *testing.B) {
	paragraph := `<p>It was a long day for the “rest” of us, and nobody's work was done; see <a href="https://a.example/one/two?x=1&amp;y=2" rel="author">what was said</a> about it, then think of <em>all</em> the others who could not come.</p>` + "\n"
	tags := `<tr><td align="right" colspan="2"><a href="/a/b" title="c"><b>1</b></a><br></td><td style="x" class="y"><img src="/d.jpg" alt="e" width="10"></td></tr>`
	for name, markup := range map[string]string{"paragraphs": strings.Repeat(paragraph, 4), "tags": "<table>" + strings.Repeat(tags, 50) + "</table>"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(markup)))
			for b.Loop() {
				content.SanitizeCounting(markup)
			}
		})
	}
}
