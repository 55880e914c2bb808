package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pollInterval is how often a Live looks at CURRENT, also where the system tells
// of no changes. A publish or rollback of another process is served after one
// interval and the opening of the release, well within the 250 ms that the
// contract gives.
const pollInterval = 100 * time.Millisecond

// Live is the release being served. It follows the data directory: it opens
// and checks the new release aside, swaps one pointer, and the old release is
// closed when its last reader leaves. If the new one cannot be opened, the old
// one serves on.
type Live struct {
	catalogue *Catalogue
	shelf     *Shelf
	log       *slog.Logger
	pinned    *pinned
	current   atomic.Pointer[Release]
	problem   atomic.Pointer[string]
	failed    string // the release that could not be opened last, so that it is said once
	stop      context.CancelFunc
	running   sync.WaitGroup
	switched  chan struct{} // holds that another release is served

	telling sync.Mutex // one thing is told after the other

	takedowns *takedowns // when they were looked at last

	mu       sync.Mutex
	onSwitch []func(Switch)
}

// Switch says that another release is served than before. Where both have one name
// posts were taken out of releases, or one that served was found damaged: anything
// that is known of any may be another.
type Switch struct {
	Before string // "" where none was
	After  string
}

// Follow serves what CURRENT names, until Close. That nothing is published yet
// is no error: Acquire says so until something is.
func Follow(ctx context.Context, c *Catalogue, log *slog.Logger) *Live {
	return FollowWith(ctx, c, log, FollowOptions{})
}

// FollowOptions say how a release is followed. What is zero is as [Follow] has it.
type FollowOptions struct {
	Poll  time.Duration // how often CURRENT is looked at
	Scrub time.Duration // how long a pass over the file of what is served takes
}

// FollowWith is Follow with options.
func FollowWith(ctx context.Context, c *Catalogue, log *slog.Logger, o FollowOptions) *Live {
	ctx, stop := context.WithCancel(ctx)
	l := &Live{catalogue: c, shelf: NewShelf(c), log: log, pinned: newPinned(c.Open), stop: stop, switched: make(chan struct{}, 1)}
	if l.takedowns, _ = c.takedowns(); l.takedowns == nil { // an error is told where a release is opened
		l.takedowns = &takedowns{}
	}
	l.look()
	l.running.Go(func() { l.follow(ctx, cmp.Or(o.Poll, pollInterval)) })
	l.running.Go(func() { l.scrub(ctx, cmp.Or(o.Scrub, scrubPeriod)) })
	return l
}

func (l *Live) follow(ctx context.Context, interval time.Duration) {
	onChange(ctx, l.catalogue.disk, l.catalogue.dir, currentFile, interval, l.log, func() {
		l.look()
		l.lookForTakedowns()
		l.shelf.sweep()
		l.pinned.drop(l.catalogue.outdated)
		l.pinned.closeIdle()
	})
}

// look opens what CURRENT names, if that is not what is served, or is another file
// by now.
func (l *Live) look() {
	name, since, err := l.catalogue.currentSince()
	served := l.current.Load()
	if err == nil && (name == "" || served != nil && served.manifest.Name == name && !served.rewritten()) {
		l.problem.Store(nil)
		l.failed = ""
		return
	}
	var next *Release
	if err == nil {
		next, err = l.catalogue.Open(name)
	}
	if err == nil {
		next.servedSince = since
		if written := next.written.ModTime(); written.After(since) { // posts were taken out of it since
			next.servedSince = written
		}
	}
	if err != nil {
		if key := name + err.Error(); l.failed != key {
			l.failed = key
			l.log.Error("cannot serve the current release: roll back, or publish another", "release", name, "serving", servedName(served), "error", err)
		}
		text := fmt.Sprintf("release %s cannot be opened", orNone(name))
		l.problem.Store(&text)
		return
	}
	l.problem.Store(nil)
	l.failed = ""
	next.onDamage = l.damaged
	l.current.Store(next)
	wake(l.switched)
	l.log.Info("serving release", "release", name, "posts", next.manifest.Posts, "before", servedName(served))
	if served != nil {
		if err := served.Close(); err != nil {
			l.log.Error("close release", "release", served.manifest.Name, "error", err)
		}
	}
	l.tell(Switch{Before: servedName(served), After: name})
}

