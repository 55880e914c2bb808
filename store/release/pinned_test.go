package release_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

var anyRelease = store.PinOptions{Any: true}

// stagedReleases makes a data directory of so many releases, of which the first is
// published.
func stagedReleases(t *testing.T, releases int) *catalogue.Catalogue {
	t.Helper()
	c := storetest.Catalogue(t, post("a"))
	for i := 2; i <= releases; i++ {
		if m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(fmt.Sprintf("b-%d", i))}); err != nil || m.Name != fmt.Sprintf("r%d", i) {
			t.Fatal(m.Name, err)
		}
	}
	return c
}

// descriptors counts the files that are open.
func descriptors(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(files)
}

// TestPinnedReleasesAreBounded names more releases than may be open, one after
// the other and many at once, and counts the files that are open.
func TestPinnedReleasesAreBounded(t *testing.T) {
	const releases, most = 12, 8
	c := stagedReleases(t, releases)
	before := descriptors(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	l := live.Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	name := func(i int) string { return fmt.Sprintf("r%d", 2+i%(releases-1)) }
	for i := range 3 * releases {
		r, err := l.Pin(t.Context(), name(i), anyRelease)
		if err != nil || r.Manifest().Name != name(i) {
			t.Fatalf("%s: found %v", name(i), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := descriptors(t) - before; n > most+2 { // with the current one, and what tells of changes
		t.Errorf("%d files are open, expected at most %d", n, most+2)
	}
	var held []*release.Release // so many are in use
	for i := range most {
		r, err := l.Pin(t.Context(), name(i), anyRelease)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, r)
	}
	if _, err := l.Pin(t.Context(), name(most), anyRelease); !errors.Is(err, store.ErrTooManyOpen) {
		t.Errorf("one more: found %v", err)
	}
	if r, err := l.Pin(t.Context(), name(0), anyRelease); err != nil { // which is open
		t.Error(err)
	} else {
		held = append(held, r)
	}
	for _, r := range held {
		if found, err := r.Reader(store.Public).Lookup(t.Context(), "a"); err != nil || found[0] == store.NoRef {
			t.Errorf("%s: found %v, %v", r.Manifest().Name, found, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	var asking sync.WaitGroup
	for i := range 200 {
		asking.Go(func() {
			r, err := l.Pin(t.Context(), name(i), anyRelease)
			if errors.Is(err, store.ErrTooManyOpen) {
				return
			}
			if err != nil || r.Manifest().Name != name(i) {
				t.Errorf("%s: found %v", name(i), err)
				return
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := l.Pin(t.Context(), "r2", anyRelease); !errors.Is(err, store.ErrNotReady) {
		t.Errorf("after the end: found %v", err)
	}
	if n := descriptors(t) - before; n > 0 {
		t.Errorf("%d files are left open", n)
	}
}

// TestPinOutlivesTheEnd: a release that is in use when following ends is closed
// by its last user.
func TestPinOutlivesTheEnd(t *testing.T) {
	c := stagedReleases(t, 2)
	before := descriptors(t)
	l := live.Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	r, err := l.Pin(t.Context(), "r2", anyRelease)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if found, err := r.Reader(store.Public).Lookup(t.Context(), "b-2"); err != nil || found[0] == store.NoRef {
		t.Errorf("found %v, %v", found, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if n := descriptors(t) - before; n > 0 {
		t.Errorf("%d files are left open", n)
	}
}

// TestPinOfDamagedRelease fails again and again, and leaves nothing behind.
func TestPinOfDamagedRelease(t *testing.T) {
	c := stagedReleases(t, 3)
	l := storetest.Live(t, c)
	path := filepath.Join(c.Dir(), "releases", "r2", "release.db")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := descriptors(t)
	for i := range 30 {
		bad := append([]byte{}, good...)
		for at := i * 997 % len(bad); at < min(len(bad), i*997%len(bad)+40<<10); at++ {
			bad[at] ^= 0xff
		}
		if i == 0 {
			bad = bad[:len(bad)/2]
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := l.Pin(t.Context(), "r2", anyRelease); err == nil { // what is damaged was not touched
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Millisecond)
		} else if !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("found %v", err)
		}
		for _, name := range []string{"r1", "r3"} {
			r, err := l.Pin(t.Context(), name, anyRelease)
			if err != nil {
				t.Fatalf("%s beside the damaged one: %v", name, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if n := descriptors(t) - before; n > 2 { // r2 and r3 may be open
		t.Errorf("%d files are left open", n)
	}
}

// TestPinOfPublished: a release that was opened while it was staged knows when it
// was published, once it was.
func TestPinOfPublished(t *testing.T) {
	t.Parallel()
	c := stagedReleases(t, 2)
	l := storetest.Live(t, c)
	publishedAt := func() time.Time {
		t.Helper()
		r, err := l.Pin(t.Context(), "r2", anyRelease)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		return r.PublishedAt()
	}
	if at := publishedAt(); !at.IsZero() {
		t.Errorf("staged: found %v", at)
	}
	for _, name := range []string{"r2", "r1"} {
		if _, err := c.Publish(name, store.PublishOptions{Force: true}); err != nil {
			t.Fatal(err)
		}
		served(t, l, name)
		if at := publishedAt(); at.IsZero() {
			t.Errorf("while %s is served: found that r2 was never published", name)
		}
	}
}

// TestPinWindow goes through the time after a release was current, on a clock of
// its own.
func TestPinWindow(t *testing.T) {
	c := stagedReleases(t, 6)
	before := descriptors(t)
	synctest.Test(t, func(t *testing.T) {
		// The system's telling of changes has no part in a clock of its own.
		l := live.Follow(context.Background(), c.On(&disktest.FaultyDisk{At: 1, Fault: syscall.ENOSYS}), slog.New(slog.DiscardHandler))
		defer l.Close()
		open := func(name string) bool {
			t.Helper()
			r, err := l.Pin(t.Context(), name, store.PinOptions{Window: 15 * time.Minute})
			if err != nil && !errors.Is(err, store.ErrWithheld) {
				t.Fatal(err)
			}
			return err == nil && r.Close() == nil
		}
		check := func(when string, names ...string) {
			t.Helper()
			want := map[string]bool{}
			for _, name := range names {
				want[name] = true
			}
			for _, name := range []string{"r1", "r2", "r3", "r4", "r5", "r6"} {
				if open(name) != want[name] {
					t.Errorf("%s: %s is open to everyone: %t", when, name, !want[name])
				}
			}
		}
		publish := func(name string) {
			t.Helper()
			if _, err := c.Publish(name, store.PublishOptions{Force: true}); err != nil {
				t.Fatal(err)
			}
		}
		rollback := func(to string) {
			t.Helper()
			if _, err := c.Rollback(to, store.RollbackOptions{By: "test"}); err != nil {
				t.Fatal(err)
			}
		}
		check("at first", "r1")
		publish("r2")
		check("r2 is published, and not served yet", "r1", "r2")
		time.Sleep(14 * time.Minute)
		check("almost 15 minutes later", "r1", "r2")
		publish("r3")
		time.Sleep(2 * time.Minute)
		check("r1 is past", "r2", "r3")
		publish("r4")
		time.Sleep(time.Second)
		rollback("r2")
		time.Sleep(time.Second)
		check("r4 and r3 are taken back", "r2")
		publish("r4")
		time.Sleep(time.Second)
		check("r4 is published again", "r2", "r4")
		publish("r5")
		time.Sleep(time.Second)
		check("r4 leaves as others do", "r2", "r4", "r5")
		time.Sleep(16*time.Minute + 50*time.Millisecond) // between two looks, which open files
		check("long after", "r5")
		if n := descriptors(t) - before; n != 1 {
			t.Errorf("%d files are open, expected none but that of r5", n)
		}
	})
}
