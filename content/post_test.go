package content_test

import (
	"strings"
	"testing"
	"time"

	"alphanode/content"
)

func TestParseDate(t *testing.T) {
	t.Parallel()
	good := map[string]time.Time{
		"2024-02-29":                     time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"2024-02-29T12:30:00Z":           time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC),
		"2024-02-29T12:30:00.25+02:00":   time.Date(2024, 2, 29, 10, 30, 0, 250e6, time.UTC),
		"0001-01-01":                     time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
		"2024-02-29T23:59:59.123456789Z": time.Date(2024, 2, 29, 23, 59, 59, 123456789, time.UTC),
	}
	for s, want := range good {
		if got, ok := content.ParseDate(s); !ok || !got.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{
		"", "2023-02-30", "2023-02-29", "2024-13-01", "2024-2-9", "24-02-29", "2024/02/29", " 2024-02-29", "2024-02-29 ",
		"2024-02-29T12:30:00", "2024-02-29 12:30:00Z", "2024-02-29T25:00:00Z", "2024-02-29T12:30Z", "yesterday",
		"2024-02-29T1:30:00Z", "2024-02-29T12:30:00,5Z", "2024-02-29T12:30:00+25:00", "20240229T123000Z",
	} {
		if got, ok := content.ParseDate(s); ok {
			t.Errorf("%q: got %v, want it refused", s, got)
		}
	}
}

func TestUpdated(t *testing.T) {
	t.Parallel()
	tests := []struct{ published, reviewed, want string }{
		{"", "", ""},
		{"2024-01-02", "", "2024-01-02"},
		{"", "2024-01-02", "2024-01-02"},
		{"2024-01-02", "2024-01-03", "2024-01-03"},
		{"2024-01-03", "2024-01-02", "2024-01-03"},
		{"2024-01-02", "2024-01-02T00:00:00Z", "2024-01-02"},
		{"2024-01-02", "2024-01-02T00:00:01Z", "2024-01-02T00:00:01Z"},
		{"2024-01-02T01:00:00+02:00", "2024-01-01T23:30:00Z", "2024-01-01T23:30:00Z"},
	}
	for _, test := range tests {
		p := content.Post{PublishedAt: test.published}
		if test.reviewed != "" {
			p.Meta.Revision = &content.Revision{LastReviewed: test.reviewed}
		}
		if got := p.Updated(); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.published, test.reviewed, got, test.want)
		}
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]bool{"": true, "reviewed": true, "draft": false, "in-review": false, "archived": false} {
		p := content.Post{Meta: content.Meta{Revision: &content.Revision{Status: status}}}
		if p.Public() != want {
			t.Errorf("%q: got %v", status, p.Public())
		}
	}
	if !new(content.Post).Public() {
		t.Error("a post without a revision is not public")
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for words, want := range map[int]int{0: 1, 1: 1, 200: 1, 201: 2, 400: 2, 401: 3} {
		p := content.Post{Intro: "the intro", Body: []content.Block{content.Paragraph{Text: strings.Repeat("word ", max(0, words-2))}}}
		if words == 0 {
			p.Intro = ""
		}
		p.Complete()
		if *p.Meta.ReadingTime != want || p.Meta.Summary != p.Intro {
			t.Errorf("%d words: got %d minutes and the summary %q, want %d", words, *p.Meta.ReadingTime, p.Meta.Summary, want)
		}
	}
	zero := 0
	p := content.Post{Intro: "i", Meta: content.Meta{Summary: "s", ReadingTime: &zero}}
	p.Complete()
	if *p.Meta.ReadingTime != 0 || p.Meta.Summary != "s" {
		t.Errorf("what was given was changed: %+v", p.Meta)
	}
}

const evil = `<script>alert("1")</script>&`

// Every block escapes its text, and its text holds no mark-up.
func TestRendering(t *testing.T) {
	t.Parallel()
	const safe = `&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&amp;`
	tests := []struct {
		block      content.Block
		html, text string
	}{
		{content.Heading{Level: 3, Text: evil}, `<h3 id="script-alert-1-script">` + safe + "</h3>", evil},
		{content.Paragraph{Text: evil}, "<p>" + safe + "</p>", evil},
		{content.Paragraph{Text: "a b", HTML: "a <b>b</b>"}, "<p>a <b>b</b></p>", "a b"},
		{content.Code{Language: `x"><b>`, Source: evil}, `<pre><code class="language-x&#34;&gt;&lt;b&gt;">` + safe + "</code></pre>", evil},
		{content.Code{Source: "a\n\nb"}, "<pre><code>a\n\nb</code></pre>", "a\n\nb"},
		{content.List{Items: []content.ListItem{{Text: evil}, {Text: "b", HTML: "<i>b</i>"}}}, "<ul><li>" + safe + "</li><li><i>b</i></li></ul>", evil + "\nb"},
		{content.List{Ordered: true, Items: []content.ListItem{{Text: "a"}}}, "<ol><li>a</li></ol>", "a"},
		{content.Figure{URL: `/a.png"><b>`, Caption: evil}, `<figure><img src="/a.png&#34;&gt;&lt;b&gt;" alt="` + safe + `"><figcaption>` + safe + "</figcaption></figure>", evil},
		{content.Figure{URL: "/a.png"}, `<figure><img src="/a.png" alt=""></figure>`, ""},
		{content.Figure{URL: "/b.png", Caption: "c", Alt: evil, Width: ptr(640), Height: ptr(480)},
			`<figure><img src="/b.png" alt="` + safe + `" width="640" height="480"><figcaption>c</figcaption></figure>`, "c"},
		{content.Quote{Text: evil}, "<blockquote><p>" + safe + "</p></blockquote>", evil},
		{content.HTML{HTML: "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"}, "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>", "1 2"},
	}
	var all content.Post
	var html, text []string
	for _, test := range tests {
		p := content.Post{Body: []content.Block{test.block}}
		if got := p.HTML(); got != test.html {
			t.Errorf("%s: HTML is %s\nwant %s", test.block.Type(), got, test.html)
		}
		if got := p.Text(); got != test.text {
			t.Errorf("%s: text is %q, want %q", test.block.Type(), got, test.text)
		}
		all.Body = append(all.Body, test.block)
		html = append(html, test.html)
		if test.text != "" {
			text = append(text, test.text)
		}
	}
	if got := all.HTML(); got != strings.Join(html, "\n") {
		t.Errorf("the blocks together are %s", got)
	}
	if got := all.Text(); got != strings.Join(text, "\n\n") {
		t.Errorf("the text together is %q", got)
	}
}
