package markdown_test

import (
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"alphanode/content"
	"alphanode/markdown"
)

// markupOf gives the Markdown of a post that is one block of mark-up, and the mark-up as
// it is kept.
func markupOf(source string) (kept string, text []byte) {
	p := &content.Post{Title: "T", Body: []content.Block{content.HTML{HTML: source}}}
	p.Settle()
	return p.Body[0].(content.HTML).HTML, markdown.Append(nil, p, "")
}

// TestMarkup shows what becomes of each kind of mark-up.
func TestMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ markup, want string }{
		{`<p>one</p><p>two<br>three</p>`, "one\n\ntwo  \nthree"},
		{`<p><b>Note:</b> a <i>b</i>c <strong>“d”</strong> e<b>,</b>f</p>`, "**Note:** a *b*c **“d”** e,f"},
		{`<p>a<b> b </b>c <b><i>d</i> e</b></p>`, "a **b** c **d e**"},
		{`<p><a href="https://x.y/"><code>a]: b</code> <code>c]</code></a></p>`, "[a\\]: b `c]`](https://x.y/)"},
		{`<p><a href="https://x.y/?a=1&amp;b=(2)">l]i[nk</a>! <a href="javascript:alert(1)">no</a> !<a href="/posts/z">z</a></p>`,
			"[l\\]i\\[nk](https://x.y/?a=1&b=%282%29)! no \\![z](/posts/z)"},
		{"<p><code>a|`b`</code> <code>  </code><code>c\n d</code></p>", "`` a|`b` `` `c  d`"},
		{"<pre><code class=\"language-go\">a\n```\n\n\tb</code></pre>", "````go\na\n```\n\n\tb\n````"},
		{`<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul><ul><li>e</li></ul>`, "- a\n\n  - b\n- c\n\n  d\n\n* e"},
		{`<ol><li>a</li><li></li><li>b</li></ol>`, "1. a\n2. b"},
		{`<ul>stray<li>a</li></ul>`, "- stray\n- a"},
		{`<blockquote>a<blockquote><p>b</p></blockquote></blockquote><blockquote></blockquote>`, "> a\n>\n> > b"},
		{`<table><caption>C</caption><tr><th>a|b</th><th>c</th></tr><tr><td>1<br>2</td></tr></table>`, "C\n\n| a\\|b | c |\n| --- | --- |\n| 1 2 |"},
		{`<table><tr><td><code>x|y</code></td></tr></table>`, "|  |\n| --- |\n| `x\\|y` |"},
		{`<h3>C #</h3><h4>1. x</h4><hr>`, "### C \\#\n\n#### 1. x\n\n___"},
		{`<figure><img src="https://x.y/z.jpg" alt="a]b"><figcaption>cap</figcaption></figure>`, "![a\\]b](https://x.y/z.jpg)\n\ncap"},
		{`<div>a<p>b</p>c</div><dl><dt>t</dt><dd>d</dd></dl>`, "a\n\nb\n\nc\n\nt\n\nd"},
		{`<p>&lt;script&gt; &amp;lt; &amp;amp; <del>x</del></p>`, "\\<script> \\&lt; \\&amp; ~~x~~"},
		{`<span>a<p>b</p></span>`, "a\n\nb"},
	} {
		kept, text := markupOf(c.markup)
		if found := between(string(text)); found != c.want {
			t.Errorf("of %s\nkept as %s\nfound\n%s\nexpected\n%s", c.markup, kept, found, c.want)
		}
		read(t, text)
	}
}

// between leaves the body of a post without a title of interest.
func between(text string) string {
	_, rest, _ := strings.Cut(text, "# T\n")
	body, _, _ := strings.Cut(rest, "## post meta")
	return strings.Trim(body, "\n")
}

// tags are the elements of which random mark-up is made.
var tags = strings.Fields("p p p div span b strong i em code a a ul ol li li li table tr tr td td th pre h2 h3 blockquote br hr img del sub details summary figure figcaption dl dt dd s u kbd script iframe")

