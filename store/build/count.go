package build

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
)

// Count tells what [File] would come to, and writes no release: posts are compared and
// counted, not packed, and no index is made. Of Info it has what counts of posts are.
func Count(ctx context.Context, in Input) (Assembled, error) {
	defer in.Records.Close()
	a := &assembler{in: in, gathered: facts.NewGathered(in.Records.vocabulary)}
	if err := file.Guard(func() error { return a.countPosts(ctx) }); err != nil {
		return Assembled{}, err
	}
	return Assembled{file.Info{
		Format: store.FormatVersion, Posts: a.gathered.Posts, Public: a.gathered.Public, Stemming: in.stems(), Counts: a.publicCounts(),
	}, a.changes}, nil
}

func (a *assembler) countPosts(ctx context.Context) error {
	given, err := a.in.Records.given.Merge()
	if err != nil {
		return err
	}
	defer given.Close()
	m, err := newMerger(given, &a.in)
	if err != nil {
		return err
	}
	return pipeline(ctx, inWork{64, cmp.Or(a.in.Memory.Posts, postsInWork)},
		func(ctx context.Context, emit func(merged) error) error {
			return file.Guard(func() error { return m.each(ctx, emit) })
		},
		merged.weight,
		func() (func(merged) (written, error), error) {
			return func(m merged) (w written, err error) {
				err = file.Guard(func() error { w, err = a.compare(m); return err })
				return w, err
			}, nil
		},
		func(w written) error {
			a.count(&w)
			if w.change != removed {
				a.gathered.Add(&w.Facts)
				a.tell()
			}
			return nil
		})
}

// compare holds a post against the parent's.
func (a *assembler) compare(m merged) (w written, err error) {
	w = written{slug: m.slug, change: m.change, old: m.old != nil}
	if m.change == removed {
		return w, nil
	}
	var before []byte
	if m.old != nil {
		if before, err = a.in.Parent.Posts.Packing.Unpack(nil, m.old); err != nil {
			return w, fmt.Errorf("post %q of release %s: %w", m.slug, a.in.Parent.Name, err)
		}
	}
	if m.change == carried {
		post, err := content.DecodePost(before)
		if err != nil {
			return w, fmt.Errorf("%w: post %q of release %s: %w", store.ErrCorrupt, m.slug, a.in.Parent.Name, err)
		}
		w.Draft = draftOf(post, before, a.in.Records.vocabulary)
		return w, nil
	}
	w.Draft, err = facts.ReadDraft(m.draft)
	w.equal = m.old != nil && bytes.Equal(before, w.JSON)
	return w, err
}
