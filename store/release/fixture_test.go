package release_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
)

var update = flag.Bool("update", false, "write the fixture of the current format and its answers anew, from its posts.ndjson")

// fixtureFormat is the format of the release in testdata/format7. It is not
// FormatVersion: a change of that has to be noticed here.
const fixtureFormat = 7

// fixtures are the folders of releases of this format, oldest first. Their release.db are
// packed, since pages of a small release are mostly empty.
var fixtures = []string{"testdata/format7"}

// newestFixture is the one that -update writes.
var newestFixture = fixtures[len(fixtures)-1]

// TestFormatFixture reads a release that an earlier build has written: what it
// holds must stay readable, and give the same answers, for as long as the format
// has this number.
func TestFormatFixture(t *testing.T) {
	t.Parallel()
	if store.FormatVersion != fixtureFormat {
		t.Fatalf("found format %d, expected %d as in %s: store/file/buckets.go says what a change of the format needs", store.FormatVersion, fixtureFormat, newestFixture)
	}
	if *update {
		writeFixture(t)
	}
	for _, folder := range fixtures {
		t.Run(filepath.Base(folder), func(t *testing.T) { checkFixture(t, folder) })
	}
}

func checkFixture(t *testing.T, folder string) {
	t.Helper()
	c := fixtureCatalogue(t, folder, func(*store.Manifest) {})
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if diff := cmp.Diff(string(readFixture(t, folder, "posts.ndjson")), export(t, c, "r1")); diff != "" {
		t.Errorf("the posts differ: %.2000s", diff)
	}
	if v, err := c.Verify(t.Context(), "r1"); err != nil {
		t.Error(err)
	} else if m := r.Manifest(); m.Format != fixtureFormat || v.Posts != m.Posts || v.Bytes != m.Size {
		t.Errorf("found %+v of %+v", v, m)
	}
	answers := fixtureAnswers(t, r.Reader(store.Public))
	if *update && folder == newestFixture {
		if err := os.WriteFile(filepath.Join(folder, "answers.json"), answers, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFixture(t, folder, "answers.json")), string(answers)); diff != "" {
		t.Errorf("the answers differ: %.2000s", diff)
	}
}

// TestOtherFormats are refused by their numbers, with what to do.
func TestOtherFormats(t *testing.T) {
	t.Parallel()
	for _, format := range []int{0, 1, 2, 3, 4, 5, 6, fixtureFormat + 1, 1000} {
		c := fixtureCatalogue(t, newestFixture, func(m *store.Manifest) { m.Format = format })
		do := "build the release anew"
		if format >= store.OldestFormat && format < fixtureFormat {
			do = "run alphanode upgrade"
		}
		want := fmt.Sprintf("release r1 has format %d, this alphanode reads format %d: %s, or run the alphanode that built it (alphanode fixture)",
			format, store.FormatVersion, do)
		_, openErr := c.Open("r1")
		_, verifyErr := c.Verify(t.Context(), "r1")
		_, publishErr := c.Publish("r1", store.PublishOptions{})
		for _, err := range []error{openErr, verifyErr, publishErr} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("format %d: found %v, expected %s", format, err, want)
			}
		}
		entries, err := c.List()
		if err != nil || len(entries) != 1 || !strings.Contains(entries[0].Problem, want) {
			t.Errorf("format %d: found %+v, %v", format, entries, err)
		}
	}
	// Without its manifest nobody knows what it is.
	c := fixtureCatalogue(t, newestFixture, func(*store.Manifest) {})
	if err := os.Remove(filepath.Join(c.Dir(), "releases", "r1", "manifest.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open("r1"); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "has no manifest.json") {
		t.Errorf("without its manifest: found %v", err)
	}
}

func readFixture(t *testing.T, folder, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatalf("the fixture is part of the project: %v", err)
	}
	return data
}

