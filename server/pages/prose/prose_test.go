package prose_test

import (
	"html/template"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/server/pages/prose"
)

// written gives a body as it is written, with its samples plain.
func written(p *content.Post) prose.Prose {
	p.Settle()
	var marked []template.HTML
	for _, s := range prose.Samples(p) {
		marked = append(marked, template.HTML(template.HTMLEscapeString(s.Source)))
	}
	return prose.Of(p, marked, "main")
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	width, height := 1200, 675
	post := func(blocks ...content.Block) *content.Post { return &content.Post{Title: "a", Body: blocks} }
	far := []content.Block{content.Paragraph{}, content.Paragraph{}}
	for name, test := range map[string]struct {
		post *content.Post
		want string
	}{
		"headings follow each other": {post(content.Heading{Level: 2, Text: "A & b"}, content.Heading{Level: 4, Text: "C"}, content.Heading{Level: 3, Text: "C"}, content.Heading{Level: 1, Text: "?"}, content.Heading{Level: 1, Text: "Main"}),
			`<h2 id="a-b">A &amp; b</h2>` + "\n" + `<h3 id="c">C</h3>` + "\n" + `<h3 id="c-2">C</h3>` + "\n" + `<h2 id="section">?</h2>` + "\n" + `<h2 id="_main">Main</h2>` + "\n"},
		"paragraph":        {post(content.Paragraph{Text: "a <b>"}), "<p>a &lt;b&gt;</p>\n"},
		"with mark-up":     {post(content.Paragraph{HTML: `a <b>b</b> <a href="https://a.example/?x=1&amp;y">c</a>`}), `<p>a <b>b</b> <a href="https://a.example/?x=1&amp;y" rel="nofollow noreferrer">c</a></p>` + "\n"},
		"quote":            {post(content.Quote{Text: "a"}), "<blockquote><p>a</p></blockquote>\n"},
		"list":             {post(content.List{Items: []content.ListItem{{Text: "a"}, {HTML: "<i>b</i>"}}}), "<ul><li>a</li><li><i>b</i></li></ul>\n"},
		"numbered":         {post(content.List{Ordered: true, Items: []content.ListItem{{Text: "a"}}}), "<ol><li>a</li></ol>\n"},
		"checklist":        {&content.Post{Title: "a", Body: []content.Block{content.List{Items: []content.ListItem{{Text: "do"}}}}, Meta: content.Meta{Checklist: []string{"do"}}}, `<ul class="checklist"><li>do</li></ul>` + "\n"},
		"code":             {post(content.Code{Language: "cpp", Source: "a<b>\n\t&"}), `<figure class="code" dir="ltr"><figcaption><span>c++</span> <button type="button" data-copy>Copy<span class="hidden"> this code</span></button></figcaption><pre tabindex="0" role="group" aria-label="c++ code"><code>a&lt;b&gt;` + "\n\t&amp;</code></pre></figure>\n"},
		"right to left":    {post(content.Paragraph{Text: "خطة"}), `<p dir="auto">خطة</p>` + "\n"},
		"image at the top": {post(content.Figure{URL: "https://a.example/i.jpg", Caption: "A lamp", Source: "x & y", Alt: "a lamp", Width: &width, Height: &height}), `<figure><div class="image"><img src="https://a.example/i.jpg" alt="a lamp" width="1200" height="675" decoding="async" referrerpolicy="no-referrer"></div><figcaption><span>A lamp</span>. Image: <bdi>x &amp; y</bdi></figcaption></figure>` + "\n"},
		"image below": {post(append(far, content.Figure{URL: "https://a.example/i.jpg"})...),
			"<p></p>\n<p></p>\n" + `<figure><div class="image"><img src="https://a.example/i.jpg" alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer"></div></figure>` + "\n"},
		"image of http":  {post(content.Figure{URL: "http://a.example/i.jpg", Caption: "b!"}), `<figure><div class="image"></div><figcaption><span>b!</span> <a href="http://a.example/i.jpg" rel="nofollow noreferrer">See the image at a.example</a></figcaption></figure>` + "\n"},
		"image nowhere":  {post(content.Figure{URL: "/i.jpg"}), `<figure><div class="image"></div><figcaption>The image is not at an address that can be shown here.</figcaption></figure>` + "\n"},
		"image as data:": {post(content.Figure{URL: "data:image/png;base64,AA"}), `<figure><div class="image"></div><figcaption>The image is not at an address that can be shown here.</figcaption></figure>` + "\n"},
	} {
		if got := string(written(test.post).HTML); got != test.want {
			t.Errorf("%s:\n%s\nwanted\n%s", name, got, test.want)
		}
	}
}

