package store

import (
	"context"
	"slices"
)

// AppendTexts appends posts as JSON to dst, in the order of refs and with
// commas between them, and says where each of them stands in it. A NoRef is an
// error; so is a *LengthError. One post alone is never too long.
func (r *Reader) AppendTexts(ctx context.Context, dst []byte, refs []Ref, part Part, room Room) (all []byte, texts []Text, err error) {
	texts, err = call(ctx, r, func(tx *readTx) (texts []Text, err error) {
		all, texts, err = r.release.posts.appendTexts(ctx, tx, dst, refs, part, room)
		return texts, err
	})
	r.noteTexts(texts, part)
	return all, texts, err
}

func (r *Reader) noteTexts(texts []Text, part Part) {
	r.note(func(f *Footprint) {
		for _, t := range texts {
			noteText(f, t.JSON, part)
		}
	})
}

// AppendText is AppendTexts for the post with this slug; ErrNotFound where this
// view has none.
func (r *Reader) AppendText(ctx context.Context, dst []byte, slug string, spare int) (all []byte, text Text, err error) {
	r.note(func(f *Footprint) { f.read(slug, Whole) })
	text, err = call(ctx, r, func(tx *readTx) (Text, error) {
		ref, err := ordinal(tx, bucketSlugs, slug)
		if err != nil {
			return Text{}, err
		}
		if ref == NoRef {
			return Text{}, ErrNotFound
		}
		var texts []Text
		if all, texts, err = r.release.posts.appendTexts(ctx, tx, dst, []Ref{ref}, Whole, Room{Spare: spare}); err != nil {
			return Text{}, err
		}
		return texts[0], nil
	})
	return all, text, err
}

// PostsJSON reads posts as AppendTexts does, in the order of refs. A NoRef
// gives nil.
func (r *Reader) PostsJSON(ctx context.Context, refs []Ref, part Part) ([][]byte, error) {
	known := slices.DeleteFunc(slices.Clone(refs), func(ref Ref) bool { return ref == NoRef })
	_, texts, err := r.AppendTexts(ctx, nil, known, part, Room{})
	if err != nil {
		return nil, err
	}
	rows := make([][]byte, len(refs))
	for i, ref := range refs {
		if ref != NoRef {
			rows[i], texts = texts[0].JSON, texts[1:]
		}
	}
	return rows, nil
}

// Rows reads posts as they are stored, in the order of refs; a NoRef gives a
// row without JSON. The JSON is appended to arena, which is given back for
// another use once the rows are no longer needed.
func (r *Reader) Rows(ctx context.Context, refs []Ref, part Part, arena []byte) ([]Row, []byte, error) {
	all := arena
	rows, err := call(ctx, r, func(tx *readTx) (rows []Row, err error) {
		rows, all, err = r.release.posts.rows(ctx, tx, refs, part, arena)
		return rows, err
	})
	r.note(func(f *Footprint) {
		for _, row := range rows {
			if row.Ref != NoRef {
				noteText(f, row.JSON, part)
			}
		}
	})
	return rows, all, err
}
