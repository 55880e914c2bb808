package store

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"alphanode/terminal"
)

var (
	// ErrNotFound says that the asked-for thing is not there, or not there for
	// this view.
	ErrNotFound = errors.New("not found")
	// ErrCorrupt says that stored bytes are not what was written. What fails is
	// never served.
	ErrCorrupt = errors.New("corrupt release")
	// ErrTooComplex says that a question would cost more than its bound.
	ErrTooComplex = errors.New("too complex")
	// ErrReleaseGone says that a release was here and has been pruned.
	ErrReleaseGone = errors.New("release gone")
	// ErrNotSwitched says that CURRENT or the journal could not be written, so what
	// was current still is.
	ErrNotSwitched = errors.New("cannot switch releases")
	// ErrNotSynced says that another release is current, but that the machine may
	// forget it when it stops. Publishing that release again is safe.
	ErrNotSynced = errors.New("the switch is done, but may not outlast a power cut")
	// ErrBusy says that another process is changing the data directory. Trying
	// again later is safe.
	ErrBusy = errors.New("another alphanode is building, publishing, rolling back, pruning, taking posts down or changing keys in this data directory; try again when it is done")
	// ErrOverloaded says that as many wait for the same work as may. Trying again
	// soon is safe.
	ErrOverloaded = errors.New("too many wait for releases to be compared")
	// ErrKeysDamaged says that the file of API keys is not what was written.
	ErrKeysDamaged = errors.New("damaged keys")
	// ErrWithheld says that a release is there, but not for everyone.
	ErrWithheld = errors.New("release withheld")
	// ErrWithdrawn says that posts of a release were taken down while it was read.
	// Asking again gives an answer without them.
	ErrWithdrawn = errors.New("release withdrawn")
	// ErrTooManyOpen says that as many releases are open and in use as may be.
	// Trying again later is safe.
	ErrTooManyOpen = errors.New("as many releases are in use as may be open at once; try again later")
	// ErrNotReady says that no release is served yet.
	ErrNotReady = errors.New("no release is served yet")
)

// ReleaseError is a release that was asked for and cannot be had: ErrReleaseGone
// where it was published once and is no longer there, else ErrNotFound.
type ReleaseError struct {
	Argument string // that named it
	Release  string
	At       string // the time by which it was asked for; "" where it was by its name
	Gone     bool
}

func (e *ReleaseError) Error() string {
	return fmt.Sprintf("%s: release %s: %v", e.Argument, e.Release, e.Unwrap())
}

// Unwrap gives the kind of the error.
func (e *ReleaseError) Unwrap() error {
	if e.Gone {
		return ErrReleaseGone
	}
	return ErrNotFound
}

// TermError says that a value, which is to mean one term, means none that the view sees,
// or several. It is ErrNotFound.
type TermError struct {
	Kind  Kind
	Value string
	Meant []*Term // the several, those that most posts have first
}

func (e *TermError) Error() string {
	return fmt.Sprintf("%s %q means %d terms: %v", e.Kind, HideSecrets(e.Value), len(e.Meant), ErrNotFound)
}

// Unwrap gives the kind of the error.
func (e *TermError) Unwrap() error { return ErrNotFound }

// UnpublishedError is a time at which no release was current yet. It is ErrNotFound.
type UnpublishedError struct {
	Argument string    // that named it
	At       string    // as it was given
	First    time.Time // when a release was published first; zero where that is not known
}

func (e *UnpublishedError) Error() string {
	return fmt.Sprintf("%s: no release was published at %s: %v", e.Argument, e.At, ErrNotFound)
}

// Unwrap gives the kind of the error.
func (e *UnpublishedError) Unwrap() error { return ErrNotFound }

// FormatError says that a release is of a format which this build does not answer from.
type FormatError struct {
	Release string
	Found   int
	Tool    string // which version of alphanode built it
}

// Upgradable reports whether an upgrade can make the release anew.
func (e FormatError) Upgradable() bool { return OldestFormat <= e.Found && e.Found < FormatVersion }

func (e FormatError) Error() string {
	do := "build the release anew"
	if e.Upgradable() {
		do = "run alphanode upgrade"
	}
	by := ""
	if e.Tool != "" {
		by = " (" + e.Tool + ")"
	}
	return fmt.Sprintf("release %s has format %d, this alphanode reads format %d: %s, or run the alphanode that built it%s", e.Release, e.Found, FormatVersion, do, by)
}

// RefusedError is an act on the catalogue that would not be right: what was
// asked, and what to do instead.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// NotCurrentError says that another release is current than the one over which something
// was to be made current, so that what was known of it may not be so. Nothing was changed.
type NotCurrentError struct{ Found, Expected string }

func (e *NotCurrentError) Error() string {
	name := func(release string) string { return cmp.Or(release, "nothing") }
	return fmt.Sprintf("found %s current, expected %s: somebody else published or rolled back meanwhile, and nothing was changed", name(e.Found), name(e.Expected))
}

// ArgumentError is a question that cannot be answered as asked. Asking again
// unchanged gives the same error.
type ArgumentError struct {
	Name     string // such as first, after or filter.quality.gte
	Found    string
	Expected string
}

func (e *ArgumentError) Error() string {
	return HideSecrets(fmt.Sprintf("%s: found %s, expected %s", e.Name, e.Found, e.Expected))
}

// CostError is an ArgumentError about a bound on cost. It is ErrTooComplex.
type CostError struct{ Argument *ArgumentError }

func (e *CostError) Error() string   { return e.Argument.Error() }
func (e *CostError) Unwrap() []error { return []error{e.Argument, ErrTooComplex} }

// WordlessError is an ArgumentError about a text to search for that has no word in it, as
// people have typed when they have just begun.
type WordlessError struct{ Argument *ArgumentError }

func (e *WordlessError) Error() string { return e.Argument.Error() }
func (e *WordlessError) Unwrap() error { return e.Argument }

// UnfinishedTakedownError is a release that holds a post that is taken down, and so
// cannot be used.
type UnfinishedTakedownError struct {
	Release string
	Post    string
}

func (e *UnfinishedTakedownError) Error() string {
	separator := ""
	if strings.HasPrefix(e.Post, "-") { // which would be taken for a flag
		separator = "-- "
	}
	return fmt.Sprintf("release %s holds the post %q, which is taken down: finish that with alphanode takedown %s%s", e.Release, e.Post, separator, terminal.ShellWord(e.Post))
}
