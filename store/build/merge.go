package build

import (
	"bytes"
	"context"
	"errors"
	"io"

	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// change says what a build does to a post of its parent.
type change uint8

const (
	carried change = iota // not in the import: kept as it is
	given                 // in the import: added, changed or unchanged
	removed
)

// merged is one post of the release being built, or one that leaves it.
type merged struct {
	slug   string
	change change
	draft  []byte // of a given post
	old    []byte // the parent's, packed; nil where it has none
}

// weight is how many bytes a post has: both its forms, where there are two.
func (m merged) weight() int {
	if m.change == removed {
		return 0
	}
	n, _ := posts.UnpackedLen(m.old) // what cannot be unpacked is an error soon
	return len(m.draft) + n
}

// merger walks the posts of an import and those of the parent side by side, by
// slug.
type merger struct {
	in       *Input
	given    *disk.SpillReader
	old      *posts.SlugWalk // nil where there is no parent
	oldSlug  []byte          // nil behind the last
	passing  *file.Passing
	newSlug  []byte // nil behind the last
	newDraft []byte // empty for a removal
}

func newMerger(given *disk.SpillReader, in *Input) (*merger, error) {
	m := &merger{in: in, given: given}
	if tx := in.Parent.Tx; tx != nil {
		var err error
		if m.old, err = posts.WalkSlugs(tx); err != nil {
			return nil, err
		}
		m.oldSlug, m.passing = m.old.Slug, tx.File.Passing()
	}
	return m, m.nextNew()
}

func (m *merger) nextOld() error {
	err := m.old.Next()
	m.oldSlug = m.old.Slug
	return err
}

func (m *merger) nextNew() error {
	for {
		slug, draft, err := m.given.Next()
		if errors.Is(err, io.EOF) {
			m.newSlug = nil
			return nil
		}
		if err != nil {
			return err
		}
		if !m.in.Records.without[string(slug)] {
			m.newSlug, m.newDraft = slug, draft
			return nil
		}
	}
}

// each calls f for every post of the merged archive and every post that leaves
// it, by slug. What it passes is f's to keep, but old, which is valid while the
// parent's transaction is.
func (m *merger) each(ctx context.Context, f func(merged) error) error {
	for m.oldSlug != nil || m.newSlug != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		order := bytes.Compare(m.oldSlug, m.newSlug)
		if m.newSlug == nil {
			order = -1
		} else if m.oldSlug == nil {
			order = 1
		}
		var post merged
		if order <= 0 {
			rec, err := m.in.Parent.Posts.PostRecord(m.in.Parent.Tx, m.old.Ref)
			if err != nil {
				return err
			}
			m.passing.Pass(len(rec.Compressed))
			post = merged{slug: string(m.oldSlug), old: rec.Compressed}
			if m.in.Replace {
				post.change = removed
			}
		}
		if order >= 0 {
			post.slug, post.change = string(m.newSlug), given
			if len(m.newDraft) == 0 {
				post.change = removed
			} else {
				post.draft = bytes.Clone(m.newDraft)
			}
		}
		// The removal of a post that is not there says nothing.
		if post.change != removed || post.old != nil {
			if err := f(post); err != nil {
				return err
			}
		}
		if order <= 0 {
			if err := m.nextOld(); err != nil {
				return err
			}
		}
		if order >= 0 {
			if err := m.nextNew(); err != nil {
				return err
			}
		}
	}
	return nil
}
