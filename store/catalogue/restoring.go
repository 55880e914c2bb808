package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

const (
	restoringDir = ".restoring" // is being filled
	restoredDir  = ".restored"  // is whole, and is being moved to where it belongs
)

// strangers are what can stand in a folder that is empty all the same: locks, which hold
// nothing, and what a file system puts into its first folder.
var strangers = []string{lockFile, "keys.lock", "lost+found"}

// Restoring is an empty data directory that is being filled from a copy of another, aside,
// in a hidden folder. The caller ends it with Commit or Discard. Killed before Commit has
// given the folder its other name, the directory is empty still, and the next act clears the
// remains. Killed after that, no act can be done in it until Resume has finished it.
type Restoring struct {
	c      *Catalogue
	lock   *disk.FileLock // nil when it is done
	made   bool           // the directory, which was not there
	locked bool           // the file of the lock was not there
}

// Restore begins to fill a data directory, which is made where it is missing. The error is a
// *store.RefusedError where there is something in it.
func Restore(d disk.Disk, dir string) (*Restoring, error) {
	r := &Restoring{made: absent(dir), locked: absent(filepath.Join(dir, lockFile))}
	c, err := Make(dir)
	if err != nil {
		return nil, err
	}
	r.c = c.On(d)
	if r.lock, err = lockAnyhow(d, dir); err != nil {
		r.undo()
		return nil, err
	}
	if err = r.begin(); err != nil {
		r.Discard()
		return nil, err
	}
	return r, nil
}

func absent(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func (r *Restoring) begin() error {
	files, err := os.ReadDir(r.c.dir)
	if err != nil {
		return fmt.Errorf("look into %s: %w", r.c.dir, err)
	}
	for _, f := range files {
		switch name := f.Name(); {
		case name == restoredDir:
			return brokenOff(r.c.dir)
		case name != restoringDir && !slices.Contains(strangers, name):
			return &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found %q in it, expected an empty folder or none: name another with --data", r.c.dir, name)}
		}
	}
	if err := r.c.disk.RemoveAll(r.Dir()); err != nil {
		return fmt.Errorf("clear the remains of an earlier restore: %w", err)
	}
	if err := r.c.disk.Mkdir(r.Dir()); err != nil {
		return fmt.Errorf("make the folder to restore in: %w", err)
	}
	return nil
}

// Dir is the folder to fill as a data directory, without its lock.
func (r *Restoring) Dir() string { return filepath.Join(r.c.dir, restoringDir) }

// Commit checks every release and what is said of them, and makes the folder be the data
// directory: in full, or by their checksums, which is all that those of an older format have.
// It tells of each how it was checked.
func (r *Restoring) Commit(ctx context.Context, full bool, verified func(name string, full bool)) error {
	inside := (&Catalogue{dir: r.Dir(), disk: r.c.disk, now: r.c.now})
	if err := inside.checkRestored(ctx, full, verified); err != nil {
		return err
	}
	d := r.c.disk
	for _, dir := range []string{filepath.Join(r.Dir(), releasesDir), r.Dir()} {
		if err := d.SyncDir(dir); err != nil {
			return err
		}
	}
	if err := d.Rename(r.Dir(), filepath.Join(r.c.dir, restoredDir)); err != nil {
		return fmt.Errorf("name what is restored: %w", err)
	}
	err := errors.Join(d.SyncDir(r.c.dir), r.c.moveRestored())
	r.lock.Unlock()
	r.lock = nil
	if err != nil {
		return fmt.Errorf("%w: %w", brokenOff(r.c.dir), err)
	}
	return nil
}

// checkRestored holds a data directory that came from elsewhere against what it says of
// itself, and reads all of it.
func (c *Catalogue) checkRestored(ctx context.Context, full bool, verified func(string, bool)) error {
	names, err := c.Names()
	if err != nil {
		return err
	}
	current, err := c.Current()
	if err != nil {
		return err
	}
	if current != "" && !slices.Contains(names, current) {
		return fmt.Errorf("%w: found that %s is current, expected one of %s", store.ErrCorrupt, current, orNone(strings.Join(names, ", ")))
	}
	for _, name := range names {
		m, err := release.ReadOlderManifest(c.ReleaseDir(name))
		if err != nil {
			return err
		}
		inFull := full && m.Format == store.FormatVersion
		if inFull {
			_, err = c.Verify(ctx, name)
		} else {
			err = checkFile(c.ReleaseDir(name), m)
		}
		if err != nil {
			return err
		}
		verified(name, inFull)
	}
	return nil
}

// moveRestored moves what is restored to where it belongs: CURRENT last, so that nothing is
// served before all is there. It goes on where it was broken off.
func (c *Catalogue) moveRestored() error {
	from := filepath.Join(c.dir, restoredDir)
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name()
	}
	if at := slices.Index(names, currentFile); at >= 0 {
		names = append(slices.Delete(names, at, at+1), currentFile)
	}
	for _, name := range names {
		if name == currentFile { // what it rests on stays, whatever happens to the machine
			if err := c.disk.SyncDir(c.dir); err != nil {
				return err
			}
		}
		if err := c.disk.Rename(filepath.Join(from, name), filepath.Join(c.dir, name)); err != nil {
			return err
		}
	}
	if err := c.disk.Remove(from); err != nil {
		return err
	}
	return c.disk.SyncDir(c.dir)
}

// Resume finishes a restore that was broken off in its last step, and reports whether there
// was one.
func Resume(d disk.Disk, dir string) (finished bool, err error) {
	if absent(filepath.Join(dir, restoredDir)) {
		return false, nil
	}
	c, err := Open(dir)
	if err != nil {
		return false, err
	}
	c = c.On(d)
	lock, err := lockAnyhow(d, dir)
	if err != nil {
		return false, err
	}
	defer lock.Unlock()
	if err := c.moveRestored(); err != nil {
		return false, fmt.Errorf("%w: %w", brokenOff(dir), err)
	}
	return true, nil
}

// brokenOff is the error of a data directory of which a part is not at its place yet.
func brokenOff(dir string) error {
	return &store.RefusedError{Reason: fmt.Sprintf("data directory %s: a restore was broken off in its last step: run alphanode restore again to finish it", dir)}
}

// checkNotRestoring refuses an act in a data directory that is not whole yet. The caller
// holds the lock, so that what an earlier restore has left can be cleared.
func (c *Catalogue) checkNotRestoring() error {
	if !absent(filepath.Join(c.dir, restoredDir)) {
		return brokenOff(c.dir)
	}
	if remains := filepath.Join(c.dir, restoringDir); !absent(remains) {
		if err := c.disk.RemoveAll(remains); err != nil {
			return fmt.Errorf("clear the remains of a restore: %w", err)
		}
	}
	return nil
}

// Discard leaves the directory as it was. After Commit it does nothing.
func (r *Restoring) Discard() {
	if r.lock == nil {
		return
	}
	_ = r.c.disk.RemoveAll(r.Dir()) // what stays is cleared by the next act
	r.undo()
	r.lock.Unlock()
	r.lock = nil
}

// undo takes away what was made for the lock.
func (r *Restoring) undo() {
	if r.lock != nil && r.locked {
		_ = r.c.disk.Remove(filepath.Join(r.c.dir, lockFile))
	}
	if r.made {
		_ = r.c.disk.Remove(r.c.dir) // which is not empty where somebody was faster
	}
}
