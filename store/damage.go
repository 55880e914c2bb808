package store

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
)

// health is what is known of the damage to an open release.
type health struct {
	onPassed func(*Release, error) // see passed; nil where nobody asks
	suspects chan error            // holds what a read met that failed, asked again too
	damaged  atomic.Bool           // see Damaged
	left     atomic.Bool           // see whole
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

// Damaged reports whether the file was found to be another than was built, while it
// was served. Each read proves what it gives all the same, but nothing of it is to be
// kept.
func (r *Release) Damaged() bool { return r.health.damaged.Load() }

// whole is an error where what was begun with the release is to be begun anew with
// another: it was made anew on disk, or it is damaged and an earlier one is served.
func (r *Release) whole() error {
	switch {
	case r.rewritten():
		return fmt.Errorf("%w: what is left is to be asked of the release as it is now", ErrWithdrawn)
	case r.health.left.Load():
		return fmt.Errorf("%w: release %s was found damaged meanwhile, and another is served", ErrCorrupt, r.manifest.Name)
	default:
		return nil
	}
}

// isDamage reports whether a release could not be opened because of what stands on
// disk in its place: other bytes than were built, or none, or what the disk cannot read
// any more. What may pass is no damage, such as too many open files, nor is what is
// as it was built but not for this server: another format, or a post that is taken
// down.
func isDamage(err error) bool {
	return errors.Is(err, ErrCorrupt) || errors.Is(err, ErrReleaseGone) || errors.Is(err, syscall.EIO)
}

// isForeign reports whether a release is of a format that this build does not read.
func isForeign(err error) bool {
	_, foreign := errors.AsType[formatError](err)
	return foreign
}
