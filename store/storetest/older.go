package storetest

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Older makes a data directory whose r1 is of an older format, and current: that of a fixture,
// which is a folder with a manifest and the packed file of a release.
func Older(t testing.TB, fixture string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	folder := filepath.Join(dir, "releases", "r1")
	packed, err := os.Open(filepath.Join(fixture, "release.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(fixture, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{
		filepath.Join(folder, "release.db"): db, filepath.Join(folder, "manifest.json"): manifest, filepath.Join(dir, "CURRENT"): []byte("r1\n"),
		filepath.Join(dir, "journal.ndjson"): []byte(`{"time":"2026-11-28T10:00:00Z","action":"publish","release":"r1"}` + "\n"),
	} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