// lookForTakedowns tells of those that were finished since: what was kept of any
// release, not only of the one that is served, may show the post.
func (l *Live) lookForTakedowns() {
	now, err := l.catalogue.takedowns()
	if err != nil || now == l.takedowns { // an error is told where a release is opened
		return
	}
	before := l.takedowns
	l.takedowns = now
	news := slices.ContainsFunc(now.all, func(d Takedown) bool {
		at, known := before.find(d.Slug)
		return d.FinishedAt != nil && (!known || before.all[at].FinishedAt == nil)
	})
	if name := servedName(l.current.Load()); news && name != "" {
		l.tell(Switch{Before: name, After: name})
	}
}

func (l *Live) tell(s Switch) {
	l.mu.Lock()
	told := l.onSwitch
	l.mu.Unlock()
	l.telling.Lock()
	defer l.telling.Unlock()
	for _, tell := range told {
		tell(s)
	}
}

// OnSwitch has a function called after each switch to another release, when
// that is served already, after each takedown, and when what is served is found damaged. It must return soon, for the next switch waits for it.
func (l *Live) OnSwitch(tell func(Switch)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onSwitch = append(slices.Clip(l.onSwitch), tell)
}

func servedName(r *Release) string {
	if r == nil {
		return ""
	}
	return r.manifest.Name
}

// Acquire gives the release that is served now; the caller gives it back with
// Close. The error is ErrNotReady where there is none.
func (l *Live) Acquire() (*Release, error) {
	for {
		r := l.current.Load()
		if r == nil {
			return nil, ErrNotReady
		}
		// The release may be swapped out and left between the two steps.
		if r.Retain() {
			return r, nil
		}
	}
}

// PinOptions say which releases may be pinned.
type PinOptions struct {
	Any    bool          // every release on disk, staged ones too
	Window time.Duration // else those that were current within it and were not rolled back from
}

// Pin gives a release by name, whatever is served now; the caller gives it back
// with Close. The error is ErrNotFound where there never was one of this name,
// ErrReleaseGone where it was removed, and ErrWithheld where it is there but the
// options do not allow it.
func (l *Live) Pin(ctx context.Context, name string, o PinOptions) (*Release, error) {
	if served, err := l.Acquire(); err == nil {
		if served.manifest.Name == name {
			return served, nil
		}
		_ = served.Close() // it was only looked at
	}
	history, err := l.catalogue.history()
	if err != nil {
		return nil, err
	}
	if err := l.catalogue.checkPresent(name, history); err != nil {
		return nil, err
	}
	if !o.Any && !history.recent(name, l.catalogue.now().Add(-o.Window)) {
		// One that was published just now is not served yet.
		if current, err := l.catalogue.Current(); err != nil || current != name {
			return nil, fmt.Errorf("release %s: %w", name, ErrWithheld)
		}
	}
	return l.pinned.get(ctx, name, history.published[name].at)
}

// Problem says why the release that CURRENT names is not the one served; ""
// where all is well.
func (l *Live) Problem() string {
	if p := l.problem.Load(); p != nil {
		return *p
	}
	return ""
}

// Staged names the newest release that could be published, "" where there is
// none.
func (l *Live) Staged() string {
	names, err := l.catalogue.names()
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// Shelf gives the releases beside the one that is served.
func (l *Live) Shelf() *Shelf { return l.shelf }

// Close stops following and gives the served release back, and those beside it.
func (l *Live) Close() error {
	l.stop()
	l.running.Wait()
	err := l.shelf.Close()
	l.pinned.close()
	if r := l.current.Swap(nil); r != nil {
		err = errors.Join(err, r.Close())
	}
	return err
}
