package draft_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/record"
)

// paragraphs is a Convert that makes a paragraph of each line; a line that begins with
// `#` is a heading, `!` an image, and `>` the body of the draft with that key.
func paragraphs(d *draft.Draft, find draft.Find) error {
	for line := range strings.Lines(d.Body) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			d.Post.Body = append(d.Post.Body, content.Heading{Level: 2, Text: line[1:]})
		case strings.HasPrefix(line, "!"):
			d.Post.Body = append(d.Post.Body, content.Figure{URL: d.Whole(line[1:])})
		case strings.HasPrefix(line, ">"):
			other, ok := find(line[1:])
			if !ok {
				return errors.New("nothing is kept under " + line[1:])
			}
			d.Post.Body = append(d.Post.Body, content.Paragraph{Text: other.Body})
		case line != "":
			d.Post.Body = append(d.Post.Body, content.Paragraph{Text: line})
		}
	}
	return nil
}

// settled gives what drafts become.
func settled(t testing.TB, o draft.Options, add func(*draft.Sink)) []record.Item {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var items []record.Item
	s := draft.NewSpool(file, o, func(i record.Item) error { items = append(items, i); return nil })
	add(s.Sink(paragraphs))
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return items
}

// said shows items in short.
func said(items []record.Item) (lines []string) {
	for _, i := range items {
		switch {
		case i.LeftOut != "":
			lines = append(lines, "left out: "+i.LeftOut)
		case len(i.Rejects) > 0:
			for _, r := range i.Rejects {
				lines = append(lines, r.Error())
			}
		default:
			line := i.Post.Slug + " “" + i.Post.Title + "” " + i.Post.PublishedAt
			for _, w := range i.Warnings {
				line += " [" + w.Kind + "]"
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func at(line int) record.Origin { return record.Origin{File: "f", Line: line} }

func TestNames(t *testing.T) {
	t.Parallel()
	day := func(text string) []draft.Date { return []draft.Date{{Name: "date", Text: text}} }
	tests := []struct {
		name   string
		own    string
		drafts []draft.Draft
		want   []string
	}{
		{"the slug that is given", "", []draft.Draft{{Slug: "caf%C3%A9.In", Permalink: "/x/y/", Title: "a"}}, []string{"café.In “a” "}},
		{"the permalink", "", []draft.Draft{{Permalink: "https://a.example/2014/09/15/brew.html?x=1", Title: "a"}}, []string{"brew “a” 2014-09-15"}},
		{"the file", "", []draft.Draft{{File: "posts/2014-09-15-brew.md", Title: "a"}}, []string{"brew “a” 2014-09-15"}},
		{"the folder of an index", "", []draft.Draft{{File: "posts/brew/index.md", Title: "a"}}, []string{"brew “a” "}},
		{"the title", "", []draft.Draft{{Title: "Brew, twice"}}, []string{"brew-twice “Brew, twice” "}},
		{"a heading", "", []draft.Draft{{Body: "x\n#Brew"}}, []string{"brew “Brew”  [title made of a heading or the slug]"}},
		{"the slug in words", "", []draft.Draft{{Slug: "to-brew"}}, []string{"to-brew “To brew”  [title made of a heading or the slug]"}},
		{"nothing at all", "", []draft.Draft{{Body: "x"}}, []string{":0: title: found nothing, expected a text"}},
		{"a date that nobody can read", "", []draft.Draft{{Slug: "a", Title: "a", Dates: append(day("soon"), day("2014-12-25")...)}},
			[]string{"a “a” 2014-12-25 [date that cannot be read]"}},
		{"one slug", "", []draft.Draft{{Slug: "a", Title: "a", Dates: day("2014-12-25")}, {Slug: "a", Title: "b", Dates: day("2015-01-02T23:59:59-08:00")}, {Slug: "b", Title: "c"}},
			[]string{"a-2014-12-25 “a” 2014-12-25", "a-2015-01-02 “b” 2015-01-02T23:59:59-08:00", "b “c” "}},
		{"one slug and one day", "", []draft.Draft{{Origin: at(1), Slug: "a", Title: "a", Dates: day("2014-12-25")}, {Origin: at(2), Slug: "a", Title: "b", Dates: day("2014-12-25")}},
			[]string{`f:1: slug: found "a-2014-12-25", which f:2 has too, expected a slug of its own`, `f:2: slug: found "a-2014-12-25", which f:1 has too, expected a slug of its own`}},
		{"a slug that another gets with its day", "", []draft.Draft{{Origin: at(1), Slug: "a", Title: "a", Dates: day("2014-12-25")}, {Origin: at(2), Slug: "a", Title: "b"}, {Origin: at(3), Slug: "a-2014-12-25", Title: "c"}},
			[]string{`f:1: slug: found "a-2014-12-25", which f:3 has too, expected a slug of its own`, "a “b” ", `f:3: slug: found "a-2014-12-25", which f:1 has too, expected a slug of its own`}},
		{"languages", "en", []draft.Draft{{Slug: "a", Title: "a", Language: "en"}, {Slug: "a", Title: "b", Language: "fr"}, {Slug: "a", Title: "c", Language: "zh_CN"}},
			[]string{"a “a” ", "a-fr “b” ", "a-zh-cn “c” "}},
		{"languages, and none is the archive's own", "", []draft.Draft{{Origin: at(1), Slug: "a", Title: "a", Language: "en"}, {Origin: at(2), Slug: "a", Title: "b", Language: "fr"}},
			[]string{
				`f:1: slug: found "a", which f:2 has too, expected the archive's own language by --language, so that posts in others get theirs behind their slugs`,
				`f:2: slug: found "a", which f:1 has too, expected the archive's own language by --language, so that posts in others get theirs behind their slugs`,
			}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items := settled(t, draft.Options{Language: test.own}, func(s *draft.Sink) {
				for _, d := range test.drafts {
					if err := s.Add(&d); err != nil {
						t.Fatal(err)
					}
				}
			})
			if diff := cmp.Diff(test.want, said(items)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMetaOpensNothing: what a source says is closed stays so, whatever its meta says.
func TestMetaOpensNothing(t *testing.T) {
	t.Parallel()
	revision := []draft.Member{{Name: "revision", Value: json.RawMessage(`{"status":"reviewed","version":"2"}`)}}
	closed := []draft.Member{{Name: "revision", Value: json.RawMessage(`{"status":"draft"}`)}}
	items := settled(t, draft.Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, func(s *draft.Sink) {
		err := errors.Join(
			s.Add(&draft.Draft{Slug: "a", Title: "a", Status: content.StatusDraft, Meta: revision}),
			s.Add(&draft.Draft{Slug: "b", Title: "b", Meta: revision, Dates: []draft.Date{{Name: "date", Text: "2031-01-01"}}}),
			s.Add(&draft.Draft{Slug: "c", Title: "c", Meta: closed}),
			s.Add(&draft.Draft{Slug: "d", Title: "d", Meta: revision}),
		)
		if err != nil {
			t.Fatal(err)
		}
	})
	var got []string
	for _, i := range items {
		got = append(got, i.Post.Slug+" "+i.Post.Status()+" "+i.Post.Meta.Revision.Version)
	}
	if diff := cmp.Diff([]string{"a draft 2", "b in-review 2", "c draft ", "d reviewed 2"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsStillToCome: a date in the future keeps a post back, wherever it is found.
func TestWhatIsStillToCome(t *testing.T) {
	t.Parallel()
	items := settled(t, draft.Options{Now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}, func(s *draft.Sink) {
		err := errors.Join(
			s.Add(&draft.Draft{Slug: "a", Title: "a", Dates: []draft.Date{{Name: "date", Text: "2026-01-01T11:59:59Z"}}}),
			s.Add(&draft.Draft{Slug: "b", Title: "b", Dates: []draft.Date{{Name: "date", Text: "2026-01-01T12:59:59Z"}}}),
			s.Add(&draft.Draft{File: "_posts/2031-01-01-c.md", Title: "c"}),
			s.Add(&draft.Draft{Permalink: "/2031/01/01/d/", Title: "d"}),
			s.Add(&draft.Draft{Slug: "e", Title: "e", Status: content.StatusDraft, Dates: []draft.Date{{Name: "date", Text: "2031-01-01"}}}),
		)
		if err != nil {
			t.Fatal(err)
		}
	})
	var got []string
	for _, i := range items {
		got = append(got, i.Post.Slug+" "+i.Post.Status())
	}
	if diff := cmp.Diff([]string{"a ", "b in-review", "c in-review", "d in-review", "e draft"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestNothingRestsOnOrder adds the same drafts in two orders.
func TestNothingRestsOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var drafts []draft.Draft
		for i := range rapid.IntRange(1, 12).Draw(r, "drafts") {
			d := draft.Draft{Origin: at(i), Slug: rapid.SampledFrom([]string{"a", "b", "a-2014-12-25", "a-fr"}).Draw(r, "slug"), Title: "t"}
			if day := rapid.SampledFrom([]string{"", "2014-12-25", "2014-12-26"}).Draw(r, "day"); day != "" {
				d.Dates = []draft.Date{{Text: day}}
			}
			d.Language = rapid.SampledFrom([]string{"", "en", "fr"}).Draw(r, "language")
			drafts = append(drafts, d)
		}
		read := func(drafts []draft.Draft) map[int]string {
			found := map[int]string{}
			for _, i := range settled(t, draft.Options{Language: "en"}, func(s *draft.Sink) {
				for _, d := range drafts {
					if err := s.Add(&d); err != nil {
						r.Fatal(err)
					}
				}
			}) {
				if i.Post != nil {
					found[i.Origin.Line] = i.Post.Slug
				} else {
					found[i.Origin.Line] = "rejected"
				}
			}
			return found
		}
		first := read(drafts)
		slugs := map[string]bool{}
		for _, slug := range first {
			if slug != "rejected" && slugs[slug] {
				r.Fatalf("%s twice", slug)
			}
			slugs[slug] = true
		}
		if diff := cmp.Diff(first, read(rapid.Permutation(drafts).Draw(r, "order"))); diff != "" {
			r.Fatal(diff)
		}
	})
}

func TestKeptDraftsAreFoundWhereverTheyStand(t *testing.T) {
	t.Parallel()
	items := settled(t, draft.Options{}, func(s *draft.Sink) {
		err := errors.Join(
			s.Add(&draft.Draft{Slug: "a", Title: "a", Body: ">x"}),
			s.Keep(&draft.Draft{Key: "x", Body: "first"}, "block"),
			s.Keep(&draft.Draft{Key: "x", Body: "second"}, ""),
			s.Add(&draft.Draft{Slug: "b", Title: "b", Body: ">y"}),
			s.LeaveOut("revision", at(7)),
		)
		if err != nil {
			t.Fatal(err)
		}
	})
	want := []string{"left out: block", "left out: revision", "a “a” ", ":0: body: found nothing is kept under y, expected a body that can be read"}
	if diff := cmp.Diff(want, said(items)); diff != "" {
		t.Error(diff)
	}
	if got := items[2].Post.Text(); got != "first" {
		t.Errorf("found %q, expected the text that was kept first", got)
	}
}

func TestWholeAddresses(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://old.example/")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		at, address, path, whole string
	}{
		{"/2014/brew/", "a.png", "/2014/brew/a.png", "https://old.example/2014/brew/a.png"},
		{"https://x.example/2014/brew", "../a.png", "/a.png", "https://old.example/a.png"},
		{"/p", "/a b.png", "/a%20b.png", "https://old.example/a%20b.png"},
		{"/p", "//cdn.example/a.png", "//cdn.example/a.png", "//cdn.example/a.png"},
		{"/p", "https://b.example/a?b#c", "https://b.example/a?b#c", "https://b.example/a?b#c"},
		{"/p", "#top", "#top", "#top"},
		{"/p", "mailto:a@b.example", "mailto:a@b.example", "mailto:a@b.example"},
		{"/p", "?p=12", "/p?p=12", "https://old.example/p?p=12"},
		{"", "../../../a.png", "/a.png", "https://old.example/a.png"},
	}
	for _, test := range tests {
		for o, want := range map[draft.Options]string{{}: test.path, {Base: base}: test.whole} {
			items := settled(t, o, func(s *draft.Sink) {
				if err := s.Add(&draft.Draft{Slug: "a", Title: "a", Permalink: test.at, Body: "!" + test.address}); err != nil {
					t.Fatal(err)
				}
			})
			if strings.HasPrefix(want, "mailto:") {
				// It stays as it is, and is none of an image.
				if len(items[0].Post.Body) > 0 || items[0].Losses["image without an address"] != 1 {
					t.Errorf("%s: found %v, lost %v", test.address, items[0].Post.Body, items[0].Losses)
				}
				continue
			}
			if got := items[0].Post.Body[0].(content.Figure).URL; got != want {
				t.Errorf("%s at %s: found %s, expected %s", test.address, test.at, got, want)
			}
		}
	}
}
