package release

import (
	"fmt"
	"sync/atomic"
	"time"

	"alphanode/store"
)

// health is what is known of the damage to an open release.
type health struct {
	onPassed func(*Release, error)     // see passed; nil where nobody asks
	suspects chan error                // holds what a read met that failed, asked again too
	damaged  atomic.Bool               // see Damaged
	left     atomic.Bool               // see whole
	reliable atomic.Pointer[time.Time] // see ReliableSince
}

// passed tells of a read that failed and, asked again at once, did not.
func (h *health) passed(r *Release, err error) {
	if h.onPassed != nil {
		h.onPassed(r, err)
	}
}

// suspect notes that a read cannot prove what it gives, asked again too. That is a
// suspicion: what fails is not answered, and who serves the release proves its file at
// once before anything else is done. It never waits.
func (r *Release) suspect(err error) {
	select {
	case r.health.suspects <- err:
	default: // there is one already
	}
}

// Suspects gives what reads could not prove, to who serves the release.
func (r *Release) Suspects() <-chan error { return r.health.suspects }

// Serve notes since when the release is served, and who is told of reads that failed and,
// made again at once, did not. It comes before anyone else has the release.
func (r *Release) Serve(since time.Time, passed func(*Release, error)) {
	r.servedSince, r.health.onPassed = since, passed
}

// Condemn notes that the file was found to be another than was built. It reports whether
// that is news.
func (r *Release) Condemn() (news bool) { return !r.health.damaged.Swap(true) }

// Leave notes that another release is served in its place because it is damaged.
func (r *Release) Leave() { r.health.left.Store(true) }

// Damaged reports whether the file was found to be another than was built, while it
// was served. Each read proves what it gives all the same, but nothing of it is to be
// kept.
func (r *Release) Damaged() bool { return r.health.damaged.Load() }

// whole is an error where what was begun with the release is to be begun anew with
// another: it was made anew on disk, or it is damaged and an earlier one is served.
func (r *Release) whole() error {
	switch {
	case r.Rewritten():
		return fmt.Errorf("%w: what is left is to be asked of the release as it is now", store.ErrWithdrawn)
	case r.health.left.Load():
		return fmt.Errorf("%w: release %s was found damaged meanwhile, and another is served", store.ErrCorrupt, r.manifest.Name)
	default:
		return nil
	}
}

// ScrubPeriod is how long a pass over the file of what is served takes. Whatever was
// wrong for a moment is gone after two: what was read from it in the first is not relied
// on after the second.
const ScrubPeriod = 2 * time.Minute

// Scrub begins a pass over the file of the release.
func (r *Release) Scrub() *scrub {
	if r.manifest.Identity != "" {
		return newScrub(r.file, "")
	}
	return newScrub(r.file, r.manifest.SHA256)
}

// ReliableSince is the time from which on what was read from the release is relied on.
// An older answer may rest on bytes that were wrong for a while after they were
// checked, and is to be made anew.
func (r *Release) ReliableSince() time.Time { return *r.health.reliable.Load() }

// RelyFrom notes that time.
func (r *Release) RelyFrom(since time.Time) { r.health.reliable.Store(&since) }

// Outworn reports whether the release is open for longer than what was proven of it once
// is relied on.
func (r *Release) Outworn() bool { return time.Since(r.opened) > ScrubPeriod }

// Forget has everything checked again when it is next read.
func (r *Release) Forget() {
	for _, part := range []interface{ Forget() }{r.file, r.posts, r.orders, r.terms, r.words, r.similar, r.engine} {
		part.Forget()
	}
}
