package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest"
	"alphanode/ingest/record"
)

// renderPage writes a post in the page form.
func renderPage(p *content.Post) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "| |\n\n%s\n", p.Title)
	if p.Intro != "" {
		fmt.Fprintf(&w, "\n%s\n", p.Intro)
	}
	glued := false // a list or image may be followed by an image directly
	for _, b := range p.Body {
		figure, isFigure := b.(content.Figure)
		if !glued || !isFigure {
			w.WriteByte('\n')
		}
		glued = isFigure
		switch b := b.(type) {
		case content.Heading:
			w.WriteString(b.Text + "\n")
		case content.Paragraph:
			w.WriteString(b.Text + "\n")
		case content.Code:
			w.WriteString(b.Source + "\n")
		case content.Figure:
			fmt.Fprintf(&w, "%s\n%s. image source: %s\n", figure.Caption, figure.Caption, figure.Source)
		case content.List:
			glued = true
			for i, item := range b.Items {
				mark := "•"
				if b.Ordered {
					mark = fmt.Sprintf("%d.", i+1)
				}
				fmt.Fprintf(&w, "  %s %s\n", mark, item.Text)
			}
		default:
			panic("a page has no block of type " + b.Type())
		}
	}
	w.WriteString("\nalphanode post meta\n\n")
	renderBox(&w, &p.Meta)
	w.WriteString("\nSimilar Posts")
	return w.Bytes()
}

func renderBox(w *bytes.Buffer, m *content.Meta) {
	glued := func(key, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s%s\n", key, value)
		}
	}
	list := func(key string, entries ...string) {
		if len(entries) > 0 {
			mark := "\n  • "
			if key == "entities" || key == "image sources" {
				mark = "\n    • "
			}
			fmt.Fprintf(w, "%s%s%s\n", key, mark, strings.Join(entries, mark))
		}
	}
	glued("topic", m.Topic)
	glued("summary", m.Summary)
	var outline, entities, images []string
	for _, o := range m.Outline {
		outline = append(outline, o.Label+": "+o.Text)
	}
	for _, e := range m.Entities {
		entities = append(entities, "name: "+e.Name, "type: "+e.Type)
	}
	for _, i := range m.Images {
		images = append(images, "source: "+i.Source, "url: "+i.URL, "caption: "+i.Caption)
	}
	list("ai outline", outline...)
	glued("ai brief", m.Brief)
	list("stack", m.Stack...)
	list("tools", m.Tools...)
	glued("code language", m.CodeLanguage)
	glued("difficulty", m.Difficulty)
	glued("reading time", number(m.ReadingTime))
	glued("view count", number(m.ViewCount))
	if s := m.Score; s != nil {
		list("score", "quality: "+number(s.Quality), "freshness: "+number(s.Freshness), "depth: "+number(s.Depth), "clarity: "+number(s.Clarity))
	}
	if r := m.Revision; r != nil {
		list("revision", "status: "+r.Status, "version: "+r.Version, "last reviewed: "+r.LastReviewed)
	}
	glued("reference", m.Reference)
	glued("hash", m.Hash)
	bit := map[bool]string{true: "1", false: "0"}
	list("flags", "ai generated style: "+bit[m.Flags.AIGeneratedStyle], "has images: "+bit[m.Flags.HasImages],
		"image heavy: "+bit[m.Flags.ImageHeavy], "needs human review: "+bit[m.Flags.NeedsHumanReview])
	list("checklist", m.Checklist...)
	list("entities", entities...)
	list("image sources", images...)
	if p := m.Payload; p != nil {
		list("payload", "source id: "+p.SourceID, "generator: "+p.Generator, "paragraphs: "+number(p.Paragraphs),
			"scenario: "+p.Scenario, "seed: "+number(p.Seed))
	}
	list("notes", m.Notes...)
}

func number[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// codeSamples gives the samples of testdata/code, by name. A new case is a new
// file there.
func codeSamples(t testing.TB) map[string]string {
	paths, err := filepath.Glob("testdata/code/*.txt")
	if err != nil || len(paths) < 30 {
		t.Fatalf("found %d samples of code (%v)", len(paths), err)
	}
	samples := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		samples[strings.TrimSuffix(filepath.Base(path), ".txt")] = strings.TrimRight(string(text), "\n")
	}
	return samples
}

