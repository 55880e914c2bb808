package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	stopped   chan struct{}

	mu         sync.Mutex // held from before a switch until all who attend have been told of it
	served     Served
	attendants []Attendant
}

// Follow serves what CURRENT names, until Close. That nothing is published yet
// is no error: Acquire says so until something is.
func Follow(ctx context.Context, c *Catalogue, log *slog.Logger) *Live {
	return follow(ctx, c, log, pollInterval)
}

func follow(ctx context.Context, c *Catalogue, log *slog.Logger, interval time.Duration) *Live {
	ctx, stop := context.WithCancel(ctx)
	l := &Live{catalogue: c, shelf: NewShelf(c), log: log, pinned: newPinned(c.Open), stop: stop, stopped: make(chan struct{})}
	l.served.Takedowns, _ = c.takedownsID() // an error is told where a release is opened
	l.look()
	go l.follow(ctx, interval)
	return l
}

func (l *Live) follow(ctx context.Context, interval time.Duration) {
	defer close(l.stopped)
	onChange(ctx, l.catalogue.disk, l.catalogue.dir, currentFile, interval, l.log, func() {
		l.look()
		l.shelf.sweep()
		l.pinned.drop(l.catalogue.outdated)
		l.lookForTakedowns() // when nothing is open any more that holds the post
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
	// Takedowns are looked at first: one that comes meanwhile is told of apart.
	takedowns, unknown := l.catalogue.takedownsID()
	if unknown != nil {
		takedowns = l.served.Takedowns
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
	l.serve(next, takedowns)
}

// serve has a release answer from now on.
func (l *Live) serve(next *Release, takedowns string) {
	before := l.current.Load()
	l.change(Served{next.manifest.Name, next.manifest.SHA256, takedowns}, func() { l.current.Store(next) })
	l.log.Info("serving release", "release", next.manifest.Name, "posts", next.manifest.Posts, "before", servedName(before))
	if before != nil {
		if err := before.Close(); err != nil {
			l.log.Error("close release", "release", before.manifest.Name, "error", err)
		}
	}
}

// lookForTakedowns tells of those that were recorded, finished or lifted since: what
// was kept of any release, not only of the one that is served, may show the post.
func (l *Live) lookForTakedowns() {
	now, err := l.catalogue.takedownsID()
	if err != nil || now == l.served.Takedowns { // an error is told where a release is opened
		return
	}
	after := l.served
	after.Takedowns = now
	l.change(after, func() {})
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

	// Fresh is for who was told ErrWithdrawn: what is open may not be what is on disk
	// by now, and is opened anew then.
	Fresh bool
}

// Pin gives a release by name, whatever is served now; the caller gives it back
// with Close. The error is ErrNotFound where there never was one of this name,
// ErrReleaseGone where it was removed, and ErrWithheld where it is there but the
// options do not allow it.
func (l *Live) Pin(ctx context.Context, name string, o PinOptions) (*Release, error) {
	if served, err := l.Acquire(); err == nil {
		if served.manifest.Name == name && !(o.Fresh && served.rewritten()) {
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
	if o.Fresh {
		l.pinned.drop((*Release).rewritten)
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
	<-l.stopped
	err := l.shelf.Close()
	l.pinned.close()
	if r := l.current.Swap(nil); r != nil {
		err = errors.Join(err, r.Close())
	}
	return err
}
