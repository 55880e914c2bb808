package ingest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"alphanode/content"
	"alphanode/ingest"
	"alphanode/ingest/record"
)

// oddPage is a page text whose form the tests below change.
const oddPage = "| |\n\nA lamp at noon\n\nIt was lit all day.\n\nHow it was lit\n\nSomebody had climbed up there and turned it on again, as every day.\n\n  if lit {\n    climb()\n  }\n\n  • once\n  • twice\n\nalphanode post meta\n\n" +
	"topiclamps\nview count12\nrevision\n  • status: published\n  • last reviewed: 2024-05-06\nnotes\n  • none\n\nSimilar Posts\n\nothers\n"

func jsonOf(t *testing.T, text string) (all []string, items []record.Item) {
	t.Helper()
	items, err := collect(t, "a", []byte(text), ingest.Auto)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for _, item := range items {
		if len(item.Rejects) > 0 {
			t.Fatalf("%q: found %v", text, item.Rejects)
		}
		all = append(all, string(item.Post.AppendJSON(nil)))
	}
	return all, items
}

func eachLine(text, before string) string {
	return before + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+before) + "\n"
}

// TestPagesSetInAndEndedOtherwise: how lines end, and what all of them begin with, changes
// nothing of a post.
func TestPagesSetInAndEndedOtherwise(t *testing.T) {
	t.Parallel()
	whole, _ := jsonOf(t, oddPage)
	if len(whole) != 1 || !strings.Contains(whole[0], `"source":"  if lit {\n    climb()\n  }"`) {
		t.Fatalf("found %s", whole)
	}
	for name, text := range map[string]string{
		"CR alone":              strings.ReplaceAll(oddPage, "\n", "\r"),
		"CRLF":                  strings.ReplaceAll(oddPage, "\n", "\r\n"),
		"tabs":                  eachLine(oddPage, "\t"),
		"no-break spaces":       eachLine(oddPage, "\u00a0\u00a0"),
		"both, CR alone":        strings.ReplaceAll(eachLine(oddPage, "\u00a0\t"), "\n", "\r"),
		"but not blank lines":   strings.ReplaceAll(eachLine(oddPage, "\t"), "\n\t\n", "\n\n"),
		"a mark":                "\ufeff" + oddPage,
		"marks and spaces":      "\ufeff\u00a0\r\n\ufeff" + oddPage,
		"no-break rows":         strings.NewReplacer("\ntopic", "\n\u00a0topic", "\nnotes", "\n\tnotes", "\n  • none", "\n\u00a0•\u00a0none", "\nSimilar", "\n\u00a0Similar", "\nalphanode", "\n\u00a0alphanode").Replace(oddPage),
		"an integer as a float": strings.Replace(oddPage, "count12", "count12.0", 1),
	} {
		if got, items := jsonOf(t, text); len(got) != 1 || got[0] != whole[0] || len(items[0].Warnings) > 0 {
			t.Errorf("%s:\nfound    %s\nexpected %s", name, got, whole)
		}
	}
	second := strings.ReplaceAll(oddPage, "A lamp", "Two lamps")
	for name, text := range map[string]string{
		"a mark between":  oddPage + "\ufeff" + second,
		"one is set in":   oddPage + eachLine(second, "\t"),
		"the other is":    eachLine(oddPage, "\u00a0") + second,
		"CR alone, joint": strings.ReplaceAll(oddPage+second, "\n", "\r"),
	} {
		got, items := jsonOf(t, text)
		if len(got) != 2 || got[0] != whole[0] || got[1] != strings.ReplaceAll(whole[0], "A lamp", "Two lamps") {
			t.Errorf("%s: found %s", name, got)
		} else if at := 1 + strings.Count(oddPage, "\n") + 2; items[1].Origin.Line != at {
			t.Errorf("%s: found the second in line %d, expected %d", name, items[1].Origin.Line, at)
		}
	}
}