// endsPlain tells the samples that end with a line of plain words. Where a
// paragraph, a list or an image follows, nothing tells that line from a
// heading.
func endsPlain(name string) bool { return strings.HasSuffix(name, "-plain-words") }

func paragraph(s string) content.Block { return content.Paragraph{Text: s} }
func head(s string) content.Block      { return content.Heading{Level: 2, Text: s} }

// Each sample of code comes through whole, wherever it stands in a section.
func TestCodeSurvives(t *testing.T) {
	t.Parallel()
	figure := content.Figure{URL: "/a.png", Source: "own work", Caption: "a chart of the load"}
	for name, source := range codeSamples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			language, _, _ := strings.Cut(name, "-")
			code := content.Code{Language: language, Source: source}
			bodies := map[string][]content.Block{
				"at the end of a section": {head("the practical part"), paragraph("a short word first."), code,
					head("what to check"), content.List{Items: []content.ListItem{{Text: "the load"}}}, figure},
				"below a colon": {paragraph("run this, and read what it prints:"), code,
					head("final notes"), paragraph("keep the result next to the change.")},
			}
			if !endsPlain(name) {
				bodies["before an image"] = []content.Block{paragraph("the rule has three parts. one of them is new."), code, figure}
				bodies["in the midst of a section"] = []content.Block{head("why"), paragraph("it was slow before."), code,
					paragraph("it is fast now, as the chart shows.")}
			}
			if name != "bash-plain-words" { // a single one, and nothing behind it that could be a heading
				bodies["at the very end"] = []content.Block{head("why"), paragraph("it was slow before."), code}
			}
			for place, body := range bodies {
				post := &content.Post{Title: "a title", Intro: "an intro without an end", Body: body}
				post.Meta.CodeLanguage = language
				post.Meta.Images = []content.Image{{URL: "/a.png", Caption: "a chart of the load"}}
				post.Settle()
				checkRoundTrip(t, place, post)
			}
		})
	}
}

func checkRoundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, place string, post *content.Post) {
	t.Helper()
	page := renderPage(post)
	var got []record.Item
	err := ingest.Read(context.Background(), "page.txt", bytes.NewReader(page), ingest.Page, func(i record.Item) error {
		got = append(got, i)
		return nil
	})
	if err != nil || len(got) != 1 || got[0].Post == nil || len(got[0].Warnings) > 0 {
		t.Fatalf("%s: got %+v, %v from\n%s", place, got, err, page)
	}
	if diff := cmp.Diff(post, got[0].Post); diff != "" {
		t.Fatalf("%s: -post +read again:\n%s\nfrom\n%s", place, diff, page)
	}
}

// Any post that the page form can say comes back as it was.
func TestPageRoundTrip(t *testing.T) {
	t.Parallel()
	samples := codeSamples(t)
	names := make([]string, 0, len(samples))
	for name := range samples {
		if !endsPlain(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		post := postOnPage(names, samples).Draw(t, "post")
		checkRoundTrip(t, "round trip", post)
	})
}

var (
	word  = rapid.SampledFrom(strings.Fields("cache queue worker release node.js c++ C# I/O it's read-only über 缓存 v2 42 on the slowly and"))
	words = func(least, most int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, least, most).Draw(t, "words"), " ")
		})
	}
	sentences = rapid.Custom(func(t *rapid.T) string {
		var w strings.Builder
		for i, s := range rapid.SliceOfN(words(4, 15), 1, 4).Draw(t, "sentences") {
			if i > 0 {
				w.WriteByte(' ')
			}
			w.WriteString(s + rapid.SampledFrom([]string{".", "!", ", see `make deploy`.", " (max_wait=3).", " \"as is\"."}).Draw(t, "end"))
		}
		return w.String()
	})
	aNumber = rapid.Custom(func(t *rapid.T) *int { n := rapid.IntRange(0, 100).Draw(t, "n"); return &n })
	aLong   = rapid.Custom(func(t *rapid.T) *int64 { n := rapid.Int64Min(0).Draw(t, "n"); return &n })
	names   = rapid.SliceOfN(words(1, 3), 0, 4)
)

