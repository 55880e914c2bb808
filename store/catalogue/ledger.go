package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// Ledger is where data directories on several machines agree on one history. Each act is
// written there before it is done here, as the next one of all, so that there is never an
// act here of which the others do not learn. It is asked under the lock of the directory.
type Ledger interface {
	// CatchUp calls adopt with what was agreed on so far, where the directory may not be as
	// that says.
	CatchUp(adopt func(Common) error) error
	// Agree makes an act the next one of the common history. The error is an *store.OutrunError where
	// there was another one since CatchUp; then nothing was changed.
	Agree(Act) error
	// Releases names those that were agreed on so far; some may not have come here.
	Releases() []string
}

// Act is a step that changes what data directories have in common. What is zero stays.
type Act struct {
	Entries   []JournalEntry // of the journal, which get there as they are
	Current   string         // is made current
	Built     *Built         // is there from now on, or takes the place of the one of its name
	Dropped   string         // is there no more
	Takedowns []byte         // what the file of takedowns holds
}

// Built is a release as it was built, on this disk.
type Built struct {
	Manifest store.Manifest
	Stated   []byte            // the manifest, in bytes
	Files    map[string]string // where the files are that the manifest names, by their names in the folder of the release
}

// Common is what data directories have in common.
type Common struct {
	Journal   []byte   // the whole file; nil where it is to stay as it is
	Current   string   // likewise, for ""
	Takedowns []byte   // the file; nil for none
	Releases  []string // that there are; others that are on disk go
	Came      []Came   // those that are not as they should be here, and are ready to be put in place
}

// Came is a release that came from elsewhere, whole and checked, with its manifest, in a
// folder on the disk of the data directory.
type Came struct {
	Name string
	Dir  string // named as the release is
}

// Sharing gives the data directory as one that others share.
func (c *Catalogue) Sharing(l Ledger) *Catalogue {
	return &Catalogue{dir: c.dir, disk: c.disk, now: c.now, ledger: l}
}

// CatchUp brings the data directory to what was agreed on. The error is store.ErrBusy while
// another process changes it.
func (c *Catalogue) CatchUp() error {
	lock, err := c.lock() // which does it
	if err != nil {
		return err
	}
	lock.Unlock()
	return nil
}

// Alone calls f under the lock of the directory, whoever shares it: for who makes it one that
// others share.
func (c *Catalogue) Alone(f func() error) error {
	lock, err := lockAnyhow(c.disk, c.dir)
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := c.checkNotRestoring(); err != nil {
		return err
	}
	return f()
}

// catchUp is CatchUp for who holds the lock. An act of one machine alone would part its
// history from that of the others.
func (c *Catalogue) catchUp() error {
	if c.ledger != nil {
		return c.ledger.CatchUp(c.adopt)
	}
	if !absent(filepath.Join(c.dir, store.SharedFile)) {
		return store.ErrShared(c.dir)
	}
	return nil
}

// agree has an act agreed on where others share the directory.
func (c *Catalogue) agree(a Act) error {
	if c.ledger == nil {
		return nil
	}
	return c.ledger.Agree(a)
}

// allNames gives the releases on disk, and those that others have, oldest first.
func (c *Catalogue) allNames() ([]string, error) {
	names, err := c.Names()
	if err != nil || c.ledger == nil {
		return names, err
	}
	for _, name := range c.ledger.Releases() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		x, _ := store.ReleaseNumber(a)
		y, _ := store.ReleaseNumber(b)
		return x - y
	})
	return names, nil
}

// insist does a step that stays right whatever others do: where they did something first, it
// is tried again on what that has left.
func (c *Catalogue) insist(step func() error) error {
	for {
		err := step()
		if _, outrun := errors.AsType[*store.OutrunError](err); !outrun {
			return err
		}
		if err := c.catchUp(); err != nil {
			return err
		}
	}
}

