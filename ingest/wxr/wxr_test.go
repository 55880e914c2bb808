package wxr_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/record"
	"alphanode/ingest/wxr"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read gives what a source becomes.
func read(t testing.TB, name string, text io.Reader, o wxr.Options) ([]record.Item, error) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	src, err := record.Open(text)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var items []record.Item
	spool := draft.NewSpool(file, draft.Options{Language: "en"}, func(i record.Item) error { items = append(items, i); return nil })
	if err := wxr.NewReader(spool, o).Read(t.Context(), name, src); err != nil {
		return nil, err
	}
	return items, spool.Settle(t.Context())
}

// shown writes an item as golden files have it.
func shown(i record.Item) string {
	var b strings.Builder
	switch {
	case i.LeftOut != "":
		fmt.Fprintf(&b, "%s left out: %s\n", i.Origin, i.LeftOut)
	case len(i.Rejects) > 0:
		for _, r := range i.Rejects {
			fmt.Fprintf(&b, "%s\n", r.Error())
		}
	default:
		p := *i.Post
		body := p.Body
		p.Body = nil
		fmt.Fprintf(&b, "%s %s\n", i.Origin, p.AppendJSON(nil))
		for _, block := range body {
			one := content.Post{Slug: "x", Body: []content.Block{block}}
			line := string(one.AppendJSON(nil))
			_, line, _ = strings.Cut(line, `"body":[`)
			line, _, _ = strings.Cut(line, `],"meta"`)
			fmt.Fprintf(&b, "\t%s\n", line)
		}
	}
	for _, w := range i.Warnings {
		fmt.Fprintf(&b, "\twarning %s: %s: %s\n", w.Origin, w.Kind, w.Message)
	}
	for _, kind := range slices.Sorted(maps.Keys(i.Losses)) {
		fmt.Fprintf(&b, "\tlost %d × %s\n", i.Losses[kind], kind)
	}
	return b.String()
}

// TestGolden reads an export in each dialect.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) < 8 {
		t.Fatalf("found %q, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			src, err := record.Open(bytes.NewReader(text))
			if err != nil || !wxr.Looks(src) {
				t.Errorf("is not known for an export of WordPress: %v", err)
			}
			o := wxr.Options{}
			if filepath.Base(file) == "products.xml" {
				o = wxr.Options{Types: []string{"post", "product"}, Meta: []string{"_price", "_product_*", "_customer_*"}}
			}
			items, err := read(t, filepath.Base(file), bytes.NewReader(text), o)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, i := range items {
				got.WriteString(shown(i))
			}
			for _, private := range []string{"203.0.113", "@mail.example", "@kettle.example", "sesame", "A visitor", "Nice kettle"} {
				if strings.Contains(got.String(), private) {
					t.Errorf("found %q, which is nobody's business", private)
				}
			}
			golden := strings.TrimSuffix(file, ".xml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("found\n%s\nexpected\n%s", got.String(), want)
			}
		})
	}
}

// export is an export with these items.
func export(encoding string, items ...string) string {
	return `<?xml version="1.0" encoding="` + encoding + `"?>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>
` + strings.Join(items, "\n") + "\n</channel></rss>\n"
}

func item(inner string) string {
	return `<item><title>Prüfung</title><wp:status>publish</wp:status>` + inner + `</item>`
}

