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
		if err := f.want(ctx, s.Name, spareWait); err != nil && !errors.Is(err, context.Canceled) {
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

// fetch fetches one release.
func (r *Replica) fetch(ctx context.Context, h *head, name string, f form) error {
	began, before := time.Now(), r.member.fetched.Load()
	if _, err := r.member.fetch(ctx, h, name, f); err != nil {
		return fmt.Errorf("bring release %s here: %w", name, err)
	}
	r.log.Info("fetched a release of the fleet", "release", name, "bytes", f.Size, "travelled", r.member.fetched.Load()-before, "took", time.Since(began).Round(time.Millisecond))
	return nil
}
