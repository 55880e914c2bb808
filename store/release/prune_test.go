package release_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// line makes r1 to r5, of which r5 is current, and stages r6 and r7.
func line(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c := storetest.Catalogue(t, post("a"))
	for _, slug := range []string{"b", "c", "d", "e"} {
		storetest.Publish(t, c, catalogue.ImportOptions{}, post(slug))
	}
	for _, slug := range []string{"f", "g"} {
		if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(slug)}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestPrune(t *testing.T) {
	t.Parallel()
	rolledBack := func(t *testing.T, c *catalogue.Catalogue) {
		if _, err := c.Rollback("r3", store.RollbackOptions{By: "me"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		before func(*testing.T, *catalogue.Catalogue)
		keep   int
		kept   string
	}{
		{"the current one and the one before", nil, 1, "r4 r5 r6 r7"},
		{"three", nil, 3, "r3 r4 r5 r6 r7"},
		{"all", nil, 5, "r1 r2 r3 r4 r5 r6 r7"},
		{"more than there are", nil, 50, "r1 r2 r3 r4 r5 r6 r7"},
		{"after a rollback", rolledBack, 1, "r2 r3 r5 r6 r7"},
		{"staged and old", func(t *testing.T, c *catalogue.Catalogue) {
			if _, err := c.Publish("r7", store.PublishOptions{Force: true}); err != nil {
				t.Fatal(err)
			}
		}, 1, "r5 r7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := line(t)
			if tt.before != nil {
				tt.before(t, c)
			}
			target, err := c.RollbackTarget()
			if err != nil {
				t.Fatal(err)
			}
			all := releaseNames(t, c)
			p, err := c.Prune(tt.keep, "me")
			if err != nil {
				t.Fatal(err)
			}
			kept := strings.Fields(tt.kept)
			if got := releaseNames(t, c); !slices.Equal(got, kept) || !slices.Equal(p.Kept, kept) || len(p.Dropped)+len(kept) != len(all) || (p.Bytes > 0) != (len(p.Dropped) > 0) {
				t.Errorf("found %q and %+v, expected %q", got, p, kept)
			}
			for _, name := range p.Dropped {
				if _, err := c.Open(name); !errors.Is(err, store.ErrReleaseGone) {
					t.Errorf("%s: found %v", name, err)
				}
			}
			if again, err := c.RollbackTarget(); err != nil || again != target {
				t.Errorf("found the target %q, %v, expected %q", again, err, target)
			}
			if _, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil {
				t.Error(err)
			}
			if _, err := c.Rollback("r1", store.RollbackOptions{By: "me"}); len(p.Dropped) > 0 && (!errors.Is(err, store.ErrReleaseGone) || !strings.Contains(err.Error(), "publish another instead")) {
				t.Errorf("found %v", err)
			}
			if m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("z")}); err != nil || m.Name != "r8" {
				t.Errorf("found %q, %v", m.Name, err)
			}
		})
	}
}

func TestPruneWithNothingPublished(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"a", "b"} {
		if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(slug)}); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := c.Prune(1, "me"); err != nil || len(p.Dropped) > 0 || len(p.Kept) != 2 {
		t.Errorf("found %+v, %v", p, err)
	}
	if _, err := c.Prune(0, "me"); !errors.As(err, new(*store.ArgumentError)) {
		t.Errorf("found %v", err)
	}
}

// TestPruneLeavesReaders drops a release that is being read.
func TestPruneLeavesReaders(t *testing.T) {
	t.Parallel()
	c := line(t)
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Prune(1, "me"); err != nil {
		t.Fatal(err)
	}
	read := 0
	if err := r.Each(t.Context(), func([]byte) error { read++; return nil }); err != nil || read != 1 {
		t.Errorf("found %d posts, %v", read, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestPruneThatStops leaves what a prune leaves that is killed after each of its
// steps, or that cannot write.
func TestPruneThatStops(t *testing.T) {
	t.Parallel()
	at := func(c *catalogue.Catalogue, name string) string { return filepath.Join(c.Dir(), "releases", name) }
	must := func(t *testing.T, errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	sound := func(t *testing.T, c *catalogue.Catalogue, first string) {
		t.Helper()
		names := releaseNames(t, c)
		if names[0] != first {
			t.Errorf("found %q", names)
		}
		for _, name := range names {
			if _, err := c.Verify(t.Context(), name); err != nil {
				t.Error(err)
			}
		}
		if _, err := c.Prune(2, "me"); err != nil {
			t.Fatal(err)
		}
		if remains, err := filepath.Glob(at(c, ".pruned-*")); err != nil || len(remains) > 0 {
			t.Errorf("found %q, %v", remains, err)
		}
		if got := releaseNames(t, c); !slices.Equal(got, []string{"r4", "r5", "r6", "r7"}) {
			t.Errorf("found %q", got)
		}
		if _, err := c.Open("r1"); !errors.Is(err, store.ErrReleaseGone) {
			t.Errorf("found %v", err)
		}
	}
	journal := func(t *testing.T, c *catalogue.Catalogue, line string) {
		t.Helper()
		f, err := os.OpenFile(filepath.Join(c.Dir(), "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		_, err = f.WriteString(line)
		must(t, err, f.Close())
	}
	const entry = `{"time":"2026-01-01T00:00:00Z","action":"prune","release":"r1"}`
	t.Run("in the journal", func(t *testing.T) {
		t.Parallel()
		c := line(t)
		journal(t, c, entry[:20])
		sound(t, c, "r1")
	})
	t.Run("before the rename", func(t *testing.T) {
		t.Parallel()
		c := line(t)
		journal(t, c, entry+"\n")
		sound(t, c, "r1")
	})
	t.Run("before the delete", func(t *testing.T) {
		t.Parallel()
		c := line(t)
		journal(t, c, entry+"\n")
		must(t, os.Rename(at(c, "r1"), at(c, ".pruned-r1")))
		sound(t, c, "r2")
	})
	t.Run("in the delete", func(t *testing.T) {
		t.Parallel()
		c := line(t)
		journal(t, c, entry+"\n")
		must(t, os.Rename(at(c, "r1"), at(c, ".pruned-r1")), os.Remove(filepath.Join(at(c, ".pruned-r1"), "release.db")))
		if name := storetest.Publish(t, c, catalogue.ImportOptions{}, post("h")); name != "r8" {
			t.Errorf("found %s", name)
		}
		if _, err := os.Stat(at(c, ".pruned-r1")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a build left the remains: %v", err)
		}
	})
	t.Run("a journal that cannot be written", func(t *testing.T) {
		t.Parallel()
		c := line(t)
		path := filepath.Join(c.Dir(), "journal.ndjson")
		// A link into a folder that is not there: reading finds no journal, writing fails.
		must(t, os.Rename(path, path+".aside"), os.Symlink(filepath.Join(c.Dir(), "nowhere", "journal"), path))
		if p, err := c.Prune(1, "me"); err == nil {
			t.Errorf("found %+v", p)
		}
		must(t, os.Remove(path), os.Rename(path+".aside", path))
		sound(t, c, "r1")
	})
}

func TestPruneWaitsForNobody(t *testing.T) {
	t.Parallel()
	c := line(t)
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if _, err := c.Prune(1, "me"); !errors.Is(err, store.ErrBusy) {
		t.Errorf("found %v", err)
	}
}
