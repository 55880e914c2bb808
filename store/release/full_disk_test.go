package release_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"alphanode/store/catalogue"
)

// TestFilesThatCannotGrow does the acts in processes whose files the system lets
// grow only so far: so the writes that bbolt makes fail too, each in its turn.
func TestFilesThatCannotGrow(t *testing.T) {
	t.Parallel()
	before, holds := stage(t)
	for _, a := range acts {
		refused, done := 0, 0
		for limit := int64(0); done == 0; limit = max(limit*5/4, limit+1000) {
			c := copied(t, before)
			child := a.process(t, c)
			child.Env = append(child.Env, fmt.Sprint(largestFile, "=", limit))
			said, err := child.CombinedOutput()
			switch {
			case err == nil:
				done++
			case !strings.Contains(string(said), "file too large"):
				t.Errorf("%s with files of %d bytes: %v: %s", a.name, limit, err, said)
			default:
				refused++
			}
			a.recovers(t, c, holds, err)
			if t.Failed() {
				t.Fatalf("%s with files of %d bytes: %v: %s", a.name, limit, err, said)
			}
		}
		t.Logf("%s: refused with %d limits, then done", a.name, refused)
		if refused == 0 {
			t.Errorf("%s never failed", a.name)
		}
	}
}

// TestFullDisk does the acts on a file system that has less and less room.
func TestFullDisk(t *testing.T) {
	before, holds := stage(t)
	dir := t.TempDir()
	const room = 64 << 20
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", room)); err != nil {
		t.Skipf("a file system of its own cannot be mounted, which needs root; TestFilesThatCannotGrow needs nothing: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	for _, a := range acts {
		refused, done := 0, 0
		for free := 0; done == 0; free = max(free*4/3, free+4096) {
			data := filepath.Join(dir, "data")
			if err := os.CopyFS(data, os.DirFS(before.Dir())); err != nil {
				t.Fatal(err)
			}
			c, err := catalogue.Open(data)
			if err != nil {
				t.Fatal(err)
			}
			filler := fill(t, dir, free)
			said, err := a.process(t, c).CombinedOutput()
			switch {
			case err == nil:
				done++
			case !strings.Contains(string(said), "no space left on device"):
				t.Errorf("%s with %d bytes free: %v: %s", a.name, free, err, said)
			default:
				refused++
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			a.recovers(t, c, holds, err)
			if t.Failed() {
				t.Fatalf("%s with %d bytes free: %v: %s", a.name, free, err, said)
			}
			if err := os.RemoveAll(data); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: refused with %d sizes of disk, then done", a.name, refused)
	}
}

// fill leaves so many bytes of a file system, and gives the file that takes the
// others.
func fill(t *testing.T, dir string, free int) string {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	size := int64(stat.Bavail)*stat.Bsize - int64(free)
	if err := errors.Join(syscall.Fallocate(int(f.Fd()), 0, 0, size), f.Close()); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}
