package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

const (
	currentFile    = "CURRENT"
	releasesDir    = "releases"
	buildingPrefix = ".building-"

	maxCurrent = 32 // bytes of CURRENT, which is a name and the end of its line
)

// Catalogue is a data directory: the releases in it, and which one is current.
// Reading it needs no lock; changing it takes the directory's.
type Catalogue struct {
	dir    string
	disk   disk.Disk
	now    func() time.Time
	ledger Ledger                          // nil where nobody shares the directory
	sealed atomic.Pointer[disk.FileDigest] // of the release that was built last, by this process

	takenDown atomic.Pointer[takedowns] // as the file said last

	read    atomic.Pointer[journalRead]
	reading sync.Mutex // held by who reads the journal anew
}

// Open opens a data directory that is there.
func Open(dir string) (*Catalogue, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found nothing there, expected one that an import or serve has made: name it with --data", dir)}
	}
	if err != nil {
		return nil, fmt.Errorf("open data directory: %w", err)
	}
	if !info.IsDir() {
		return nil, &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found a file, expected a folder", dir)}
	}
	return &Catalogue{dir: dir, disk: disk.System{}, now: time.Now}, nil
}

// On gives the data directory on another disk, such as one that fails.
func (c *Catalogue) On(d disk.Disk) *Catalogue {
	return &Catalogue{dir: c.dir, disk: d, now: c.now, ledger: c.ledger}
}

// Make opens a data directory and makes it where it is missing, for its
// owner alone.
func Make(dir string) (*Catalogue, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return Open(dir)
}

// Dir is the data directory.
func (c *Catalogue) Dir() string { return c.dir }

// Current is the name of the release that is served, "" where none is.
func (c *Catalogue) Current() (string, error) {
	name, _, err := c.CurrentSince()
	return name, err
}

// CurrentSince gives the current release and since when it is so. Both are of one
// file: another release is pointed at by another, which takes its place.
func (c *Catalogue) CurrentSince() (name string, since time.Time, err error) {
	path := filepath.Join(c.dir, currentFile)
	f, err := disk.OpenRegular(path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return "", since, nil
	}
	if errors.Is(err, disk.ErrIrregular) {
		return "", since, fmt.Errorf("%w: %w, or publish a release to put one in its place", store.ErrCorrupt, err)
	}
	if err != nil {
		return "", since, fmt.Errorf("read current release: %w", err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return "", since, fmt.Errorf("read current release: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxCurrent+1))
	if err != nil {
		return "", since, fmt.Errorf("read current release: %w", err)
	}
	name = strings.TrimSuffix(string(data), "\n")
	if _, ok := store.ReleaseNumber(name); !ok || len(data) > maxCurrent {
		return "", since, fmt.Errorf("%w: %s names %.40q, expected a release such as r1: publish a release to set it", store.ErrCorrupt, path, name)
	}
	return name, stat.ModTime(), nil
}

// ReleaseDir is the folder of a release, be it there or not.
func (c *Catalogue) ReleaseDir(name string) string { return filepath.Join(c.dir, releasesDir, name) }

// Watch calls look when CURRENT is written anew, and after each interval, until the
// context ends.
func (c *Catalogue) Watch(ctx context.Context, interval time.Duration, log *slog.Logger, look func()) {
	disk.OnChange(ctx, c.disk, c.dir, currentFile, interval, log, look)
}

// Names gives the releases on disk, oldest first.
func (c *Catalogue) Names() ([]string, error) {
	files, err := os.ReadDir(filepath.Join(c.dir, releasesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	var numbers []int
	for _, f := range files {
		if n, ok := store.ReleaseNumber(f.Name()); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = "r" + strconv.Itoa(n)
	}
	return names, nil
}

// Kept is a release that is kept open, and what was taken down when it was opened, of
// which it holds nothing.
type Kept struct {
	*release.Release
	takedowns *takedowns
}

// Open opens a release by name. The caller gives it back with Close. One that holds
// what is taken down is not opened: the error is an *UnfinishedTakedownError.
func (c *Catalogue) Open(name string) (*release.Release, error) {
	r, err := c.OpenToKeep(name)
	return r.Release, err
}

// OpenToKeep is Open for who keeps the release, and asks from time to time whether it is
// outdated.
func (c *Catalogue) OpenToKeep(name string) (Kept, error) {
	known, err := c.takedowns()
	if err != nil {
		return Kept{}, err
	}
	r, err := c.openAny(name)
	if err != nil {
		return Kept{}, err
	}
	held, err := r.Holds(context.Background(), known.slugs()) // which waits for nobody: no one else has it
	switch {
	case err != nil:
		err = fmt.Errorf("open release %s: %w", name, err)
	case len(held) > 0:
		err = &store.UnfinishedTakedownError{Release: name, Post: held[0]}
	}
	if err != nil {
		_ = r.Close() // it was only looked at
		return Kept{}, err
	}
	return Kept{r, known}, nil
}

// openAny is Open whatever the release holds.
func (c *Catalogue) openAny(name string) (*release.Release, error) {
	history, err := c.History()
	if err != nil {
		return nil, err
	}
	if err := c.CheckPresent(name, history); err != nil {
		return nil, err
	}
	published, _ := history.PublishedAt(name)
	r, err := release.Open(c.ReleaseDir(name), published)
	if errors.Is(err, fs.ErrNotExist) { // its file was replaced just now, or it is damaged
		r, err = release.Open(c.ReleaseDir(name), published)
	}
	if errors.Is(err, fs.ErrNotExist) && !c.Has(name) { // it was pruned just now
		return nil, c.CheckPresent(name, history)
	}
	return r, err
}

// Outdated reports whether a release is another one on disk by now, or posts were
// taken down since it was opened, which it may hold, or it is open for longer than
// what was proven of it once is relied on.
func (c *Catalogue) Outdated(r Kept) bool {
	known, err := c.takedowns()
	return r.Rewritten() || err == nil && known != r.takedowns || r.Outworn()
}

// Has reports whether a release is on disk. One can be pruned at any time.
func (c *Catalogue) Has(name string) bool {
	_, err := os.Stat(c.ReleaseDir(name))
	return !errors.Is(err, fs.ErrNotExist)
}

// nextNumber is a number no release has had: the journal remembers those that
// are gone, the folder those the journal was not told of before a crash.
func (c *Catalogue) nextNumber(journal []JournalEntry) (int, error) {
	names, err := c.Names()
	if err != nil {
		return 0, err
	}
	for _, e := range journal {
		names = append(names, e.Release)
	}
	highest := 0
	for _, name := range names {
		if n, ok := store.ReleaseNumber(name); ok {
			highest = max(highest, n)
		}
	}
	return highest + 1, nil
}

func orNone(name string) string {
	if name == "" {
		return "no release"
	}
	return name
}
