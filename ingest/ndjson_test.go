package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"alphanode/ingest"
	"alphanode/ingest/ndjson"
	"alphanode/ingest/record"
)

// said shows what was read in short: line, then the slug or the rejects.
func said(items []record.Item) []string {
	var lines []string
	for _, i := range items {
		line := fmt.Sprintf("%d ", i.Origin.Line)
		switch {
		case len(i.Rejects) > 0:
			var rejects []string
			for _, r := range i.Rejects {
				rejects = append(rejects, r.Fault.Error())
			}
			line += "rejected " + strings.Join(rejects, "; ")
		case i.Post == nil:
			line += "removes " + i.Removed
		default:
			line += i.Post.Slug
		}
		lines = append(lines, line)
	}
	return lines
}

func object(slug string) string { return `{"slug":"` + slug + `","title":"t","body":[],"meta":{}}` }

func TestNDJSONForms(t *testing.T) {
	t.Parallel()
	a, b, c := object("a"), object("b"), object("c")
	pretty := func(slug string) string {
		return "{\n  \"slug\": \"" + slug + "\",\n  \"title\": \"t { [\",\n  \"body\": [\n    {\n      \"type\": \"paragraph\",\n      \"text\": \"\\\\\\\" }\"\n    }\n  ],\n  \"meta\": {}\n}"
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a line each", a + "\n" + b + "\n", []string{"1 a", "2 b"}},
		{"no line end at the end", a + "\n" + b, []string{"1 a", "2 b"}},
		{"CRLF", a + "\r\n" + b + "\r\n", []string{"1 a", "2 b"}},
		{"blank lines", "\n\n" + a + "\n \t\n\n" + b + "\n\n", []string{"3 a", "6 b"}},
		{"byte order mark", "\ufeff" + a, []string{"1 a"}},
		{"removal", a + "\n" + `{"slug":"b","deleted":true}`, []string{"1 a", "2 removes b"}},
		{"pretty printed", pretty("a"), []string{"1 a"}},
		{"several pretty printed", pretty("a") + "\n" + pretty("b") + "\n\n" + c, []string{"1 a", "12 b", "24 c"}},
		{"array", "[" + a + "," + b + "]", []string{"1 a", "1 b"}},
		{"array, a line each", "[\n" + a + ",\n" + b + "\n]\n", []string{"2 a", "3 b"}},
		{"array, pretty printed", "[\n  " + strings.ReplaceAll(pretty("a"), "\n", "\n  ") + ",\n  " + b + "\n]", []string{"2 a", "13 b"}},
		{"empty array", "[]", nil},
		{"two on a line", a + " " + b, []string{"1 a", "1 b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, "p", []byte(test.text), ingest.Auto)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, said(items)); diff != "" {
				t.Error(diff)
			}
			// The same comes out whatever the size of the pieces it comes in.
			var again []record.Item
			err = ingest.Read(t.Context(), "p", iotest.OneByteReader(strings.NewReader(test.text)), ingest.NDJSON, func(i record.Item) error {
				again = append(again, i)
				return nil
			})
			if diff := cmp.Diff(items, again); diff != "" || err != nil {
				t.Errorf("byte by byte: %v\n%s", err, diff)
			}
		})
	}
}

