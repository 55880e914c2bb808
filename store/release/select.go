package release

import (
	"context"
	"fmt"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/query"
	"alphanode/store/sets"
)

// Selection is all posts of a view that match a filter, in the order of their
// slugs, for who wants every one of them. It is handed out in batches: each is
// a read of its own, so nothing is held in the release while a batch is sent
// somewhere slow, but the release must stay open. It takes a bit for each post
// of the view, and is for one goroutine.
type Selection struct {
	reader  *Reader
	filter  *store.Filter
	members sets.Bits // by ordinal; nil where every post of the view is one
	total   int
	given   int
	at      int // the place by slug behind the post that was given last
}

// Select finds all posts that match a filter.
func (r *Reader) Select(ctx context.Context, filter *store.Filter) (*Selection, error) {
	r.note(func(f *footprint.Footprint) { f.Question(footprint.Asked{Filter: filter}) })
	return call(ctx, r, func(tx *file.Tx) (*Selection, error) {
		matching := query.Matching{Engine: r.release.engine, Tx: tx, Filter: filter}
		// Also for walks over the order, which Skip may make in one go, and Sum does.
		err := matching.Pay(ctx, func(most int) int { return file.PriceOfRead + file.PriceOfMember*(3*most+4*int(tx.Size())) })
		if err != nil {
			return nil, err
		}
		matched := matching.Posts()
		s := &Selection{reader: r, filter: filter, total: matched.Count()}
		if matched.All() {
			return s, nil
		}
		s.members = sets.NewBits(int(tx.Size()))
		matched.Each(func(ordinals []uint32) {
			for _, o := range ordinals {
				s.members.Add(int(o))
			}
		})
		return s, nil
	})
}

// Total is how many posts there are in all.
func (s *Selection) Total() int { return s.total }

// Limit leaves the first n posts, where there are more. It comes before any is given.
func (s *Selection) Limit(n int) { s.total = min(s.total, n) }

// Next fills refs with the posts that follow and gives how many they are: fewer
// than there is room for only at the end, and then 0.
func (s *Selection) Next(ctx context.Context, refs []store.Ref) (int, error) {
	return s.walk(ctx, len(refs), refs)
}

// Skip passes over the next n posts, or those that are left.
func (s *Selection) Skip(ctx context.Context, n int) error {
	_, err := s.walk(ctx, n, nil)
	return err
}

// walk goes over the posts that follow, at most so many, and gives how many they
// were. They are put into refs where there is room.
func (s *Selection) walk(ctx context.Context, most int, refs []store.Ref) (int, error) {
	if err := s.reader.release.whole(); err != nil {
		return 0, err
	}
	return call(ctx, s.reader, func(tx *file.Tx) (int, error) {
		seq, err := s.reader.release.orders.Sequence(tx, store.Order{Field: store.FieldSlug})
		if err != nil {
			return 0, err
		}
		n, at, size := 0, s.at, tx.Size()
		want := min(most, s.total-s.given)
		for ; n < want && at < seq.N; at++ {
			ordinal := seq.OrdinalAt(at)
			if ordinal < size && (s.members == nil || s.members.Contains(int(ordinal))) {
				if refs != nil {
					refs[n] = store.Ref(ordinal)
				}
				n++
			}
		}
		if n < want {
			return 0, fmt.Errorf("%w: the order by slug has %d of %d posts", store.ErrCorrupt, s.given+n, s.total)
		}
		s.given, s.at = s.given+n, at
		return n, nil
	})
}
