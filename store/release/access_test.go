package release_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/keys"
)

// fullLife does all that makes files in a data directory.
func fullLife(t *testing.T, c *catalogue.Catalogue) {
	t.Helper()
	for _, slug := range []string{"a", "b", "c"} {
		b, err := c.Import(t.Context(), catalogue.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Discard()
		rejects, err := b.Rejects()
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintln(rejects, `{"file":"in","line":1,"field":"title","found":"nothing","expected":"a text"}`)
		if err := errors.Join(err, rejects.Close(), b.Add(content.Record{Post: post(slug)}, catalogue.Origin{})); err != nil {
			t.Fatal(err)
		}
		m, err := b.Finish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Publish(m.Name, store.PublishOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := keys.In(c.Dir()).Add("me", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Takedown(t.Context(), []string{"a"}, store.TakedownOptions{Reason: "asked to"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil {
		t.Fatal(err)
	}
}

// checkModes holds all that is in a data directory against the mode of a file; of
// folders it is that with the right to enter, and of releases that without the right
// to write.
func checkModes(t *testing.T, c *catalogue.Catalogue, file fs.FileMode) (found int) {
	t.Helper()
	err := filepath.WalkDir(c.Dir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == c.Dir() {
			return err
		}
		info, err := entry.Info()
		want := file
		switch {
		case entry.IsDir():
			want |= file >> 2 & 0o111
		case strings.HasSuffix(path, ".db"):
			want &^= 0o222
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("found %s %v, expected %v", path, info.Mode().Perm(), want)
		}
		found++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestModes makes all files of a data directory in folders that are for some, by
// processes that leave some out. It changes the umask of the process, so no other
// test may run beside it.
func TestModes(t *testing.T) {
	for _, tt := range []struct{ folder, file fs.FileMode }{
		{0o700, 0o600}, {0o750, 0o640}, {0o770, 0o660}, {fs.ModeSetgid | 0o750, 0o640}, {fs.ModeSetgid | 0o770, 0o660},
		{0o755, 0o600}, {0o777, 0o600}, {0o710, 0o600}, // which are everyone's, or nobody's to read
	} {
		for _, umask := range []int{0, 0o022, 0o077} {
			t.Run(fmt.Sprintf("%v umask %03o", tt.folder, umask), func(t *testing.T) {
				defer syscall.Umask(syscall.Umask(umask))
				dir := t.TempDir()
				if err := os.Chmod(dir, tt.folder); err != nil {
					t.Fatal(err)
				}
				c, err := catalogue.Open(dir)
				if err != nil {
					t.Fatal(err)
				}
				fullLife(t, c)
				if n := checkModes(t, c, tt.file); n < 18 {
					t.Errorf("looked at %d files and folders", n)
				}
				// The next that changes releases mends what was made when everyone could
				// read it, or when the folder was for others.
				setModes(t, c.Dir(), 0o755, 0o644)
				if err := os.Chmod(dir, tt.folder); err != nil {
					t.Fatal(err)
				}
				if _, err := c.Publish("r3", store.PublishOptions{Force: true}); err != nil {
					t.Fatal(err)
				}
				checkModes(t, c, withSealed(t, c, tt.file))
			})
		}
	}
	t.Run("made anew", func(t *testing.T) {
		defer syscall.Umask(syscall.Umask(0))
		c, err := catalogue.Make(filepath.Join(t.TempDir(), "data"))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(c.Dir()); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("found the data directory %v, %v", info.Mode(), err)
		}
	})
}

// withSealed gives releases the mode that checkModes expects: who made them writable
// keeps that.
func withSealed(t *testing.T, c *catalogue.Catalogue, file fs.FileMode) fs.FileMode {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.Dir(), "releases", "*", "*.db"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != file {
			t.Errorf("found %s %v, %v, expected %v", path, info.Mode(), err, file)
		}
		if err := os.Chmod(path, file&^0o222); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// TestModesThatCannotBeMended makes each change of a mode fail: then nothing was
// done, and the next does it.
func TestModesThatCannotBeMended(t *testing.T) {
	t.Parallel()
	before, _ := stage(t)
	for n := 1; ; n++ {
		c := copied(t, before)
		setModes(t, c.Dir(), 0o755, 0o644)
		d := &disktest.FaultyDisk{At: n, Fault: syscall.EIO}
		_, err := c.On(d).Publish("r5", store.PublishOptions{})
		if operation, _, _ := strings.Cut(d.Failed(), " "); operation != "chmod" {
			if n > 2 { // the first takes the lock
				t.Logf("%d modes were changed", n-2)
				return
			}
			continue
		}
		current, readErr := c.Current()
		if !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), "nothing else was changed") || current != "r4" || readErr != nil {
			t.Fatalf("%s: found %v, and %s current, %v", d.Failed(), err, current, readErr)
		}
		if _, err := c.Publish("r5", store.PublishOptions{}); err != nil {
			t.Fatal(err)
		}
		setModes(t, filepath.Join(c.Dir(), "releases", "r5"), 0o700, 0o600)
	}
}
