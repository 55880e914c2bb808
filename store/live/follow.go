package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// pollInterval is how often a Live looks at CURRENT, also where the system tells
// of no changes. A publish or rollback of another process is served after one
// interval and the opening of the release, well within the 250 ms that the
// contract gives.
const pollInterval = 100 * time.Millisecond

// Live is the release being served. It follows the data directory: it opens
// and checks the new release aside, swaps one pointer, and the old release is
// closed when its last reader leaves. If the new one cannot be opened for a reason
// that may pass, the old one serves on; if it is damaged, an earlier one is served, see
// fallback.
type Live struct {
	catalogue *catalogue.Catalogue
	shelf     *Others
	log       *slog.Logger
	pinned    *pinned
	recent    recent
	current   atomic.Pointer[release.Release]
	trouble   disk.Trouble
	held      func() string // why nothing may be served yet; nil where nothing is held back
	free      atomic.Bool   // nothing is held back any more
	stop      context.CancelFunc
	running   sync.WaitGroup
	switched  chan struct{} // holds that another release is served

	fallback fallback

	mu         sync.Mutex // held from before a switch until all who attend have been told of it
	served     store.Served
	attendants []Attendant
}

// Follow serves what CURRENT names, until Close. That nothing is published yet
// is no error: Acquire says so until something is.
func Follow(ctx context.Context, c *catalogue.Catalogue, log *slog.Logger) *Live {
	return FollowWith(ctx, c, log, FollowOptions{})
}

// FollowOptions say how a release is followed. What is zero is as [Follow] has it.
type FollowOptions struct {
	Poll  time.Duration // how often CURRENT is looked at
	Scrub time.Duration // how long a pass over the file of what is served takes

	// Held says why nothing of the data directory may be served yet, "" from when it may be,
	// for good: others that share it may have taken posts down. It may be nil.
	Held func() string
}

// FollowWith is Follow with options.
func FollowWith(ctx context.Context, c *catalogue.Catalogue, log *slog.Logger, o FollowOptions) *Live {
	ctx, stop := context.WithCancel(ctx)
	l := &Live{catalogue: c, shelf: NewOthers(c), log: log, pinned: newPinned(c.OpenToKeep, maxPinned), stop: stop, switched: make(chan struct{}, 1)}
	l.fallback.log = log
	l.held = o.Held
	l.served.Takedowns, _ = c.TakedownsID() // an error is told where a release is opened
	l.look()
	l.running.Go(func() { l.follow(ctx, cmp.Or(o.Poll, pollInterval)) })
	l.running.Go(func() { l.scrub(ctx, cmp.Or(o.Scrub, release.ScrubPeriod)) })
	return l
}

func (l *Live) follow(ctx context.Context, interval time.Duration) {
	l.catalogue.Watch(ctx, interval, l.log, func() {
		l.look()
		l.dropOutdated()
		l.lookForTakedowns() // when nothing is open any more that holds the post
		l.pinned.closeIdle()
	})
}

// look sees to it that what CURRENT names is served, or what may be served in its
// place where that is damaged.
func (l *Live) look() {
	if l.isHeld() {
		return
	}
	name, since, err := l.catalogue.CurrentSince()
	if err != nil {
		l.complain("", err)
		return
	}
	current := pointer{name, since}
	if l.fallback.pointedAt(current) {
		l.dropBeside() // of what was damaged, and may be mended by now
	}
	if served := l.strike(); served != nil {
		defer l.tellStruck(served)
	}
	if name == "" || l.serves(name) {
		l.settle(name, name)
		return
	}
	// Takedowns are looked at first: one that comes meanwhile is told of apart.
	takedowns, unknown := l.catalogue.TakedownsID()
	if unknown != nil {
		takedowns = l.served.Takedowns
	}
	line, err := l.line(name)
	if err != nil {
		l.complain(name, err)
		return
	}
	for _, candidate := range line {
		if l.fallback.reason(candidate) != nil {
			continue
		}
		if l.serves(candidate) {
			l.settle(name, candidate)
			return
		}
		next, err := l.open(candidate, current)
		switch {
		case err == nil:
			l.dropOutdated() // who is told of a takedown now finds the post in none of them
			l.serve(next, current, takedowns)
			return
		case errors.Is(err, errSwitched): // which is looked at next
			return
		case errors.Is(err, store.ErrReleaseGone) && candidate != name, isForeign(err) && candidate != name:
			l.fallback.pass(candidate, err)
		case isDamage(err):
			l.fallback.condemn(candidate, err)
		default: // what may pass is waited for
			l.complain(name, err)
			return
		}
	}
	l.strand(name)
}

