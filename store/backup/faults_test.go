package backup_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/backup"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/disk/disktest"
)

// TestSaveMeetsEveryFault makes each operation on the disk fail, with and without the
// process ending there: the file is what it was, or the whole backup.
func TestSaveMeetsEveryFault(t *testing.T) {
	t.Parallel()
	c := archive(t)
	save := func(d *disktest.FaultyDisk) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "backup")
		write(t, file, "an earlier backup")
		_, err := backup.Save(t.Context(), d, c, file, backup.Options{Checksums: true})
		if (err == nil) != (d.Failed() == "") || err != nil && !errors.Is(err, d.Fault) {
			t.Fatalf("operation %d, %q: found the error %v", d.At, d.Failed(), err)
		}
		all := files(t, filepath.Dir(file))
		if text := all["backup"]; text != "an earlier backup" {
			restored(t, []byte(text))
		} else if err == nil {
			t.Error("the backup was not written")
		}
		if !d.Dead && d.Failed() != "remove backup.partial" && len(all) != 1 {
			t.Errorf("operation %d, %q: found %d files", d.At, d.Failed(), len(all))
		}
		// What was left there keeps nobody from the next.
		if _, err := backup.Save(t.Context(), disk.System{}, c, file, backup.Options{Checksums: true}); err != nil {
			t.Error(err)
		}
		if all := files(t, filepath.Dir(file)); len(all) != 1 {
			t.Errorf("found %d files after the next backup", len(all))
		}
	}
	clean := &disktest.FaultyDisk{}
	save(clean)
	t.Logf("%d operations", clean.Operations())
	for n := 1; n <= clean.Operations(); n++ {
		save(&disktest.FaultyDisk{At: n, Fault: syscall.ENOSPC})
		save(&disktest.FaultyDisk{At: n, Fault: syscall.EIO, Dead: true})
	}
}

// TestRestoreMeetsEveryFault likewise: the folder is empty, or all is there, or no act can
// be done in it before the next restore has finished this one.
func TestRestoreMeetsEveryFault(t *testing.T) {
	t.Parallel()
	before := archive(t)
	data := packed(t, before, backup.Options{Keys: true})
	clean := &disktest.FaultyDisk{}
	if err := restore(clean, filepath.Join(t.TempDir(), "data"), data); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d operations", clean.Operations())
	resumed := 0
	for n := 1; n <= clean.Operations(); n++ {
		for _, d := range []*disktest.FaultyDisk{{At: n, Fault: syscall.ENOSPC}, {At: n, Fault: syscall.EIO, Dead: true}} {
			dir := filepath.Join(t.TempDir(), "data")
			err := restore(d, dir, data)
			if err != nil && !errors.Is(err, d.Fault) {
				t.Errorf("the error does not say what failed: %v", err)
			}
			if recover := recovers(t, dir, data, err); recover {
				resumed++
			}
			if t.Failed() {
				t.Fatalf("operation %d, %q, failed with %v (dead: %t); restore gave: %v", d.At, d.Failed(), d.Fault, d.Dead, err)
			}
		}
	}
	if resumed == 0 {
		t.Error("no restore was broken off in its last step")
	}
}

func restore(d disk.Disk, dir string, data []byte) error {
	_, err := backup.Restore(context.Background(), d, dir, bytes.NewReader(data), backup.RestoreOptions{Checksums: true})
	return err
}

// recovers checks a folder in which a restore gave an error, or was killed, restores again,
// and reports whether that finished the one before.
func recovers(t *testing.T, dir string, data []byte, err error) (resumed bool) {
	t.Helper()
	visible := 0
	names, _ := os.ReadDir(dir) // which may not be there
	for _, f := range names {
		if name := f.Name(); name != "lock" && !strings.HasPrefix(name, ".") {
			visible++
		}
	}
	c, openErr := catalogue.Open(dir)
	current := ""
	if openErr == nil {
		current, openErr = c.Current()
	}
	if current != "" { // then all is there
		if entries, err := c.List(); err != nil || len(entries) != 3 || current != "r2" {
			t.Errorf("found %s current of %d releases, %v", current, len(entries), err)
		}
	} else if err == nil {
		t.Errorf("found nothing restored, %v", openErr)
	}
	resumed, resumeErr := catalogue.Resume(disk.System{}, dir)
	if resumeErr != nil {
		t.Fatal(resumeErr)
	}
	if !resumed && visible == 0 {
		if err := restore(disk.System{}, dir, data); err != nil {
			t.Fatal(err)
		}
	}
	if visible > 0 && !resumed && current == "" {
		t.Errorf("found %v of a restore that nobody finishes", names)
	}
	c, err = catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := export(t, c, "r3"); got != string(post("a").AppendJSON(nil))+"\n"+string(post("b").AppendJSON(nil))+"\n"+string(post("c").AppendJSON(nil))+"\n"+string(post("d").AppendJSON(nil))+"\n" {
		t.Errorf("found %s", got)
	}
	if _, err := c.Prune(3, "test"); err != nil { // which clears what was left
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("found %q, %v", left, err)
	}
	return resumed
}

// TestBrokenOffRestoreIsTold: no act is done in a directory of which a part is missing.
func TestBrokenOffRestoreIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".restored"), 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var refused *store.RefusedError
	if _, err := c.Import(t.Context(), catalogue.ImportOptions{}); !errors.As(err, &refused) || !strings.Contains(err.Error(), "alphanode restore") {
		t.Errorf("found the error %v", err)
	}
	if err := restore(disk.System{}, dir, nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), "alphanode restore") {
		t.Errorf("found the error %v", err)
	}
}

// toRestore has the test binary restore from standard input into the folder that it names,
// and nothing else.
const toRestore = "TEST_RESTORE_INTO"

func TestMain(m *testing.M) {
	if dir := os.Getenv(toRestore); dir != "" {
		data, err := io.ReadAll(os.Stdin)
		if err == nil {
			fmt.Println("begun")
			err = restore(disk.System{}, dir, data)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKilled kills processes that restore, at any instant.
func TestKilled(t *testing.T) {
	t.Parallel()
	data := packed(t, archive(t), backup.Options{})
	killed := 0
	lasts := restoreInProcess(t, filepath.Join(t.TempDir(), "data"), data, 0)
	for range 20 {
		dir := filepath.Join(t.TempDir(), "data")
		after := 1 + rand.N(lasts)
		if restoreInProcess(t, dir, data, after) == 0 {
			killed++
		}
		if _, err := os.Stat(dir); err == nil {
			recovers(t, dir, data, errors.New("killed, perhaps"))
		}
		if t.Failed() {
			t.Fatalf("killed after %v", after)
		}
	}
	if killed == 0 {
		t.Error("every process came to its end")
	}
}

// restoreInProcess gives how long a restore lasted in a process that is killed some time after
// it began, 0 for never; 0 where it came to no end.
func restoreInProcess(t *testing.T, dir string, data []byte, after time.Duration) (lasted time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), toRestore+"="+dir)
	child.Stdin, child.Stderr = bytes.NewReader(data), os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the process said %q: %v", line, err)
	}
	began := time.Now()
	if after > 0 {
		time.Sleep(after)
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
	}
	err = child.Wait()
	switch lasted = time.Since(began); {
	case err == nil:
		return lasted
	case child.ProcessState.Exited():
		t.Fatal(err)
	}
	return 0
}