// fixtureCatalogue is a data directory whose r1 is the fixture, with a manifest
// that may say something else.
func fixtureCatalogue(t *testing.T, fixture string, change func(*store.Manifest)) *catalogue.Catalogue {
	t.Helper()
	c := emptyCatalogue(t)
	folder := filepath.Join(c.Dir(), "releases", "r1")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(readFixture(t, fixture, "release.db.gz")))
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	var m store.Manifest
	if err := json.Unmarshal(readFixture(t, fixture, "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	change(&m)
	for name, data := range map[string][]byte{"release.db": db, "manifest.json": []byte(asJSON(t, m))} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// writeFixture builds the fixture of its posts, and brings those into order.
func writeFixture(t *testing.T) {
	t.Helper()
	c := emptyCatalogue(t)
	var records []content.Record
	for line := range bytes.Lines(readFixture(t, newestFixture, "posts.ndjson")) {
		r, faults := content.Decode(line)
		if faults != nil {
			t.Fatal(faults)
		}
		records = append(records, r)
	}
	if _, err := buildOnto(t, c, catalogue.ImportOptions{Tool: "alphanode fixture"}, records...); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(c.Dir(), "releases", "r1")
	db, err := os.ReadFile(filepath.Join(folder, "release.db"))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(db); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"release.db.gz": packed.Bytes(), "manifest.json": manifest, "posts.ndjson": []byte(export(t, c, "r1"))} {
		if err := os.WriteFile(filepath.Join(newestFixture, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fixtureAnswers asks a question of each kind.
func fixtureAnswers(t *testing.T, r *release.Reader) []byte {
	t.Helper()
	ctx, first := t.Context(), 5
	list, err := r.Find(ctx, store.PostQuery{
		Filter: &store.Filter{HasImages: ptr(true)}, Order: store.DefaultOrder, Window: store.Window{First: &first}})
	if err != nil {
		t.Fatal(err)
	}
	cards, err := r.PostsJSON(ctx, list.Refs, store.Card)
	if err != nil {
		t.Fatal(err)
	}
	var posts []json.RawMessage
	for _, card := range cards {
		posts = append(posts, bytes.Clone(card))
	}
	byTitle, err := r.Find(ctx, store.PostQuery{Order: store.Order{Field: store.FieldTitle}, Window: store.Window{First: ptr(20)}})
	if err != nil {
		t.Fatal(err)
	}
	begun, err := r.Find(ctx, store.PostQuery{Filter: &store.Filter{Title: &store.TextFilter{Prefix: ptr("ecl")}}, Order: store.DefaultOrder, Window: store.Window{First: &first}})
	if err != nil {
		t.Fatal(err)
	}
	tools, err := r.FindTerms(ctx, store.TermQuery{Kind: store.KindTool, Prefix: "e", Window: store.Window{First: &first}})
	if err != nil {
		t.Fatal(err)
	}
	facets, err := r.Facets(ctx, store.FacetQuery{By: store.Kinds, First: first})
	if err != nil {
		t.Fatal(err)
	}
	scores, err := r.Scores(ctx, store.ScoreQuery{})
	if err != nil {
		t.Fatal(err)
	}
	similar, err := r.Similar(ctx, list.Refs[0], store.SimilarQuery{First: first})
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.Search(ctx, store.SearchQuery{Search: store.Search{Text: "draft OR plain OR caching OR post "}, First: first})
	if err != nil {
		t.Fatal(err)
	}
	stood := map[string]store.Ref{}
	for _, address := range []string{"/2014/09/15/caching", "/?p=7", "/old/none"} {
		if stood[address], err = r.LookupAddress(ctx, address); err != nil {
			t.Fatal(err)
		}
	}
	if len(posts) == 0 || len(similar.Hits) == 0 || len(found.Hits) == 0 || begun.Total == 0 || tools.Total == 0 {
		t.Fatalf("a question finds nothing: %d posts, %d similar, %d by search, %d by how they begin, %d tools", len(posts), len(similar.Hits), len(found.Hits), begun.Total, tools.Total)
	}
	answers, err := json.MarshalIndent(map[string]any{
		"list": list, "cards": posts, "facets": facets, "scores": scores, "similar": similar, "search": found, "addresses": stood,
		"byTitle": byTitle, "begun": begun, "tools": tools}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(answers, '\n')
}

func emptyCatalogue(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
