package ingest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"alphanode/ingest"
	"alphanode/ingest/draft"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
)

// imported reads files of a folder, by their names and texts, in the order of names.
func imported(t *testing.T, o ingest.Options, files map[string]string) (*ingest.Report, []record.Item) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o.Scratch = func() (draft.File, error) {
		f, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
		if err == nil {
			t.Cleanup(func() { _ = f.Close() })
		}
		return f, err
	}
	met := &ingest.Report{}
	found, err := ingest.Files([]string{dir}, met)
	if err != nil {
		t.Fatal(err)
	}
	var items []record.Item
	err = ingest.Import(t.Context(), found, o, met, func(i record.Item) error {
		met.Take(i)
		items = append(items, i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return met, items
}

const ghostArchive = `{"db":[{"meta":{"exported_on":1,"version":"5.0.0"},"data":{"posts":[
{"id":"1","title":"Brew","slug":"brew","html":"<p>Warm.</p>","status":"published","visibility":"public","published_at":"2024-05-06T07:08:09.000Z"},
{"id":"2","title":"Pour","slug":"pour","html":"<p>Slow.</p>","status":"draft","visibility":"public"}]}}]}`

// TestEachSourceInItsFormat: one import may be of several formats, and slugs are settled
// over all of its foreign ones.
func TestEachSourceInItsFormat(t *testing.T) {
	t.Parallel()
	met, items := imported(t, ingest.Options{}, map[string]string{
		"a.json":   ghostArchive,
		"b.json":   `{"slug":"own","title":"Ours","body":[],"meta":{}}`,
		"c.json":   `{"deleted":true,"slug":"gone"}`,
		"d.txt":    "not a page\n",
		"e.png":    string(png),
		"f.ndjson": `{"slug":"own-2","title":"Ours","body":[{"type":"html","html":"<marquee>m</marquee>"}],"meta":{"mood":"calm"}}`,
	})
	var got []string
	for _, i := range items {
		switch {
		case len(i.Rejects) > 0:
			got = append(got, "rejected "+filepath.Base(i.Origin.File))
		case i.Post == nil:
			got = append(got, "removes "+i.Removed)
		default:
			got = append(got, i.Post.Slug)
		}
	}
	if diff := cmp.Diff([]string{"own", "removes gone", "rejected d.txt", "own-2", "brew", "pour"}, got); diff != "" {
		t.Error(diff)
	}
	source := met.Source
	left := 0
	for _, n := range source.LeftOut {
		left += n
	}
	if source.Items != source.Posts+source.Removals+source.Rejected+left || source.Posts != 4 || source.Removals != 1 || source.Rejected != 1 || left != 1 {
		t.Errorf("found %+v, expected every item to be one thing", source)
	}
	if diff := cmp.Diff(map[string]int{"public": 3, "draft": 1}, met.Posts); diff != "" {
		t.Error(diff)
	}
	text, err := json.Marshal(met)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"mood":1`, `"kind":"element marquee"`, `"meta.urls":2`, `"file that is no posts":1`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report has no %s: %s", want, text)
		}
	}
}

// TestMarkdownBesideOtherFiles: a folder with Markdown is one archive; data and images in
// it are its assets.
func TestMarkdownBesideOtherFiles(t *testing.T) {
	t.Parallel()
	met, items := imported(t, ingest.Options{Language: "en"}, map[string]string{
		"posts/2024-05-06-brew.md":    "---\ntitle: Brew\nlang: en\n---\nWarm.\n",
		"posts/2024-05-06-brew.fr.md": "---\ntitle: Infuser\nlang: fr\n---\nChaud.\n",
		"posts/brew.json":             `{"cups": 3}`,
		"posts/brew.png":              string(png),
	})
	slugs := map[string]string{}
	for _, i := range items {
		if i.Post != nil {
			slugs[i.Post.Slug] = i.Post.Meta.Language
		}
	}
	if diff := cmp.Diff(map[string]string{"brew": "en", "brew-fr": "fr"}, slugs); diff != "" {
		t.Error(diff)
	}
	if met.Source.Posts != 2 || met.Source.Items != 4 || met.Source.Rejected != 0 {
		t.Errorf("found %+v", met.Source)
	}
}

// TestReadmeBesideExports: a readme makes no assets of the exports beside it.
func TestReadmeBesideExports(t *testing.T) {
	t.Parallel()
	met, items := imported(t, ingest.Options{}, map[string]string{
		"README.md":         "# About this archive\n\nExported in May.\n",
		"data/site.json":    `{"menu":[]}`,
		"ghost.json":        ghostArchive,
		"posts.ndjson":      `{"slug":"own","title":"Ours","body":[],"meta":{}}`,
		"more/posts.jsonl":  `{"slug":"own-2","title":"Ours","body":[],"meta":{}}`,
		"posts.ndjson.gz":   string(packGzip(t, []byte(`{"slug":"own-3","title":"Ours","body":[],"meta":{}}`))),
		"styles/screen.css": "a { color: red }",
	})
	slugs := map[string]bool{}
	for _, i := range items {
		if i.Post != nil {
			slugs[i.Post.Slug] = true
		}
	}
	want := map[string]bool{"brew": true, "pour": true, "own": true, "own-2": true, "own-3": true, "README": true}
	if diff := cmp.Diff(want, slugs); diff != "" || met.Source.LeftOut["asset"] != 2 || met.Source.Rejected != 0 {
		t.Errorf("found %+v: %s", met.Source, diff)
	}
}

// TestMappingsAreForTables: exports are known beside tables that are read by a mapping.
func TestMappingsAreForTables(t *testing.T) {
	t.Parallel()
	m, err := mapping.Parse("m", strings.NewReader("fields: {title: headline, slug: name}\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, items := imported(t, ingest.Options{Mapping: m}, map[string]string{
		"a.json": ghostArchive,
		"b.csv":  "name,headline\ntea,Tea\n",
		"c.json": `{"name":"pot","headline":"Pot"}`,
	})
	var slugs []string
	for _, i := range items {
		if i.Post == nil {
			t.Fatalf("found %+v", i)
		}
		slugs = append(slugs, i.Post.Slug)
	}
	if diff := cmp.Diff([]string{"brew", "pour", "tea", "pot"}, slugs); diff != "" {
		t.Error(diff)
	}
}

// TestTablesNeedAMapping: without one the command that prints one is named.
func TestTablesNeedAMapping(t *testing.T) {
	t.Parallel()
	_, err := collect(t, "f.csv", []byte("a,b\n1,2\n"), ingest.CSV)
	if err == nil || !strings.Contains(err.Error(), "alphanode mapping f.csv") {
		t.Errorf("found %v, expected the command that prints a mapping", err)
	}
}
