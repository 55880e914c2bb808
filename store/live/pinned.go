package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
)

const (
	// maxPinned is how many releases are open at once beside the one that is
	// served.
	maxPinned = 8
	// pinnedIdle is how long one stays open that nobody asks.
	pinnedIdle = time.Minute
)

// pinned are the releases that are open because requests name them. Each is
// opened by the first request that names it, while requests for others go on.
type pinned struct {
	open  func(name string) (catalogue.Kept, error)
	most  int  // how many there are
	yield bool // where all are in use, one leaves all the same; else no other is opened

	mu     sync.Mutex
	closed bool
	byName map[string]*pin
}

// pin is one such release. It is one of the release's users, from when it is
// opened until it is out of the table.
type pin struct {
	done    chan struct{}  // closed when it is known whether the release can be opened
	release catalogue.Kept // then; nil where it cannot
	err     error
	used    time.Time
}

func newPinned(open func(string) (catalogue.Kept, error), most int) *pinned {
	return &pinned{open: open, most: most, byName: map[string]*pin{}}
}

// get gives a release for the caller to use and to close. One that was opened
// before it was published does not know when that was, and is opened anew.
func (p *pinned) get(ctx context.Context, name string, published time.Time) (catalogue.Kept, error) {
	for waited := false; ; waited = true {
		pin, mine, err := p.pin(name)
		if err != nil {
			return catalogue.Kept{}, err
		}
		if mine {
			return p.fill(name, pin)
		}
		select {
		case <-pin.done:
		case <-ctx.Done():
			return catalogue.Kept{}, ctx.Err()
		}
		_, unfinished := errors.AsType[*store.UnfinishedTakedownError](pin.err)
		switch {
		case unfinished && !waited: // it may have been opened before the caller came, who may know of the end
		case pin.err != nil:
			return catalogue.Kept{}, pin.err
		case pin.release.PublishedAt().IsZero() && !published.IsZero():
			p.remove(name, pin)
		case p.take(name, pin):
			return pin.release, nil
		}
	}
}

// pin gives the place of a release in the table, and whether it is the caller
// who must fill it.
func (p *pinned) pin(name string) (_ *pin, mine bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, false, store.ErrNotReady
	}
	if found, ok := p.byName[name]; ok {
		return found, false, nil
	}
	for len(p.byName) >= p.most && p.makeRoom() {
	}
	if len(p.byName) >= p.most && !p.yield { // else it is more while some are being opened
		return nil, false, store.ErrTooManyOpen
	}
	made := &pin{done: make(chan struct{})}
	p.byName[name] = made
	return made, true, nil
}

// makeRoom lets go of the release that was asked longest ago, of those that nobody
// uses or that leave all the same: these are closed by their last user.
func (p *pinned) makeRoom() bool {
	oldest := ""
	for name, pin := range p.byName {
		if (pin.idle() || p.yield && pin.release.Release != nil) && (oldest == "" || pin.used.Before(p.byName[oldest].used)) {
			oldest = name
		}
	}
	if oldest == "" {
		return false
	}
	_ = p.byName[oldest].release.Close() // it was only read from
	delete(p.byName, oldest)
	return true
}

// idle reports whether the release is open and only the table uses it. Users
// come with the table's lock alone, so it stays so while that is held.
func (p *pin) idle() bool {
	select {
	case <-p.done:
		return p.release.Release != nil && !p.release.Shared()
	default:
		return false
	}
}

// fill opens a release, for the table and for the caller. A failure is told to
// all who wait for it and then forgotten.
func (p *pinned) fill(name string, pin *pin) (catalogue.Kept, error) {
	release, err := p.open(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	defer close(pin.done)
	if err == nil && p.closed {
		_ = release.Close() // it was only read from
		err = store.ErrNotReady
	}
	if err != nil {
		pin.err = err
		delete(p.byName, name)
		return catalogue.Kept{}, err
	}
	pin.release, pin.used = release, time.Now()
	release.Retain()
	return release, nil
}

// take adds a user to a release that is in the table.
func (p *pinned) take(name string, pin *pin) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byName[name] != pin || !pin.release.Retain() {
		return false
	}
	pin.used = time.Now()
	return true
}

// remove takes a release out of the table. Who uses it may go on.
func (p *pinned) remove(name string, pin *pin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byName[name] == pin {
		delete(p.byName, name)
		_ = pin.release.Close() // it was only read from
	}
}

// drop takes those releases out of the table that are outdated.
func (p *pinned) drop(outdated func(catalogue.Kept) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, pin := range p.byName {
		if r := pin.release; r.Release != nil && outdated(r) {
			delete(p.byName, name)
			_ = r.Close() // it was only read from
		}
	}
}

// closeIdle closes what nobody has asked for a while.
func (p *pinned) closeIdle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, pin := range p.byName {
		if pin.idle() && time.Since(pin.used) > pinnedIdle {
			_ = pin.release.Close() // it was only read from
			delete(p.byName, name)
		}
	}
}

// close ends it. What is in use is closed by its last user.
func (p *pinned) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for name, pin := range p.byName {
		if pin.release.Release != nil {
			_ = pin.release.Close() // it was only read from
			delete(p.byName, name)
		}
	}
}
