package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// builtOf builds a release of one more post.
func builtOf(t *testing.T, c *catalogue.Catalogue, slug string) store.Manifest {
	t.Helper()
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	p := &content.Post{Slug: slug, Title: slug}
	p.Settle()
	if err := b.Add(content.Record{Post: p}, catalogue.Origin{}); err != nil {
		t.Fatal(err)
	}
	m, err := b.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// oneRelease makes a data directory in which r1 is current.
func oneRelease(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Publish(builtOf(t, c, "a").Name, store.PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWhatIsNoDamage: what may pass, and what is only not for this server.
func TestWhatIsNoDamage(t *testing.T) {
	t.Parallel()
	_, missing := release.Open(t.TempDir(), time.Time{})
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{fmt.Errorf("open: %w", store.ErrCorrupt), true},
		{missing, true},
		{fmt.Errorf("release r1: %w", store.ErrReleaseGone), true},
		{&fs.PathError{Op: "read", Err: syscall.EIO}, true},
		{&fs.PathError{Op: "open", Err: syscall.EMFILE}, false},
		{&fs.PathError{Op: "open", Err: syscall.EACCES}, false},
		{fmt.Errorf("map: %w", syscall.ENOMEM), false},
		{store.FormatError{Release: "r1", Found: 3}, false},
		{&store.UnfinishedTakedownError{Release: "r1", Post: "a"}, false},
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
	c := oneRelease(t)
	m := builtOf(t, c, "b")
	if _, err := c.Publish(m.Name, store.PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	l := Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	defer l.Close()
	dir, current := filepath.Join(c.Dir(), "releases", m.Name), filepath.Join(c.Dir(), "CURRENT")
	// Of another format, which this build refuses, and current all the same.
	m.Format++
	if err := release.WriteManifest(disk.System{}, dir, m); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(current+".other", []byte(m.Name+"\n"), 0o600), os.Rename(current+".other", current)); err != nil {
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
	if d, served := l.Damage(), l.current.Load(); d != (Damage{}) || served.Damaged() || servedName(served) != "r1" {
		t.Errorf("found %+v", d)
	}
	m.Format--
	if err := release.WriteManifest(disk.System{}, dir, m); err != nil {
		t.Fatal(err)
	}
	wait("")
	if name := servedName(l.current.Load()); name != "r2" {
		t.Errorf("found %s", name)
	}
}
