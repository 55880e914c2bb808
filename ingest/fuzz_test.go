package ingest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"alphanode/content"
	"alphanode/ingest"
	"alphanode/ingest/record"
)

// checkItems holds what is true of every item: an accepted post is valid, and
// its canonical JSON decodes to itself.
func checkItems(t *testing.T, items []record.Item) {
	for _, i := range items {
		if len(i.Rejects) > 0 {
			if i.Record != (content.Record{}) {
				t.Fatalf("a rejected item has a record: %+v", i)
			}
			for _, r := range i.Rejects {
				if r.Line < 1 || r.Found == "" || r.Expected == "" {
					t.Fatalf("a reject says too little: %+v", r)
				}
			}
			continue
		}
		if i.Post == nil {
			if i.Removed == "" {
				t.Fatalf("an item is nothing: %+v", i)
			}
			continue
		}
		if faults := i.Post.Validate(); len(faults) > 0 {
			t.Fatalf("an accepted post has faults: %v", faults)
		}
		first := i.Post.AppendJSON(nil)
		again, err := content.DecodePost(first)
		if err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		again.Settle()
		if second := again.AppendJSON(nil); !bytes.Equal(first, second) {
			t.Fatalf("read again it differs:\n%s\n%s", first, second)
		}
	}
}

func FuzzPage(f *testing.F) {
	for _, pattern := range []string{"testdata/pages/*.txt", "testdata/code/*.txt"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("found no seeds (%v)", err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
			f.Add([]byte("|\n\nt\n\ni\n\n" + string(text) + "\nalphanode post meta\n\nnotes\n  • n\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		items, err := collect(t, "f", text, ingest.Page)
		if err == nil {
			checkItems(t, items)
		}
	})
}

func FuzzNDJSON(f *testing.F) {
	for _, text := range []string{
		object("a") + "\n" + object("b"),
		"[\n  " + object("a") + ",\n  " + object("b") + "\n]",
		"{\n  \"slug\": \"a\",\n  \"title\": \"\\\\\\\"\"\n}",
		`{"slug":"a","deleted":true}`,
		`{"slug":"a","body":[` + "\n" + object("b"),
		`{"title":"t","body":[{"type":"html","html":"<table><tr><td>1</table>"},{"type":"quote","text":"","html":"<b>q</b>"}],"meta":{"x":{"b":1e2,"a":[-0.0]}}}`,
		`{"title":"t","meta":{"score":{"novelty":1},"extra":{"score.novelty":2}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		items, err := collect(t, "f", text, ingest.NDJSON)
		if err == nil {
			checkItems(t, items)
		}
	})
}