// randomMarkup makes a tree of elements, closed as authors close them.
func randomMarkup(r *rand.Rand, depth int) string {
	var w strings.Builder
	for range r.IntN(5) {
		if depth == 0 || r.IntN(3) == 0 {
			w.WriteString(html.EscapeString(random(r)))
			continue
		}
		tag := tags[r.IntN(len(tags))]
		w.WriteString("<" + tag)
		switch tag {
		case "a":
			w.WriteString(` href="` + html.EscapeString([]string{"https://x.y/" + random(r), "javascript:alert(1)", "/a b", "mailto:a@b.cd", "data:text/html,x", "//h/p", "#x", random(r)}[r.IntN(8)]) + `"`)
		case "img":
			w.WriteString(` src="https://x.y/z.png" alt="` + html.EscapeString(random(r)) + `"`)
		case "pre", "code":
			w.WriteString(` class="language-go"`)
		}
		w.WriteString(">" + randomMarkup(r, depth-1))
		if r.IntN(10) > 0 {
			w.WriteString("</" + tag + ">")
		}
	}
	return w.String()
}

// TestNastyMarkup holds the Markdown of random mark-up against it.
func TestNastyMarkup(t *testing.T) {
	t.Parallel()
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 2))
	for range *posts {
		kept, text := markupOf(randomMarkup(r, 4))
		checkMarkup(t, kept, text)
		if t.Failed() {
			t.Fatalf("of %s\n%s\n%q", kept, text, text)
		}
	}
}

// checkMarkup holds Markdown against the mark-up that it was made of: the same words in the
// same order, the code of its blocks, and no link that it has not.
func checkMarkup(t testing.TB, kept string, text []byte) {
	t.Helper()
	s := read(t, text)
	doc, err := nethtml.Parse(strings.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	var code []string
	links := map[string]bool{}
	for n := range doc.Descendants() {
		switch {
		case n.Type == nethtml.TextNode:
			words.WriteString(n.Data)
		case n.DataAtom == atom.A:
			links[comparable(attributeOf(n, "href"))] = true
		case n.DataAtom == atom.Pre && alone(n):
			code = append(code, strings.TrimSuffix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(codeOf(n)), "\n"))
		}
	}
	if !strings.HasPrefix(s.words, "T"+squeezed(words.String())+"postmeta") {
		t.Errorf("found the words\n%q\nexpected\n%q", s.words, squeezed(words.String()))
	}
	for _, link := range s.links {
		if u, err := url.Parse(link); !links[comparable(link)] || err == nil && !slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme) {
			t.Errorf("found a link to %q, expected only %v", link, links)
		}
	}
	found := make([]string, len(s.code))
	for i := range s.code {
		_, source, _ := strings.Cut(s.code[i], "\n")
		found[i] = blank.ReplaceAllString(source, "")
	}
	for i := range code {
		code[i] = blank.ReplaceAllString(code[i], "")
	}
	nothing := func(source string) bool { return source == "" } // in a link it is left out
	found, code = slices.DeleteFunc(found, nothing), slices.DeleteFunc(code, nothing)
	if !slices.Equal(found, code) {
		t.Errorf("found code %q, expected %q", found, code)
	}
}

// blank are the spaces of a line that has nothing else. In a list the parser leaves them
// out of code.
var blank = regexp.MustCompile(`(?m)^[ \t]+$`)

// codeOf is the text of code, in which breaks are lines.
func codeOf(n *nethtml.Node) string {
	var w strings.Builder
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode {
			w.WriteString(d.Data)
		} else if d.DataAtom == atom.Br {
			w.WriteByte('\n')
		}
	}
	return w.String()
}

// alone reports whether code is a block by itself: in a cell, a heading or a link it is
// part of the line.
func alone(n *nethtml.Node) bool {
	for n = n.Parent; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Td, atom.Th, atom.Caption, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.A, atom.Pre:
			return false
		}
	}
	return true
}

// comparable is an address whose escapes are undone, where they can be.
func comparable(address string) string {
	if plain, err := url.PathUnescape(address); err == nil {
		return strings.TrimSpace(plain)
	}
	return strings.TrimSpace(strings.ReplaceAll(address, "%", ""))
}

func FuzzMarkup(f *testing.F) {
	for _, source := range []string{"<p>a</p>", "<b>x.</b>y", "<ul><li>1. a<pre>`</pre></ul>", "<table><tr><td>|`a|`", "<a href=\"&#106;avascript:x\">y</a>", "<blockquote><ul><li>-"} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		kept, text := markupOf(source)
		checkMarkup(t, kept, text)
	})
}
