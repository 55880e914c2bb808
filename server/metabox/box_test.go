package metabox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/server/metabox"
	"alphanode/store"
	"alphanode/synth"
)

// shownAs is an independent reading of a post's meta as JSON: in the order of the box,
// what each field is called and which texts stand in it, one behind the other. A key
// that it does not have fails the test, so that no new field of meta is forgotten.
var shownAs = []struct {
	key, name string
	texts     func(v any) []string
}{
	{"topic", "topic", texts}, {"summary", "summary", texts},
	{"outline", "ai outline", each("label", "text")}, {"brief", "ai brief", texts},
	{"stack", "stack", texts}, {"tools", "tools", texts},
	{"codeLanguage", "code language", texts}, {"language", "language", texts}, {"difficulty", "difficulty", texts},
	{"readingTime", "reading time", func(v any) []string { return []string{grouped(v) + " min"} }},
	{"viewCount", "view count", func(v any) []string { return []string{grouped(v)} }},
	{"score", "score", members("quality", "quality", "freshness", "freshness", "depth", "depth", "clarity", "clarity")},
	{"revision", "revision", members("status", "status", "version", "version", "lastReviewed", "last reviewed")},
	{"reference", "reference", oneLine}, {"hash", "hash", oneLine},
	{"flags", "flags", members("aiGeneratedStyle", "ai generated style", "hasImages", "has images", "imageHeavy", "image heavy", "needsHumanReview", "needs human review")},
	{"checklist", "checklist", texts}, {"entities", "entities", each("name", "type")},
	{"images", "image sources", images},
	{"payload", "payload", members("sourceId", "source id", "generator", "generator", "paragraphs", "paragraphs", "scenario", "scenario", "seed", "seed")},
	{"urls", "addresses", texts},
	{"notes", "notes", texts},
	{"extra", "extra", func(v any) []string { return nested(v, 0) }},
}

func TestBoxHasEachFieldOfAPostOnce(t *testing.T) {
	t.Parallel()
	synthetic := synth.New(7)
	for k := range int64(200) {
		hold(t, synthetic.Post(k+1))
	}
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	for range 500 {
		hold(t, randomPost(t, r))
	}
}

// hold compares the box of a post with the post's JSON.
func hold(t *testing.T, post *content.Post) {
	t.Helper()
	var parsed struct{ Meta map[string]any }
	decoder := json.NewDecoder(bytes.NewReader(post.AppendJSON(nil)))
	decoder.UseNumber()
	if err := decoder.Decode(&parsed); err != nil {
		t.Fatal(err)
	}
	var expected []string
	for _, s := range shownAs {
		v, there := parsed.Meta[s.key]
		delete(parsed.Meta, s.key)
		if list, ok := v.([]any); !there || ok && len(list) == 0 {
			continue
		}
		expected = append(expected, s.name+": "+strings.Join(s.texts(v), " | "))
	}
	for key := range parsed.Meta {
		t.Fatalf("the box does not know meta.%s", key)
	}
	fields := metabox.Of(&post.Meta, termsOf(post), func(address string) string { return "/archive" + address })
	for _, write := range []func([]metabox.Field) (written, error){own, elsewhere} {
		markup, err := write(fields)
		if err != nil {
			t.Fatal(err)
		}
		if found := fieldsOf(t, string(markup)); !slices.Equal(found, expected) {
			for i := range max(len(found), len(expected)) {
				if i >= len(found) || i >= len(expected) || found[i] != expected[i] {
					t.Fatalf("found\n%q\nexpected\n%q\nof %s", found[min(i, len(found)):], expected[min(i, len(expected)):], post.AppendJSON(nil))
				}
			}
		}
	}
}

type written = string

func own(f []metabox.Field) (written, error) { h, err := metabox.HTML(f); return string(h), err }
func elsewhere(f []metabox.Field) (written, error) {
	h, err := metabox.HTMLElsewhere(f)
	return string(h), err
}

func termsOf(post *content.Post) (terms store.PostTerms) {
	for _, name := range post.Meta.Tools {
		terms.Tools = append(terms.Tools, &store.Term{Kind: store.KindTool, Slug: content.Slugify(name), Name: name})
	}
	for _, e := range post.Meta.Entities {
		terms.Entities = append(terms.Entities, &store.Term{Kind: store.KindEntity, Slug: e.Slug(), Name: e.Name, Type: e.Type})
	}
	return terms
}

