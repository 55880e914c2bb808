package markdown_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/markdown"
	"alphanode/synth"
)

// TestSynthetic holds the Markdown of each synthetic post against the post: all its words
// in their order, its headings, lists, code, images and links.
func TestSynthetic(t *testing.T) {
	t.Parallel()
	var source []byte
	articles := synth.New(1)
	for k := range 2000 {
		p := articles.Post(int64(k + 1))
		source = markdown.Append(source[:0], p, "https://archive.example.org/posts/"+p.Slug)
		s := read(t, source)
		check(t, p, s)
		if t.Failed() {
			t.Fatalf("post %d:\n%s", k+1, source)
		}
	}
}

// check holds what is shown against a post whose blocks are plain.
func check(t *testing.T, p *content.Post, s shown) {
	t.Helper()
	words := []string{p.Title}
	if p.Meta.Flags.AIGeneratedStyle {
		words = append(words, "AI-generated style. This article is marked as written in the style of generated text.")
	}
	if p.Meta.Flags.NeedsHumanReview {
		words = append(words, "Needs human review. Nobody has checked this article yet.")
	}
	words = append(words, p.Intro)
	var headings, code, images []string
	var lists [][]string
	headings = append(headings, "h1 "+spaced(p.Title))
	for _, b := range p.Body {
		switch b := b.(type) {
		case content.Heading:
			words = append(words, b.Text)
			headings = append(headings, fmt.Sprintf("h%d %s", b.Level, spaced(b.Text)))
		case content.Paragraph:
			words = append(words, b.Text)
		case content.HTML:
			words = append(words, content.TextOfHTML(b.HTML))
		case content.Quote:
			words = append(words, b.Text)
		case content.Code:
			words = append(words, b.Source)
			code = append(code, b.Language+"\n"+b.Source)
		case content.List:
			var items []string
			for _, item := range b.Items {
				words = append(words, item.Text)
				items = append(items, spaced(item.Text))
			}
			lists = append(lists, items)
		case content.Figure:
			images = append(images, b.URL)
			if words = append(words, b.Caption); b.Source != "" {
				words = append(words, "(image source: "+b.Source+")")
			}
		}
	}
	if all := squeezed(strings.Join(words, " ") + "post meta"); !strings.HasPrefix(s.words, all) {
		t.Errorf("found the words\n%s\nexpected first\n%s", s.words, all)
	}
	if headings = append(headings, "h2 post meta"); !slices.Equal(s.headings, headings) {
		t.Errorf("found headings %q, expected %q", s.headings, headings)
	}
	if !slices.Equal(s.code, code) {
		t.Errorf("found code %q, expected %q", s.code, code)
	}
	if !slices.Equal(s.images, images) {
		t.Errorf("found images %q, expected %q", s.images, images)
	}
	for i, list := range lists {
		if i >= len(s.lists) || !slices.Equal(s.lists[i], list) {
			t.Errorf("found lists %q, expected %q", s.lists, lists)
			break
		}
	}
	links := []string{"https://archive.example.org/posts/" + p.Slug}
	for _, image := range p.Meta.Images {
		links = append(links, image.URL)
	}
	if !slices.Equal(s.links, links) {
		t.Errorf("found links %q, expected %q", s.links, links)
	}
	checkMeta(t, p, s)
}

