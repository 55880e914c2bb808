package compare

import (
	"bytes"
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
	"alphanode/store/release"
)

// Difference is how what a view sees of one release differs from what it sees of
// another: sets of posts by their numbers, so that it takes at most a bit for
// each post.
type Difference struct {
	removed *roaring.Bitmap // in the release before
	added   *roaring.Bitmap // in the release after
	changed *roaring.Bitmap // in the release after
}

// differ gives how two releases differ for the public: who compares again and again
// remembers it.
type differ func(ctx context.Context, before, after *release.Release) (*Difference, error)

// differenceOf compares two releases for a view.
func differenceOf(ctx context.Context, before, after *release.Release, v store.View) (found *Difference, err error) {
	err = inBoth(ctx, before, after, v, func(before, after release.Reading) error {
		found, err = findDifference(ctx, before, after)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", before.Name(), after.Name(), err)
	}
	return found, nil
}

// PublicDifference compares two releases for the public, anew.
func PublicDifference(ctx context.Context, before, after *release.Release) (*Difference, error) {
	return differenceOf(ctx, before, after, store.Public)
}

// findDifference walks two releases side by side by slug.
func findDifference(ctx context.Context, before, after release.Reading) (*Difference, error) {
	d := &Difference{roaring.New(), roaring.New(), roaring.New()}
	c, err := newComparer(before, after)
	if err != nil {
		return nil, err
	}
	err = eachPair(ctx, before, after, func(_ []byte, was, is store.Ref) error {
		switch {
		case is == store.NoRef:
			d.removed.Add(uint32(was))
		case was == store.NoRef:
			d.added.Add(uint32(is))
		default:
			equal, err := c.equal(was, is)
			if err != nil {
				return err
			}
			if !equal {
				d.changed.Add(uint32(is))
			}
		}
		return nil
	})
	for _, set := range []*roaring.Bitmap{d.removed, d.added, d.changed} {
		set.RunOptimize()
	}
	return d, err
}

// kind says what became of a post that a pair of refs stands for, "" where it is
// as it was.
func (d *Difference) kind(was, is store.Ref) store.ChangeKind {
	switch {
	case is == store.NoRef:
		return store.Removed
	case was == store.NoRef:
		return store.Added
	case d.changed.Contains(uint32(is)):
		return store.Changed
	default:
		return ""
	}
}

func (d *Difference) counts() store.ChangeCounts {
	return store.ChangeCounts{Added: int(d.added.GetCardinality()), Changed: int(d.changed.GetCardinality()), Removed: int(d.removed.GetCardinality())}
}

// eachPair calls a function for each slug that a view has in one of two releases
// or in both, in order, with the post in each; NoRef where there is none. The
// slug is valid until the function returns.
func eachPair(ctx context.Context, before, after release.Reading, f func(slug []byte, was, is store.Ref) error) error {
	x, err := posts.WalkSlugs(before.Tx)
	if err != nil {
		return err
	}
	y, err := posts.WalkSlugs(after.Tx)
	if err != nil {
		return err
	}
	return sideBySide(ctx, x, y, func(slug []byte, inBefore, inAfter bool) error {
		was, is := store.NoRef, store.NoRef
		if inBefore {
			was = x.Ref
		}
		if inAfter {
			is = y.Ref
		}
		return f(slug, was, is)
	})
}

// comparer compares posts of two releases.
type comparer struct {
	before, after release.Reading
	same          bool            // both pack posts with the same dictionary
	hashes        [2]*file.Column // of both; nil where one has none
	was, is       []byte          // the posts that were unpacked last
}

func newComparer(before, after release.Reading) (*comparer, error) {
	c := &comparer{before: before, after: after, same: bytes.Equal(before.Posts.Packing.From, after.Posts.Packing.From)}
	had, err := posts.Hashes(before.Tx)
	if err != nil {
		return nil, err
	}
	has, err := posts.Hashes(after.Tx)
	if had != nil && has != nil {
		c.hashes = [2]*file.Column{had, has}
	}
	return c, err
}

// equal reports whether a post is the same in both.
func (c *comparer) equal(was, is store.Ref) (bool, error) {
	if c.hashes[0] != nil {
		return c.hashes[0].Int64(int(was)) == c.hashes[1].Int64(int(is)), nil
	}
	_, x, err := c.before.Posts.PostText(c.before.Tx, was)
	if err != nil {
		return false, err
	}
	_, y, err := c.after.Posts.PostText(c.after.Tx, is)
	if err != nil {
		return false, err
	}
	if c.same && bytes.Equal(x, y) {
		return true, nil
	}
	err = c.unpack(was, x, is, y)
	return err == nil && bytes.Equal(c.was, c.is), err
}

func (c *comparer) unpack(was store.Ref, x []byte, is store.Ref, y []byte) (err error) {
	if c.was, err = c.before.Posts.Unpack(c.before.Tx, was, x, c.was); err != nil {
		return err
	}
	c.is, err = c.after.Posts.Unpack(c.after.Tx, is, y, c.is)
	return err
}

// fields names those in which a post differs.
func (c *comparer) fields(was, is store.Ref) ([]string, error) {
	_, x, err := c.before.Posts.PostText(c.before.Tx, was)
	if err != nil {
		return nil, err
	}
	_, y, err := c.after.Posts.PostText(c.after.Tx, is)
	if err != nil {
		return nil, err
	}
	if err := c.unpack(was, x, is, y); err != nil {
		return nil, err
	}
	return content.ChangedFields(c.was, c.is)
}

// inBoth runs a read of two releases, in a transaction of each. All who do so
// take the transactions in the same order, so that none waits for one that waits
// for it.
func inBoth(ctx context.Context, before, after *release.Release, v store.View, read func(before, after release.Reading) error) error {
	first, second := before, after
	if number(after) < number(before) {
		first, second = after, before
	}
	x, err := first.Begin(ctx, v)
	if err != nil {
		return err
	}
	defer x.End()
	y, err := second.Begin(ctx, v)
	if err != nil {
		return err
	}
	defer y.End()
	if first != before {
		x, y = y, x
	}
	return file.Guard(func() error { return read(x, y) })
}

func number(r *release.Release) int {
	n, _ := store.ReleaseNumber(r.Name())
	return n
}