// isHeld reports whether nothing may be served yet.
func (l *Live) isHeld() bool {
	if l.free.Load() {
		return false
	}
	if l.held != nil {
		if reason := l.held(); reason != "" {
			l.trouble.Tell(reason)
			return true
		}
		l.trouble.Settle("")
	}
	l.free.Store(true)
	return false
}

// serves reports whether a release is served as it stands on disk.
func (l *Live) serves(name string) bool {
	served := l.current.Load()
	return served != nil && served.Name() == name && !served.Rewritten() && !served.Damaged()
}

// strike takes note of damage that was proven in what is served, and gives that; nil
// where nothing new is known.
func (l *Live) strike() *release.Release {
	served := l.current.Load()
	err := l.fallback.takeFound(served)
	if err == nil {
		return nil
	}
	l.fallback.condemn(served.Name(), err)
	l.dropBeside()
	return served
}

// tellStruck tells of damage in a release that is served on, for now or for good: what
// is kept of it was made since it was proven.
func (l *Live) tellStruck(served *release.Release) {
	if name := served.Name(); l.current.Load() == served {
		l.change(l.served, reasonOf(name), func() {})
	}
}

// dropOutdated closes releases that are open beside the one that is served, and are not any more
// what is on disk.
func (l *Live) dropOutdated() {
	l.shelf.sweep()
	l.pinned.drop(l.catalogue.Outdated)
}

// dropBeside closes releases that are open beside the one that is served. Those that are
// asked for are opened anew.
func (l *Live) dropBeside() {
	l.pinned.drop(func(catalogue.Kept) bool { return true })
	l.shelf.drop()
}

// serve has a release take the place of the one that is served.
func (l *Live) serve(next *release.Release, current pointer, takedowns string) {
	served, name, reason := l.current.Load(), next.Name(), ""
	since := current.since
	if written := next.WrittenAt(); written.After(since) { // posts were taken out of it since
		since = written
	}
	if name != current.name {
		since = time.Now() // CURRENT is older than that
		reason = reasonOf(current.name)
		if served != nil && served.Damaged() {
			reason = reasonOf(served.Name())
			served.Leave()
		}
	}
	next.Serve(since, l.fallback.readPassed)
	l.change(store.Served{Release: name, SHA256: next.Manifest().SHA256, Takedowns: takedowns}, reason, func() {
		l.current.Store(next)
		l.settle(current.name, name)
	})
	wake(l.switched)
	l.log.Info("serving release", "release", name, "posts", next.Manifest().Posts, "before", servedName(served))
	if served != nil {
		if err := served.Close(); err != nil {
			l.log.Error("close release", "release", served.Name(), "error", err)
		}
	}
}

// settle notes that what is served is what is to be served.
func (l *Live) settle(current, served string) {
	l.fallback.stands(current, served)
	if current == served {
		l.trouble.Settle("")
		return
	}
	l.trouble.Settle(fmt.Sprintf("release %s is damaged, so %s, which was current before it, is served until a publish or a rollback", current, served))
}

// strand notes that what CURRENT names is damaged, and that there is nothing to go back
// to. What was served is served on, as far as it can be proven. The log has it from
// when the damage was found.
func (l *Live) strand(name string) {
	l.fallback.stands(name, name)
	served := servedName(l.current.Load())
	text := cannotBeOpened(name)
	if served != "" && l.fallback.reason(served) != nil {
		text = fmt.Sprintf("release %s is damaged, and there is none to go back to: what cannot be proven is not answered", served)
	}
	l.trouble.Tell(text)
}

func cannotBeOpened(name string) string {
	return fmt.Sprintf("release %s cannot be opened", cmp.Or(name, "no release"))
}

