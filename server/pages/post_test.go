package pages_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/store"
	"alphanode/synth"
)

// postOf reads a post as it is imported.
func postOf(t testing.TB, text string) *content.Post {
	t.Helper()
	record, faults := content.Decode([]byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	record.Post.Settle()
	if faults := record.Post.Validate(); len(faults) > 0 {
		t.Fatal(faults)
	}
	return record.Post
}

// synthetic are posts of a made archive.
func synthetic(t testing.TB, n int) (posts []*content.Post) {
	t.Helper()
	made := synth.New(1)
	for k := range int64(n) {
		posts = append(posts, made.Post(k+1))
	}
	return posts
}

func (p *part) id(id string) *part {
	for _, e := range p.all(func(e *part) bool { return e.attr("id") == id }) {
		return e
	}
	return &part{&html.Node{}}
}

// meta gives what the head says under a name or a property.
func (p *part) meta(name string) string {
	for _, e := range p.tags("meta") {
		if e.attr("name") == name || e.attr("property") == name {
			return e.attr("content")
		}
	}
	return ""
}

// data is the JSON-LD of a page.
func (s *site) data(p *part) (of map[string]any) {
	s.Helper()
	for _, e := range p.tags("script") {
		if e.attr("type") != "application/ld+json" {
			continue
		}
		if err := json.Unmarshal([]byte(e.FirstChild.Data), &of); err != nil {
			s.Fatalf("JSON-LD: %v", err)
		}
	}
	return of
}

const wholePost = `{"slug":"a-post","title":"A post","intro":"How it begins.","publishedAt":"2024-03-01","body":[
	{"type":"heading","level":2,"text":"First"},{"type":"paragraph","text":"Words."},{"type":"code","language":"cplusplus","source":"return 1;"},
	{"type":"image","url":"https://images.example/a.jpg","caption":"A lamp","source":"me","width":1200,"height":675},{"type":"heading","level":3,"text":"Meta"}],
	"meta":{"topic":"posts / tests","summary":"What it says.","tools":["git","redis"],"entities":[{"name":"python","type":"stack"}],"stack":["backend"],"difficulty":"beginner","readingTime":3,"viewCount":28937,
	"score":{"quality":66,"freshness":92,"depth":79,"clarity":74},"revision":{"status":"reviewed","version":"1.4.7","lastReviewed":"2025-06-14T08:00:00Z"},
	"flags":{"aiGeneratedStyle":true},"extra":{"language":"en-GB"}}}`

func TestPost(t *testing.T) {
	t.Parallel()
	s := siteOf(t, postOf(t, wholePost), postOf(t, `{"slug":"other","title":"Other","body":[],"meta":{"tools":["git"],"entities":[{"name":"python","type":"stack"}]}}`))
	page := s.page("/posts/a-post")
	s.same("the facts", page.class("facts")[0].text(), "quality 66 beginner 3 min 28,937 views updated 14 Jun 2025 published 1 Mar 2024")
	s.same("the note", page.class("note")[0].text(), "AI-generated style. This article is marked as written in the style of generated text. Reviewed 14 Jun 2025, version 1.4.7.")
	s.same("the title", page.tags("h1")[0].attr("class")+page.tags("h1")[0].text(), "A post")
	var contents []string
	for _, a := range page.class("toc")[0].tags("a") {
		contents = append(contents, a.attr("href")+" "+a.text())
		if page.id(a.attr("href")[1:]).Data == "" {
			t.Errorf("nothing is at %s", a.attr("href"))
		}
	}
	s.same("the contents", contents, []string{"#first First", "#meta Meta", "#_meta post meta", "#similar Similar Posts"})
	s.same("the code", page.class("prose")[0].class("code")[0].text(), "c++ Copy this codereturn 1;")
	s.same("the credit", page.tags("figcaption")[len(page.tags("figcaption"))-1].text(), "A lamp. Image: me")
	if box := page.id("_meta").text(); !strings.Contains(box, "view count 28,937") && !strings.Contains(box, "view count28,937") {
		t.Errorf("the box is %q", box)
	}
	s.same("the language", page.tags("article")[0].attr("lang"), "en-GB")
	head := map[string]string{}
	for _, name := range []string{"description", "robots", "og:type", "og:title", "og:url", "og:image", "og:image:width", "article:published_time", "article:modified_time", "article:section"} {
		head[name] = page.meta(name)
	}
	s.same("the head", head, map[string]string{"description": "What it says.", "robots": "", "og:type": "article", "og:title": "A post", "og:url": "https://archive.example/a/posts/a-post", "og:image": "https://images.example/a.jpg",
		"og:image:width": "1200", "article:published_time": "2024-03-01", "article:modified_time": "2025-06-14T08:00:00Z", "article:section": "posts / tests"})
	var links []string
	for _, l := range page.tags("link") {
		if rel := l.attr("rel"); rel == "canonical" || rel == "alternate" {
			links = append(links, rel+" "+l.attr("type")+" "+l.attr("href"))
		}
	}
	s.same("the links", links, []string{"canonical  https://archive.example/a/posts/a-post", "alternate application/json /a/v1/posts/a-post", "alternate text/markdown /a/posts/a-post.md"})
	s.same("the data", s.data(page), map[string]any{"@context": "https://schema.org", "@type": "TechArticle", "@id": "https://archive.example/a/posts/a-post", "url": "https://archive.example/a/posts/a-post", "mainEntityOfPage": "https://archive.example/a/posts/a-post",
		"headline": "A post", "description": "What it says.", "datePublished": "2024-03-01", "dateModified": "2025-06-14T08:00:00Z", "inLanguage": "en-GB", "articleSection": "posts / tests", "keywords": []any{"git", "redis"},
		"about": []any{map[string]any{"@type": "Thing", "name": "python"}}, "proficiencyLevel": "beginner", "timeRequired": "PT3M", "image": []any{"https://images.example/a.jpg"}, "version": "1.4.7"})
}

// TestPostsThatAreDisclosed: what must be said of a post is said, to people and to search
// engines.
func TestPostsThatAreDisclosed(t *testing.T) {
	t.Parallel()
	s := siteOf(t,
		postOf(t, `{"slug":"unsure","title":"Unsure","body":[],"meta":{"flags":{"needsHumanReview":true}}}`),
		postOf(t, `{"slug":"hidden","title":"Hidden","body":[],"meta":{"revision":{"status":"in-review"}}}`))
	a, _, err := s.ask("/posts/unsure")
	if err != nil {
		t.Fatal(err)
	}
	s.same("for machines", a.Header.Get("X-Robots-Tag"), "noindex, follow")
	page := s.page("/posts/unsure")
	s.same("in the head", page.meta("robots"), "noindex, follow")
	s.same("the tag", page.class("tag")[0].text(), "needs human review")
	s.same("the facts", page.class("facts")[0].text(), "no score 1 min views unknown never reviewed")
	if note := page.class("note")[0].text(); !strings.HasPrefix(note, "Needs human review. Nobody has looked at this article yet.") {
		t.Errorf("the note is %q", note)
	}
	a, _, err = s.ask("/posts/hidden")
	if err != nil || a.Status != 404 || !strings.Contains(string(a.Body), "There is no post at this address") {
		t.Errorf("a draft gives %v, %v", a, err)
	}
	s.view = store.Preview
	s.same("with a key", s.page("/posts/hidden").class("tag")[0].text(), "in review, seen with a key")
}

// TestSimilarAddsUp holds the reasons of similar posts, exact and as they are read, against
// the similarity that they are the parts of.
func TestSimilarAddsUp(t *testing.T) {
	t.Parallel()
	posts := synthetic(t, 40)
	s := siteOf(t, posts...)
	seen := 0
	for _, p := range posts {
		if !p.Public() {
			continue
		}
		a, calls, err := s.ask("/posts/" + url.PathEscape(p.Slug))
		if err != nil {
			t.Fatal(err)
		}
		if calls > 5 {
			t.Errorf("%s reads the store %d times, expected 5 at most", p.Slug, calls)
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(a.Body)
		w.Close()
		if packed.Len() > 20<<10 {
			t.Errorf("%s has %d bytes when it is packed", p.Slug, packed.Len())
		}
		root, err := html.Parse(bytes.NewReader(a.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range (&part{root}).class("similar") {
			for _, li := range list.tags("ul") {
				var exact []float64
				var shown []int
				for _, d := range li.tags("data") {
					x, err := strconv.ParseFloat(d.attr("value"), 64)
					if err != nil {
						t.Fatal(err)
					}
					n, err := strconv.Atoi(strings.ReplaceAll(d.text(), ".", ""))
					if err != nil {
						t.Fatal(err)
					}
					if math.Abs(x-float64(n)/1000) > 0.001 {
						t.Errorf("%s shows %s for %s", p.Slug, d.text(), d.attr("value"))
					}
					exact, shown = append(exact, x), append(shown, n)
				}
				sum, total := 0.0, 0
				for i := range exact[1:] {
					sum, total = sum+exact[i+1], total+shown[i+1]
				}
				if math.Abs(sum-exact[0]) > 1e-8*float64(len(exact)) || total != shown[0] {
					t.Errorf("%s: %v, as it is read %v, do not add up", p.Slug, exact, shown)
				}
				seen++
			}
		}
	}
	if seen < 50 {
		t.Errorf("found %d similar posts", seen)
	}
}

// TestMissingPostLeadsToOthers: an address that names no post leads to those that may have
// been meant, and never to a draft.
func TestMissingPostLeadsToOthers(t *testing.T) {
	t.Parallel()
	s := siteOf(t,
		postOf(t, `{"slug":"warming-a-cache","title":"Warming a cache","body":[]}`),
		postOf(t, `{"slug":"warming-a-cache-again","title":"Secret","body":[],"meta":{"revision":{"status":"draft"}}}`),
		postOf(t, `{"slug":"rollback","title":"How to roll back a deployment <i>","body":[]}`))
	for target, want := range map[string][]string{
		"/posts/warming-a-cach":              {"Warming a cache"},
		"/posts/how-to-rollback-deployments": {"How to roll back a deployment <i>"},
		"/posts/warming-a-cache-again":       {"Warming a cache"},
		"/posts/zzz":                         nil,
	} {
		a, _, err := s.ask(target)
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(bytes.NewReader(a.Body))
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, link := range (&part{root}).id("main").class("small-link") {
			found = append(found, link.text())
		}
		if a.Status != 404 || !slices.Equal(found, want) || strings.Contains(string(a.Body), "Secret") {
			t.Errorf("%s is %d and leads to %q, expected %q", target, a.Status, found, want)
		}
		if len((&part{root}).tags("input")) == 0 {
			t.Errorf("%s has nothing to search with", target)
		}
	}
}

// nasty are texts that a page must show as they are.
var nasty = []string{
	`</script><script>alert(1)</script>`, `<!-- --> <!--`, `{{.}} {{template "x"}}`, `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, "javascript:alert(1)", "data:text/html,<script>x</script>",
	`\u003c/script\u003e`, "`${x}`", strings.Repeat("w", 230), "دليل \u202eعملي", "🧯🧯", "]]>", `</title></style></textarea>`,
}

// TestOddPosts shows posts that have such a text wherever an author can write one: nothing of
// it runs, nothing breaks the page, and all of it is there.
func TestOddPosts(t *testing.T) {
	t.Parallel()
	for i, odd := range nasty {
		line := strings.Join(strings.Fields(odd), " ")
		field := func(name string) string { return name + " " + line }
		marked := "<p>" + html.EscapeString(field("markup")) + `</p><a href="` + html.EscapeString(odd) + `">link</a><div style="x" onclick="y">s</div><iframe src="https://frame.example/x" title="` + html.EscapeString(odd) + `"></iframe>`
		quoted := func(s string) string { text, _ := json.Marshal(s); return string(text) }
		post := fmt.Sprintf(`{"slug":"odd","title":%s,"intro":%s,"body":[{"type":"heading","level":1,"text":%s},{"type":"paragraph","text":%s},{"type":"code","language":%s,"source":%s},
			{"type":"list","items":[{"text":%s}]},{"type":"quote","text":%s},{"type":"image","url":"https://images.example/x.jpg","caption":%s,"source":%s,"alt":%s},{"type":"image","url":"http://images.example/x.jpg","caption":"plain"},
			{"type":"html","html":%s}],"meta":{"topic":%s,"summary":%s,"brief":%s,"outline":[{"label":%s,"text":%s}],"stack":[%s],"tools":[%s],"entities":[{"name":%s,"type":%s}],"checklist":[%s],"notes":[%s],
			"codeLanguage":%s,"difficulty":%s,"reference":%s,"hash":%s,"images":[{"source":%s,"url":"https://images.example/y.jpg","caption":%s,"alt":%s}],"payload":{"sourceId":"x","generator":%s,"scenario":%s},"revision":{"version":%s},"extra":{"language":%s,"more":[%s]}}}`,
			quoted(field("title")), quoted(field("intro")), quoted(field("heading")), quoted(field("paragraph")), quoted(field("language")), quoted(field("source")), quoted(field("item")), quoted(field("quote")), quoted(field("caption")), quoted(field("credit")), quoted(field("alt")),
			quoted(marked), quoted(field("topic")), quoted(field("summary")), quoted(field("brief")), quoted(field("label")), quoted(field("line")), quoted(field("stack")), quoted(field("tool")), quoted(field("entity")), quoted(field("kind")), quoted(field("check")), quoted(field("note")),
			quoted(field("codelanguage")), quoted(field("difficulty")), quoted(field("reference")), quoted(field("hash")), quoted(field("origin")), quoted(field("depicted")), quoted(field("described")), quoted(field("generator")), quoted(field("scenario")), quoted(field("version")), quoted(odd), quoted(field("extra")))
		p := postOf(t, post)
		s := siteOf(t, p, postOf(t, `{"slug":"other","title":"Other","body":[],"meta":{"tools":[`+quoted(field("tool"))+`],"entities":[{"name":`+quoted(field("entity"))+`,"type":`+quoted(field("kind"))+`}]}}`))
		for _, target := range []string{"/posts/odd", "/posts/other"} {
			page := s.page(target)
			s.sound(fmt.Sprintf("text %d, %s", i, target), page)
			if target == "/posts/other" {
				continue
			}
			s.same(fmt.Sprintf("text %d: the headline", i), s.data(page)["headline"], field("title"))
			all := strings.Join(strings.Fields(page.id("main").text()+" "+alternatives(page)), " ")
			for _, name := range []string{"title", "intro", "heading", "paragraph", "language", "source", "item", "quote", "caption", "credit", "alt", "markup", "topic", "summary", "brief", "label", "line", "stack", "tool", "entity", "kind", "check", "note",
				"codelanguage", "difficulty", "reference", "hash", "origin", "depicted", "described", "generator", "scenario", "version", "extra"} {
				if !strings.Contains(all, field(name)) {
					t.Errorf("text %d: the %s is not there as it is: %q", i, name, field(name))
				}
			}
		}
	}
}

// alternatives are the texts of images.
func alternatives(p *part) string {
	var all []string
	for _, img := range p.tags("img") {
		all = append(all, img.attr("alt"))
	}
	return strings.Join(all, " ")
}

// sound says what is true of every page: nothing runs but its own script, nothing is styled
// but by its sheet, nothing leads to another scheme, no id is there twice, and it is whole.
func (s *site) sound(at string, page *part) {
	s.Helper()
	ids := map[string]bool{}
	for _, e := range page.all(func(*part) bool { return true }) {
		switch e.Data {
		case "script":
			if own := strings.HasPrefix(e.attr("src"), "/a/assets/") && e.FirstChild == nil; !own && e.attr("type") != "application/ld+json" {
				s.Errorf("%s: found another script: %q", at, e.text())
			}
		case "style", "iframe", "object", "embed", "video", "audio", "base":
			s.Errorf("%s: found a %s", at, e.Data)
		}
		for _, a := range e.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
				s.Errorf("%s: found the attribute %s on %s", at, a.Key, e.Data)
			case a.Key == "id":
				if ids[a.Val] {
					s.Errorf("%s: found the id %q twice", at, a.Val)
				}
				ids[a.Val] = true
			case a.Key == "src" || a.Key == "href" || a.Key == "action":
				u, err := url.Parse(a.Val)
				if err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme) || e.Data == "img" && u.Scheme != "https" {
					s.Errorf("%s: %s leads to %q", at, e.Data, a.Val)
				}
			}
		}
	}
	if feet := page.tags("footer"); len(feet) != 1 || feet[0].Parent.Data != "body" || len(page.tags("main")) != 1 {
		s.Errorf("%s: the page is not whole", at)
	}
}

// TestLongPosts shows a post that is as long as one can be: it is whole, and can be found
// one's way about in.
func TestLongPosts(t *testing.T) {
	t.Parallel()
	p := &content.Post{Slug: "long", Title: strings.Repeat("w", 1000)}
	for i := range 5000 {
		p.Body = append(p.Body, content.Paragraph{Text: "Paragraph " + strconv.Itoa(i)})
		if i%10 == 0 {
			p.Body = append(p.Body, content.Heading{Level: 2, Text: "Heading"})
		}
	}
	for i := range 10_000 {
		p.Meta.Tools = append(p.Meta.Tools, "tool "+strconv.Itoa(i))
	}
	p.Settle()
	s := siteOf(t, p, postOf(t, `{"slug":"other","title":"Other","body":[],"meta":{"tools":["tool 7"]}}`))
	page := s.page("/posts/long")
	s.sound("a long post", page)
	if n := len(page.class("prose")[0].tags("p")); n != 5000 {
		t.Errorf("found %d paragraphs", n)
	}
	if n := len(page.class("toc")[0].tags("a")); n != 102 {
		t.Errorf("found %d entries in the contents", n)
	}
	s.same("the title", page.tags("h1")[0].attr("class"), "long")
	s.page("/posts/other")
}

func BenchmarkPost(b *testing.B) {
	s := siteOf(b, synthetic(b, 200)...)
	target := ""
	for _, p := range synthetic(b, 200) {
		if p.Public() {
			target = "/posts/" + url.PathEscape(p.Slug)
		}
	}
	for b.Loop() {
		if _, _, err := s.ask(target); err != nil {
			b.Fatal(err)
		}
	}
}
