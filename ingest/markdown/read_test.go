package markdown_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/markdown"
	"alphanode/ingest/record"
)

var files = flag.Int("files", 5000, "how many files the folder of TestManyFiles has")

var update = flag.Bool("update", false, "write the golden files anew")

// said writes items with all that is told of them; paths are those below the folder.
func said(items []record.Item, root string) string {
	var b strings.Builder
	for _, i := range items {
		fmt.Fprintf(&b, "%s\n", i.Origin)
		for _, r := range i.Rejects {
			fmt.Fprintf(&b, "  rejected: %v\n", r)
		}
		for _, w := range i.Warnings {
			fmt.Fprintf(&b, "  %s: %s: %s\n", w.Origin, w.Kind, w.Message)
		}
		for kind, n := range i.Losses.All() {
			if strings.HasPrefix(kind, "attribute ") {
				continue // content says what of mark-up is kept
			}
			fmt.Fprintf(&b, "  lost: %s %d\n", kind, n)
		}
		if i.LeftOut != "" {
			fmt.Fprintf(&b, "  left out: %s\n", i.LeftOut)
		}
		if i.Post != nil {
			fmt.Fprintf(&b, "  %s\n", i.Post.AppendJSON(nil))
		}
	}
	return strings.ReplaceAll(b.String(), root+string(filepath.Separator), "")
}

// TestGenerators reads a folder as each generator has it, wherever in the world that is done.
func TestGenerators(t *testing.T) {
	for generator, language := range map[string]string{"hugo": "en", "jekyll": "", "zola": "en", "astro": "", "docusaurus": "en", "eleventy": ""} {
		t.Run(generator, func(t *testing.T) {
			root := filepath.Join("testdata", generator)
			items := read(t, folder(t, root), draft.Options{Language: language})
			got, golden := said(items, root), filepath.Join("testdata", generator+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
			for _, zone := range []*time.Location{time.FixedZone("first", 14*60*60), time.FixedZone("last", -12*60*60)} {
				at := time.Local
				time.Local = zone
				again := said(read(t, folder(t, root), draft.Options{Language: language}), root)
				time.Local = at
				if diff := cmp.Diff(got, again); diff != "" {
					t.Errorf("%s of the zones: %s", zone, diff)
				}
			}
		})
	}
}

// texts is a folder of texts in memory.
func texts(files map[string]string, order ...string) markdown.Folder {
	if len(order) == 0 {
		for file := range files {
			order = append(order, file)
		}
	}
	return markdown.Folder{Name: "f", Files: order, Open: func(file string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(files[file])), nil
	}}
}

// one reads a single file.
func one(t testing.TB, file, text string) record.Item {
	t.Helper()
	items := read(t, texts(map[string]string{file: text}), draft.Options{})
	if len(items) != 1 {
		t.Fatalf("found %d items of one file", len(items))
	}
	return items[0]
}