// complain says why the release that CURRENT names is not served for now, in the log
// once.
func (l *Live) complain(name string, err error) {
	if l.trouble.News(name + err.Error()) {
		if _, unfinished := errors.AsType[*store.UnfinishedTakedownError](err); unfinished { // which most often is under way
			l.log.Warn("the current release cannot be served until a takedown is finished", "release", name, "serving", servedName(l.current.Load()), "error", err)
		} else if isUpgradable(err) {
			l.log.Error("cannot serve the current release: run alphanode upgrade", "release", name, "serving", servedName(l.current.Load()), "error", err)
		} else {
			l.log.Error("cannot serve the current release: roll back, or publish another", "release", name, "serving", servedName(l.current.Load()), "error", err)
		}
	}
	text := cannotBeOpened(name)
	if isUpgradable(err) {
		text += ", as it has an older format: run alphanode upgrade"
	}
	l.trouble.Tell(text)
}

// lookForTakedowns tells of those that were recorded, finished or lifted since: what
// was kept of any release, not only of the one that is served, may show the post.
func (l *Live) lookForTakedowns() {
	now, err := l.catalogue.TakedownsID()
	if err != nil || now == l.served.Takedowns { // an error is told where a release is opened
		return
	}
	after := l.served
	after.Takedowns = now
	l.change(after, "", func() {})
}

func servedName(r *release.Release) string {
	if r == nil {
		return ""
	}
	return r.Name()
}

// Acquire gives the release that is served now; the caller gives it back with
// Close. The error is ErrNotReady where there is none.
func (l *Live) Acquire() (*release.Release, error) {
	for {
		r := l.current.Load()
		if r == nil {
			return nil, store.ErrNotReady
		}
		// The release may be swapped out and left between the two steps.
		if r.Retain() {
			return r, nil
		}
	}
}

// Pin gives a release by name, whatever is served now; the caller gives it back
// with Close. The error is ErrNotFound where there never was one of this name,
// ErrReleaseGone where it was removed, and ErrWithheld where it is there but the
// options do not allow it.
func (l *Live) Pin(ctx context.Context, name string, o store.PinOptions) (*release.Release, error) {
	if !l.free.Load() {
		return nil, store.ErrNotReady
	}
	if served, err := l.Acquire(); err == nil {
		if served.Name() == name && !(o.Fresh && served.Rewritten()) {
			return served, nil
		}
		_ = served.Close() // it was only looked at
	}
	history, err := l.catalogue.History()
	if err != nil {
		return nil, err
	}
	if err := l.catalogue.CheckPresent(name, history); err != nil {
		return nil, err
	}
	if !o.Any && !history.Recent(name, time.Now().Add(-o.Window)) {
		// One that was published just now is not served yet.
		if current, err := l.catalogue.Current(); err != nil || current != name {
			return nil, fmt.Errorf("release %s: %w", name, store.ErrWithheld)
		}
	}
	published, _ := history.PublishedAt(name)
	if err := l.fallback.reason(name); isDamage(err) {
		return nil, fmt.Errorf("pin release %s: %w", name, err)
	}
	for {
		if o.Fresh {
			l.pinned.drop(func(r catalogue.Kept) bool { return r.Rewritten() })
		}
		r, err := l.pinned.get(ctx, name, published)
		if err != nil || !o.Fresh || !r.Rewritten() { // since another began to open it
			return r.Release, err
		}
		_ = r.Close() // it was only looked at
	}
}

// Reached reports whether what is in a release that was served came with the named one or
// after it. One that was never current here, as far as the journal says, has not come. It
// is asked of a release that the caller holds: the journal knows of a switch before
// anybody is served what it leads to.
func (l *Live) Reached(served, named string) (bool, error) {
	if served == named {
		return true, nil // the journal need not be asked, and may be lost
	}
	history, err := l.catalogue.History()
	if err != nil {
		return false, err
	}
	return history.Reached(served, named), nil
}

// Problem says why the release that CURRENT names is not the one served; ""
// where all is well.
func (l *Live) Problem() string { return l.trouble.String() }

// Staged names the newest release that could be published, "" where there is
// none.
func (l *Live) Staged() string {
	names, err := l.catalogue.Names()
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// Others gives the releases beside the one that is served.
func (l *Live) Others() *Others { return l.shelf }

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
