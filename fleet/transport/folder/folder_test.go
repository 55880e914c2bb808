package folder_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/fleet/transport"
	"alphanode/fleet/transport/folder"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store/disk"
)

func made(t *testing.T) (string, transport.Transport) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fleet")
	if err := folder.Make(dir); err != nil {
		t.Fatal(err)
	}
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, f
}

func TestFolder(t *testing.T) {
	t.Parallel()
	transporttest.Suite(t, func(t *testing.T) []transport.Transport {
		dir, a := made(t)
		b, err := folder.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return []transport.Transport{a, b}
	})
}

func wants(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("%s: %v, expected %v", what, err, kind)
	}
}

func TestAFolderThatIsNotThereIsMissing(t *testing.T) {
	t.Parallel()
	missing := func(what string, err error) {
		t.Helper()
		if m := (*transport.MissingError)(nil); !errors.As(err, &m) {
			t.Fatalf("%s: %v, expected a MissingError", what, err)
		}
	}
	_, err := folder.Open(t.TempDir())
	missing("open an empty folder", err)
	dir, f := made(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	_, err = f.List(ctx, "")
	missing("list", err)
	_, err = f.Open(ctx, "a", 0)
	missing("open", err)
	missing("put", f.Put(ctx, "a", 1, strings.NewReader("x")))
	missing("delete", f.Delete(ctx, "a"))
	_, err = f.Get(ctx, "a")
	missing("get", err)
	_, err = f.CompareAndSet(ctx, "a", nil, 0)
	missing("set", err)
	missing("remove", f.Remove(ctx, "a"))
	missing("watch", f.Watch(ctx, "", func(transport.Event) {}))
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a call has made the folder:", err)
	}
}

func TestMakeLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	dir, f := made(t)
	if _, err := f.CompareAndSet(t.Context(), "a", []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	wants(t, "make again", folder.Make(dir), nil)
	if v, err := f.Get(t.Context(), "a"); err != nil || string(v.Data) != "x" {
		t.Fatalf("get %q, %v", v.Data, err)
	}
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	dir, f := made(t)
	if err := f.Put(t.Context(), "a/b", 1, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.CompareAndSet(t.Context(), "a", nil, 0); err != nil {
		t.Fatal(err)
	}
	seen := 0
	if err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		seen++
		return err
	}); err != nil || seen < 6 {
		t.Fatalf("saw %d files and folders, %v", seen, err)
	}
}

func TestAFileThatIsHalfWrittenIsNotThere(t *testing.T) {
	t.Parallel()
	dir, f := made(t)
	partial := filepath.Join(dir, "files", "a.partial")
	if err := os.WriteFile(partial, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if files, err := f.List(t.Context(), ""); err != nil || len(files) > 0 {
		t.Fatalf("listed %v, %v", files, err)
	}
	if err := f.Put(t.Context(), "a", 1, strings.NewReader("x")); err != nil {
		t.Fatal("put over what a killed process has left:", err)
	}
	if _, err := os.Stat(partial); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("it is still there:", err)
	}
}

func TestWhoHoldsTheLockIsWaitedFor(t *testing.T) {
	t.Parallel()
	dir, f := made(t)
	lock, err := disk.Lock(disk.System{}, filepath.Join(dir, "values"), "lock")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = f.CompareAndSet(ctx, "a", nil, 0)
	wants(t, "set while another holds the lock", err, transport.ErrUnavailable)
	_, err = f.Get(t.Context(), "a")
	wants(t, "get what was not set", err, transport.ErrNotFound)
	set := make(chan error, 1)
	go func() { _, err := f.CompareAndSet(t.Context(), "a", nil, 0); set <- err }()
	lock.Unlock()
	wants(t, "set when the lock is given back", <-set, nil)
}

func TestWhatIsNoValueIsAnError(t *testing.T) {
	t.Parallel()
	dir, f := made(t)
	if err := os.WriteFile(filepath.Join(dir, "values", "a.value"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := f.Get(t.Context(), "a")
	wants(t, "get", err, transport.ErrUnavailable)
	_, err = f.CompareAndSet(t.Context(), "a", nil, 0)
	wants(t, "set", err, transport.ErrUnavailable)
	wants(t, "watch", f.Watch(t.Context(), "", func(transport.Event) {}), transport.ErrUnavailable)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	wants(t, "watch others", f.Watch(ctx, "b", func(transport.Event) { cancel() }), context.Canceled)
}

func TestWhatMayNotBeWrittenIsRefused(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir, f := made(t)
	if err := os.Chmod(filepath.Join(dir, "files"), 0o500); err != nil {
		t.Fatal(err)
	}
	wants(t, "put", f.Put(t.Context(), "a", 1, strings.NewReader("x")), transport.ErrRefused)
}
