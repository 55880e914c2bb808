package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/sets"
)

// What may be indexed is what the public sees and no human has to review first, whoever
// asks. Public posts are numbered by their slugs, so that the first of many thousands is
// found without a look at those before it, and nothing is held for the others.

// indexable is the question which posts those are.
var indexable = footprint.Asked{Filter: &store.Filter{NeedsHumanReview: new(bool)}}

// Indexable is how many posts may be indexed.
func (r *Reader) Indexable(ctx context.Context) (n int, err error) {
	r.note(func(f *footprint.Footprint) { f.Question(indexable) })
	return call(ctx, r, func(tx *file.Tx) (int, error) {
		held, err := unreviewed(ctx, tx, 0)
		public := tx.File.Info.Public
		if err != nil || public == 0 {
			return 0, err
		}
		return public - held.CountTo(uint32(public-1)), nil
	})
}

// IndexableFrom goes over the posts that may be indexed, by slug, from number n of them on,
// which is counted from 0.
func (r *Reader) IndexableFrom(n int) *IndexWalk { return &IndexWalk{reader: r, first: n} }

// IndexWalk goes over the posts that may be indexed. Each batch is a read of its own. It is
// for one goroutine.
type IndexWalk struct {
	reader *Reader
	first  int    // of those that may be indexed, with which it begins
	began  bool   // at is known
	at     uint32 // the ordinal behind the post that was given last
}

// Next fills refs with the posts that follow and gives how many they are: fewer than
// there is room for only at the end.
func (w *IndexWalk) Next(ctx context.Context, refs []store.Ref) (int, error) {
	if err := w.reader.release.whole(); err != nil {
		return 0, err
	}
	return call(ctx, w.reader, func(tx *file.Tx) (int, error) {
		held, err := unreviewed(ctx, tx, len(refs))
		if err != nil {
			return 0, err
		}
		at, public := w.at, uint32(tx.File.Info.Public)
		if !w.began {
			at = held.Absent(w.first)
		}
		n := 0
		for ; n < len(refs) && at < public; at++ {
			if !held.Contains(at) {
				refs[n] = store.Ref(at)
				n++
			}
		}
		w.at, w.began = at, true
		return n, nil
	})
}

// unreviewed are the posts that a human has to review first, of whatever the view sees.
func unreviewed(ctx context.Context, tx *file.Tx, asked int) (sets.Set, error) {
	if err := tx.Pay(ctx, file.PriceOfPostings+file.PriceOfSets(0, int(tx.Size()))+file.PriceOfContains*asked); err != nil {
		return sets.Set{}, err
	}
	return tx.Postings(file.BucketFlags, []byte("needsHumanReview"))
}
