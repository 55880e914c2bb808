package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"alphanode/store"
)

// spareWait is how long a release that is not current is not tried again after it could not be
// fetched: nobody waits for it.
const spareWait = 20 * time.Second

// spareWait is that, and for who has less patience for files less.
func (m *Member) spareWait() time.Duration {
	if m.options.Patience == 0 {
		return spareWait
	}
	return min(spareWait, 10*m.options.Patience)
}

// fetcher brings one release after the other to the disk, beside what its owner does.
type fetcher struct {
	replica *Replica
	errand  *errand // the last; nil before the first
}

// errand is one release that is fetched.
type errand struct {
	release, parcel string
	cancel          context.CancelFunc
	done            chan struct{}
	err             error // when it is done
	ended           time.Time
}

// end gives up what is being fetched; what came of it is kept on the disk.
func (f *fetcher) end() {
	if f.errand != nil {
		f.errand.cancel()
		<-f.errand.done
	}
}

// want has a release fetched, in the place of whatever is. The error is that of the last time
// that the same one was tried, which is done again after a while.
func (f *fetcher) want(ctx context.Context, name string, wait time.Duration) error {
	r := f.replica
	h, err := r.member.latest(ctx)
	if err != nil {
		return err
	}
	s := h.find(name)
	if s == nil {
		return nil // it was pruned meanwhile, which the next look tells
	}
	form, ok := s.usable()
	if !ok {
		return store.FormatError{Release: name, Found: s.newest().Format}
	}
	if e := f.errand; e != nil && e.parcel == form.Parcel {
		select {
		case <-e.done:
			if time.Since(e.ended) < wait {
				return e.err
			}
			err = e.err
		default:
			return nil // it is on its way
		}
	}
	f.end()
	ctx, cancel := context.WithCancel(ctx)
	e := &errand{release: name, parcel: form.Parcel, cancel: cancel, done: make(chan struct{})}
	f.errand = e
	r.setFetching(name)
	go func() {
		e.err = r.fetch(ctx, h, name, form)
		e.ended = time.Now()
		r.mu.Lock()
		r.arrived = true
		r.mu.Unlock()
		r.setFetching("")
		close(e.done)
		wake(r.work)
	}()
	return err
}

// wantSpare has the next of the releases fetched that are not current, so that a publish or a
// rollback finds them here.
func (f *fetcher) wantSpare(ctx context.Context, h *head) {
	for _, s := range f.replica.member.lacking(h) {
		if _, ok := s.usable(); !ok {
			continue
		}
		if err := f.want(ctx, s.Name, f.replica.member.spareWait()); err != nil && !errors.Is(err, context.Canceled) {
			f.replica.log.Debug("a release that is not current is not on this disk", "release", s.Name, "error", err)
		}
		return
	}
}

func (r *Replica) setFetching(name string) {
	r.mu.Lock()
	r.fetching = name
	r.mu.Unlock()
	wake(r.report)
}

// makeRoom takes the release off this disk that is least likely to be needed, and reports whether
// there was one: the oldest that is neither served nor the one that a rollback would go to.
func (m *Member) makeRoom(h *head) bool {
	names, err := m.catalogue.Names()
	if err != nil {
		return false
	}
	current, err := m.catalogue.Current()
	if err != nil {
		return false
	}
	target, err := m.catalogue.RollbackTarget()
	if err != nil {
		return false
	}
	for _, name := range names {
		if name == current || name == target || name == h.Current {
			continue
		}
		if err := m.catalogue.Spare(name); err != nil {
			m.log.Warn("a release could not be taken off a disk that is full", "release", name, "error", err)
			return false
		}
		m.log.Warn("a release was taken off the disk, which has no room for the one that is current", "release", name)
		return true
	}
	return false
}

// fetch fetches one release.
func (r *Replica) fetch(ctx context.Context, h *head, name string, f form) error {
	began, before := time.Now(), r.member.fetched.Load()
	_, err := r.member.fetch(ctx, h, name, f)
	for errors.As(err, new(*NoRoomError)) && name == h.Current && r.member.makeRoom(h) {
		_, err = r.member.fetch(ctx, h, name, f)
	}
	if err != nil {
		return fmt.Errorf("bring release %s here: %w", name, err)
	}
	r.log.Info("fetched a release of the fleet", "release", name, "bytes", f.Size, "travelled", r.member.fetched.Load()-before, "took", time.Since(began).Round(time.Millisecond))
	return nil
}