// TestFront holds what single names of front matter come to.
func TestFront(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, front, want string }{
		{"a.md", "title: 2014\nslug: 7", "7 []"},
		{"a.md", "Title: a\nTAGS: b c", "a [tag:b tag:c]"},
		{"a.md", "title: a\ntags: b c, d", "a [tag:b c tag:d]"},
		{"a.md", "title: a\ntag: b c", "a [tag:b c]"},
		{"a.md", "title: a\ntags:\n  - {name: b}\n  - B\n  - 7\n  -", "a [tag:b tag:7]"},
		{"a.md", "title: a\nauthors: b, c <c@d.example>", "a [author:b author:c]"},
		{"a.md", "title: a\nauthor: b, c", "a [author:b, c]"},
		{"a.md", "title: a\nauthor: c@d.example", "a []"},
		{"a.md", "title: a\nauthor: {twitter: b}", "a [] extra author"},
		{"a.md", "title: a\nauthors: [{name: b <b@c.example>, at: 'd (d@e.example)'}, f@g.example]", "a [author:b] extra authors"},
		{"a.md", "title: a\nimages: [b.png, {src: /c.png, alt: d}]", "a [] images /b.png /c.png"},
		{"a.md", "title: a\nimage: b.png\nimages: [b.png]", "a [] images /b.png"},
		{"a.md", "title: a\nheader: {image: b.png}", "a [] extra header"},
		{"a.md", "title: a\nimage: {src: b.png, filter: c}", "a [] images /b.png extra image"},
		{"a.md", "title: a\nimage: false", "a [] extra image"},
		{"a.md", "title: a\ndraft: yes", "a [] draft"},
		{"a.md", "title: a\ndraft: \"false\"", "a []"},
		{"a.md", "title: a\npublished: 2014-12-25", "a [] on 2014-12-25"},
		{"a.md", "title: a\npublished: no", "a [] draft"},
		{"a.md", "title: a\nhidden: true", "a [] draft"},
		{"a.md", "title: a\nvisibility: public", "a []"},
		{"a.md", "title: a\nstatus: pending", "a [] in-review"},
		{"a.md", "title: a\npassword: b", "a [] draft"},
		{"a.md", "title: a\n_build: {list: never}", "a [] draft extra _build"},
		{"a.md", "title: a\nexpiryDate: 2026-10-31", "a [] draft extra expiryDate"},
		{"a.md", "title: a\nexpiryDate: 2026-11-02", "a [] extra expiryDate"},
		{"a.md", "title: a\ndate: 2026-11-02", "a [] on 2026-11-02 draft"},
		{"a.md", "title: a\ndate: 2014-12-25\npublishDate: 2026-11-02", "a [] on 2014-12-25 draft extra publishDate"},
		{"a.md", "title: a\ncreated: 2014-12-24\ndate: 2014-12-25", "a [] on 2014-12-25 extra created"},
		{"2014-12-24-a.md", "title: a", "a [] on 2014-12-24"},
		{"a.md", "title: a\nlang: pt_BR", "a [] in pt-BR"},
		{"a.md", "title: a\npermalink: /:year/b/", "a [] extra permalink"},
		{"a.md", "title: a\npermalink: /b/c.html", "c [] at /b/c.html"},
		{"a.md", "title: a\nurl: b c", "a [] extra url"},
		{"a.md", "title: a\npath: 2014/12/25/b", "b [] on 2014-12-25 at /2014/12/25/b"},
		{"a.md", "title: a\nslug: caf%C3%A9", "café []"},
		{"b/a.md", "title: a\naliases: [c, /d/, e/f, https://g.example/h]", "a [] at /b/c /d/ /e/f https://g.example/h"},
		{"a.md", "title: a\nsummary: b\ndescription: c", "a [] summary b extra description"},
		{"a.md", "title: a\ndescription: c\nsummary: b", "a [] summary b extra description"},
		{"a.md", "title: a\nlayout: b\nuser: {e-mail: c, name: d, ips: [{ip: 1}]}", "a [] extra layout user"},
		{"a.md", "title: a\ncontact: e2@f.example\ncontacts: [e3@f.example]\nlastip: 203.0.113.90\npassword_hash: $2a$10$abcdefgh\nzip: b", "a [] extra zip"},
		{"a.md", "title: a\nextra: {editor: {name: b, seen: 203.0.113.90}, contact: 'B <b@c.example>'}", "a [] extra editor"},
	} {
		item := one(t, c.file, "---\n"+c.front+"\n---\nx\n")
		if item.Post == nil {
			t.Errorf("%q: found %v", c.front, item.Rejects)
			continue
		}
		if got := inShort(item.Post); got != c.want {
			t.Errorf("%q: found %q, expected %q", c.front, got, c.want)
		}
		if all := string(item.Post.AppendJSON(nil)); strings.Contains(all, "@") || strings.Contains(all, "mail") || strings.Contains(all, "203.0") || strings.Contains(all, "$2a$") || strings.Contains(all, `"ip"`) {
			t.Errorf("%q: something private is in %s", c.front, all)
		}
	}
}

// inShort is a post as TestFront has it.
func inShort(p *content.Post) string {
	var terms, rest []string
	for _, e := range p.Meta.Entities {
		terms = append(terms, e.Type+":"+e.Name)
	}
	if p.PublishedAt != "" {
		rest = append(rest, "on", p.PublishedAt)
	}
	if p.Meta.Revision != nil {
		rest = append(rest, p.Meta.Revision.Status)
	}
	if p.Meta.Language != "" {
		rest = append(rest, "in", p.Meta.Language)
	}
	if len(p.Meta.URLs) > 0 {
		rest = append(append(rest, "at"), p.Meta.URLs...)
	}
	if len(p.Meta.Images) > 0 {
		rest = append(rest, "images")
		for _, i := range p.Meta.Images {
			rest = append(rest, i.URL)
		}
	}
	if p.Meta.Summary != "" {
		rest = append(rest, "summary", p.Meta.Summary)
	}
	if len(p.Meta.Extra) > 0 {
		rest = append(rest, "extra")
		rest = append(rest, sortedNames(p.Meta.Extra)...)
	}
	return strings.Join(append([]string{p.Slug, fmt.Sprint(terms)}, rest...), " ")
}

