package postfile_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/postfile"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var posts = flag.Int64("posts", 100, "how many synthetic posts are written and read")

var update = flag.Bool("update", false, "write the golden files anew")

// comesBack checks that a post is read from its file as it was, and gives the file.
func comesBack(t rapid.TB, f *postfile.Form, p *content.Post) string {
	t.Helper()
	want := string(p.AppendJSON(nil))
	text := f.Append(nil, p)
	got, faults, ok := f.Read(text)
	if !ok || len(faults) > 0 {
		t.Fatalf("found %t, %v, of\n%s", ok, faults, text)
	}
	if got := string(got.AppendJSON(nil)); got != want {
		t.Fatalf("found    %s\nexpected %s\nof\n%s", got, want, text)
	}
	if !postfile.Is(text) {
		t.Fatalf("it is not known again:\n%s", text)
	}
	return string(text)
}

// comments counts the comments by which a file says what Markdown and HTML do not, and
// those that say all.
func comments(file string) (blocks, wholes int) {
	return strings.Count(file, "<!-- alphanode {"), strings.Count(file, "<!-- alphanode:post ")
}

func TestSyntheticPosts(t *testing.T) {
	t.Parallel()
	f, g := postfile.New(), synth.New(1)
	blocks, images := 0, 0
	for k := range *posts {
		p := g.Post(k + 1)
		file := comesBack(t, f, p)
		more, wholes := comments(file)
		if blocks += more; wholes > 0 {
			t.Fatalf("it says itself by a comment alone:\n%s", file)
		}
		for _, b := range p.Body {
			if b.Type() == "image" {
				images++
			}
		}
	}
	if blocks > images {
		t.Errorf("found %d blocks with comments, expected them of the %d images alone, which name their sources", blocks, images)
	}
}

func TestRandomPosts(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	for _, p := range storetest.RandomPosts(rand.New(rand.NewPCG(1, 2)), 300) {
		p.Settle()
		if len(p.Validate()) == 0 {
			comesBack(t, f, p)
		}
	}
}

// odd are texts that mean something in Markdown, YAML, HTML or JSON, or that a system changes.
var odd = []string{
	"word", "two words", " ", "\n", "\n\n", "\t", "\u00a0", "\u2028", "\u0085", "\u200b", "\ufeff", "\u0301", "é", "日本語", "😀", "\x01", "\x7f", "\r\n",
	"*", "**", "_", "__", "`", "```", "~~~", "#", "# ", "## a", "- ", "* ", "1. ", "1) ", "> ", "---", "***", "===", "+++", "|", "a | b\n--|--\nc | d", "\\", "\\\\",
	"[a](b)", "![a](b)", "[^1]", "[^1]: note", "[a]: /b", "<", ">", "&", "&amp;", "&copy;", "<b>", "</b>", "<!--", "-->", "--", "<!-- alphanode {} -->", "<!-- /alphanode -->",
	"<!-- alphanode:post ", "$x$", "$$", "~", "~~a~~", "http://a.example/b_c_d", "www.example.org", "a@b.example", ":", ": ", " #", "'", `"`, "{", "}", "{{ x }}", "{% x %}", "%",
	"true", "null", "~", "2024-01-02", "1e3", "0x10", ".inf", "- a\n- b", "    code", "{#id}", "[ ] ", "[x] ", ":::", "!!str x", "&anchor", "*alias",
}

var marks = []string{
	"%s", "<em>%s</em>", "<strong>%s</strong>", "<code>%s</code>", `<a href="https://a.example/?a=1&amp;b=2">%s</a>`, `<a href="/x" rel="nofollow">%s</a>`, "<br>%s", "<sup>%s</sup>", "<del>%s</del>",
	`<span lang="fr">%s</span>`, "<q>%s</q>", "<kbd>%s</kbd>",
}

func text(t *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(odd), 1, 5).Draw(t, name), "")
}

func markup(t *rapid.T) string {
	if rapid.Bool().Draw(t, "plain") {
		return ""
	}
	mark := rapid.SampledFrom(marks).Draw(t, "mark")
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	return escape.Replace(text(t, "before")) + strings.Replace(mark, "%s", escape.Replace(text(t, "within")), 1) + escape.Replace(text(t, "behind"))
}

