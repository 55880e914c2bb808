package live

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// fallback is what a Live knows of damaged releases. Where the one that CURRENT names
// is damaged, the Live goes back by itself to the nearest sound one of those to which
// a rollback would lead, and to none that was taken back. It never returns to one in
// which it found damage, whatever stands there by then, until CURRENT is written anew:
// so it goes one way only, and each step once.
type fallback struct {
	log   *slog.Logger
	after pointer // CURRENT, as it was when all this began; for the goroutine that follows it

	mu     sync.Mutex
	passed map[string]error // releases that are not gone to, and why
	found  *proven          // since Live looked
	now    Damage
}

// pointer is what CURRENT says, and since when. Who writes it anew, with the same name
// too, makes it another.
type pointer struct {
	name  string
	since time.Time
}

func (p pointer) equal(other pointer) bool { return p.name == other.name && p.since.Equal(other.since) }

// proven is the damage that was proven in a release.
type proven struct {
	release *release.Release
	err     error
}

// Damage is what a Live has found, and what it does about it.
type Damage struct {
	From, To string // the release that CURRENT names and that is damaged, and the one that is served in its place; empty where there is none

	// Since the start:
	Confirmed int // releases that were found damaged
	Passed    int // reads that failed and, made again at once, did not
	Refuted   int // times that reads kept failing though every byte was as it was built
}

// Damage says what damage was found, and whether an earlier release is served because of it.
func (l *Live) Damage() Damage {
	l.fallback.mu.Lock()
	defer l.fallback.mu.Unlock()
	return l.fallback.now
}

// Reason says what damage it is for which a release is served, or is no longer answered
// from in full; "" where there is none.
func (l *Live) Reason(served string) string {
	d := l.Damage()
	switch {
	case d.From != "" && d.To == served:
		return reasonOf(d.From)
	case isDamage(l.fallback.reason(served)):
		return reasonOf(served)
	default:
		return ""
	}
}

func reasonOf(damaged string) string { return "release " + damaged + " is damaged" }

// pointedAt ends what was known of damage where CURRENT was written anew: an operator
// has acted. It reports whether there was any.
func (f *fallback) pointedAt(now pointer) (ended bool) {
	if f.after.equal(now) {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	ended = len(f.passed) > 0
	f.after, f.passed = now, nil
	f.now.From, f.now.To = "", ""
	return ended
}

// pass notes that a release is not to be gone to.
func (f *fallback) pass(name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.passed == nil {
		f.passed = map[string]error{}
	}
	f.passed[name] = err
}

// condemn is pass for a release that is damaged.
func (f *fallback) condemn(name string, err error) {
	f.pass(name, err)
	f.count(&f.now.Confirmed)
	f.log.Error("a release is damaged: roll back, or publish another", "release", name, "error", err)
}

// count counts in what is told of damage. Who writes the log does so without the lock,
// for the log may have to wait.
func (f *fallback) count(n *int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*n++
}

// reason says why a release is not gone to, nil where it may be.
func (f *fallback) reason(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed[name]
}

// stands notes what is served in place of what; nothing where both are one.
func (f *fallback) stands(current, served string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now.From, f.now.To = "", ""
	if current != served {
		f.now.From, f.now.To = current, served
	}
}

// takeFound gives what was proven of a release since it was asked last; nil where
// nothing was.
func (f *fallback) takeFound(served *release.Release) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := f.found
	f.found = nil
	if found == nil || found.release != served {
		return nil
	}
	return found.err
}

// readPassed counts a read that failed once.
func (f *fallback) readPassed(r *release.Release, err error) {
	f.count(&f.now.Passed)
	f.log.Warn("a read failed and, made again at once, did not: look at the machine's memory and disk", "release", r.Name(), "error", err)
}

// prove takes note of damage that was proven in a release, which Live looks at next.
func (f *fallback) prove(r *release.Release, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Condemn() {
		f.found = &proven{r, err}
	}
}

// refute counts reads that failed in a release every byte of which is as it was built.
func (f *fallback) refute(r *release.Release, met error) {
	f.count(&f.now.Refuted)
	f.log.Error("reads of a release fail, though it was not found damaged", "release", r.Name(), "error", met)
}

// isDamage reports whether a release could not be opened because of what stands on
// disk in its place: other bytes than were built, or none, or what the disk cannot read
// any more. What may pass is no damage, such as too many open files, nor is what is
// as it was built but not for this server: another format, or a post that is taken
// down.
func isDamage(err error) bool {
	return errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrReleaseGone) || errors.Is(err, syscall.EIO)
}

// isForeign reports whether a release is of a format that this build does not read.
func isForeign(err error) bool {
	_, foreign := errors.AsType[store.FormatError](err)
	return foreign
}

// isUpgradable reports whether that is an older format, which an upgrade brings up.
func isUpgradable(err error) bool {
	foreign, ok := errors.AsType[store.FormatError](err)
	return ok && foreign.Upgradable()
}

// errSwitched says that another release became current while one was opened.
var errSwitched = errors.New("another release became current meanwhile")

// open opens a release for the one that CURRENT names. One that seems damaged is
// opened again: it can have been made anew or removed just then, or a bit was wrong
// for a moment only.
func (l *Live) open(name string, current pointer) (r *release.Release, err error) {
	const attempts = 5
	manifest := filepath.Join(l.catalogue.ReleaseDir(name), release.ManifestFile)
	var before os.FileInfo
	for n := range attempts {
		if r, err = l.catalogue.Open(name); !isDamage(err) {
			return r, err
		}
		now, _ := os.Stat(manifest) // nil where there is none
		if n > 0 && disk.SameVersion(before, now) {
			break
		}
		before = now
	}
	if name, since, again := l.catalogue.CurrentSince(); again != nil || !current.equal(pointer{name, since}) {
		return nil, errSwitched
	}
	return nil, err
}

// line gives the release that CURRENT names and those that may be served in its place,
// nearest first.
func (l *Live) line(current string) (names []string, err error) {
	history, err := l.catalogue.History()
	if err != nil {
		return nil, err
	}
	return slices.AppendSeq([]string{current}, history.Standing(current)), nil
}
