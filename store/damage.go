package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
)

// health is what is known of the damage to an open release.
type health struct {
	onDamage func(*Release, error) // see reportDamage; nil where nobody asks
	onPassed func(*Release, error) // see reportPassed; likewise
	damaged  atomic.Bool           // see Damaged
	left     atomic.Bool           // see whole
}

// reportDamage tells who watches the release that something in it cannot be proven,
// asked again too. That is a suspicion: what fails is not answered, and the watcher
// holds the file against its checksum before it does anything else. It returns at once.
func (r *Release) reportDamage(err error) {
	if r.health.onDamage != nil {
		r.health.onDamage(r, err)
	}
}

// reportPassed tells of a read that failed and, asked again at once, did not.
func (r *Release) reportPassed(err error) {
	if r.health.onPassed != nil {
		r.health.onPassed(r, err)
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

// proofStep is how many bytes are summed at a time, in between which a proof can be
// ended.
const proofStep = 1 << 20

// prove holds every byte of the release, as reads see it, against the manifest. It reads
// the file and not what is mapped of it, which would count as the process's memory. The
// error is ErrCorrupt where they differ or cannot be read, else that of the context.
// A gigabyte takes about a second of one processor.
func (r *Release) prove(ctx context.Context) error {
	sum, piece := sha256.New(), make([]byte, proofStep)
	for at := int64(0); at < r.manifest.Size; at += int64(len(piece)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		piece = piece[:min(int64(len(piece)), r.manifest.Size-at)]
		if err := r.pages.read(piece, at); err != nil {
			return err
		}
		sum.Write(piece)
	}
	if found := hex.EncodeToString(sum.Sum(nil)); !strings.EqualFold(found, r.manifest.SHA256) {
		return fmt.Errorf("%w: release %s: found bytes with SHA-256 %s, its manifest says %s", ErrCorrupt, r.manifest.Name, found, r.manifest.SHA256)
	}
	return nil
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
