package ingest_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/ingest"
	pagetext "alphanode/ingest/page"
	"alphanode/ingest/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// collect reads a whole source.
func collect(t testing.TB, name string, text []byte, format ingest.Format) ([]record.Item, error) {
	t.Helper()
	var items []record.Item
	err := ingest.Read(t.Context(), name, bytes.NewReader(text), format, func(i record.Item) error {
		items = append(items, i)
		return nil
	})
	return items, err
}

func fixture(t testing.TB, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPageGolden(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("testdata/pages/*.txt")
	if err != nil || len(pages) == 0 {
		t.Fatalf("found no pages (%v)", err)
	}
	for _, path := range pages {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, name, fixture(t, "pages", name), ingest.Auto)
			if err != nil || len(items) != 1 || len(items[0].Rejects) > 0 {
				t.Fatalf("got %+v, %v", items, err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, items[0].Post.AppendJSON(nil), "", "  "); err != nil {
				t.Fatal(err)
			}
			for _, w := range items[0].Warnings {
				fmt.Fprintf(&got, "\n%s: %s", w.Origin, w.Message)
			}
			got.WriteByte('\n')
			golden := strings.TrimSuffix(path, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("-golden +got (run with -update to accept):\n%s", diff)
			}
		})
	}
}

// Furniture and line ends differ between ways of saving a page; the post does
// not.
func TestPageTolerates(t *testing.T) {
	t.Parallel()
	page := string(fixture(t, "pages", "full.txt"))
	want := canonical(t, page)
	_, withoutPipes, _ := strings.Cut(page, "\n\n")
	tests := map[string]string{
		"CRLF":                  strings.ReplaceAll(page, "\n", "\r\n"),
		"byte order mark":       "\ufeff" + page,
		"other pipes":           "|\t | |  \n\n" + withoutPipes,
		"no pipes":              withoutPipes,
		"pipes twice":           "|\n\n" + page,
		"no furniture behind":   page[:strings.Index(page, "\nSimilar Posts")],
		"no line end":           page[:strings.Index(page, "Similar Posts")+len("Similar Posts")],
		"spaces at line ends":   spacesAtEnds(page),
		"more blank lines":      strings.ReplaceAll(page, "\n\nbefore you start\n\n", "\n\n\n\nbefore you start\n\n\n"),
		"tabs before bullets":   strings.ReplaceAll(page, "  •", "\t•"),
		"indented paragraph":    strings.Replace(page, "\n\nan upgrade that", "\n\n\tan upgrade that", 1),
		"spaces around the box": strings.Replace(page, "\nalphanode post meta\n", "\n  alphanode post meta \t\n", 1),
		"wrapped paragraph":     strings.Replace(page, "without both numbers nobody", "without\nboth numbers nobody", 1),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, canonical(t, text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// spacesAtEnds adds spaces to all lines but those of the code, which is kept
// byte for byte.
func spacesAtEnds(page string) string {
	before, rest, _ := strings.Cut(page, "package main")
	code, after, _ := strings.Cut(rest, "before you start")
	pad := func(s string) string { return strings.ReplaceAll(s, "\n", " \t\n") }
	return pad(before) + "package main" + code + "before you start" + pad(after)
}

// canonical gives the JSON of the one post of a page.
func canonical(t testing.TB, text string) string {
	t.Helper()
	items, err := collect(t, "page.txt", []byte(text), ingest.Auto)
	if err != nil || len(items) != 1 || len(items[0].Rejects) > 0 {
		t.Fatalf("got %+v, %v", items, err)
	}
	return string(items[0].Post.AppendJSON(nil))
}

func TestPageRejects(t *testing.T) {
	t.Parallel()
	page := string(fixture(t, "pages", "full.txt"))
	replace := func(old, with string) string {
		t.Helper()
		if !strings.Contains(page, old) {
			t.Fatalf("the fixture does not contain %q", old)
		}
		return strings.Replace(page, old, with, 1)
	}
	upTo := func(end string) string { return page[:strings.Index(page, end)] }
	tests := []struct {
		name, text string
		want       []string
	}{
		{"cut in the body", upTo("before you start"), []string{
			`p.txt:31: meta: found the end of the page, expected the line "alphanode post meta" and the rows below it`}},
		{"cut at the marker", upTo("\ntopic"), []string{
			`p.txt:51: meta: found the end of the page after "alphanode post meta", expected the rows up to notes, or the line "Similar Posts"`}},
		{"cut between rows", upTo("score\n"), []string{
			`p.txt:70: meta: found the end of the page after view count, expected the rows up to notes, or the line "Similar Posts"`}},
		{"cut in a pair", upTo("    • type: problem"), []string{
			`p.txt:94: meta.entities[1].type: found nothing, expected a line “• type: …”`,
			`p.txt:94: meta: found the end of the page after entities, expected the rows up to notes, or the line "Similar Posts"`}},
		{"pair without its name", replace("    • name: draining: the slow way\n", ""), []string{
			`p.txt:94: meta.entities[1].name: found nothing, expected a line “• name: …”`}},
		{"image source without address", replace("    • url: https://img.example/two.jpg?w=1200&q=80\n", ""), []string{
			`p.txt:97: meta.images[0].url: found nothing, expected a line “• url: …”`}},
		{"image without a source", replace("image sources\n", "image sourced\n"), []string{
			`p.txt:7: body[0].url: found an image without an address, expected an entry of image sources for it`,
			`p.txt:38: body[9].url: found an image without an address, expected an entry of image sources for it`}},
		{"number", replace("view count9007199254740993", "view count12x"), []string{
			`p.txt:70: meta.viewCount: found "12x", expected an integer of at most 64 bits`}},
		{"no number", replace("reading time4", "reading time"), []string{
			`p.txt:69: meta.readingTime: found nothing, expected an integer of at most 64 bits`}},
		{"several at once", strings.NewReplacer("quality: 88", "quality: high", "has images: 1", "has images: 2", "seed: -42", "seed: +1").Replace(page), []string{
			`p.txt:72: meta.score.quality: found "high", expected an integer of at most 64 bits`,
			`p.txt:84: meta.flags.hasImages: found "2", expected 1 or 0`,
			`p.txt:108: meta.payload.seed: found "+1", expected an integer of at most 64 bits`}},
		{"score too high", replace("clarity: 100", "clarity: 101"), []string{
			`p.txt:75: meta.score.clarity: found 101, expected an integer from 0 to 100`}},
		{"day that does not exist", replace("2024-02-29", "2023-02-30"), []string{
			`p.txt:79: meta.revision.lastReviewed: found "2023-02-30", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`}},
		{"status", replace("status: in review", "status: lost"), []string{
			`p.txt:77: meta.revision.status: found "lost", expected draft, in-review, reviewed or archived`}},
		{"key twice", replace("code languagego", "hashag"), []string{
			`p.txt:81: meta.hash: found a second row that begins with "hash", expected each key once`}},
		{"entry twice", replace("freshness: 91", "quality: 91"), []string{
			`p.txt:73: meta.score.quality: found the entry "quality" twice, expected each key once`}},
		{"entry without a colon", replace("freshness: 91", "fresh"), []string{
			`p.txt:73: meta.score: found "fresh", expected a key, a colon and a value`}},
		{"outline without a label", replace("context: before", "before"), []string{
			`p.txt:56: meta.outline: found "before an upgrade", expected a label, a colon and a text`}},
		{"not UTF-8", replace("count the jobs", "count the \xe4 jobs"), []string{
			`p.txt:12: post: found the byte 0xe4 at byte 11 of the line, expected UTF-8`}},
		{"no title", "|\n\nalphanode post meta\n\nnotes\n  • a\n", []string{
			`p.txt:3: title: found "alphanode post meta", expected the title of the post`}},
		{"too long", "|\n\na title\n\n" + strings.Repeat("a line of words.\n\n", pagetext.MaxPage/10), []string{
			`p.txt:466037: post: found more than 4194304 bytes of text in one page, expected at most 4194304 bytes`}},
		{"one endless line", "|\n\n" + strings.Repeat("word ", pagetext.MaxPage), []string{
			`p.txt:3: post: found more than 4194304 bytes of text in one page, expected at most 4194304 bytes`}},
		{"a second box without pipes", page + "\nanother title\n\nalphanode post meta\n\nnotes\n  • a\n", []string{
			`p.txt:119: post: found a second "alphanode post meta" behind "Similar Posts", expected a line of pipes (|) before each further page`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, "p.txt", []byte(test.text), ingest.Page)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, rejectsOf(items)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func rejectsOf(items []record.Item) []string {
	var rejects []string
	for _, i := range items {
		for _, r := range i.Rejects {
			rejects = append(rejects, r.Error())
		}
	}
	return rejects
}

func TestRejectedPageHasNoPost(t *testing.T) {
	t.Parallel()
	items, err := collect(t, "p.txt", []byte("|\n\na title\n"), ingest.Page)
	if err != nil || len(items) != 1 {
		t.Fatalf("got %v, %v", items, err)
	}
	if items[0].Record != (content.Record{}) {
		t.Errorf("got the record %+v, want none", items[0].Record)
	}
	got, err := json.Marshal(items[0].Rejects[0])
	want := `{"file":"p.txt","line":3,"field":"meta","found":"the end of the page","expected":"the line \"alphanode post meta\" and the rows below it"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

func TestSeveralPagesInOneFile(t *testing.T) {
	t.Parallel()
	full, other := string(fixture(t, "pages", "full.txt")), string(fixture(t, "pages", "unknown-rows.txt"))
	end := strings.Index(full, "Similar Posts") + len("Similar Posts")
	half := full[:strings.Index(full, "before you start")]
	tests := []struct {
		name, text string
		want       []string // titles, or "rejected"
	}{
		{"one behind the other", full + other, []string{"how to drain", "reading a slow"}},
		{"no line end between", full[:end] + other, []string{"how to drain", "reading a slow"}},
		{"end missing", full[:end-len("Similar Posts")] + other, []string{"how to drain", "reading a slow"}},
		{"the first cut", half + "\n" + other, []string{"rejected", "reading a slow"}},
		{"the last cut", other + half, []string{"reading a slow", "rejected"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, "p.txt", []byte(test.text), ingest.Auto)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range items {
				if i.Post == nil {
					got = append(got, "rejected")
				} else {
					got = append(got, strings.Join(strings.Fields(i.Post.Title)[:3], " "))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A page cut at any line, and at any byte of its box, is rejected, or the cut
// took nothing that can be missed.
func TestTruncatedPage(t *testing.T) {
	t.Parallel()
	page := fixture(t, "pages", "full.txt")
	whole := canonical(t, string(page))
	ends := bytes.Index(page, []byte("\nnotes\n"))
	for cut := range page {
		items, err := collect(t, "p.txt", page[:cut], ingest.Page)
		if err != nil {
			if cut > len("| | |\n\n") {
				t.Fatalf("cut at byte %d: %v", cut, err)
			}
			continue
		}
		accepted := len(items) == 1 && len(items[0].Rejects) == 0
		if accepted && cut < ends {
			t.Fatalf("cut at byte %d, behind %q: accepted", cut, page[max(0, cut-30):cut])
		}
		if cut >= bytes.Index(page, []byte("Similar Posts"))+len("Similar Posts") && string(items[0].Post.AppendJSON(nil)) != whole {
			t.Fatalf("cut at byte %d, below the box: the post differs", cut)
		}
	}
}

// TestStateOfReviewIsUnderstood: a page that says it is a draft, however it is
// written, must never become a post without a status, which would be public.
func TestStateOfReviewIsUnderstood(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("testdata/pages/full.txt")
	if err != nil {
		t.Fatal(err)
	}
	begin := strings.Index(string(page), "\nrevision\n")
	end := strings.Index(string(page), "\nreference")
	if begin < 0 || end < begin {
		t.Fatal("the page has no row revision before its reference")
	}
	for row, status := range map[string]string{
		"revision\n  • status: draft":   "draft",
		"Revision\n  • Status: Draft":   "draft",
		"revision:\n  • STATUS: draft":  "draft",
		"revision\n  • status:":         "",
		"revision\n  • version: 1.0":    "",
		"revision\n- status: draft":     "",
		"revisions\n  • status: draft":  "",
		"  revision\n  • status: draft": "draft",
		"status: draft":                 "",
	} {
		text := string(page[:begin]) + "\n" + row + string(page[end:])
		err := ingest.Read(t.Context(), "f", strings.NewReader(text), ingest.Page, func(i record.Item) error {
			switch {
			case len(i.Rejects) > 0 && status == "":
			case len(i.Rejects) > 0:
				t.Errorf("%q: found %v", row, i.Rejects)
			case i.Post.Meta.Revision == nil || i.Post.Meta.Revision.Status != status:
				t.Errorf("%q: found the revision %+v", row, i.Post.Meta.Revision)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
