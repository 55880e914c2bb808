package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Shelf gives readers the releases beside the one that answers them, of those that
// were published. It keeps the few open that were asked for last, and remembers
// how they differ. It is safe for many goroutines. A nil Shelf is empty.
type Shelf struct {
	catalogue *Catalogue
	comparing chan struct{} // holds who compares two releases, which is work for a processor
	waiting   atomic.Int64  // who waits to compare

	mu        sync.Mutex
	closed    bool
	open      []*Release // each with one user, the shelf; the one asked for last is last
	found     []comparison
	manifests map[string]knownManifest // of the releases that were listed last
}

// comparison is the difference of two releases for the public. They are known by
// the SHA-256 of their files: one of the same name can be another.
type comparison struct {
	before, after string
	difference    *difference
	found         time.Time
}

const (
	maxOpen  = 3
	maxFound = 32
	// maxWaiting bounds who waits for a comparison, and so takes a place from those
	// who only read what is current.
	maxWaiting = 32
)

// NewShelf makes the shelf of a data directory. Who makes it ends it with Close.
func NewShelf(c *Catalogue) *Shelf {
	return &Shelf{catalogue: c, comparing: make(chan struct{}, 1)}
}

// take gives a release that was published, which the named argument asks for. The
// caller gives it back with Close.
func (s *Shelf) take(argument, name string) (*Release, error) {
	if _, ok := releaseNumber(name); !ok {
		return nil, &ArgumentError{argument, fmt.Sprintf("%.40q", name), "the name of a release, such as r1"}
	}
	if s == nil {
		return nil, &ReleaseError{Argument: argument, Release: name}
	}
	history, err := s.catalogue.history()
	if err != nil {
		return nil, err
	}
	if _, ok := history.published[name]; !ok { // that there is one staged is nobody's business
		return nil, &ReleaseError{Argument: argument, Release: name}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrNotReady
	}
	s.dropGone()
	if i := slices.IndexFunc(s.open, func(r *Release) bool { return r.manifest.Name == name }); i >= 0 {
		r := s.open[i]
		s.open = append(slices.Delete(s.open, i, i+1), r)
		r.Retain() // the shelf uses it, so it is open
		return r, nil
	}
	r, err := s.openPublished(argument, name)
	if err != nil {
		return nil, err
	}
	r.Retain()
	s.open = append(s.open, r)
	if len(s.open) > maxOpen {
		_ = s.open[0].Close() // a file that was only read has nothing to lose
		s.open = slices.Delete(s.open, 0, 1)
	}
	return r, nil
}

func (s *Shelf) openPublished(argument, name string) (*Release, error) {
	r, err := s.catalogue.Open(name)
	_, foreign := errors.AsType[formatError](err)
	if foreign || errors.Is(err, ErrReleaseGone) || errors.Is(err, ErrNotFound) {
		return nil, &ReleaseError{Argument: argument, Release: name, Gone: true}
	}
	return r, err
}

// dropGone lets go of releases that were pruned or made anew, whose room on disk is
// free only when nobody has them open; and of what was found so long ago that it is
// not relied on any more.
func (s *Shelf) dropGone() {
	s.open = slices.DeleteFunc(s.open, func(r *Release) bool {
		gone := !s.catalogue.has(r.manifest.Name) || s.catalogue.outdated(r)
		if gone {
			_ = r.Close()
		}
		return gone
	})
	s.found = slices.DeleteFunc(s.found, func(c comparison) bool { return time.Since(c.found) > scrubPeriod })
}

// drop lets go of all releases that are open.
func (s *Shelf) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = joinClose(nil, s.open...) // they were only read from
	s.open = nil
}

// sweep is dropGone for those who do not ask for a release. It never waits: who
// opens a release does the same.
func (s *Shelf) sweep() {
	if s.mu.TryLock() {
		defer s.mu.Unlock()
		s.dropGone()
	}
}

// Close gives back all that is open.
func (s *Shelf) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, r := range s.open {
		err = errors.Join(err, r.Close())
	}
	s.open, s.closed = nil, true
	return err
}

// difference gives how two releases differ for the public. It is found once,
// and one at a time: it must not take the processors from those who read.
func (s *Shelf) difference(ctx context.Context, before, after *Release) (*difference, error) {
	if d := s.known(before, after); d != nil {
		return d, nil
	}
	if err := s.wait(ctx); err != nil {
		return nil, err
	}
	defer func() { <-s.comparing }()
	if d := s.known(before, after); d != nil { // while this one waited
		return d, nil
	}
	diff, err := before.Diff(ctx, after, Public)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = append(s.found, comparison{before.manifest.SHA256, after.manifest.SHA256, diff.found, time.Now()})
	if len(s.found) > maxFound {
		s.found = slices.Delete(s.found, 0, 1)
	}
	return diff.found, nil
}

// wait waits for the turn to compare.
func (s *Shelf) wait(ctx context.Context) error {
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > maxWaiting {
		return ErrOverloaded
	}
	select {
	case s.comparing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// known gives the difference that was found before, nil where there is none.
func (s *Shelf) known(before, after *Release) *difference {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.found, func(c comparison) bool {
		return c.before == before.manifest.SHA256 && c.after == after.manifest.SHA256
	})
	if i < 0 {
		return nil
	}
	c := s.found[i]
	s.found = append(slices.Delete(s.found, i, i+1), c)
	return c.difference
}
