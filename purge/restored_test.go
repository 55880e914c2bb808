package purge_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"alphanode/store/backup"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
)

// TestRestored: caches may have answers of what came after a backup, so a server that begins
// on what was restored has them drop everything, once.
func TestRestored(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	var saved bytes.Buffer
	if _, err := backup.Write(t.Context(), &saved, s.catalogue, backup.Options{Checksums: true}); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := backup.Restore(t.Context(), disk.System{}, dir, &saved, backup.RestoreOptions{Checksums: true}); err != nil {
		t.Fatal(err)
	}
	s.options.State = filepath.Join(dir, catalogue.ToldFolder)
	inBubble(t, s, func(t *testing.T) {
		for range 2 {
			n := s.begin(t, s.options.Endpoints, "r3")
			time.Sleep(time.Minute)
			end(t, n)
		}
		if got := s.got(); len(got) != 1 || !got[0].message.All {
			t.Errorf("found %+v, expected that everything is dropped, once", got)
		}
	})
}
