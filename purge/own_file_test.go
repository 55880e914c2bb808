package purge_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
)

// within waits for something that must come.
func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: hangs", what)
	}
}

// TestPipesInTheFolder puts pipes in the place of what servers have remembered. Nothing
// waits for them, and as nobody knows what stood there, caches drop everything, once.
func TestPipesInTheFolder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"told.json", "told/X.json", "told/X.lock"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			s.began = time.Now()
			s.options.Settle = time.Millisecond
			path := filepath.Join(filepath.Dir(s.options.State), filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), syscall.Mkfifo(path, 0o600)); err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				n := s.begin(t, s.options.Endpoints, "r1")
				for len(s.got()) == 0 {
					time.Sleep(time.Millisecond)
				}
				s.switchTo(n, "r1", "r2")
				for len(s.got()) == 1 {
					time.Sleep(time.Millisecond)
				}
				end(t, n)
			}()
			within(t, name, done)
			if got := s.got(); len(got) != 2 || !got[0].message.All || got[1].message.All {
				t.Errorf("found %+v, expected to drop everything, once", got)
			}
		})
	}
}

// TestWhatStaysUnreadable leaves something in the folder that nobody can read: caches
// drop everything because of it once, and not again and again.
func TestWhatStaysUnreadable(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	if err := os.MkdirAll(filepath.Join(s.options.State, "X.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	inBubble(t, s, func(t *testing.T) {
		n := s.begin(t, s.options.Endpoints, "r1")
		time.Sleep(time.Hour)
		end(t, n)
	})
	if got := s.got(); len(got) != 1 || !got[0].message.All {
		t.Errorf("found %d messages, expected one", len(got))
	}
}

// TestModesOfTheFolder: what is remembered is read by those who may read the rest of the
// data directory, also where it was made when everyone could.
func TestModesOfTheFolder(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.options.State = filepath.Join(s.catalogue.Dir(), catalogue.ToldFolder)
	if err := os.Chmod(s.catalogue.Dir(), 0o750); err != nil {
		t.Fatal(err)
	}
	n := s.begin(t, s.options.Endpoints, "r1")
	defer end(t, n)
	check := func(what string) {
		t.Helper()
		found := 0
		err := filepath.WalkDir(s.options.State, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			found++
			want := fs.FileMode(0o640)
			if entry.IsDir() {
				want = 0o750
			}
			if info, err := entry.Info(); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: found %s %v, %v, expected %v", what, path, info.Mode(), err, want)
			}
			return nil
		})
		if err != nil || found != 3 {
			t.Errorf("%s: found %d files and folders, %v", what, found, err)
		}
	}
	check("made")
	for _, path := range s.files(t) {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(s.options.State, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := s.catalogue.Publish("r3", store.PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	check("mended")
}