func one(t *testing.T, text string) record.Item {
	t.Helper()
	items, err := read(t, "f", strings.NewReader(text), wxr.Options{})
	if err != nil || len(items) != 1 {
		t.Fatalf("found %d items, %v", len(items), err)
	}
	return items[0]
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	utf16le := func(text string, mark bool) string {
		var b []byte
		if mark {
			b = append(b, 0xff, 0xfe)
		}
		for _, u := range utf16.Encode([]rune(text)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	latin, err := charmap.ISO8859_1.NewEncoder().String(export("ISO-8859-1", item("")))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"utf-8":                 export("utf-8", item("")),
		"byte order mark":       "\ufeff" + export("UTF-8", item("")),
		"latin-1":               latin,
		"utf-16":                utf16le(export("UTF-16", item("")), true),
		"utf-16 without a mark": utf16le(export("UTF-16", item("")), false),
	} {
		if i := one(t, text); i.Post == nil || i.Post.Title != "Prüfung" || len(i.Warnings) > 0 {
			t.Errorf("%s: found %s", name, shown(i))
		}
	}
	lying := strings.Replace(latin, "ISO-8859-1", "UTF-8", 1)
	if i := one(t, lying); i.Post == nil || i.Post.Title != "Prüfung" || len(i.Warnings) != 1 || i.Warnings[0].Line != 3 {
		t.Errorf("windows-1252 that is declared as UTF-8: found %s", shown(i))
	}
	if _, err := read(t, "f", strings.NewReader(export("klingon", item(""))), wxr.Options{}); !errors.Is(err, record.ErrContent) {
		t.Errorf("an encoding that nobody knows: found %v", err)
	}
}

// TestPrefixes reads what a program wrote that has names of its own for those of WordPress.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	i := one(t, `<rss xmlns:ns0="http://wordpress.org/export/1.2/" xmlns:ns1="http://purl.org/rss/1.0/modules/content/"><channel><item>`+
		`<title>T</title><ns1:encoded>Body</ns1:encoded><ns0:post_name>n</ns0:post_name><ns0:status>publish</ns0:status></item></channel></rss>`)
	if i.Post == nil || i.Post.Slug != "n" || i.Post.Text() != "Body" || !i.Post.Public() {
		t.Errorf("found %s", shown(i))
	}
}

// TestNoItems has sources without anything to read.
func TestNoItems(t *testing.T) {
	t.Parallel()
	for _, text := range []string{export("utf-8"), "<rss>", "<rss></rss>"} {
		if _, err := read(t, "f", strings.NewReader(text), wxr.Options{}); !errors.Is(err, record.ErrEmpty) {
			t.Errorf("%q: found %v, expected %v", text, err, record.ErrEmpty)
		}
	}
}