func TestMarksBetweenRecords(t *testing.T) {
	t.Parallel()
	mark := "\ufeff"
	for _, text := range []string{
		mark + `{"title":"A"}` + "\n" + mark + `{"title":"B"}` + "\n",
		`{"title":"A"}` + mark + `{"title":"B"}`,
		mark + mark + "\n " + mark + `{"title":"A"}` + "\r\n" + mark + mark + "\r\n" + `{"title":"B"}`,
		`[{"title":"A"}]` + "\n" + mark + `[{"title":"B"}]` + mark,
		mark + "{\n  \"title\": \"A\"\n}\n" + mark + "{\n  \"title\": \"B\"\n}",
	} {
		if got, _ := jsonOf(t, text); len(got) != 2 || !strings.Contains(got[0], `"A"`) || !strings.Contains(got[1], `"B"`) {
			t.Errorf("%q: found %s", text, got)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, mark+`{"title":"A"}`+"\n"+mark+`{"title":"B"}`)
	_ = z.Close()
	if got, _ := jsonOf(t, packed.String()); len(got) != 2 {
		t.Errorf("packed: found %s", got)
	}
	// One that breaks off takes none with it.
	items, err := collect(t, "a", []byte(mark+`{"title":"A",`+"\n"+mark+`{"title":"B"}`), ingest.Auto)
	if err != nil || len(items) != 2 || len(items[0].Rejects) == 0 || items[1].Post == nil || items[1].Origin.Line != 2 {
		t.Errorf("found %+v, %v", items, err)
	}
	// Within a text it is a character as others are.
	if got, _ := jsonOf(t, `{"title":"A`+mark+`B"}`); !strings.Contains(got[0], mark) {
		t.Errorf("found %s", got)
	}
}

func TestNumbersAndDatesOfOtherTools(t *testing.T) {
	t.Parallel()
	got, items := jsonOf(t, `{"title":"A","publishedAt":"2024-05-06 07:08","body":[{"type":"heading","level":2.0,"text":"a"},{"type":"image","url":"/a","width":1e2,"height":50.0}],"meta":{`+
		`"viewCount":1e3,"readingTime":4.0,"score":{"quality":8.0e1},"payload":{"seed":-12.0,"paragraphs":0.0},"revision":{"lastReviewed":"Mon, 06 May 2024 07:08:09 GMT"},"extra":{"kept":1.0}}}`)
	for _, want := range []string{`"publishedAt":"2024-05-06T07:08:00Z"`, `"level":2,`, `"width":100,"height":50`, `"viewCount":1000`, `"readingTime":4`, `"quality":80`, `"seed":-12`, `"paragraphs":0`, `"lastReviewed":"2024-05-06T07:08:09Z"`, `"kept":1.0`} {
		if !strings.Contains(got[0], want) {
			t.Errorf("expected %s in %s", want, got[0])
		}
	}
	if w := items[0].Warnings; len(w) != 1 || w[0].Kind != record.KindLocalDate || w[0].String() != "a:1" || !strings.Contains(w[0].Message, "publishedAt") {
		t.Errorf("found the warnings %v", w)
	}
	_, items = jsonOf(t, strings.Replace(oddPage, "2024-05-06", "2024-05-06 07:08:09", 1))
	if w := items[0].Warnings; len(w) != 1 || w[0].Kind != record.KindLocalDate || w[0].Line != 24 {
		t.Errorf("found the warnings %v", w)
	}
	for _, odd := range []string{`"publishedAt":"06/05/2024"`, `"meta":{"viewCount":1.5}`, `"meta":{"viewCount":"12.0"}`} {
		if items, err := collect(t, "a", []byte(`{"title":"A",`+odd+`}`), ingest.Auto); err != nil || len(items[0].Rejects) != 1 {
			t.Errorf("%s: found %+v, %v", odd, items, err)
		}
	}
}

func TestReportCountsByKind(t *testing.T) {
	t.Parallel()
	var met ingest.Report
	for n := range 1000 {
		at := record.Origin{File: "a", Line: n + 1}
		item := record.Item{Record: content.Record{Post: &content.Post{}}, Origin: at, Losses: content.Losses{"element marquee": 2, fmt.Sprintf("element x-%d", n): 1}}
		item.Warnings = append(item.Warnings, record.LocalDate(at, "publishedAt"))
		met.Take(item)
	}
	warnings, losses := met.Warnings(), met.Losses()
	if len(warnings) != 1 || warnings[0].Count != 1000 || len(warnings[0].First) != 5 || warnings[0].First[4].Line != 5 {
		t.Errorf("found the warnings %+v", warnings)
	}
	total := 0
	for _, kind := range losses {
		total += kind.Count
	}
	if len(losses) != 200 || total != 3000 || losses[0].Kind != "element marquee" || losses[0].Count != 2000 {
		t.Errorf("found %d kinds of %d losses, first %+v", len(losses), total, losses[0])
	}
}