// record agrees on an act, and writes its entries into the journal.
func (c *Catalogue) record(a Act) error {
	if err := c.agree(a); err != nil {
		return err
	}
	for _, e := range a.Entries {
		if err := appendJournal(c.disk, c.dir, e); err != nil {
			return c.agreed(err)
		}
	}
	return nil
}

// agreed says of what went wrong on this disk alone that the act is done for all who share it.
func (c *Catalogue) agreed(err error) error {
	if err == nil || c.ledger == nil {
		return err
	}
	return fmt.Errorf("the fleet has agreed on it, and this data directory takes it over with the next act here, but: %w", err)
}

// builtOf is a release whose file is at a path, before it is put in its place.
func builtOf(m store.Manifest, path string) (*Built, error) {
	stated, err := release.AppendManifest(nil, m)
	if err != nil {
		return nil, err
	}
	return &Built{Manifest: m, Stated: stated, Files: map[string]string{release.FileOf(m): path}}, nil
}

// adopt makes the directory be what was agreed on. The order is that of each act: what is
// taken down first, so that nothing is opened that holds it; releases before what names
// them; the journal before CURRENT. Killed at any instant, it is done again by the next.
func (c *Catalogue) adopt(n Common) error {
	if err := c.adoptFile(takedownsFile, n.Takedowns); err != nil {
		return fmt.Errorf("take over what is taken down: %w", err)
	}
	for _, came := range n.Came {
		if err := c.put(came); err != nil {
			return fmt.Errorf("put release %s in its place: %w", came.Name, err)
		}
	}
	if n.Journal != nil {
		if err := c.adoptJournal(n.Journal); err != nil {
			return fmt.Errorf("take over the journal: %w", err)
		}
	}
	if n.Current != "" {
		if err := c.adoptFile(currentFile, []byte(n.Current+"\n")); err != nil {
			return fmt.Errorf("point at release %s: %w", n.Current, err)
		}
	}
	names, err := c.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.Contains(n.Releases, name) {
			continue
		}
		if err := c.discard(name); err != nil {
			return fmt.Errorf("drop release %s: %w", name, err)
		}
	}
	if n.Journal == nil { // what came is not in its place yet
		return nil
	}
	if err := c.sweepOf(prunedPrefix); err != nil { // of what was broken off; who only follows others builds nothing that would
		return err
	}
	return c.sweepReplaced()
}

// adoptFile gives a small file other content; nil takes it away.
func (c *Catalogue) adoptFile(name string, data []byte) error {
	path := filepath.Join(c.dir, name)
	have, err := os.ReadFile(path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case data == nil && err != nil, err == nil && data != nil && bytes.Equal(have, data):
		return nil
	case data == nil:
		err = c.disk.Remove(path)
	default:
		err = disk.Replace(c.disk, path, data, 0o600)
	}
	if err != nil {
		return err
	}
	return c.disk.SyncDir(c.dir)
}

