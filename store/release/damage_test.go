package release_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// TestDamagedDirectory: whatever is wrong with what is current, who serves
// already serves on; who starts says what is wrong, and serves what was current
// before where it is the release that is damaged; and publishing mends it.
func TestDamagedDirectory(t *testing.T) {
	t.Parallel()
	current := func(text string) func(dir string) error {
		return func(dir string) error { return os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(text), 0o644) }
	}
	without := func(parts ...string) func(dir string) error {
		return func(dir string) error {
			return os.RemoveAll(filepath.Join(append([]string{dir, "releases", "r2"}, parts...)...))
		}
	}
	for _, tt := range []struct {
		name   string
		damage func(dir string) error
		want   string // in the log
	}{
		{"CURRENT is empty", current(""), "expected a release such as r1: publish a release to set it"},
		{"CURRENT is garbage", current("\x00\xff..\n"), "expected a release such as r1: publish a release to set it"},
		{"CURRENT names a path", current("../r1\n"), "expected a release such as r1: publish a release to set it"},
		{"CURRENT has more behind the name", current("r2" + strings.Repeat(" ", 1024) + "junk"), "expected a release such as r1: publish a release to set it"},
		{"CURRENT has more behind its line", current("r2\nr1\n"), "expected a release such as r1: publish a release to set it"},
		{"CURRENT has a space", current("r2 \n"), "expected a release such as r1: publish a release to set it"},
		{"CURRENT is a pipe", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "CURRENT")), syscall.Mkfifo(filepath.Join(dir, "CURRENT"), 0o600))
		}, "is a named pipe, expected a regular file"},
		{"CURRENT names what never was", current("r9\n"), "release r9: not found, expected one of: r1, r2"},
		{"CURRENT is a folder", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "CURRENT")), os.Mkdir(filepath.Join(dir, "CURRENT"), 0o755))
		}, "is a directory"},
		{"the release is gone", without(), "release r2: release gone"},
		{"no release.db", without("release.db"), "release r2 has no release.db: import its posts again with --replace, or publish another release"},
		{"no manifest", without("manifest.json"), "release r2 has no manifest.json: import its posts again with --replace, or publish another release"},
		{"half a manifest", func(dir string) error {
			return os.Truncate(filepath.Join(dir, "releases", "r2", "manifest.json"), 20)
		}, "corrupt release: manifest"},
		{"release.db is a folder", func(dir string) error {
			path := filepath.Join(dir, "releases", "r2", "release.db")
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o755))
		}, "corrupt release"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := storetest.Catalogue(t, post("a"))
			storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
			before := storetest.Live(t, c)
			served(t, before, "r2")
			if err := tt.damage(c.Dir()); err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			after := live.Follow(t.Context(), c, slog.New(slog.NewTextHandler(&log, nil)))
			if strings.HasPrefix(tt.name, "CURRENT") { // it is not known what should be served
				if _, err := after.Acquire(); !errors.Is(err, store.ErrNotReady) || after.Problem() == "" {
					t.Errorf("found %v, %q", err, after.Problem())
				}
			} else {
				wentBack(t, after, "r2", "r1")
			}
			if err := after.Close(); err != nil {
				t.Error(err)
			}
			if !strings.Contains(log.String(), tt.want) || !strings.Contains(log.String(), "publish another") {
				t.Errorf("found the log %s, expected %q and what to do", log.String(), tt.want)
			}
			if tt.name != "half a manifest" { // which is another than that of what is served
				served(t, before, "r2")
			}
			if _, err := c.Import(t.Context(), catalogue.ImportOptions{}); err == nil {
				t.Error("a release is built onto one that cannot be read")
			}
			if info, err := os.Stat(filepath.Join(c.Dir(), "CURRENT")); err == nil && info.IsDir() {
				return // which nobody but its maker may remove
			}
			if _, err := c.Publish("r1", store.PublishOptions{Force: true}); err != nil {
				t.Fatal(err)
			}
			served(t, before, "r1")
			if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("c")}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestImportersOfTwoProcesses: the second says that there is another, and the
// first is not disturbed.
func TestImportersOfTwoProcesses(t *testing.T) {
	t.Parallel()
	c, holds := stage(t)
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	for _, a := range acts {
		said, err := a.process(t, c).CombinedOutput()
		if busy := strings.Contains(string(said), store.ErrBusy.Error()); busy == (a.name == "key add") || (err == nil) == busy {
			t.Errorf("%s: found %v: %s", a.name, err, said)
		}
	}
	for _, slug := range []string{"x", "y"} {
		if err := b.Add(content.Record{Post: post(slug)}, catalogue.Origin{}); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := b.Finish(t.Context()); err != nil || m.Name != "r6" || export(t, c, "r6") != holds["r6"] {
		t.Errorf("found %s, %v", m.Name, err)
	}
}

// TestReadOnlyDirectory can be read and served, and every act is refused.
func TestReadOnlyDirectory(t *testing.T) {
	before, holds := stage(t)
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	// To root nothing is read-only but what is mounted so.
	mounted := os.Geteuid() == 0
	if mounted {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, ""); err != nil {
			t.Skipf("root can write everything, and a file system of its own cannot be mounted: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, 0); err != nil {
				t.Error(err)
			}
		})
	}
	if err := os.CopyFS(data, os.DirFS(before.Dir())); err != nil {
		t.Fatal(err)
	}
	if mounted {
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	} else {
		readOnly(t, data)
	}
	c, err := catalogue.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range acts {
		if err := a.do(t.Context(), c, keys.In(c.Dir())); !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "lock") {
			t.Errorf("%s: found %v", a.name, err)
		}
		a.check(t, c, holds, errors.New("refused"))
	}
	l := live.Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	served(t, l, "r4")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// readOnly takes the right to write from a folder and all in it, until the test
// ends.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	setModes(t, dir, 0o555, 0o444)
	t.Cleanup(func() { setModes(t, dir, 0o755, 0o644) })
}

// setModes gives a folder and all in it their modes.
func setModes(t *testing.T, dir string, folder, file fs.FileMode) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Chmod(path, folder)
		}
		return os.Chmod(path, file)
	})
	if err != nil {
		t.Error(err)
	}
}
