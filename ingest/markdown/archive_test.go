package markdown_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	rendered "github.com/yuin/goldmark/renderer/html"
	"go.yaml.in/yaml/v4"
	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/frontmatter"
	"alphanode/ingest/markdown"
	"alphanode/ingest/record"
)

var (
	archive  = flag.String("archive", "", "a folder that somebody else wrote, to be held against what is read of it")
	language = flag.String("language", "", "the language of that archive")
	verbose  = flag.Int("worst", 0, "how many of its posts to name that lost most")
)

// folder reads a folder of this machine.
func folder(t testing.TB, root string) markdown.Folder {
	t.Helper()
	f := markdown.Folder{Name: root, Open: func(file string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(root, filepath.FromSlash(file)))
	}}
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && !strings.HasPrefix(entry.Name(), ".") {
			f.Files = append(f.Files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// memory is a file that no disk has.
type memory struct{ data []byte }

func (m *memory) Write(p []byte) (int, error) {
	m.data = append(m.data, p...)
	return len(p), nil
}

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(m.data).ReadAt(p, at)
}

// read gives what becomes of a folder, item by item.
func read(t testing.TB, f markdown.Folder, o draft.Options) []record.Item {
	t.Helper()
	file := &memory{}
	var items []record.Item
	spool := draft.NewSpool(file, o, func(i record.Item) error { items = append(items, i); return nil })
	if err := markdown.Read(t.Context(), f, spool.Sink(markdown.Convert), markdown.Options{Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	if err := spool.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return items
}

// TestArchive holds a whole archive against its sources, read by other means: goldmark alone, and the words, links
// and images of the page that it makes.
func TestArchive(t *testing.T) {
	if *archive == "" {
		t.Skip("with -args -archive=FOLDER")
	}
	f := folder(t, *archive)
	items := read(t, f, draft.Options{Language: *language})
	leftOut, statuses, losses, warnings := map[string]int{}, map[string]int{}, content.Losses{}, map[string]int{}
	var all, kept figures
	type score struct {
		share float64
		name  string
		lost  []string
	}
	var scores []score
	var lostLinks []string
	posts, rejected := 0, 0
	facts := map[string]*[2]int{"title": {}, "day": {}, "slug": {}, "status": {}, "terms": {}} // how many, and how many are wrong
	for _, i := range items {
		for _, w := range i.Warnings {
			if warnings[w.Kind]++; warnings[w.Kind] <= *verbose {
				t.Log(w.Origin, w.Kind, w.Message)
			}
		}
		losses.AddAll(i.Losses)
		switch {
		case i.LeftOut != "":
			leftOut[i.LeftOut]++
			continue
		case i.Post == nil:
			rejected++
			for _, r := range i.Rejects {
				t.Log("rejected:", r)
			}
			continue
		}
		posts++
		status := "public"
		if i.Post.Meta.Revision != nil {
			status = i.Post.Meta.Revision.Status
		}
		statuses[status]++
		source, err := os.ReadFile(i.Origin.File)
		if err != nil {
			t.Fatal(err)
		}
		for name, wrong := range wrongFacts(i.Post, source) {
			if facts[name][0]++; wrong != "" {
				facts[name][1]++
				t.Log(i.Origin, name, wrong)
			}
		}
		want, got := ofSource(t, i.Origin.File, source), ofPost(i.Post)
		lost := want.words.without(got.words)
		all.add(want)
		kept.add(want.without(want.without(got)))
		share := 1.0
		if n := want.words.count(); n > 0 {
			share = 1 - float64(lost.count())/float64(n)
		}
		missing := want.without(got)
		if len(missing.links)+len(missing.images) > 0 {
			lostLinks = append(lostLinks, fmt.Sprint(i.Origin.File, missing.links, missing.images))
		}
		scores = append(scores, score{share, i.Origin.File, slices.Concat(missing.words.list(8), missing.links.list(4), missing.images.list(4))})
	}
	for n, missing := range lostLinks {
		if n < *verbose {
			t.Log("lost:", missing)
		}
	}
	below := 0
	slices.SortFunc(scores, func(a, b score) int {
		if a.share < b.share {
			return -1
		}
		return 1
	})
	for n, s := range scores {
		if s.share < 0.95 {
			below++
		}
		if n < *verbose {
			t.Logf("%.3f %s %q", s.share, s.name, s.lost)
		}
	}
	t.Logf("%d files: %d posts %v, %d rejected, left out %v", len(f.Files), posts, statuses, rejected, leftOut)
	t.Logf("words %d of %d (%.2f %%), posts below 95 %%: %d; links %d of %d (%.2f %%); images %d of %d (%.2f %%)",
		kept.words.count(), all.words.count(), share(kept.words, all.words), below, kept.links.count(), all.links.count(), share(kept.links, all.links), kept.images.count(), all.images.count(), share(kept.images, all.images))
	for name, n := range facts {
		t.Logf("%s: %d wrong of %d", name, n[1], n[0])
	}
	t.Logf("warnings %v, losses %v", warnings, losses)
	if len(items) != len(f.Files) {
		t.Errorf("found %d items of %d files", len(items), len(f.Files))
	}
}

// frontOf reads front matter by other means than the importer: into whatever the decoders of YAML and TOML make of it.
func frontOf(source []byte) (front map[string]any) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(source), "\ufeff"), "\r\n", "\n")
	for fence, decode := range map[string]func([]byte, any) error{"---\n": func(b []byte, v any) error { return yaml.Unmarshal(b, v) }, "+++\n": func(b []byte, v any) error { return toml.Unmarshal(b, v) }} {
		if rest, ok := strings.CutPrefix(text, fence); ok {
			inside, _, _ := strings.Cut(rest, "\n"+strings.TrimSpace(fence))
			_ = decode([]byte(inside), &front) // what cannot be decoded has no facts
		}
	}
	return front
}