// TestUnpublished: what a generator makes no page of is no post. Each archive is a list of files with what they are
// left out as, "" for posts.
func TestUnpublished(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"Jekyll": {
			"_config.yml": markdown.Asset, "_posts/2014-09-15-a.md": "", "_drafts/b.md": "", "_recipes/c.md": "", "_posts/_d.md": markdown.Partial, "blog/_posts/2014-09-15-e.md": "",
			"blog/_old/f.md": markdown.Partial, "index.md": "", "about.md": "", "_partials/g.md": markdown.Partial,
		},
		"a site below": {"docs/_config.yml": markdown.Asset, "docs/_recipes/a.md": "", "docs/b/_c/d.md": markdown.Partial, "docs/index.md": "", "docs/e.md": ""},
		"Docusaurus":   {"blog/_a.md": markdown.Partial, "blog/_b/c.mdx": markdown.Partial, "blog/index.md": "", "blog/d.md": ""},
		"Hugo": {
			"content/_index.md": markdown.Section, "content/_a/b.md": markdown.Partial, "content/about.md": "", "content/posts/c/index.md": "", "content/posts/c/index.fr.md": "",
			"content/posts/c/part.md": markdown.Resource, "content/posts/c/lamp.jpg": markdown.Asset, "content/posts/d.md": "", "_index.html": markdown.Section,
		},
		"the content of Hugo": {"_index.fr.md": markdown.Section, "index.md": "", "e.md": "", "posts/c/index.md": "", "posts/c/part.md": markdown.Resource, "posts/d.html": ""},
	} {
		source := map[string]string{}
		for file := range files {
			source[file] = "---\ntitle: " + file + "\nslug: " + strings.NewReplacer("/", "-", ".", "-").Replace(file) + "\n---\nx\n"
		}
		for _, item := range read(t, texts(source), draft.Options{}) {
			file := strings.TrimPrefix(item.Origin.File, "f"+string(filepath.Separator))
			if want := files[filepath.ToSlash(file)]; item.LeftOut != want || (item.Post == nil) != (want != "") {
				t.Errorf("%s: %s is left out as %q (%v), expected %q", name, file, item.LeftOut, item.Rejects, want)
			}
		}
	}
}

func TestTextsInOtherCharsets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"---\ntitle: caf\xe9\n---\n\x93x\x94\n":                           "café “x”",
		"\xff\xfe" + wide("---\ntitle: café\n---\nx\n"):                   "café x",
		"\ufeff---\r\ntitle: café\r\n---\r\nx\r\n":                        "café x",
		"---\rtitle: café\r---\rx\r":                                      "café x",
		"---\ntitle: caf\u0008é\n---\nx\n":                                "café x",
		"---\ntitle: café # “quoted”\n---\n\n\tx\n\n<script>y</script>\n": "café x",
	} {
		item := one(t, "a.md", text)
		if item.Post == nil {
			t.Errorf("%q: found %v", text, item.Rejects)
		} else if got := item.Post.Title + " " + item.Post.Text(); got != want {
			t.Errorf("%q: found %q, expected %q", text, got, want)
		}
	}
	if item := one(t, "a.md", "PK\x03\x04\x00\x00"); len(item.Rejects) != 1 {
		t.Errorf("found %+v, expected a reject of what is no text", item)
	}
	if item := one(t, "a.md", strings.Repeat("a ", markdown.MaxFile/2+1)); len(item.Rejects) != 1 {
		t.Error("expected a reject of what is too long")
	}
}

