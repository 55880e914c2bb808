package catalogue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// Snapshot is a data directory as it was at one instant, without its keys. It can be read
// to its end whatever is done to the directory meanwhile: what it holds is in memory, or
// open, and an open file stays what it is when another takes its place.
type Snapshot struct {
	Time      time.Time
	Current   string         // "" where none is
	Files     []SnapshotFile // what says which release is current, how that came, and what is taken down
	Releases  []*SnapshotRelease
	Takedowns []store.Takedown
}

// SnapshotFile is a small file, read.
type SnapshotFile struct {
	Name string // in the data directory, or in the folder of its release
	Data []byte
}

// SnapshotRelease is a release in a snapshot.
type SnapshotRelease struct {
	Manifest store.Manifest
	Source   SnapshotFile     // of the manifest
	Db       *os.File         // the file that holds the release
	Rejects  *os.File         // nil where there are none
	opened   *release.Release // nil where an upgrade must make it anew before it can be
}

const (
	// snapshotTries bounds how often the directory is looked at, while others change it.
	snapshotTries = 500
	snapshotWait  = 10 * time.Millisecond
)

// Snapshot gives the data directory as it is at one instant. It takes no lock, so that an
// import which runs for long keeps nobody from it: what is small is read before the releases
// are opened and after, and is the same, or it is all done again. Each act changes some of
// it first and last. While posts are being taken down there is none, for it would hold them.
func (c *Catalogue) Snapshot(ctx context.Context) (*Snapshot, error) {
	for range snapshotTries {
		before, err := c.state()
		if err != nil {
			return nil, err
		}
		s, openErr := c.open(before)
		after, err := c.state()
		switch {
		case err != nil:
		case !maps.EqualFunc(before, after, bytes.Equal):
			err = ctx.Err()
		case openErr != nil:
			err = openErr
		default:
			return s, nil
		}
		if s != nil {
			s.Close()
		}
		if err != nil {
			return nil, err
		}
		time.Sleep(snapshotWait)
	}
	return nil, fmt.Errorf("%w: %s", store.ErrBusy, c.dir)
}

// stateFiles are the small files that say what all acts did.
var stateFiles = []string{currentFile, journalFile, takedownsFile}

// state gives the small files of the data directory and the manifests of its releases, by
// their paths in it.
func (c *Catalogue) state() (map[string][]byte, error) {
	names, err := c.Names()
	if err != nil {
		return nil, err
	}
	paths := stateFiles
	for _, name := range names {
		paths = append(paths[:len(paths):len(paths)], path.Join(releasesDir, name, release.ManifestFile))
	}
	state := make(map[string][]byte, len(paths))
	for _, name := range paths {
		data, _, err := disk.ReadRegular(filepath.Join(c.dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // of a release it is missed when that is opened, unless it was pruned just now
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		state[name] = data
	}
	return state, nil
}

// open opens all that a state speaks of. What it has opened when it fails is the caller's to
// close, too.
func (c *Catalogue) open(state map[string][]byte) (*Snapshot, error) {
	s := &Snapshot{Time: c.now().UTC()}
	for _, name := range stateFiles {
		if data, ok := state[name]; ok {
			s.Files = append(s.Files, SnapshotFile{name, data})
		}
	}
	t, err := c.takedowns()
	if err != nil {
		return s, err
	}
	if !t.finished() {
		return s, &store.RefusedError{Reason: "posts are being taken down, and a copy could hold them: try again when that is done; alphanode takedown lists what was broken off, and finishes it"}
	}
	s.Takedowns = t.all
	if s.Current, err = c.Current(); err != nil {
		return s, err
	}
	names, err := c.Names()
	if err != nil {
		return s, err
	}
	for _, name := range names {
		r, err := c.openForSnapshot(name)
		s.Releases = append(s.Releases, r)
		if err != nil {
			return s, err
		}
		r.Source = SnapshotFile{release.ManifestFile, state[path.Join(releasesDir, name, release.ManifestFile)]}
	}
	if len(names) == 0 {
		return s, &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found no release, expected one at least", c.dir)}
	}
	return s, nil
}

func (c *Catalogue) openForSnapshot(name string) (r *SnapshotRelease, err error) {
	r = &SnapshotRelease{}
	dir := c.ReleaseDir(name)
	r.opened, err = c.Open(name)
	if format, ok := errors.AsType[store.FormatError](err); ok && format.Upgradable() {
		r.Manifest, err = release.ReadOlderManifest(dir)
	} else if err == nil {
		r.Manifest = r.opened.Manifest()
	}
	if err != nil {
		return r, err
	}
	if r.Db, err = disk.OpenRegular(filepath.Join(dir, release.FileOf(r.Manifest)), os.O_RDONLY, 0); err != nil {
		return r, fmt.Errorf("open release %s: %w", name, err)
	}
	r.Rejects, err = disk.OpenRegular(filepath.Join(dir, rejectsFile), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		r.Rejects, err = nil, nil
	}
	if err != nil {
		return r, fmt.Errorf("open the rejects of release %s: %w", name, err)
	}
	return r, nil
}

// Verify is [Catalogue.Verify], but for the checksum of the file, which whoever reads it
// makes. A release that an upgrade must make anew has no indexes of today: the answer is false.
func (r *SnapshotRelease) Verify(ctx context.Context) (verified bool, err error) {
	if r.opened == nil {
		return false, nil
	}
	if _, err := rebuildAside(ctx, r.opened); err != nil {
		return false, fmt.Errorf("verify release %s: %w", r.Manifest.Name, err)
	}
	return true, nil
}

// Close closes what is open.
func (s *Snapshot) Close() {
	for _, r := range s.Releases {
		if r.opened != nil {
			_ = r.opened.Close() // it was only read from, as the others
		}
		for _, f := range []*os.File{r.Db, r.Rejects} {
			if f != nil {
				_ = f.Close()
			}
		}
	}
}