// wrongFacts says of each fact that the front matter has what is wrong with it, or "".
func wrongFacts(p *content.Post, source []byte) map[string]string {
	front, wrong := frontOf(source), map[string]string{}
	check := func(name, got, want string, right bool) {
		wrong[name] = ""
		if !right {
			wrong[name] = fmt.Sprintf("found %q, expected %q", got, want)
		}
	}
	if title, ok := front["title"].(string); ok && title != "" {
		check("title", p.Title, title, strings.Join(strings.Fields(p.Title), " ") == strings.Join(strings.Fields(title), " "))
	}
	if slug, ok := front["slug"]; ok && slug != nil {
		want := path.Base(fmt.Sprint(slug))
		check("slug", p.Slug, want, p.Slug == want || strings.HasPrefix(p.Slug, want+"-"))
	}
	switch date := front["date"].(type) {
	case time.Time: // as its own offset has it
		check("day", p.PublishedAt, date.String(), strings.HasPrefix(p.PublishedAt, date.Format(time.DateOnly)))
	case string:
		check("day", p.PublishedAt, date, len(date) >= 10 && strings.HasPrefix(p.PublishedAt, date[:10]))
	case toml.LocalDate:
		check("day", p.PublishedAt, date.String(), strings.HasPrefix(p.PublishedAt, date.String()))
	}
	draft := front["draft"] == true || front["published"] == false || front["unlisted"] == true
	check("status", fmt.Sprint(p.Public()), fmt.Sprint(!draft), p.Public() == !draft)
	var terms []any
	for _, table := range []any{front, front["taxonomies"]} {
		table, _ := table.(map[string]any)
		for _, name := range []string{"tags", "categories"} {
			list, _ := table[name].([]any)
			terms = append(terms, list...)
		}
	}
	for _, term := range terms {
		if term == nil {
			continue
		}
		if m, ok := term.(map[string]any); ok {
			term = m["label"]
		}
		name := strings.Join(strings.Fields(fmt.Sprint(term)), " ")
		has := slices.ContainsFunc(p.Meta.Entities, func(e content.Entity) bool { return strings.EqualFold(e.Name, name) })
		if check("terms", fmt.Sprint(p.Meta.Entities), name, has); !has {
			break
		}
	}
	return wrong
}

func share(part, of bag) float64 { return 100 * float64(part.count()) / float64(max(of.count(), 1)) }

// bag counts words.
type bag map[string]int