func wide(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// TestCodeSurvives: what stands in a sample comes out as it went in, to the byte.
func TestCodeSurvives(t *testing.T) {
	t.Parallel()
	code := "<?xml version=\"1.0\"?>\n<a b='c &amp; d'>\n\n\t<!-- *e* {{ f }} -->\n  <![CDATA[ <g> ]]>\n</a>"
	for name, text := range map[string]string{
		"a.md":   "{% highlight xml %}\n" + code + "\n{% endhighlight %}\n",
		"b.md":   "{{< highlight xml >}}\n" + code + "\n{{< /highlight >}}\n",
		"c.html": "---\ntitle: c\n---\n{% highlight xml %}\n" + code + "\n{% endhighlight %}\n",
		"d.md":   "```xml\n" + code + "\n```\n",
		"e.md":   "> - {% highlight xml %}\n" + code + "\n{% endhighlight %}\n",
	} {
		item := one(t, name, text)
		found := false
		for _, b := range item.Post.Body {
			switch b := b.(type) {
			case content.Code:
				found = found || b.Source == code && b.Language == "xml"
			case content.HTML: // inside a list inside a quote
				found = found || strings.Contains(html.UnescapeString(b.HTML), code)
			}
		}
		if !found {
			t.Errorf("%s: found %+v", name, item.Post)
		}
	}
}

func TestAddressesAreWhole(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://old.example")
	if err != nil {
		t.Fatal(err)
	}
	text := "---\ntitle: a\nimage: b.png\n---\n[c](../d/) ![e](/f.png)\n\n![g](h.png)\n"
	items := read(t, texts(map[string]string{"content/posts/a/index.md": text}), draft.Options{Base: base})
	got := string(items[0].Post.AppendJSON(nil))
	for _, want := range []string{"https://old.example/posts/a/b.png", "https://old.example/posts/d/", "https://old.example/f.png", "https://old.example/posts/a/h.png"} {
		if !strings.Contains(got, `"`+want) && !strings.Contains(got, want+`\"`) {
			t.Errorf("found no %s in %s", want, got)
		}
	}
}

// TestManyFiles: a folder of many files (-files=100000) is read in one go, and two of them
// that meet are told with both names.
func TestManyFiles(t *testing.T) {
	t.Parallel()
	n := *files
	f := markdown.Folder{Name: "f", Open: func(file string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("x " + file)), nil
	}}
	for i := range n {
		f.Files = append(f.Files, fmt.Sprintf("a%06d.md", i))
	}
	f.Files = append(f.Files, "b/a000007.md")
	file, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	posts, rejected := 0, ""
	spool := draft.NewSpool(file, draft.Options{}, func(i record.Item) error {
		if i.Post != nil {
			posts++
		}
		for _, r := range i.Rejects {
			rejected += r.Error() + "\n"
		}
		return nil
	})
	if err := errors.Join(markdown.Read(t.Context(), f, spool.Sink(markdown.Convert), markdown.Options{}), spool.Settle(t.Context())); err != nil {
		t.Fatal(err)
	}
	if posts != n-1 || !strings.Contains(rejected, "f/a000007.md:1: slug: found \"a000007\", which f/b/a000007.md:1 has too") {
		t.Errorf("found %d posts of %d, and %s", posts, n, rejected)
	}
}

func TestReadingEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	f := markdown.Folder{Files: []string{"a.md"}, Open: func(string) (io.ReadCloser, error) { return nil, broken }}
	spool := draft.NewSpool(nil, draft.Options{}, func(record.Item) error { return nil })
	if err := markdown.Read(t.Context(), f, spool.Sink(markdown.Convert), markdown.Options{}); !errors.Is(err, broken) {
		t.Errorf("found %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := markdown.Read(ctx, f, spool.Sink(markdown.Convert), markdown.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
}

// FuzzRead holds what is true of every text: it is one item, and a post is valid, with no
// script in it.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/*/*/*")
	if err != nil || len(paths) == 0 {
		f.Fatalf("found no seeds (%v)", err)
	}
	more, _ := filepath.Glob("testdata/*/*/*/*") // a good pattern has no error
	deep, _ := filepath.Glob("testdata/*/*/*/*/*")
	for _, path := range append(append(paths, more...), deep...) {
		if text, err := os.ReadFile(path); err == nil && markdown.IsPost(path) {
			f.Add(filepath.Base(path), string(text))
		}
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if strings.ContainsAny(name, "/\\\x00") || name == "" || name == "." || name == ".." || strings.HasPrefix(name, "authors.") {
			return
		}
		item := one(t, name, text)
		switch {
		case item.LeftOut != "":
		case len(item.Rejects) > 0:
			for _, r := range item.Rejects {
				if r.Line < 1 || r.Found == "" || r.Expected == "" {
					t.Fatalf("a reject says too little: %+v", r)
				}
			}
		default:
			if faults := item.Post.Validate(); len(faults) > 0 {
				t.Fatalf("a post has faults: %v", faults)
			}
			if page := strings.ToLower(item.Post.HTML()); strings.Contains(page, "<script") {
				t.Fatalf("a script in %s", page)
			}
		}
	})
}