// texts are those of a text, or of a list of them, line by line.
func texts(v any) (all []string) {
	if list, ok := v.([]any); ok {
		for _, one := range list {
			all = append(all, texts(one)...)
		}
		return all
	}
	if strings.TrimSpace(v.(string)) == "" {
		return []string{asJSON(v)}
	}
	for line := range strings.SplitSeq(v.(string), "\n") {
		if line = spaced(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// oneLine is a text of which the lines are not told apart.
func oneLine(v any) []string {
	if spaced(v.(string)) == "" {
		return []string{asJSON(v)}
	}
	return []string{spaced(v.(string))}
}

func each(keys ...string) func(any) []string {
	return func(v any) (all []string) {
		for _, one := range v.([]any) {
			for _, key := range keys {
				read := texts
				if key == "label" {
					read = oneLine
				}
				all = append(all, read(one.(map[string]any)[key])...)
			}
		}
		return all
	}
}

// members reads an object by the names of its keys, each followed by what it is called.
func members(names ...string) func(any) []string {
	return func(v any) (all []string) {
		object := v.(map[string]any)
		for i := 0; i < len(names); i += 2 {
			value, there := object[names[i]]
			if !there {
				continue
			}
			all = append(all, names[i+1])
			switch value := value.(type) {
			case bool:
				all = append(all, map[bool]string{true: "yes", false: "no"}[value])
			case json.Number:
				if names[i] == "seed" {
					all = append(all, value.String())
				} else {
					all = append(all, grouped(value))
				}
			case string:
				if t, ok := content.ParseDate(value); ok && names[i] == "lastReviewed" {
					layout := "2 Jan 2006"
					if len(value) > len("2006-01-02") {
						layout += ", 15:04 UTC"
					}
					all = append(all, t.UTC().Format(layout)+" = "+value)
					continue
				}
				all = append(all, texts(value)...)
			}
			delete(object, names[i])
		}
		if len(all) == 0 {
			return []string{"none"}
		}
		return all
	}
}

func images(v any) (all []string) {
	for _, one := range v.([]any) {
		image := one.(map[string]any)
		for _, key := range []string{"caption", "source"} {
			if text, ok := image[key].(string); ok && text != "" {
				all = append(all, spaced(text))
			}
		}
		address := image["url"].(string)
		if u, err := url.Parse(address); err == nil && strings.HasPrefix(u.Scheme, "http") && u.Host != "" {
			address = u.Host + " -> " + unescaped(address)
		}
		all = append(all, address)
		if w, h := image["width"], image["height"]; w != nil || h != nil {
			all = append(all, grouped(w)+" × "+grouped(h)+" pixels")
		}
		if alt, ok := image["alt"].(string); ok && alt != "" {
			all = append(all, "alt", spaced(alt))
		}
	}
	return all
}

// nested reads any JSON.
func nested(v any, depth int) (all []string) {
	switch value := v.(type) {
	case string:
		return texts(value)
	case map[string]any:
		if len(value) > 0 && depth <= 6 {
			for _, name := range slices.Sorted(maps(value)) {
				all = append(append(all, oneLine(name)...), nested(value[name], depth+1)...)
			}
			return all
		}
	case []any:
		if len(value) > 0 && depth <= 6 {
			for _, one := range value {
				all = append(all, nested(one, depth+1)...)
			}
			return all
		}
	}
	return []string{spaced(asJSON(v))}
}

func maps(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range m {
			if !yield(name) {
				return
			}
		}
	}
}

func asJSON(v any) string {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(w.String(), "\n")
}

func grouped(v any) string {
	if v == nil {
		return "?"
	}
	digits := v.(json.Number).String()
	var w strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			w.WriteByte(',')
		}
		w.WriteRune(d)
	}
	return w.String()
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

func unescaped(address string) string {
	plain, err := url.PathUnescape(address)
	if err != nil {
		return address
	}
	return plain
}

// fieldsOf reads a box back: each field with its texts. It fails on whatever could be
// executed, or has no place in a box.
func fieldsOf(t *testing.T, markup string) (fields []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *html.Node, all *[]string)
	walk = func(n *html.Node, all *[]string) {
		if n.Type == html.CommentNode {
			t.Fatalf("found a comment: %q", n.Data)
		}
		if n.Type == html.TextNode {
			text := strings.TrimPrefix(spaced(n.Data), ": ")
			if text = strings.TrimSuffix(text, ":"); text != "" {
				*all = append(*all, text)
			}
			return
		}
		if n.Type == html.ElementNode {
			if !slices.Contains(strings.Fields("html head body dl div dt dd ul li b br span a bdi code time svg rect table tbody tr th td details summary"), n.Data) {
				t.Fatalf("found an element %s in %s", n.Data, markup)
			}
			for _, a := range n.Attr {
				if a.Key == "href" && !strings.HasPrefix(a.Val, "/archive/") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") {
					t.Fatalf("found a link to %q", a.Val)
				}
				if !slices.Contains(strings.Fields("dir href rel class datetime width height fill aria-hidden scope"), a.Key) {
					t.Fatalf("found the attribute %s in %s", a.Key, markup)
				}
			}
			if n.Data == "summary" {
				return
			}
		}
		from := len(*all)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, all)
		}
		if n.Data == "time" {
			(*all)[from] += " = " + n.Attr[0].Val
		}
		if n.Data == "a" && strings.HasPrefix(n.Attr[0].Val, "http") {
			(*all)[from] += " -> " + unescaped(n.Attr[0].Val)
		}
	}
	var find func(n *html.Node)
	find = func(n *html.Node) {
		if n.Data != "dl" {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				find(c)
			}
			return
		}
		for div := n.FirstChild; div != nil; div = div.NextSibling {
			if div.Type != html.ElementNode {
				continue
			}
			var name, values []string
			walk(div.FirstChild, &name)
			walk(div.LastChild, &values)
			fields = append(fields, strings.Join(name, "")+": "+strings.Join(values, " | "))
		}
	}
	find(root)
	return fields
}