// checkMeta holds the section of meta against a post.
func checkMeta(t *testing.T, p *content.Post, s shown) {
	t.Helper()
	m := &p.Meta
	says := func(name string, value any) {
		t.Helper()
		if value == "" {
			return
		}
		if want := spaced(fmt.Sprintf("%s: %v", name, value)); !slices.Contains(s.parts, want) {
			t.Errorf("found %q, expected %q among them", s.parts, want)
		}
	}
	lists := func(given ...string) {
		t.Helper()
		items := slices.Clone(given)
		if items = slices.DeleteFunc(items, func(item string) bool { return squeezed(item) == "" }); len(items) == 0 {
			return
		}
		for i := range items {
			items[i] = spaced(items[i])
		}
		if !slices.ContainsFunc(s.lists, func(list []string) bool { return slices.Equal(list, items) }) {
			t.Errorf("found lists %q, expected %q among them", s.lists, items)
		}
	}
	says("published", p.PublishedAt)
	says("updated", p.Updated())
	says("topic", m.Topic)
	says("summary", m.Summary)
	says("ai brief", m.Brief)
	says("reading time", fmt.Sprint(*m.ReadingTime, " min"))
	says("view count", *m.ViewCount)
	says("reference", m.Reference)
	says("hash", m.Hash)
	lists(m.Stack...)
	lists(m.Tools...)
	lists(m.Checklist...)
	lists(m.Notes...)
	says("needs human review", map[bool]string{false: "no", true: "yes"}[m.Flags.NeedsHumanReview])
	var entities, outline []string
	for _, e := range m.Entities {
		entities = append(entities, e.Name+" ("+e.Type+")")
	}
	lists(entities...)
	for _, o := range m.Outline {
		outline = append(outline, o.Label+": "+o.Text)
	}
	lists(outline...)
	if ratio, ok := m.Extra["ratio"]; ok {
		says("ratio", string(ratio)) // 1.50, not 1.5
	}
	if m.Score != nil && m.Score.Quality != nil {
		says("quality", *m.Score.Quality)
	}
	says("seed", *m.Payload.Seed)
}

// nasty are pieces of text that mean something in Markdown, in HTML or in front matter.
var nasty = []string{
	"word", "Wörter", "日本", "שלום", "🙂", " ", "  ", "\n", "\n\n", "\t", "    ", "1.", "1)", "12. ", "-", "- ", "--", "---", "+", "+ ", "*", "**", "***", "_", "__", "~", "~~", "~~~",
	"`", "``", "```", "````", "#", "# ", "##", "=", "===", ">", "> ", "|", "|--|", "| --- |", ":--", ":", "[", "]", "](", "(", ")", "[a](javascript:alert(1))", "[a]: http://x.y", "[^1]", "[^1]: x",
	"![", "!", "\\", "\\\\", "&", "&lt;", "&amp;", "&#60;", "&#x3c;", "<", ">", "<script>alert(1)</script>", "<!--", "-->", "</p>", "<b>", "<https://x.y>", "<a@b.cd>", "https://x.y/a_b", "{{.}}", "{#id}", "{",
	"}", "$", "\"", "'", "\u00a0", "\u2028", "\u200b", "\x00", "\x1b[31m", "\r", "\r\n", "%", "a_b_c", "C:\\dir", "1*2*3", "x~y~z", "term", ": definition", "title: x", "+++", "^", "@me", "\\`", "]]>",
}

func random(r *rand.Rand) string {
	var w strings.Builder
	for range r.IntN(8) {
		w.WriteString(nasty[r.IntN(len(nasty))])
	}
	return w.String()
}

