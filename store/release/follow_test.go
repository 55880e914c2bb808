package release_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// followByEvents serves what CURRENT names and does not look at it unless the
// system tells of a change.
func followByEvents(t *testing.T, c *catalogue.Catalogue) *live.Live {
	t.Helper()
	return live.FollowWith(t.Context(), c, slog.New(slog.DiscardHandler), live.FollowOptions{Poll: time.Hour})
}

// served waits until a release is served, within a deadline far above what the
// contract gives, so that a slow machine fails no test.
func served(t *testing.T, l *live.Live, want string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r, err := l.Acquire()
		if err == nil {
			name := r.Manifest().Name
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if name == want {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not served: %v %s", want, err, l.Problem())
		}
	}
}

// TestSwitchesUnderLoad publishes and rolls back while readers ask: none may
// fail, and none may see two releases.
func TestSwitchesUnderLoad(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("b"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("c"))
	posts := map[string]int{"r1": 2, "r2": 3}
	l := storetest.Live(t, c)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				release, err := l.Acquire()
				if err != nil {
					t.Error(err)
					return
				}
				r := release.Reader(store.Public)
				page, err := r.Find(t.Context(), store.PostQuery{Order: store.DefaultOrder, Window: store.Window{First: ptr(10)}})
				if err != nil {
					t.Error(err)
				} else if rows, err := r.PostsJSON(t.Context(), page.Refs, store.Whole); err != nil || len(rows) != posts[release.Manifest().Name] {
					t.Errorf("%s: found %d posts, %v", release.Manifest().Name, len(rows), err)
				}
				if err := release.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 6 {
		if _, err := c.Rollback("r1", store.RollbackOptions{By: "test"}); err != nil {
			t.Fatal(err)
		}
		served(t, l, "r1")
		if _, err := c.Publish("r2", store.PublishOptions{}); err != nil {
			t.Fatal(err)
		}
		served(t, l, "r2")
	}
	stop()
	readers.Wait()
}

// TestReleaseThatCannotBeOpened leaves the one before in service and says so.
func TestReleaseThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	l := storetest.Live(t, c)
	served(t, l, "r1")
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	served(t, l, "r2")
	if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	served(t, l, "r1")
	file := filepath.Join(c.Dir(), "releases", "r2", "release.db")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 1000); err != nil {
		t.Fatal(err)
	}
	// Someone points at the damaged release by hand; publish would refuse.
	if err := os.WriteFile(filepath.Join(c.Dir(), "CURRENT"), []byte("r2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); l.Problem() == ""; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the damage is not noticed")
		}
	}
	served(t, l, "r1")
	if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); l.Problem() != ""; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the problem does not go away")
		}
	}
}

func TestNothingIsServedBeforeAnythingIsPublished(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	l := live.Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	if _, err := l.Acquire(); err == nil || l.Staged() != "" {
		t.Errorf("found %v, %q", err, l.Staged())
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("a"))
	served(t, l, "r1")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := l.Acquire(); err == nil {
		t.Error("a release is served after the end")
	}
}

func TestOnSwitch(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	l := storetest.Live(t, c)
	switches := make(chan store.Switch, 1)
	l.OnSwitch(func(s store.Switch) { switches <- s })
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	got, want := <-switches, store.Switch{Before: servedOf(t, c, "r1"), After: servedOf(t, c, "r2")}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// servedOf is a release as who is told of switches knows it, where nothing is taken down.
func servedOf(t *testing.T, c *catalogue.Catalogue, name string) store.Served {
	t.Helper()
	r, err := c.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return store.Served{Release: name, SHA256: r.Manifest().SHA256}
}

// TestSwitchesAreTold by the system, without looking again and again.
func TestSwitchesAreTold(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	l := followByEvents(t, c)
	defer l.Close()
	served(t, l, "r1")
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	served(t, l, "r2")
	for range 3 {
		if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
			t.Fatal(err)
		}
		served(t, l, "r1")
		if _, err := c.Publish("r2", store.PublishOptions{}); err != nil {
			t.Fatal(err)
		}
		served(t, l, "r2")
	}
}

// TestSwitchesThatNobodyTells are found by looking, and the log says once that
// nobody tells.
func TestSwitchesThatNobodyTells(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	var log bytes.Buffer
	mute := c.On(&disktest.FaultyDisk{At: 1, Fault: syscall.EMFILE, Dead: true})
	l := live.Follow(t.Context(), mute, slog.New(slog.NewTextHandler(&log, nil)))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	served(t, l, "r2")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if strings.Count(log.String(), "the system tells of no changes") != 1 || !strings.Contains(log.String(), "too many open files") {
		t.Errorf("found the log %s", log.String())
	}
}
