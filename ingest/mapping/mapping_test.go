package mapping_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/ingest/draft"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// parsed reads a mapping that is right.
func parsed(t testing.TB, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Parse("m.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// read gives what a source becomes by a mapping.
func read(t testing.TB, m *mapping.Mapping, name string, in io.Reader) ([]record.Item, error) {
	t.Helper()
	src, err := record.Open(in)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var items []record.Item
	spool := draft.NewSpool(&memory{}, draft.Options{}, func(i record.Item) error { items = append(items, i); return nil })
	sink := spool.Sink(mapping.Convert)
	reader := m.ReadJSON
	if filepath.Ext(name) == ".csv" {
		reader = m.ReadCSV
	}
	if err := reader(context.Background(), name, src, sink); err != nil {
		return nil, err
	}
	return items, spool.Settle(t.Context())
}

// memory keeps drafts without a file.
type memory struct{ kept []byte }

func (m *memory) Write(p []byte) (int, error) {
	m.kept = append(m.kept, p...)
	return len(p), nil
}

func (m *memory) ReadAt(p []byte, from int64) (int, error) {
	return bytes.NewReader(m.kept).ReadAt(p, from)
}

// said shows items: posts as their JSON, what was told of them behind it.
func said(t testing.TB, items []record.Item) string {
	t.Helper()
	var w strings.Builder
	for _, i := range items {
		w.WriteString(i.Origin.String() + "\n")
		for _, r := range i.Rejects {
			w.WriteString("  rejected: " + r.Error() + "\n")
		}
		if i.Post != nil {
			var v any
			if err := json.Unmarshal(i.Post.AppendJSON(nil), &v); err != nil {
				t.Fatal(err)
			}
			m := v.(map[string]any)["meta"].(map[string]any)
			for name, value := range m { // lists that are always there say nothing
				if list, ok := value.([]any); ok && len(list) == 0 || name == "flags" {
					delete(m, name)
				}
			}
			pretty, err := json.MarshalIndent(v, "  ", " ")
			if err != nil {
				t.Fatal(err)
			}
			w.WriteString("  " + string(pretty) + "\n")
		}
		for _, warning := range i.Warnings {
			w.WriteString("  " + warning.Kind + ": " + warning.Message + "\n")
		}
		for kind, n := range i.Losses.All() {
			w.WriteString("  lost: " + kind + " " + strings.Repeat("I", n) + "\n")
		}
	}
	return w.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestArchives(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"news.json", "sheet.csv"} {
		in, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		by, err := os.ReadFile(filepath.Join("testdata", strings.TrimSuffix(name, filepath.Ext(name))+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		items, err := read(t, parsed(t, string(by)), name, strings.NewReader(string(in)))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name+".golden"), said(t, items))
	}
}

// TestGuesses: the mapping that is guessed for each source, and what it makes of it.
func TestGuesses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"news.json", "sheet.csv", "press.json", "numbers.csv", "lines.json", "closed.json"} {
		in, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		guessed, err := guess(name, string(in))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name+".guess.yaml"), guessed)
		m, err := mapping.Parse("guessed.yaml", strings.NewReader(guessed))
		if err != nil {
			t.Fatal(err)
		}
		items, err := read(t, m, name, strings.NewReader(string(in)))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name+".guess.golden"), said(t, items))
	}
}

func guess(name, in string) (string, error) {
	src, err := record.Open(strings.NewReader(in))
	if err != nil {
		return "", err
	}
	defer src.Close()
	guessed, err := mapping.Guess(name, src, "alphanode import --map mapping.yaml "+name)
	return string(guessed), err
}