var odd = []string{"go", "</script><script>alert(1)</script>", "<!-- x", "-->", "{{.}}", "{{define \"value\"}}", `" onmouseover="alert(1)`, "' x='", "javascript:alert(1)",
	"data:text/html,<b>x</b>", "العربية", "e\u0301🧪", "a&amp;b", "a\nb\n\nc", "  spaced  out ", "", " ", strings.Repeat("long", 9), "C++", "a/b?c#d%e", "<img src=x onerror=alert(1)>", "]]>", "`${x}`"}

func randomPost(t *testing.T, r *rand.Rand) *content.Post {
	t.Helper()
	some := func() string { return odd[r.IntN(len(odd))] }
	line := func() string { return "n" + strings.ReplaceAll(some(), "\n", " ") }
	maybe := func(s string) string {
		if r.IntN(3) == 0 {
			return ""
		}
		return s
	}
	number := func() *int {
		n := r.IntN(1 << r.IntN(20))
		return map[bool]*int{true: &n}[r.IntN(4) > 0]
	}
	score := func() *int {
		n := number()
		if n != nil {
			*n %= 101
		}
		return n
	}
	list := func(of func() string) (all []string) {
		for range r.IntN([]int{1, 4, 60}[r.IntN(3)]) {
			all = append(all, of())
		}
		return all
	}
	m := content.Meta{Topic: maybe(line()), Summary: maybe(some()), Brief: maybe(some()), Stack: list(line), Checklist: list(some), Notes: list(some), Tools: list(line),
		CodeLanguage: maybe(line()), Language: maybe(line()), URLs: list(line), Difficulty: maybe(line()), ReadingTime: number(), Reference: maybe(line()), Hash: maybe(some()),
		Flags: content.Flags{AIGeneratedStyle: r.IntN(2) == 0, HasImages: r.IntN(2) == 0, ImageHeavy: r.IntN(2) == 0, NeedsHumanReview: r.IntN(2) == 0}}
	for range r.IntN(4) {
		m.Outline = append(m.Outline, content.OutlineItem{Label: some(), Text: some()})
		m.Entities = append(m.Entities, content.Entity{Name: line(), Type: line()})
		m.Images = append(m.Images, content.Image{Source: maybe(line()), URL: []string{"https://x.example/a?b=c&d='e'", "/local.png", "http://y.example/%20", "pic.jpg", "javascript:alert(1)", "data:image/png;base64,xx", "//z.example/a"}[r.IntN(7)],
			Caption: maybe(line()), Alt: maybe(line()), Width: number(), Height: number()})
	}
	if r.IntN(3) > 0 {
		views := r.Int64()
		m.ViewCount = &views
		m.Score = &content.Score{Quality: score(), Freshness: score(), Depth: score(), Clarity: score()}
		m.Revision = &content.Revision{Version: maybe(some()), Status: maybe("reviewed"), LastReviewed: []string{"", "2026-11-28", "2026-11-28T23:30:00-05:00"}[r.IntN(3)]}
		m.Payload = &content.Payload{SourceID: maybe(some()), Generator: maybe(some()), Paragraphs: number(), Scenario: maybe(line()), Seed: &views}
	}
	var anything func(depth int) any
	anything = func(depth int) any {
		switch n := r.IntN(8); {
		case n < 2 && depth < 9:
			object := map[string]any{}
			for range r.IntN(4) {
				object[some()] = anything(depth + 1)
			}
			return object
		case n < 4 && depth < 9:
			all := []any{}
			for range r.IntN(5) {
				all = append(all, anything(depth+1))
			}
			return all
		case n == 4:
			return json.Number([]string{"1.50", "1e400", "-0", "9007199254740993", "0.10000000000000000000000000001", "1E+2"}[r.IntN(6)])
		case n == 5:
			return r.IntN(2) == 0
		case n == 6:
			return nil
		default:
			return some()
		}
	}
	for range r.IntN(4) {
		if m.Extra == nil {
			m.Extra = content.Extra{}
		}
		m.Extra[some()] = json.RawMessage(asJSON(anything(0)))
	}
	post := &content.Post{Slug: "a", Title: "a", Meta: m}
	return post
}