func TestMarkup(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`<table><tr><td colspan="2" width="4000">a</td></tr></table>`:                                                          `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table><tbody><tr><td colspan="2">a</td></tr></tbody></table></div>`,
		`<h1>a</h1><h3 id="x">b</h3>`:                                                                                          `<h2>a</h2><h3 id="x">b</h3>`,
		`<p id="main">a</p><p id="b">b</p><p id="b">c</p>`:                                                                     `<p>a</p><p id="b">b</p><p>c</p>`,
		`<aside>a</aside></div></div><b>b`:                                                                                     `<div>a</div><b>b</b>`,
		`<li>a</li><ul><p>b</p>c</ul><dl>d</dl>`:                                                                               `<div>a</div><ul><li><p>b</p></li><li>c</li></ul><div>d</div>`,
		`<dl><dt>a</dt><dd>b</dd></dl>`:                                                                                        `<dl><dt>a</dt><dd>b</dd></dl>`,
		`<a href="/x">a</a><a href="#b">b</a><a href="https://c.example"></a>`:                                                 `a<a href="#b" rel="nofollow noreferrer">b</a><a href="https://c.example" rel="nofollow noreferrer">c.example</a>`,
		`<img src="http://a.example/i.png" alt="A">`:                                                                           `A (<a href="http://a.example/i.png" rel="nofollow noreferrer">image at a.example</a>)`,
		`<img src="https://a.example/i.png" width="9" height="50%">`:                                                           `<span class="image"><img src="https://a.example/i.png" alt="" width="9" decoding="async" referrerpolicy="no-referrer"></span>`,
		`<b lang="de" title="A b">a</b><b lang="zzzz">b</b>`:                                                                   `<b lang="de" title="A b">a</b><b>b</b>`,
		`<iframe src="https://v.example/1" title="A film" style="x"></iframe>`:                                                 `<a href="https://v.example/1" rel="nofollow noreferrer">A film (v.example)</a>`,
		`a<iframe src="https://v.example/1">see it</iframe>b`:                                                                  `a <a href="https://v.example/1" rel="nofollow noreferrer">see it (v.example)</a> b`,
		`<video controls><source src="https://v.example/2">no <b>film</b></video><audio src="/3.mp3" title="A sound"></audio>`: `<a href="https://v.example/2" rel="nofollow noreferrer">v.example</a> no <b>film</b> A sound`,
		`<a href="https://a.example"><video src="https://v.example/2" title="A film"></video></a>`:                             `<a href="https://a.example" rel="nofollow noreferrer"> A film </a>`,
		`<a href="#n1">1</a> <a name="n1">note</a>`:                                                                            `<a href="#n1" rel="nofollow noreferrer">1</a> <span id="n1">note</span>`,
		`<progress value="1" max="2">half</progress><form><input value=x>f`:                                                    `halff`,
		`<pre>a` + "\n" + `b</pre>`:                                                                                            `<pre dir="ltr" tabindex="0" role="group" aria-label="Text">a` + "\nb</pre>",
		`<a href="javascript:x">a</a><a href="data:text/html,x" onclick=x>b</a>`:                                               `ab`,
	} {
		got := string(written(&content.Post{Title: "a", Body: []content.Block{content.HTML{HTML: given}}}).HTML)
		if got != want+"\n" {
			t.Errorf("%s:\n%swanted\n%s", given, got, want)
		}
	}
}

// TestTooDeep holds mark-up that no browser would read to its words.
func TestTooDeep(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<b>", 5000) + "deep"
	if got := string(prose.Of(&content.Post{Body: []content.Block{content.HTML{HTML: deep}}}, nil).HTML); got != "deep\n" {
		t.Errorf("found %.200s", got)
	}
}

// FuzzMarkup holds what is written for any mark-up against what must be true of it, whether
// it was sanitised or not.
func FuzzMarkup(f *testing.F) {
	for _, given := range []string{
		`<table><tr><td>a<h1>b</table></div>`, `<a href="javascript:x"><img src=data:x onerror=y alt="z"></a>`, `<b id="main" style="x" onclick="y">`, `<ul>a<li>b<ul></ul>`,
		`<svg><script>x</script></svg><math><mi>`, `<dl><dd>a<dt>b`, `<p><p></p><pre>`, `<!-- --><template><b>x</b></template>`, "<a href=\"https://a.example\">\x00", `<iframe src="//a">`,
	} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		sound(t, given, string(prose.Of(&content.Post{Body: []content.Block{content.HTML{HTML: given}}}, nil, "main").HTML))
		sound(t, given, string(written(&content.Post{Title: "a", Body: []content.Block{content.Paragraph{HTML: given}}}).HTML))
	})
}

// sound says what is true of a body: nothing in it runs, is styled or leads to another
// scheme, and it ends where it should.
func sound(t *testing.T, given, body string) {
	t.Helper()
	page, err := html.Parse(strings.NewReader(`<!doctype html><div id="around">` + body + `</div><p id="behind">`))
	if err != nil {
		t.Fatalf("%q: %v", given, err)
	}
	ids := map[string]bool{"main": true}
	for n := range page.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" || n.Data == "style" || n.Data == "iframe" || n.Namespace != "" {
			t.Errorf("%q has a %s: %s", given, n.Data, body)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style":
				t.Errorf("%q has the attribute %s: %s", given, a.Key, body)
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("%q has the id %q twice: %s", given, a.Val, body)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "src" && !strings.HasPrefix(a.Val, "https://"):
				t.Errorf("%q has a picture at %q", given, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "mailto:") && !strings.HasPrefix(a.Val, "tel:") && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("%q leads to %q", given, a.Val)
			}
		}
		if n.Data == "p" && len(n.Attr) == 1 && n.Attr[0].Val == "behind" && n.Parent.Data != "body" {
			t.Errorf("%q does not end: %s", given, body)
		}
	}
	if !ids["behind"] {
		t.Errorf("%q swallows what is behind: %s", given, body)
	}
}

// TestManyParagraphs is about time only where somebody looks: it must not grow by more than
// the body does.
func TestManyParagraphs(t *testing.T) {
	t.Parallel()
	p := &content.Post{Title: "a"}
	for range 5000 {
		p.Body = append(p.Body, content.Paragraph{HTML: "some <b>words</b> of a long post"})
	}
	began := time.Now()
	got := written(p)
	t.Logf("%d bytes in %v", len(got.HTML), time.Since(began))
	if n := strings.Count(string(got.HTML), "<p>"); n != 5000 {
		t.Errorf("found %d paragraphs", n)
	}
}
