package compare

import (
	"context"

	"alphanode/store"
	"alphanode/store/release"
)

// Diff is what differs between two releases for one view. It can be read while
// both are open.
type Diff struct {
	Before string `json:"before"`
	After  string `json:"after"`
	store.ChangeCounts

	view          store.View
	before, after *release.Release
	found         *Difference
}

// NewDiff compares a release with a later one, or with any other. It takes memory
// of at most a bit for each post.
func NewDiff(ctx context.Context, before, after *release.Release, v store.View) (*Diff, error) {
	found, err := differenceOf(ctx, before, after, v)
	if err != nil {
		return nil, err
	}
	return &Diff{
		Before: before.Name(), After: after.Name(), ChangeCounts: found.counts(),
		view: v, before: before, after: after, found: found,
	}, nil
}

// Each gives every post that differs, in the order of slugs.
func (d *Diff) Each(ctx context.Context, f func(store.Change) error) error {
	return inBoth(ctx, d.before, d.after, d.view, func(before, after release.Reading) error {
		c, err := newComparer(before, after)
		if err != nil {
			return err
		}
		return eachPair(ctx, before, after, func(slug []byte, was, is store.Ref) error {
			change := store.Change{Kind: d.found.kind(was, is), Ref: is}
			if change.Kind == "" {
				return nil
			}
			change.Slug = string(slug)
			if change.Kind == store.Changed {
				var err error
				if change.Fields, err = c.fields(was, is); err != nil {
					return err
				}
			}
			return f(change)
		})
	})
}