// TestLargeMeta reads meta that is larger than a post and an item may be.
func TestLargeMeta(t *testing.T) {
	t.Parallel()
	const huge = 65 << 20
	var parts []io.Reader
	add := func(slug, key string, size int64) {
		parts = append(parts,
			strings.NewReader("\n<item><wp:post_name>"+slug+"</wp:post_name><wp:status>publish</wp:status><wp:postmeta><wp:meta_key>"+key+"</wp:meta_key>\n<wp:meta_value>"),
			io.LimitReader(letters{}, size), strings.NewReader("</wp:meta_value></wp:postmeta></item>"))
	}
	parts = append(parts, strings.NewReader("<rss><channel>"))
	add("a", "_left_out", huge)
	add("b", "kept", 1<<20)
	add("c", "most", huge)
	add("d", "kept", 1)
	parts = append(parts, strings.NewReader("</channel></rss>"))
	items, err := read(t, "f", io.MultiReader(parts...), wxr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(items, func(a, b record.Item) int { return a.Origin.Line - b.Origin.Line })
	var got []string
	for _, i := range items {
		switch {
		case i.Post != nil:
			got = append(got, fmt.Sprintf("%d: %s with %d bytes of meta", i.Origin.Line, i.Post.Slug, len(i.Post.Meta.Extra["kept"])))
		default:
			got = append(got, i.Rejects[0].Error())
		}
	}
	want := []string{"2: a with 0 bytes of meta", "4: b with 1048578 bytes of meta", "f:6: item: found an item of more than 64 MB, expected less", "8: d with 3 bytes of meta"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, expected %q", got, want)
	}
}

// TestHostile has what would take very long, or all memory, if it were read without
// bounds. Nothing else is asked of it than that it ends.
func TestHostile(t *testing.T) {
	t.Parallel()
	const n = 50_000
	cdata := func(text string) string { return "<content:encoded><![CDATA[" + text + "]]></content:encoded>" }
	for name, inner := range map[string]string{
		"elements in one another":        strings.Repeat("<x>", n),
		"quotes without an end":          strings.Repeat(`<x a="`, n),
		"comments without an end":        strings.Repeat("<!--", n),
		"references":                     "<title>" + strings.Repeat("&amp;&lol;&#65;&", n) + "</title>",
		"bare <":                         "<title>" + strings.Repeat("< ", n) + "</title>",
		"tags without an end":            cdata(strings.Repeat("<a ", n)),
		"quotes in tags":                 cdata(strings.Repeat(`<a b="`, n)),
		"pre without an end":             cdata(strings.Repeat("<pre>", n)),
		"ends without names":             cdata(strings.Repeat("<pre></", n)),
		"comments":                       cdata(strings.Repeat("<!--", n)),
		"blocks":                         cdata(strings.Repeat("<!-- wp:a -->", n)),
		"blocks with images":             cdata(strings.Repeat(`<!-- wp:cover {"url":"https://a.example/b"} -->`, n)),
		"shortcodes in one another":      cdata(strings.Repeat("[caption]", n)),
		"shortcodes and their ends":      cdata(strings.Repeat("[caption]", n) + strings.Repeat("[/caption]", n)),
		"shortcodes that are not known":  cdata(strings.Repeat(`[x y="z"]`, n) + strings.Repeat("[/x]", n)),
		"shortcodes without an end":      cdata(strings.Repeat(`[x y="`, n)),
		"shortcodes of many names":       cdata(strings.Repeat("[aa][ab][ac][/aa][/ab][/ac]", n)),
		"brackets":                       cdata(strings.Repeat("[", n)),
		"addresses":                      cdata(strings.Repeat("https://a.example/\n", n)),
		"galleries":                      cdata(strings.Repeat("[gallery]\n", n) + "[gallery ids=\"" + strings.Repeat("1,", n) + "\"]"),
		"paragraphs":                     cdata(strings.Repeat("a\n\n", n)),
		"blocks that are open":           cdata(strings.Repeat("<div>a\n\n", n)),
		"meta of one name":               strings.Repeat("<wp:postmeta><wp:meta_key>a</wp:meta_key><wp:meta_value>b</wp:meta_value></wp:postmeta>", n),
		"meta that is serialised deeply": "<wp:postmeta><wp:meta_key>a</wp:meta_key><wp:meta_value>" + strings.Repeat("a:1:{i:0;", n) + "</wp:meta_value></wp:postmeta>",
		"categories":                     strings.Repeat(`<category domain="a">b</category>`, n),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := read(t, "f", strings.NewReader("<rss><channel>\n"+item("<wp:post_name>a</wp:post_name>"+inner)+"</channel></rss>"), wxr.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// letters is a text without end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// endless gives items without end, so many bytes of them.
type endless struct {
	left int
	item []byte
	rest []byte
	n    int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.left <= 0 {
			return 0, io.EOF
		}
		e.n++
		e.rest = fmt.Appendf(nil, "<item><title>T%d</title><wp:post_type>revision</wp:post_type><content>%s</content></item>\n", e.n, e.item)
		e.left -= len(e.rest)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestMemory reads much more than there is memory for what it needs of it.
func TestMemory(t *testing.T) {
	t.Parallel()
	const size = 32 << 20
	in := io.MultiReader(strings.NewReader("<rss><channel>"), &endless{left: size, item: bytes.Repeat([]byte("words "), 1<<12)}, strings.NewReader("</channel></rss>"))
	src, err := record.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	n := 0
	spool := draft.NewSpool(nil, draft.Options{}, func(record.Item) error { n++; return nil })
	if err := wxr.NewReader(spool, wxr.Options{}).Read(t.Context(), "f", src); err != nil || n < size/(1<<15) {
		t.Errorf("found %d items, %v", n, err)
	}
}

func FuzzRead(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("found the seeds %q, %v", seeds, err)
	}
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		// An item alone, since the fuzzer takes its time with what is long.
		for _, item := range strings.Split(string(text), "<item>")[1:] {
			f.Add("<rss><channel>\n<item>" + item)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		items, err := read(t, "f", strings.NewReader(text), wxr.Options{})
		lines := strings.Count(text, "\n") + 1
		for _, i := range items {
			if i.Post == nil && i.LeftOut == "" && len(i.Rejects) == 0 {
				t.Errorf("%q: found an item that is nothing", text)
			}
			for _, r := range i.Rejects {
				if r.Line < 1 || r.Line > lines || r.File != "f" {
					t.Errorf("%q: found a reject at %s", text, r.Origin)
				}
			}
			if i.Post != nil {
				if faults := i.Post.Validate(); len(faults) > 0 {
					t.Errorf("%q: found a post that is wrong: %v", text, faults)
				}
				if strings.Contains(strings.ToLower(i.Post.HTML()), "<script") {
					t.Errorf("%q: found a script", text)
				}
			}
		}
		if err != nil && !errors.Is(err, record.ErrEmpty) && !errors.Is(err, record.ErrContent) {
			t.Errorf("%q: found the error %v", text, err)
		}
	})
}
