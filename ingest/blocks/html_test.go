package blocks_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/ingest/blocks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asJSON is the blocks of a body as a post has them, a line for each.
func asJSON(found []content.Block) string {
	var w strings.Builder
	for _, b := range found {
		p := content.Post{Slug: "a", Title: "a", Body: []content.Block{b}}
		_, line, _ := strings.Cut(string(p.AppendJSON(nil)), `"body":[`)
		line, _, _ = strings.Cut(line, `],"meta"`)
		w.WriteString(line + "\n")
	}
	return w.String()
}

// golden reads the samples of a file, which are apart by a line of ----, and holds what is
// made of them against the file beside it.
func golden(t *testing.T, name string, made func(sample string) string) {
	t.Helper()
	given, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	for sample := range strings.SplitSeq(string(given), "\n----\n") {
		w.WriteString(sample + "\n→\n" + made(sample) + "----\n")
	}
	file := filepath.Join("testdata", strings.TrimSuffix(name, filepath.Ext(name))+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(w.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.String(); got != string(want) {
		t.Errorf("%s differs (write it anew with -args -update, and look):\n%s", file, got)
	}
}

func whole(written string) string {
	if strings.HasPrefix(written, "/") && !strings.HasPrefix(written, "//") {
		return "https://site.example" + written
	}
	return written
}

func TestFromHTML(t *testing.T) {
	t.Parallel()
	golden(t, "html.html", func(sample string) string {
		b := blocks.FromHTML(sample, blocks.Options{Address: whole})
		return asJSON(b.Blocks) + said(b)
	})
}

// said is what is known of a body beside its blocks.
func said(b blocks.Body) string {
	var w strings.Builder
	if b.Title != "" {
		w.WriteString("title: " + b.Title + "\n")
	}
	for _, i := range b.Images {
		w.WriteString("image: " + i.URL + " " + i.Caption + "\n")
	}
	for _, kind := range slices.Sorted(maps.Keys(b.Losses)) {
		fmt.Fprintf(&w, "lost: %d × %s\n", b.Losses[kind], kind)
	}
	return w.String()
}