func postOnPage(codes []string, samples map[string]string) *rapid.Generator[*content.Post] {
	return rapid.Custom(func(t *rapid.T) *content.Post {
		code := rapid.SampledFrom(codes).Draw(t, "code")
		p := &content.Post{Title: words(2, 8).Draw(t, "title"), Intro: sentences.Draw(t, "intro")}
		m := &p.Meta
		m.CodeLanguage, _, _ = strings.Cut(code, "-")
		hasCode := rapid.Bool().Draw(t, "has code")
		for range rapid.IntRange(0, 5).Draw(t, "sections") {
			p.Body = append(p.Body, head(words(1, 6).Draw(t, "heading")))
			for _, s := range rapid.SliceOfN(sentences, 1, 3).Draw(t, "paragraphs") {
				p.Body = append(p.Body, paragraph(s))
			}
			if hasCode && rapid.Bool().Draw(t, "code here") {
				p.Body = append(p.Body, content.Code{Language: m.CodeLanguage, Source: samples[code]})
			}
			if rapid.Bool().Draw(t, "list here") {
				list := content.List{Ordered: rapid.Bool().Draw(t, "ordered")}
				for _, s := range rapid.SliceOfN(words(1, 9), 1, 5).Draw(t, "items") {
					list.Items = append(list.Items, content.ListItem{Text: s})
				}
				p.Body = append(p.Body, list)
			}
			if rapid.Bool().Draw(t, "image here") {
				i := content.Image{Source: words(1, 2).Draw(t, "source"), Caption: words(2, 6).Draw(t, "caption"),
					URL: fmt.Sprintf("https://img.example/%d.jpg?a=1&b=2", len(m.Images))}
				m.Images = append(m.Images, i)
				p.Body = append(p.Body, content.Figure{URL: i.URL, Source: i.Source, Caption: i.Caption})
			}
		}
		m.Topic, m.Summary, m.Brief = words(1, 4).Draw(t, "topic"), sentences.Draw(t, "summary"), sentences.Draw(t, "brief")
		for _, text := range names.Draw(t, "outline") {
			m.Outline = append(m.Outline, content.OutlineItem{Label: words(1, 2).Draw(t, "label"), Text: text + ": more"})
		}
		list := func(label string) []string {
			if l := names.Draw(t, label); len(l) > 0 {
				return l
			}
			return nil
		}
		m.Stack, m.Tools, m.Checklist, m.Notes = list("stack"), list("tools"), list("checklist"), list("notes")
		for _, name := range names.Draw(t, "entities") {
			m.Entities = append(m.Entities, content.Entity{Name: name, Type: word.Draw(t, "type")})
		}
		m.Difficulty, m.Reference, m.Hash = word.Draw(t, "difficulty"), word.Draw(t, "reference"), word.Draw(t, "hash")
		m.ReadingTime, m.ViewCount = aNumber.Draw(t, "reading time"), aLong.Draw(t, "view count")
		if rapid.Bool().Draw(t, "has score") {
			m.Score = &content.Score{Quality: aNumber.Draw(t, "q"), Freshness: aNumber.Draw(t, "f"), Depth: aNumber.Draw(t, "d"), Clarity: aNumber.Draw(t, "c")}
		}
		if rapid.Bool().Draw(t, "has revision") {
			m.Revision = &content.Revision{Version: "1.2.3", LastReviewed: "2024-02-29",
				Status: rapid.SampledFrom([]string{"draft", "in-review", "reviewed", "archived"}).Draw(t, "status")}
		}
		if rapid.Bool().Draw(t, "has payload") {
			m.Payload = &content.Payload{SourceID: word.Draw(t, "id"), Generator: words(1, 3).Draw(t, "generator"),
				Paragraphs: aNumber.Draw(t, "paragraphs"), Scenario: words(1, 5).Draw(t, "scenario"), Seed: aLong.Draw(t, "seed")}
		}
		m.Flags = content.Flags{HasImages: len(m.Images) > 0, NeedsHumanReview: rapid.Bool().Draw(t, "flag")}
		p.Settle()
		return p
	})
}
