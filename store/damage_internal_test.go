package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"alphanode/content"
)

// builtOf builds a release of one more post.
func builtOf(t *testing.T, c *Catalogue, slug string) Manifest {
	t.Helper()
	b, err := c.NewBuild(t.Context(), BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	p := &content.Post{Slug: slug, Title: slug}
	p.Settle()
	if err := b.Add(content.Record{Post: p}, Origin{}); err != nil {
		t.Fatal(err)
	}
	m, err := b.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// servedRelease makes a data directory of one release and serves it.
func servedRelease(t *testing.T) (*Live, *Release) {
	t.Helper()
	c, err := MakeCatalogue(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Publish(builtOf(t, c, "a").Name, PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	l := Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	r, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(r.Close(), l.Close()) })
	return l, r
}

// TestReadThatFailsOnce is made again and answered, and condemns nothing.
func TestReadThatFailsOnce(t *testing.T) {
	t.Parallel()
	l, r := servedRelease(t)
	reads := 0
	got, err := call(t.Context(), r.Reader(Public), func(*readTx) (int, error) {
		if reads++; reads == 1 {
			return 0, fmt.Errorf("%w: a bit", ErrCorrupt)
		}
		return 7, nil
	})
	if got != 7 || err != nil || reads != 2 {
		t.Errorf("found %d, %v after %d reads", got, err, reads)
	}
	if d := l.Damage(); d != (Damage{Passed: 1}) || r.Damaged() {
		t.Errorf("found %+v", d)
	}
}

// TestReadThatKeepsFailing in a file that is what was built, as a fault of the program
// does, condemns nothing, and is not proven again and again.
func TestReadThatKeepsFailing(t *testing.T) {
	t.Parallel()
	l, r := servedRelease(t)
	fail := func() {
		t.Helper()
		_, err := call(t.Context(), r.Reader(Public), func(*readTx) (int, error) { panic("a fault") })
		if !errors.Is(err, ErrCorrupt) {
			t.Fatalf("found %v", err)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); l.Damage().Refuted == 0; time.Sleep(time.Millisecond) {
		if fail(); time.Now().After(deadline) {
			t.Fatal("it is not proven")
		}
	}
	for range 100 {
		fail()
	}
	if d := l.Damage(); d != (Damage{Refuted: 1}) || r.Damaged() || l.Problem() != "" {
		t.Errorf("found %+v, %q", d, l.Problem())
	}
}

// TestWhatIsNoDamage: what may pass, and what is only not for this server.
func TestWhatIsNoDamage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{fmt.Errorf("open: %w", ErrCorrupt), true},
		{missing("r1", dbFile, fs.ErrNotExist), true},
		{fmt.Errorf("release r1: %w", ErrReleaseGone), true},
		{&fs.PathError{Op: "read", Err: syscall.EIO}, true},
		{&fs.PathError{Op: "open", Err: syscall.EMFILE}, false},
		{&fs.PathError{Op: "open", Err: syscall.EACCES}, false},
		{fmt.Errorf("map: %w", syscall.ENOMEM), false},
		{formatError("format 3"), false},
		{&UnfinishedTakedownError{"r1", "a"}, false},
		{context.Canceled, false},
		{errSwitched, false},
	} {
		if got := isDamage(tt.err); got != tt.want {
			t.Errorf("%v: found %v", tt.err, got)
		}
	}
}

// TestWhatMayPassIsWaitedFor: a release that cannot be opened for now is no reason to go
// back.
func TestWhatMayPassIsWaitedFor(t *testing.T) {
	t.Parallel()
	l, r := servedRelease(t)
	c := l.catalogue
	m := builtOf(t, c, "b")
	// Of another format, which this build refuses.
	m.Format++
	if err := writeManifest(systemDisk{}, c.releaseDir(m.Name), m); err != nil {
		t.Fatal(err)
	}
	if err := c.point(ActionPublish, m.Name, "r1", "test"); err != nil {
		t.Fatal(err)
	}
	wait := func(problem string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); l.Problem() != problem; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("found %q, expected %q", l.Problem(), problem)
			}
		}
	}
	wait("release r2 cannot be opened")
	if d := l.Damage(); d != (Damage{}) || r.Damaged() || servedName(l.current.Load()) != "r1" {
		t.Errorf("found %+v", d)
	}
	m.Format--
	if err := writeManifest(systemDisk{}, filepath.Join(c.dir, releasesDir, m.Name), m); err != nil {
		t.Fatal(err)
	}
	wait("")
	if name := servedName(l.current.Load()); name != "r2" {
		t.Errorf("found %s", name)
	}
}