func block(t *rapid.T) content.Block {
	switch rapid.IntRange(0, 7).Draw(t, "block") {
	case 0:
		return content.Heading{Level: rapid.IntRange(1, 6).Draw(t, "level"), Text: text(t, "heading")}
	case 1:
		return content.Code{Language: rapid.SampledFrom([]string{"", "go", "c++", "a b", "x`"}).Draw(t, "language"), Source: text(t, "source")}
	case 2:
		l := content.List{Ordered: rapid.Bool().Draw(t, "ordered")}
		for range rapid.IntRange(1, 3).Draw(t, "items") {
			l.Items = append(l.Items, content.ListItem{Text: text(t, "item"), HTML: markup(t)})
		}
		return l
	case 3:
		figure := content.Figure{URL: rapid.SampledFrom([]string{"/a.jpg", "https://a.example/b (c).jpg?x=1&y=2", "a_b_c.png", "/ü.png"}).Draw(t, "url")}
		for _, part := range []*string{&figure.Source, &figure.Caption, &figure.Alt} {
			if rapid.Bool().Draw(t, "there") {
				*part = text(t, "part")
			}
		}
		if rapid.Bool().Draw(t, "sized") {
			width := rapid.IntRange(1, 5000).Draw(t, "width")
			figure.Width = &width
		}
		return figure
	case 4:
		return content.Quote{Text: text(t, "quote"), HTML: markup(t)}
	case 5:
		return content.HTML{HTML: rapid.SampledFrom([]string{
			"<table><tr><td>a</td><td>b</td></tr></table>", "<table>\n<thead><tr><th>a</th></tr></thead>\n\n<tbody><tr><td>b|c</td></tr></tbody></table>", "<hr>",
			`<iframe src="https://player.example/1" width="400" height="300"></iframe>`, "<div><p>a</p>\n\n<p>b</p></div>", "<details><summary>a</summary>b</details>", "<p>a</p><p>b</p>",
		}).Draw(t, "html")}
	default:
		return content.Paragraph{Text: text(t, "paragraph"), HTML: markup(t)}
	}
}

// TestEveryPost: whatever a post has, its file gives it back.
func TestEveryPost(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	files, wholes := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := &content.Post{Slug: "a", Title: text(t, "title"), Body: rapid.SliceOfN(rapid.Custom(block), 0, 5).Draw(t, "body")}
		some := func(name string) (list []string) {
			return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return text(t, name) }), 0, 3).Draw(t, name)
		}
		if rapid.Bool().Draw(t, "rich") {
			p.Slug, p.Intro = strings.Trim(content.NormalSlug(text(t, "slug")), " "), text(t, "intro")
			p.PublishedAt = rapid.SampledFrom([]string{"", "2020-01-02", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05.123456+05:30"}).Draw(t, "date")
			p.Meta = content.Meta{
				Topic: text(t, "topic"), Stack: some("stack"), Tools: some("tool"), Notes: some("note"), Checklist: some("check"), URLs: []string{"/old/", "https://old.example/?p=1"},
				Language: rapid.SampledFrom([]string{"", "pt-BR"}).Draw(t, "language"), Summary: text(t, "summary"),
			}
			for _, name := range some("entity") {
				p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: name, Type: rapid.SampledFrom([]string{"tag", "category", "author", "stack"}).Draw(t, "type")})
			}
			for _, label := range some("label") {
				p.Meta.Outline = append(p.Meta.Outline, content.OutlineItem{Label: label, Text: text(t, "outline")})
			}
			if status := rapid.SampledFrom([]string{"", "draft", "reviewed", "archived"}).Draw(t, "status"); status != "" {
				p.Meta.Revision = &content.Revision{Status: status, Version: text(t, "version")}
			}
			views := rapid.Int64Min(0).Draw(t, "views")
			p.Meta.ViewCount = &views
			p.Meta.Extra = content.Extra{
				"numbers":      json.RawMessage(rapid.SampledFrom([]string{"[1.0,1e400,-0,12345678901234567890,0.10]", "1E5", "true", "null", "{}", "[]"}).Draw(t, "number")),
				text(t, "key"): json.RawMessage(content.AppendString(nil, text(t, "value"))),
				"tags":         json.RawMessage(`{"a":{"b":[{"c":"2024-01-02"}]}}`),
				"alphanode":    json.RawMessage(`"x"`),
			}
		}
		p.Settle()
		if len(p.Validate()) > 0 {
			t.Skip("no post")
		}
		_, whole := comments(comesBack(t, f, p))
		files, wholes = files+1, wholes+whole
	})
	t.Logf("%d of %d files say themselves by a comment alone", wholes, files)
}

// TestGolden shows what files look like.
func TestGolden(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	paths, err := filepath.Glob("testdata/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, faults := content.Decode(data)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		r.Post.Settle()
		got := comesBack(t, f, r.Post)
		golden := strings.TrimSuffix(path, ".json") + ".md"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || got != string(want) {
			t.Errorf("%s: found\n%s\n%v", golden, got, err)
		}
	}
}

