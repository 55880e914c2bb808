package release

import (
	"context"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// Holds gives those of some slugs that the release has, whoever sees them.
func (r *Release) Holds(ctx context.Context, slugs []string) (held []string, err error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	tx, err := r.file.Begin(ctx, store.Preview)
	if err != nil {
		return nil, err
	}
	defer r.file.End(tx)
	err = file.Guard(func() error {
		for _, slug := range slugs {
			value, err := tx.Get(file.BucketSlugs, []byte(slug))
			if err != nil {
				return err
			}
			if value != nil {
				held = append(held, slug)
			}
		}
		return nil
	})
	return held, err
}

// ReferenceOf is the meta.reference of a post, "" where it has none or cannot be
// read.
func (r *Release) ReferenceOf(slug string) (reference string) {
	tx, err := r.file.Begin(context.Background(), store.Preview) // which waits for nobody: the release was just opened
	if err != nil {
		return ""
	}
	defer r.file.End(tx)
	_ = file.Guard(func() error {
		ref, err := posts.Ordinal(tx, file.BucketSlugs, slug)
		if err != nil || ref == store.NoRef {
			return err
		}
		text, err := r.posts.Canonical(tx, ref, nil)
		if err != nil {
			return err
		}
		post, err := content.DecodePost(text)
		if err == nil {
			reference = post.Meta.Reference
		}
		return err
	})
	return reference
}

// SlugOfReference is the slug of the post with a reference, "" where there is none.
func (r *Release) SlugOfReference(tx *file.Tx, reference string) (slug string, err error) {
	err = file.Guard(func() error {
		ref, err := posts.LookupReference(tx, reference)
		if err != nil || ref == store.NoRef {
			return err
		}
		slug, err = r.posts.Slug(tx, ref)
		return err
	})
	return slug, err
}
