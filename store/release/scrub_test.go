package release_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

var scrubFlips = flag.Int("scrub-flips", 6, "how many bits TestScrub flips, one at a time, in a release that is served")

// TestScrub flips bits of a release that is served and was read: the next pass finds
// what stays, and says so once. What was turned back before is no damage. After two
// passes nothing that is read is wrong.
func TestScrub(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 300)
	c := storetest.Catalogue(t, posts...)
	f := newFlipper(t, filepath.Join(c.Dir(), "releases", "r1", "release.db"))
	ask := func(l *live.Live) ([]string, error) {
		r, err := l.Acquire()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var all []string
		for _, view := range []store.View{store.Public, store.Preview} {
			texts, err := questions(t, rand.New(rand.NewPCG(1, 1)), r.Reader(view))
			if err != nil {
				return nil, err
			}
			all = append(all, texts...)
		}
		return all, nil
	}
	damaged := func(l *live.Live) bool {
		r, err := l.Acquire()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		return r.Damaged()
	}
	passes := func(l *live.Live, n int) {
		t.Helper()
		for range n {
			r, err := l.Acquire()
			if err != nil {
				t.Fatal(err)
			}
			before := r.ReliableSince()
			within(t, "a pass", func() bool { return r.ReliableSince().After(before) })
			r.Close()
		}
	}
	var want []string
	for range *scrubFlips {
		l := live.FollowWith(t.Context(), c, slog.New(slog.DiscardHandler), live.FollowOptions{Scrub: 10 * time.Millisecond})
		dropped := make(chan store.Switch, 100)
		l.OnSwitch(func(s store.Switch) { dropped <- s })
		got, err := ask(l)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		bit := rnd.IntN(len(f.data) * 8)
		f.flip(bit, true)
		if rnd.IntN(3) == 0 {
			_, _ = ask(l) // which may be wrong
			f.flip(bit, false)
			passes(l, 3)
			if got, err := ask(l); err != nil || !slices.Equal(got, want) {
				t.Errorf("bit %d was flipped: found a wrong answer, or %v", bit, err)
			}
		} else {
			within(t, "damage", func() bool { return damaged(l) })
			if got, err := ask(l); err == nil && !slices.Equal(got, want) {
				t.Errorf("bit %d is flipped: found a wrong answer", bit)
			}
			if s := <-dropped; s.Before != s.After || s.Reason != "release r1 is damaged" || len(dropped) > 0 {
				t.Errorf("found %v and %d more", s, len(dropped))
			}
			f.flip(bit, false)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestScrubWithoutIdentity: a file whose manifest is of an older alphanode is held
// against its SHA-256.
func TestScrubWithoutIdentity(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, storetest.RandomPosts(random(t), 50)...)
	withoutIdentity(t, c, "r1")
	l := live.FollowWith(t.Context(), c, slog.New(slog.DiscardHandler), live.FollowOptions{Scrub: 10 * time.Millisecond})
	defer l.Close()
	r, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	before := r.ReliableSince()
	within(t, "a pass", func() bool { return r.ReliableSince().After(before) })
	if r.Damaged() {
		t.Fatal("found damage in a sound release")
	}
	f := newFlipper(t, filepath.Join(c.Dir(), "releases", "r1", "release.db"))
	f.flip(len(f.data)*8-1, true)
	within(t, "damage", func() bool { return r.Damaged() })
}

// withoutIdentity writes the manifest of a release as it was before there were
// identities.
func withoutIdentity(t *testing.T, c *catalogue.Catalogue, name string) {
	t.Helper()
	path := filepath.Join(c.Dir(), "releases", name, "manifest.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	if fields["identity"] == nil {
		t.Fatal("the manifest has no identity")
	}
	delete(fields, "identity")
	if data, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSwappedFile: the sound file of another release, of the same size, is not opened,
// nor published, nor rolled back to, and who follows goes back to one that is sound.
func TestSwappedFile(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post("b"))
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post("c"))
	l := storetest.Live(t, c)
	served(t, l, "r3")
	path := func(name string) string { return filepath.Join(c.Dir(), "releases", name, "release.db") }
	own, err := os.ReadFile(path("r2"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(path("r1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(own) != len(other) || bytes.Equal(own, other) {
		t.Fatalf("found files of %d and %d bytes", len(own), len(other))
	}
	replace := func(data []byte) {
		t.Helper()
		if err := errors.Join(os.WriteFile(path("r2")+".new", data, 0o444), os.Rename(path("r2")+".new", path("r2"))); err != nil {
			t.Fatal(err)
		}
	}
	replace(other)
	acts := map[string]func() error{
		"open":     func() error { _, err := c.Open("r2"); return err },
		"verify":   func() error { _, err := c.Verify(t.Context(), "r2"); return err },
		"publish":  func() error { _, err := c.Publish("r2", store.PublishOptions{Force: true}); return err },
		"rollback": func() error { _, err := c.Rollback("", store.RollbackOptions{By: "me"}); return err },
		"pin":      func() error { _, err := l.Pin(t.Context(), "r2", anyRelease); return err },
	}
	for name, act := range acts {
		if err := act(); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(fmt.Sprint(err), "the file of another release") {
			t.Errorf("%s: found %v", name, err)
		}
	}
	point := func() {
		t.Helper()
		if err := os.WriteFile(filepath.Join(c.Dir(), "CURRENT"), []byte("r2\n"), 0o644); err != nil { // whoever did that
			t.Fatal(err)
		}
	}
	point()
	served(t, l, "r1") // as after a rollback
	replace(own)
	point()
	served(t, l, "r2")
	// A manifest of an older alphanode is read as before.
	withoutIdentity(t, c, "r1")
	if _, err := c.Rollback("r1", store.RollbackOptions{By: "me"}); err != nil {
		t.Error(err)
	}
	served(t, l, "r1")
}
