package release_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestPublishNoticesAChangeSinceTheBuild, in the process that built.
func TestPublishNoticesAChangeSinceTheBuild(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("b")})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir(), "releases", m.Name, "release.db")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := append([]byte(nil), sound...)
	damaged[len(damaged)/2] ^= 1
	replace := func(bytes []byte, changed time.Time) {
		t.Helper()
		if err := errors.Join(os.Chmod(path, 0o644), os.WriteFile(path, bytes, 0o444), os.Chtimes(path, changed, changed)); err != nil {
			t.Fatal(err)
		}
	}
	replace(damaged, time.Now().Add(time.Second))
	if _, err := c.Publish(m.Name, store.PublishOptions{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
	replace(sound, time.Now().Add(time.Second))
	if _, err := c.Publish(m.Name, store.PublishOptions{}); err != nil {
		t.Error(err)
	}
}