// TestChangedByHand: a file says what stands in it now.
func TestChangedByHand(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	data, err := os.ReadFile("testdata/full.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ before, after, want string }{
		{"slug: brewing-twice", "slug: brewing-thrice", `"slug":"brewing-thrice"`},
		{"title: \"Brewing: twice #2\"", "title: Brewing", `"title":"Brewing"`},
		{"  - slow\n", "  - slow\n  - fast\n", `{"name":"slow","type":"tag"},{"name":"fast","type":"tag"},{"name":"Ada","type":"author"}`},
		{"tags:\n  - slow\n", "tags: quick\n", `{"name":"quick","type":"tag"}`},
		{"Water, and", "Much water, and", `"Much water, and 3 * 4 beans."`},
		{"Two cups", "Three cups", `{"type":"image","url":"/cups.jpg?w=1&h=2","source":"the archive","caption":"Three cups","width":640}`},
		{"and another</h3>", "and a third</h3>", `{"type":"heading","level":3,"text":"A line and a third"}`},
		{"1. Wait", "1. Wait\n2. Drink", `{"type":"list","ordered":true,"items":[{"text":"Wait"},{"text":"Drink"}]}`},
		{"topic: coffee / water\n", "topic: tea\nmood: {calm: true}\n", `"mood":{"calm":true}`},
		{"<!-- /alphanode -->\n", "", `"Patience."`},
		{"\n", "\r\n", `"text":"Wait"`},
	} {
		text := strings.ReplaceAll(string(data), c.before, c.after)
		p, faults, ok := f.Read([]byte(text))
		if !ok || len(faults) > 0 {
			t.Errorf("%q: found %t, %v", c.after, ok, faults)
		} else if got := string(p.AppendJSON(nil)); !strings.Contains(got, c.want) || text == string(data) {
			t.Errorf("%q: found %s, expected %s", c.after, got, c.want)
		}
	}
}

// TestWholeIsOfItsFile: what the comment at the end says counts for the text that it is of,
// however its lines end, and no longer.
func TestWholeIsOfItsFile(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	p := &content.Post{Slug: "a", Title: "a", Meta: content.Meta{Extra: content.Extra{"large": json.RawMessage("1e400")}}, Body: []content.Block{content.Paragraph{Text: "Words."}}}
	p.Settle()
	file := comesBack(t, f, p)
	if _, wholes := comments(file); wholes != 1 {
		t.Fatalf("found no comment of all of it in\n%s", file)
	}
	got, _, _ := f.Read([]byte(strings.ReplaceAll(file, "\n", "\r\n")))
	if got == nil || string(got.AppendJSON(nil)) != string(p.AppendJSON(nil)) {
		t.Errorf("found %+v", got)
	}
	got, faults, ok := f.Read([]byte(strings.Replace(file, "Words.", "Other words.", 1)))
	if !ok || len(faults) > 0 || got.Text() != "Other words." {
		t.Errorf("found %+v, %v", got, faults)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	f := postfile.New()
	for _, c := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"a score", "---\nalphanode: 1\ntitle: a\nscore: {quality: 101}\n---\n", 4, "meta.score.quality"},
		{"no title", "---\nalphanode: 1\nslug: a\n---\nText.\n", 1, "title"},
		{"a number for a title", "---\nalphanode: 1\ntitle: 2024\n---\n", 3, "title"},
		{"tags that are none", "---\nalphanode: 1\ntitle: a\ntags: {a: b}\n---\n", 4, "meta.entities"},
		{"a date", "---\nalphanode: 1\ntitle: a\ndate: yesterday\n---\n", 4, "publishedAt"},
		{"no end", "---\nalphanode: 1\ntitle: a\n", 1, "front matter"},
		{"no YAML", "---\nalphanode: 1\ntitle: \"a\" b\n---\n", 3, "front matter"},
	} {
		p, faults, ok := f.Read([]byte(c.text))
		if !ok || p != nil || len(faults) == 0 || !strings.HasPrefix(faults[0].Path, c.want) || faults[0].Line != c.line {
			t.Errorf("%s: found %v, %v, expected a fault of %s on line %d", c.name, p, faults, c.want, c.line)
		}
	}
	for _, text := range []string{"", "# Text", "---\ntitle: a\n---\n", "---\nalphanode: 2\n---\n", "---\n---\nalphanode: 1\n"} {
		if _, _, ok := f.Read([]byte(text)); ok {
			t.Errorf("%q is taken for a file of this form", text)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]string{
		"brew": "brew.md", "brew-2.0_a": "brew-2.0_a.md", "über-日本語": "über-日本語.md", "Brew": "brew-", "a:b": "a-b-", "CON": "con-", "con": "con-", "index": "index-",
		".hidden": "hidden-", "_index": "index-", "end.": "end-", "*": "", strings.Repeat("a", 300): strings.Repeat("a", 180) + "-", strings.Repeat("語", 100): strings.Repeat("語", 60) + "-",
	} {
		name := postfile.Name(slug)
		exact := strings.HasSuffix(want, ".md")
		if exact && name != want || !exact && (!strings.HasPrefix(name, want) || len(name) != len(want)+len("01234567.md")) || len(name) > 200 {
			t.Errorf("%s: found %s, expected %s", slug, name, want)
		}
	}
	if postfile.Name("Brew") == postfile.Name("BREW") || postfile.OtherName("a") == postfile.OtherName("b") {
		t.Error("two slugs have one name")
	}
}