// TestBoxOfVeryMuch holds a box within bounds, and whole.
func TestBoxOfVeryMuch(t *testing.T) {
	t.Parallel()
	numbers := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1.0,", n), ",") + "]" }
	for _, tt := range []struct {
		name, json string
		values     int // that are told apart
	}{
		{"a list of 10,000", numbers(10_000), 10_000},
		{"a list of 2,000,000", numbers(2_000_000), 1},
		{"32 lists in each other", strings.Repeat("[", 31) + "7" + strings.Repeat("]", 31), 1},
		{"an object of 10,000", `{"a` + strings.Join(strings.Fields(fmt.Sprint(make([]int, 10_000))), `":1,"a`) + `":1}`, 20_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fields := metabox.Of(&content.Meta{Extra: content.Extra{"much": json.RawMessage(tt.json)}}, store.PostTerms{}, nil)
			markup, err := metabox.HTML(fields)
			if err != nil {
				t.Fatal(err)
			}
			found := fieldsOf(t, string(markup))
			extra := strings.Split(found[len(found)-1], " | ")
			if n := len(extra) - 1; n != tt.values {
				t.Errorf("found %d values, expected %d", n, tt.values)
			}
			if deepest := strings.Count(string(markup), "<ul>"); deepest > 10 {
				t.Errorf("found %d lists in each other", deepest)
			}
		})
	}
}

func TestBoxOfTheSeeds(t *testing.T) {
	t.Parallel()
	views, seed, minutes, zero := int64(405145), int64(837), 10, 0
	m := &content.Meta{Tools: []string{"FastAPI", "C++"}, Entities: []content.Entity{{Name: "python services", Type: "stack"}}, ViewCount: &views, ReadingTime: &minutes,
		Difficulty: "beginner & co", Score: &content.Score{Quality: &zero}, Payload: &content.Payload{Seed: &seed},
		Revision: &content.Revision{LastReviewed: "2020-11-13"}, Images: []content.Image{{Source: "unsplash", URL: "https://images.unsplash.com/photo-1?w=1200&q=80", Caption: "reference 1"}}}
	terms := store.PostTerms{Tools: []*store.Term{{Kind: store.KindTool, Slug: "fastapi"}, {Kind: store.KindTool, Slug: "c-plus-plus-ü"}}, Entities: []*store.Term{nil}}
	markup, err := metabox.HTML(metabox.Of(m, terms, func(address string) string { return "/archive" + address + "#pin" }))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`<li dir="auto"><a href="/archive/tools/fastapi#pin">FastAPI</a></li><li dir="auto"><a href="/archive/tools/c-plus-plus-%C3%BC#pin">C&#43;&#43;</a></li>`,
		`<li dir="auto">python services <span class="soft" dir="auto">stack</span></li>`,
		`<dd>405,145</dd>`, `<dd>10 min</dd>`, `<dd dir="auto"><a href="/archive/?difficulty=beginner&#43;%26&#43;co#pin" rel="nofollow">beginner &amp; co</a></dd>`,
		`<rect class="fill" width="0" height="8" fill="currentColor"/>`, `<time datetime="2020-11-13">13 Nov 2020</time>`,
		`<li dir="auto">reference 1<br><span class="soft"><bdi>unsplash</bdi>: <a href="https://images.unsplash.com/photo-1?w=1200&amp;q=80" rel="nofollow noreferrer">images.unsplash.com</a></span></li>`,
		`<th scope="row">needs human review</th><td>no</td>`, `<code>837</code>`,
	} {
		if !strings.Contains(string(markup), part) {
			t.Errorf("expected %s in\n%s", part, markup)
		}
	}
	if markup, _ := metabox.HTMLElsewhere(metabox.Of(m, terms, func(string) string { return "" })); strings.Contains(string(markup), `class="soft"`) || strings.Contains(string(markup), "/tools/") {
		t.Errorf("found %s", markup)
	}
}

func BenchmarkBox(b *testing.B) {
	post := synth.New(7).Post(3)
	terms := termsOf(post)
	for b.Loop() {
		if _, err := metabox.HTML(metabox.Of(&post.Meta, terms, func(address string) string { return address })); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBoxOf10000(b *testing.B) {
	m := &content.Meta{Extra: content.Extra{"tags": json.RawMessage("[" + strings.Repeat(`"tag",`, 9_999) + `"tag"]`)}}
	for b.Loop() {
		if _, err := metabox.HTML(metabox.Of(m, store.PostTerms{}, nil)); err != nil {
			b.Fatal(err)
		}
	}
}