// randomPost makes a post all of whose texts are nasty, but which has no mark-up.
func randomPost(r *rand.Rand) *content.Post {
	some := func() (all []string) {
		for range r.IntN(4) {
			all = append(all, "x"+random(r))
		}
		return all
	}
	n, views, seed := r.IntN(100), r.Int64(), r.Int64()
	p := &content.Post{Slug: "nasty", Title: "T" + random(r), Intro: random(r), PublishedAt: "2024-02-03"}
	for range r.IntN(12) {
		var b content.Block
		switch r.IntN(6) {
		case 0:
			b = content.Heading{Level: 1 + r.IntN(6), Text: "h" + random(r)}
		case 1:
			b = content.Paragraph{Text: random(r)}
		case 2:
			b = content.Code{Language: []string{"", "go", "c++", "sh"}[r.IntN(4)], Source: random(r)}
		case 3:
			list := content.List{Ordered: r.IntN(2) == 0}
			for range 1 + r.IntN(4) {
				list.Items = append(list.Items, content.ListItem{Text: "i" + random(r)})
			}
			b = list
		case 4:
			b = content.Figure{URL: "https://images.example.org/a_(b)?c=1&lt;=2&d=[3]", Caption: random(r), Source: random(r)}
		case 5:
			b = content.Quote{Text: random(r)}
		}
		p.Body = append(p.Body, b)
	}
	m := &p.Meta
	m.Topic, m.Summary, m.Brief, m.Reference, m.Hash = "t"+random(r), "s"+random(r), "b"+random(r), "r"+random(r), "h"+random(r)
	m.Stack, m.Tools, m.Checklist, m.Notes = some(), some(), some(), some()
	for range r.IntN(3) {
		m.Entities = append(m.Entities, content.Entity{Name: "n" + random(r), Type: "t" + random(r)})
		m.Outline = append(m.Outline, content.OutlineItem{Label: "l" + random(r), Text: "o" + random(r)})
	}
	m.ReadingTime, m.ViewCount, m.Score = &n, &views, &content.Score{Quality: &n}
	m.Payload = &content.Payload{SourceID: random(r), Generator: random(r), Seed: &seed}
	m.Flags.NeedsHumanReview, m.Flags.AIGeneratedStyle = r.IntN(2) == 0, r.IntN(2) == 0
	if r.IntN(2) == 0 {
		value, _ := json.Marshal(random(r))
		m.Extra = content.Extra{"k" + random(r): value, "n": json.RawMessage("12345678901234567890.10")}
	}
	return p
}

// TestNasty holds the Markdown of posts whose texts look like markup against them.
func TestNasty(t *testing.T) {
	t.Parallel()
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 1))
	for range *posts {
		p := randomPost(r)
		source := markdown.Append(nil, p, "https://archive.example.org/posts/nasty")
		checkNasty(t, p, read(t, source))
		if t.Failed() {
			t.Fatalf("%s\n%q", source, source)
		}
	}
}

var (
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of random posts")
	posts = flag.Int("posts", 2000, "how many random posts")
)

// checkNasty holds what is shown against a post, as far as odd texts can be compared: what
// cannot be seen is not told, and an item of which nothing is left is none.
func checkNasty(t *testing.T, p *content.Post, s shown) {
	t.Helper()
	words := p.Title
	if p.Meta.Flags.AIGeneratedStyle {
		words += "AI-generated style. This article is marked as written in the style of generated text."
	}
	if p.Meta.Flags.NeedsHumanReview {
		words += "Needs human review. Nobody has checked this article yet."
	}
	words += p.Intro
	var code, images []string
	for _, b := range p.Body {
		switch b := b.(type) {
		case content.Heading:
			words += b.Text
		case content.Paragraph:
			words += b.Text
		case content.Quote:
			words += b.Text
		case content.Code: // in which nothing is left out
			words += strings.ReplaceAll(b.Source, "\x00", "\uFFFD")
			code = append(code, b.Language+"\n"+strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD").Replace(b.Source))
		case content.List:
			for _, item := range b.Items {
				words += item.Text
			}
		case content.Figure:
			images = append(images, b.URL)
			if words += b.Caption; strings.ContainsFunc(b.Source, func(r rune) bool { return r > ' ' && r != 0x7f }) {
				words += "(image source: " + b.Source + ")"
			}
		}
	}
	if all := squeezed(words) + "postmeta"; !strings.HasPrefix(s.words, all) {
		t.Errorf("found the words\n%q\nexpected first\n%q", s.words, all)
	}
	if !slices.Equal(s.code, code) {
		t.Errorf("found code %q, expected %q", s.code, code)
	}
	if len(s.images) != len(images) {
		t.Errorf("found images %q, expected %q", s.images, images)
	}
	if len(s.links) != 1 || len(s.spans) > 0 {
		t.Errorf("found links %q and code %q, expected its address alone", s.links, s.spans)
	}
}