func (b bag) count() (n int) {
	for _, c := range b {
		n += c
	}
	return n
}

func (b bag) without(other bag) bag {
	rest := bag{}
	for w, n := range b {
		if n > other[w] {
			rest[w] = n - other[w]
		}
	}
	return rest
}

func (b bag) list(most int) (list []string) {
	for w := range b {
		list = append(list, w)
	}
	slices.Sort(list)
	return list[:min(most, len(list))]
}

type figures struct{ words, links, images bag }

func (f figures) without(o figures) figures {
	return figures{f.words.without(o.words), f.links.without(o.links), f.images.without(o.images)}
}

func (f *figures) add(o figures) {
	for _, p := range []struct {
		to   *bag
		from bag
	}{{&f.words, o.words}, {&f.links, o.links}, {&f.images, o.images}} {
		if *p.to == nil {
			*p.to = bag{}
		}
		for w, n := range p.from {
			(*p.to)[w] += n
		}
	}
}

var pageMaker = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(rendered.WithUnsafe()))

// calls are what generators put into texts, as far as an expression of one line tells them.
var calls = regexp.MustCompile(`(?s)\{\{[<%].*?[%>]\}\}|\{%.*?%\}|(?m:^(?:import|export) [^\n]*$)|(?m:^[ \t]*:::[^\n]*$)|(?m:\{#[^}\n]*\}[ \t]*$)|\{:[^}\n]*\}|\{\{.*?\}\}|</?[A-Z]\w*[a-z]\w*(?:\s[^>]*)?>`)

func ofSource(t testing.TB, name string, source []byte) figures {
	doc, err := frontmatter.Parse(source)
	if err != nil {
		t.Fatal(name, err)
	}
	text := calls.ReplaceAll(regexp.MustCompile(`\{\{[^<%].*?\}\}`).ReplaceAll(doc.Body, nil), []byte(" "))
	if ending := path.Ext(name); ending != ".html" && ending != ".htm" {
		var w strings.Builder
		if err := pageMaker.Convert(text, &w); err != nil {
			t.Fatal(err)
		}
		return ofHTML(w.String())
	}
	return ofHTML(string(text))
}

func ofPost(p *content.Post) figures {
	f := figures{words: wordsOf(p.Text()), links: bag{}, images: bag{}}
	for _, b := range p.Body {
		if figure, ok := b.(content.Figure); ok {
			merged(f.words, wordsOf(figure.Caption))
		}
	}
	page := ofHTML(p.HTML())
	f.links, f.images = page.links, page.images
	return f
}

func merged(a, b bag) bag {
	for w, n := range b {
		a[w] += n
	}
	return a
}

func wordsOf(text string) bag {
	b := bag{}
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		b[strings.ToLower(w)]++
	}
	return b
}

// lastOf is the last part of an address: what is before it may become whole.
func lastOf(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return path.Base(strings.TrimSuffix(address, "/"))
}

// inline are the elements between which a word goes on.
var inline = []string{"a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}

func ofHTML(page string) figures {
	f := figures{words: bag{}, links: bag{}, images: bag{}}
	z := html.NewTokenizer(strings.NewReader(page))
	hidden := ""
	var text strings.Builder
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			f.words = wordsOf(text.String())
			return f
		}
		token := z.Token()
		if kind != html.TextToken && !slices.Contains(inline, token.Data) {
			text.WriteByte(' ')
		}
		switch kind {
		case html.TextToken:
			if hidden == "" {
				text.WriteString(token.Data)
			}
		case html.EndTagToken:
			if token.Data == hidden {
				hidden = ""
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if slices.Contains([]string{"script", "style", "template", "noscript", "svg", "select", "form", "button", "textarea"}, token.Data) && kind == html.StartTagToken && hidden == "" {
				hidden = token.Data
			}
			for _, a := range token.Attr {
				switch {
				case token.Data == "a" && a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "" && hidden == "":
					f.links[lastOf(a.Val)]++
				case token.Data == "img" && a.Key == "src" && hidden == "":
					f.images[lastOf(a.Val)]++
				}
			}
		}
	}
}

func sortedNames(e content.Extra) (names []string) {
	for name := range e {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
