package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/compare"
	"alphanode/store/release"
)

// Others gives readers the releases beside the one that answers them, of those that
// were published. It keeps the few open that were asked for last, opens one while
// others are given, and remembers how they differ. It is safe for many goroutines. Nil is empty.
type Others struct {
	catalogue *catalogue.Catalogue
	comparing chan struct{} // holds who compares two releases, which is work for a processor
	waiting   atomic.Int64  // who waits to compare

	beside *pinned // the few that were asked for last

	mu        sync.Mutex
	found     []comparison
	manifests map[string]knownManifest // of the releases that were listed last
}

// comparison is the difference of two releases for the public. They are known by
// the SHA-256 of their files: one of the same name can be another.
type comparison struct {
	before, after string
	difference    *compare.Difference
	found         time.Time
}

const (
	maxOpen  = 3
	maxFound = 32
	// maxWaiting bounds who waits for a comparison, and so takes a place from those
	// who only read what is current.
	maxWaiting = 32
)

// NewOthers makes those of a data directory. Who makes it ends it with Close.
func NewOthers(c *catalogue.Catalogue) *Others {
	s := &Others{catalogue: c, comparing: make(chan struct{}, 1), beside: newPinned(c.OpenToKeep, maxOpen)}
	s.beside.yield = true // who compares is few enough, and is not refused
	return s
}

// take gives a release that was published, which the named argument asks for. The
// caller gives it back with Close.
func (s *Others) take(ctx context.Context, argument, name string) (*release.Release, error) {
	if _, ok := store.ReleaseNumber(name); !ok {
		return nil, &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%.40q", name), Expected: "the name of a release, such as r1"}
	}
	if s == nil {
		return nil, &store.ReleaseError{Argument: argument, Release: name}
	}
	history, err := s.catalogue.History()
	if err != nil {
		return nil, err
	}
	published, ok := history.PublishedAt(name)
	if !ok { // that there is one staged is nobody's business
		return nil, &store.ReleaseError{Argument: argument, Release: name}
	}
	for {
		s.beside.drop(s.gone)
		r, err := s.beside.get(ctx, name, published)
		_, foreign := errors.AsType[store.FormatError](err)
		switch {
		case foreign || errors.Is(err, store.ErrReleaseGone) || errors.Is(err, store.ErrNotFound):
			return nil, &store.ReleaseError{Argument: argument, Release: name, Gone: true}
		case err != nil:
			return nil, err
		case !s.gone(r):
			return r.Release, nil
		}
		_ = r.Close() // it became so while another opened it
	}
}

// takeBeside gives a release by name, of which the own one is at hand.
func (s *Others) takeBeside(ctx context.Context, own *release.Release, argument, name string) (*release.Release, error) {
	if name == own.Name() && own.Retain() {
		return own, nil
	}
	return s.take(ctx, argument, name)
}

// Changes answers a reader of a release.
func (s *Others) Changes(ctx context.Context, own *release.Release, q store.ChangeQuery, b *store.Budget) (*store.ChangePage, error) {
	before, err := s.takeSince(ctx, own, &q)
	if err != nil {
		return nil, err
	}
	defer before.Close()
	after := own
	if q.Until != "" {
		if after, err = s.takeBeside(ctx, own, "until", q.Until); err != nil {
			return nil, err
		}
		defer after.Close()
	}
	return compare.Changes(ctx, before, after, q, s.difference, b)
}

// Delta compares two releases that were published. The error is a
// *DeltaTooLargeError where more than most posts differ.
func (s *Others) Delta(ctx context.Context, before, after string, most int) (*compare.Delta, error) {
	x, err := s.take(ctx, "before", before)
	if err != nil {
		return nil, err
	}
	y, err := s.take(ctx, "after", after)
	if err != nil {
		return nil, joinClose(err, x)
	}
	d, err := compare.Between(ctx, x, y, s.difference, most)
	if err != nil {
		return nil, joinClose(err, x, y)
	}
	return d, nil
}

// gone reports whether a release was pruned or made anew. Its room on disk is free only
// when nobody has it open.
func (s *Others) gone(r catalogue.Kept) bool {
	return !s.catalogue.Has(r.Name()) || s.catalogue.Outdated(r)
}

// sweep lets go of releases that are gone, and of what was found so long ago that it is
// not relied on any more.
func (s *Others) sweep() {
	s.beside.drop(s.gone)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = slices.DeleteFunc(s.found, func(c comparison) bool { return time.Since(c.found) > release.ScrubPeriod })
}

// drop lets go of all releases that are open.
func (s *Others) drop() { s.beside.drop(func(catalogue.Kept) bool { return true }) }

// Close gives back all that is open.
func (s *Others) Close() error {
	s.beside.close()
	return nil
}

// difference gives how two releases differ for the public. It is found once,
// and one at a time: it must not take the processors from those who read.
func (s *Others) difference(ctx context.Context, before, after *release.Release) (*compare.Difference, error) {
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
	found, err := compare.PublicDifference(ctx, before, after)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = append(s.found, comparison{before.Manifest().SHA256, after.Manifest().SHA256, found, time.Now()})
	if len(s.found) > maxFound {
		s.found = slices.Delete(s.found, 0, 1)
	}
	return found, nil
}

// wait waits for the turn to compare.
func (s *Others) wait(ctx context.Context) error {
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > maxWaiting {
		return store.ErrOverloaded
	}
	select {
	case s.comparing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// known gives the difference that was found before, nil where there is none.
func (s *Others) known(before, after *release.Release) *compare.Difference {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.found, func(c comparison) bool {
		return c.before == before.Manifest().SHA256 && c.after == after.Manifest().SHA256
	})
	if i < 0 {
		return nil
	}
	c := s.found[i]
	s.found = append(slices.Delete(s.found, i, i+1), c)
	return c.difference
}

// joinClose gives releases back and adds what goes wrong to an error.
func joinClose(err error, releases ...*release.Release) error {
	for _, r := range releases {
		err = errors.Join(err, r.Close())
	}
	return err
}
