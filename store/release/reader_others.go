package release

import (
	"context"
	"time"

	"alphanode/store"
)

// Others are the releases beside the one that a reader answers from, of those that were
// published.
type Others interface {
	// Changes tells how what the public sees of one release differs from what it sees
	// of another. The reader's own release is at hand. What is done is taken from the
	// budget, which may be nil.
	Changes(ctx context.Context, own *Release, q store.ChangeQuery, b *store.Budget) (*store.ChangePage, error)
}

// WithOthers lets the reader compare its release with others. Without, it finds none to
// compare with.
func (r *Reader) WithOthers(others Others) *Reader {
	r.others = others
	return r
}

// Changes tells how what the public sees of one release differs from what it sees
// of another, whatever the reader's view. The error is a *ReleaseError where one
// of the two cannot be had.
func (r *Reader) Changes(ctx context.Context, q store.ChangeQuery) (*store.ChangePage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := (store.Window{First: &q.First}).Check(); err != nil {
		return nil, err
	}
	defer r.count(time.Now())
	r.passing.Store(true)
	if r.others == nil {
		return nil, &store.ReleaseError{Argument: "since", Release: q.Since}
	}
	return r.others.Changes(ctx, r.release, q, r.budget)
}

// Lasts reports whether what was answered so far is right for as long as the release
// is served. What compares it with others is not: those can be removed, and posts
// taken out of them.
func (r *Reader) Lasts() bool { return !r.passing.Load() }
