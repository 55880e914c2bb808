package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// Each gives the canonical JSON of every post of the release, those the public
// does not see included, in the order of slugs. The bytes are valid until f
// returns.
func (r *Release) Each(ctx context.Context, f func(json []byte) error) error {
	tx, err := r.file.Begin(ctx, store.Preview)
	if err != nil {
		return err
	}
	defer r.file.End(tx)
	return file.Guard(func() error {
		var json []byte
		passing := r.file.Passing()
		return posts.EachSlug(tx, func(_ []byte, ref store.Ref) (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if json, err = r.posts.Canonical(tx, ref, json[:0]); err != nil {
				return err
			}
			passing.Pass(len(json))
			return f(json)
		})
	})
}

// EachMatching is Each of the posts that match a filter, nil for all.
func (r *Release) EachMatching(ctx context.Context, filter *store.Filter, f func(json []byte) error) error {
	if filter == nil {
		return r.Each(ctx, f)
	}
	selection, err := r.Reader(store.Preview).Select(ctx, filter)
	if err != nil {
		return err
	}
	refs := make([]store.Ref, 256)
	for {
		n, err := selection.Next(ctx, refs)
		if n == 0 || err != nil {
			return err
		}
		if err := r.each(ctx, refs[:n], f); err != nil {
			return err
		}
	}
}

// each gives the canonical JSON of some posts.
func (r *Release) each(ctx context.Context, refs []store.Ref, f func(json []byte) error) error {
	tx, err := r.file.Begin(ctx, store.Preview)
	if err != nil {
		return err
	}
	defer r.file.End(tx)
	return file.Guard(func() error {
		var json []byte
		for _, ref := range refs {
			if err := ctx.Err(); err != nil {
				return err
			}
			if json, err = r.posts.Canonical(tx, ref, json[:0]); err != nil {
				return err
			}
			if err := f(json); err != nil {
				return err
			}
		}
		return nil
	})
}

// EachSlug gives the slug of every post, in order. The bytes are valid until f returns.
func (r *Release) EachSlug(ctx context.Context, f func(slug []byte) error) error {
	tx, err := r.file.Begin(ctx, store.Preview)
	if err != nil {
		return err
	}
	defer r.file.End(tx)
	return file.Guard(func() error {
		return posts.EachSlug(tx, func(slug []byte, _ store.Ref) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f(slug)
		})
	})
}