// adoptJournal appends what the journal lacks. A last line that was broken off is written anew.
// One that is not the beginning of the common one tells of another history, which nobody is
// moved from to this one.
func (c *Catalogue) adoptJournal(all []byte) error {
	have, err := c.continued(all)
	if err != nil {
		return err
	}
	if len(have) == 0 || have[len(have)-1] != '\n' {
		return c.adoptFile(journalFile, all)
	}
	more := all[len(have):]
	if len(more) == 0 {
		return nil
	}
	f, err := c.disk.Open(filepath.Join(c.dir, journalFile), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(more); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// CheckContinues refuses a journal that does not go on from the one that is here.
func (c *Catalogue) CheckContinues(all []byte) error {
	_, err := c.continued(all)
	return err
}

// continued gives the journal that is here, from which a common one goes on.
func (c *Catalogue) continued(all []byte) (have []byte, err error) {
	have, err = os.ReadFile(filepath.Join(c.dir, journalFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if whole := have[:bytes.LastIndexByte(have, '\n')+1]; !bytes.HasPrefix(all, whole) {
		return nil, &store.RefusedError{Reason: fmt.Sprintf("data directory %s: its journal tells of what the fleet never did, as where the fleet got its state from a member that was behind: look at what differs, then serve with an empty directory, or give the fleet this one's state by fleet init where that is right", c.dir)}
	}
	return have, nil
}

// Spare takes a release off this disk that others have too; nothing is agreed on.
func (c *Catalogue) Spare(name string) error {
	return c.Alone(func() error { return c.discard(name) })
}

// put moves a release that came to where it belongs: as a new one, or in the place of the
// file that the release had.
func (c *Catalogue) put(came Came) error {
	to, releases := c.ReleaseDir(came.Name), filepath.Join(c.dir, releasesDir)
	if err := c.disk.Mkdir(releases); err != nil {
		return err
	}
	if absent(filepath.Join(to, release.ManifestFile)) {
		if err := c.disk.RemoveAll(to); err != nil { // what is no release
			return err
		}
		if err := c.disk.Rename(came.Dir, to); err != nil {
			return err
		}
		return c.disk.SyncDir(releases)
	}
	after, err := release.ReadOlderManifest(came.Dir)
	if err != nil {
		return err
	}
	before, unreadable := release.ReadOlderManifest(to) // which may be what is mended
	file := release.FileOf(after)
	for _, step := range []func() error{
		func() error { return c.putFile(came, after) },
		func() error { return c.disk.SyncDir(to) },
		func() error {
			return c.disk.Rename(filepath.Join(came.Dir, release.ManifestFile), filepath.Join(to, release.ManifestFile))
		},
		func() error { return c.disk.SyncDir(to) },
		func() error { return c.disk.RemoveAll(came.Dir) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if unreadable != nil || release.FileOf(before) == file {
		return nil
	}
	if err := c.disk.Remove(filepath.Join(to, release.FileOf(before))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.disk.SyncDir(to)
}

// putFile moves the file of a release that came to where it belongs, unless it was moved before
// this was broken off. What is neither here nor there is to come anew.
func (c *Catalogue) putFile(came Came, m store.Manifest) error {
	to, file := c.ReleaseDir(came.Name), release.FileOf(m)
	err := c.disk.Rename(filepath.Join(came.Dir, file), filepath.Join(to, file))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := checkFile(to, m); err != nil {
		return errors.Join(err, c.disk.RemoveAll(came.Dir))
	}
	return nil
}

// Line is the entry as the journal has it, with the end of its line.
func (e JournalEntry) Line() ([]byte, error) {
	line, err := json.Marshal(e)
	return append(line, '\n'), err
}

// Stated gives the bytes of a release's manifest on disk; fs.ErrNotExist where there is none.
func (c *Catalogue) Stated(name string) ([]byte, error) {
	data, _, err := disk.ReadRegular(filepath.Join(c.ReleaseDir(name), release.ManifestFile))
	return data, err
}

// Built gives a release that is on disk as it was built.
func (c *Catalogue) Built(name string) (*Built, error) {
	stated, err := c.Stated(name)
	if err != nil {
		return nil, fmt.Errorf("read the manifest of release %s: %w", name, err)
	}
	m, err := release.ReadOlderManifest(c.ReleaseDir(name))
	if err != nil {
		return nil, err
	}
	file := release.FileOf(m)
	return &Built{Manifest: m, Stated: stated, Files: map[string]string{file: filepath.Join(c.ReleaseDir(name), file)}}, nil
}

// Commons gives what the directory has that others could share, without the releases that came.
func (c *Catalogue) Commons() (n Common, err error) {
	if n.Releases, err = c.Names(); err != nil {
		return n, err
	}
	if n.Current, err = c.Current(); err != nil {
		return n, err
	}
	for name, to := range map[string]*[]byte{journalFile: &n.Journal, takedownsFile: &n.Takedowns} {
		data, _, err := disk.ReadRegular(filepath.Join(c.dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, fmt.Errorf("read %s: %w", name, err)
		}
		*to = data
	}
	return n, nil
}