func TestNDJSONRejects(t *testing.T) {
	t.Parallel()
	a, b := object("a"), object("b")
	long := `{"slug":"long","intro":"` + strings.Repeat("x", ndjson.MaxRecord) + `"}`
	const tooLong = "rejected post: found a record of more than 16777216 bytes, expected at most 16777216 bytes"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"broken off", a[:20] + "\n" + b, []string{
			`1 rejected post: found unexpected EOF in "{\"slug\":\"a\",\"title\":\n", expected a JSON object`, "2 b"}},
		{"broken off in a text", a[:22] + "\n" + b, []string{
			`1 rejected post: found unexpected byte 10 '\n' at 22 in "{\"slug\":\"a\",\"title\":\"t\n", expected a JSON object`, "2 b"}},
		{"broken off where an object may follow", `{"slug":"a","body":[` + "\n" + a + "\n" + b, []string{
			`1 rejected post: found unexpected EOF in "{\"slug\":\"a\",\"body\":[\n", expected a JSON object`, "2 a", "3 b"}},
		{"cut short at the end", a + "\n" + b[:30], []string{"1 a",
			`2 rejected post: found unexpected EOF in "{\"slug\":\"b\",\"title\":\"t\",\"body\"", expected a JSON object`}},
		{"no JSON", a + "\nslug: c\n" + b, []string{"1 a",
			`2 rejected post: found unexpected byte 115 's' at 0 in "slug: c\n", expected a JSON object`, "3 b"}},
		{"a number", "[" + a + ",\n12\n]", []string{"1 a", `2 rejected post: found 12, expected an object`}},
		{"list not ended", "[\n" + a + ",\n", []string{"2 a",
			"3 rejected post: found the end of the file inside a list of records, expected a ] that ends the list"}},
		{"pretty, brace missing", "{\n  \"slug\": \"a\"\n\n" + b, []string{
			`1 rejected post: found unexpected EOF in "{\n  \"slug\": \"a\"\n\n", expected a JSON object`, "4 b"}},
		{"twice", `{"slug":"a","slug":"b","title":"t"}`, []string{"1 rejected slug: found the field twice, expected each field once"}},
		{"unknown field", `{"slug":"a","title":"t","colour":1}`, []string{
			"1 rejected colour: found an unknown field, expected one of the post's fields; facts without a field go to meta.extra"}},
		{"not UTF-8", a + "\n{\"slug\":\"\xff\"}\n" + b, []string{"1 a", "2 rejected post: found the byte 0xff at byte 10, expected UTF-8", "3 b"}},
		{"score too high", `{"slug":"a","title":"t","meta":{"score":{"quality":101}}}`, []string{
			"1 rejected meta.score.quality: found 101, expected an integer from 0 to 100"}},
		{"several faults", `{"slug":"a b","title":"t","publishedAt":"2023-02-30","meta":{}}`, []string{
			`1 rejected slug: found "a b", expected a slug without spaces, control characters or any of / ? # %, at most 512 bytes; ` +
				`publishedAt: found "2023-02-30", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`}},
		{"too long", a + "\n" + long + "\n" + b, []string{"1 a", "2 " + tooLong, "3 b"}},
		{"too long, broken off", a + "\n" + long[:len(long)-2] + "\n" + b, []string{"1 a", "2 " + tooLong, "3 b"}},
		{"too long, bracket missing", strings.TrimSuffix(long, "}") + "\n" + b, []string{"1 " + tooLong, "2 b"}},
		{"too long, in an array", "[" + a + "," + long + "," + b + "]", []string{"1 a", "1 " + tooLong, "1 b"}},
		{"too long, no JSON", strings.Repeat("x", ndjson.MaxRecord+1) + "\n" + b, []string{"1 " + tooLong, "2 b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, "p", []byte(test.text), ingest.NDJSON)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, said(items)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A line of 100 MB is one reject, and the memory does not grow with it.
func TestHugeLineIsBounded(t *testing.T) {
	line := io.MultiReader(strings.NewReader(object("a")+"\n"+`{"slug":"huge","intro":"`),
		io.LimitReader(endless('x'), 100<<20), strings.NewReader("\"}\n"+object("b")))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var items []record.Item
	err := ingest.Read(t.Context(), "p", line, ingest.Auto, func(i record.Item) error {
		items = append(items, i)
		return nil
	})
	runtime.ReadMemStats(&after)
	want := []string{"1 a", "2 rejected post: found a record of more than 16777216 bytes, expected at most 16777216 bytes", "3 b"}
	if diff := cmp.Diff(want, said(items)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 90 {
		t.Errorf("allocated %d MiB in all", got)
	}
}

// endless is a reader of one byte for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func packGzip(t testing.TB, text []byte) []byte {
	var w bytes.Buffer
	z := gzip.NewWriter(&w)
	_, err := z.Write(text)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func packZstd(t testing.TB, text []byte) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(text, nil)
}

func TestManyRecordsStayInOrder(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	const n = 5000
	for i := range n {
		fmt.Fprintf(&text, "{\"slug\":\"p%d\",\"title\":\"t\",\"intro\":%q}\n", i, strings.Repeat("word ", i%300))
	}
	for name, packed := range map[string][]byte{"plain": text.Bytes(), "gzip": packGzip(t, text.Bytes()), "zstd": packZstd(t, text.Bytes())} {
		items, err := collect(t, "p", packed, ingest.Auto)
		if err != nil || len(items) != n {
			t.Fatalf("%s: got %d items, %v", name, len(items), err)
		}
		for i, item := range items {
			if item.Origin.Line != i+1 || item.Post == nil || item.Post.Slug != fmt.Sprintf("p%d", i) {
				t.Fatalf("%s: item %d is %+v", name, i, item)
			}
		}
	}
}

// However Read ends, it returns only when its goroutines have ended.
func TestReadEndsEarly(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	text := strings.Repeat(object("a")+"\n", 50000)
	broken := errors.New("disk full")
	seen := 0
	err := ingest.Read(t.Context(), "p", strings.NewReader(text), ingest.Auto, func(record.Item) error {
		if seen++; seen == 3 {
			return broken
		}
		return nil
	})
	if !errors.Is(err, broken) || seen != 3 {
		t.Errorf("emit failed: got %v after %d", err, seen)
	}

	ctx, cancel := context.WithCancel(t.Context())
	seen = 0
	err = ingest.Read(ctx, "p", strings.NewReader(text), ingest.Auto, func(record.Item) error {
		if seen++; seen == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || seen != 3 {
		t.Errorf("cancelled: got %v after %d", err, seen)
	}

	seen = 0
	err = ingest.Read(t.Context(), "p", io.MultiReader(strings.NewReader(text[:20*len(object("a\n"))]+object("b")[:9]), iotest.ErrReader(broken)), ingest.Auto,
		func(i record.Item) error { seen++; return nil })
	if !errors.Is(err, broken) || seen != 20 || !strings.HasPrefix(err.Error(), "p: reading JSON near line 21: ") {
		t.Errorf("reader failed: got %v after %d", err, seen)
	}
}
