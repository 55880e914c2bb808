package ndjson_test

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"alphanode/ingest/ndjson"
	"alphanode/ingest/record"
)

// entries gives what is read, a line each: the line it begins in, and its text or its fault.
func entries(t *testing.T, in io.Reader, path string) (said []string) {
	t.Helper()
	src, err := record.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	e := ndjson.NewEntries(src, path)
	for {
		entry, err := e.Next()
		if errors.Is(err, io.EOF) {
			return said
		}
		if err != nil {
			t.Fatal(err)
		}
		line := strconv.Itoa(entry.Line) + " "
		if entry.Fault != nil {
			line += entry.Fault.Error()
		}
		said = append(said, line+string(entry.Text))
		if len(said) > 100 {
			t.Fatal("no end")
		}
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path, in string
		want           []string
	}{
		{"one after the other", "", "{\"a\":1}\n{\"a\":2}\n", []string{`1 {"a":1}`, `2 {"a":2}`}},
		{"a list", "", "[\n{\"a\":1},\n{\"a\":2}]", []string{`2 {"a":1}`, `3 {"a":2}`}},
		{"a list inside", "docs", "{\"n\":2,\n\"docs\":[{\"a\":1},\n{\"a\":2}],\"more\":[{\"a\":3}]}", []string{`2 {"a":1}`, `3 {"a":2}`}},
		{"deep inside", "response.docs", `{"response":{"meta":{"docs":[{"no":1}]},"docs":[{"a":1}]},"docs":[{"no":2}]}`, []string{`1 {"a":1}`}},
		{"behind much else", "docs", `{"s":"}]\"\\","n":-1e3,"t":true,"x":null,"o":{"docs":[{"no":1}]},"l":[[],[{}]], "docs" : [ {"a":1} ] }`, []string{`1 {"a":1}`}},
		{"in each entry of a list", "pages.docs", `{"pages":[{"docs":[{"a":1}]},{"docs":[]},{"docs":[{"a":2},{"a":3}]}]}`, []string{`1 {"a":1}`, `1 {"a":2}`, `1 {"a":3}`}},
		{"in each line", "docs", "{\"docs\":[{\"a\":1}]}\n{\"docs\":[{\"a\":2}]}\n", []string{`1 {"a":1}`, `2 {"a":2}`}},
		{"a name with dots", "v1.0.docs", `{"v1.0":{"docs":[{"a":1}]}}`, []string{`1 {"a":1}`}},
		{"a name with escapes", "dócs", `{"d\u00f3cs":[{"a":1}]}`, []string{`1 {"a":1}`}},
		{"not there", "docs", `{"other":[{"a":1}]}`, nil},
		{"null", "docs", `{"docs":null}`, nil},
		{"no list", "docs", "{\n\"docs\":{\"a\":1}}", []string{`2 docs: found an object, expected a list of records`}},
		{"cut in a record", "docs", "{\"docs\":[{\"a\":1},\n{\"a\":", []string{`1 {"a":1}`, `2 {"a":`, `2 post: found the end of the file inside a list of records, expected a ] that ends the list`}},
		{"cut behind a list", "docs", "{\"docs\":[{\"a\":1}],\n\"x\":[", []string{`1 {"a":1}`, `2 post: found the end of the file inside the document, expected the brackets that end it`}},
		{"a broken record", "docs", "{\"docs\":[\n{\"a\":1},\n{\"a\":]},\n{\"a\":3}\n]}", []string{`2 {"a":1}`, "3 {\"a\":]},\n", `4 {"a":3}`}},
		{"no object", "docs", `{docs:[]}`, []string{`1 post: found what is no name of a member, expected a name and a colon`}},
		{"brackets that do not fit", "docs", `{"a":1]`, []string{`1 post: found ']', expected JSON, whose brackets close what was opened`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, entries(t, strings.NewReader(c.in), c.path)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, entries(t, iotest.OneByteReader(strings.NewReader(c.in)), c.path)); diff != "" {
				t.Error("byte by byte:", diff)
			}
		})
	}
}

// TestEntriesBehindWhatIsHuge: what stands around the records costs no memory and no depth.
func TestEntriesBehindWhatIsHuge(t *testing.T) {
	t.Parallel()
	const deep = 100_000
	in := io.MultiReader(
		strings.NewReader(`{"deep":`+strings.Repeat(`{"a":[`, deep)+strings.Repeat(`]}`, deep)+`,"long":"`),
		io.LimitReader(letters{}, 64<<20), strings.NewReader(`","docs":[{"a":1}]}`))
	if diff := cmp.Diff([]string{`1 {"a":1}`}, entries(t, in, "docs")); diff != "" {
		t.Error(diff)
	}
	in = strings.NewReader(strings.Repeat(`{"docs":`, deep))
	if got := entries(t, in, "docs.docs.docs"); len(got) != 1 || !strings.Contains(got[0], "found an object, expected a list of records") {
		t.Errorf("found %.200q", got)
	}
	in = strings.NewReader(strings.Repeat(`[`, deep))
	if got := entries(t, in, "docs"); len(got) != 1 || !strings.Contains(got[0], "more than 200 objects and lists inside each other") {
		t.Errorf("found %.200q", got)
	}
}

// letters are a text without end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func FuzzEntries(f *testing.F) {
	f.Add("docs", []byte(`{"docs":[{"a":1},{"a":"]}"}],"x":{"y":[1,2,"\\\""]}}`))
	f.Add("a.b", []byte(`[{"a":[{"b":[1,{}]}]},{"a.b":[2]}]`))
	f.Add("", []byte("{\"a\":1}\n{\"a\""))
	f.Add("docs", []byte(`{"docs":[[[[{"docs":`))
	f.Fuzz(func(t *testing.T, path string, in []byte) {
		src, err := record.Open(strings.NewReader(string(in)))
		if err != nil {
			return
		}
		defer src.Close()
		e := ndjson.NewEntries(src, path)
		for range len(in) + 10 {
			if _, err := e.Next(); err != nil {
				return
			}
		}
		t.Fatal("no end")
	})
}
