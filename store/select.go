package store

import (
	"context"
	"encoding/binary"
	"fmt"
)

// Selection is all posts of a view that match a filter, in the order of their
// slugs, for who wants every one of them. It is handed out in batches: each is
// a read of its own, so nothing is held in the release while a batch is sent
// somewhere slow, but the release must stay open. It takes a bit for each post
// of the view, and is for one goroutine.
type Selection struct {
	reader  *Reader
	members bitset // by ordinal; nil where every post of the view is one
	total   int
	given   int
	at      int // the place by slug behind the post that was given last
}

// Select finds all posts that match a filter.
func (r *Reader) Select(ctx context.Context, f *Filter) (*Selection, error) {
	return call(ctx, r, func(tx *readTx) (*Selection, error) {
		matched, err := tx.match(ctx, f)
		if err != nil {
			return nil, err
		}
		s := &Selection{reader: r, total: matched.count()}
		if matched.all() {
			return s, nil
		}
		s.members = newBitset(int(tx.size()))
		matched.each(func(ordinals []uint32) {
			for _, o := range ordinals {
				s.members.add(int(o))
			}
		})
		return s, nil
	})
}

// Total is how many posts there are in all.
func (s *Selection) Total() int { return s.total }

// Next fills refs with the posts that follow and gives how many they are: fewer
// than there is room for only at the end, and then 0.
func (s *Selection) Next(ctx context.Context, refs []Ref) (int, error) {
	return call(ctx, s.reader, func(tx *readTx) (int, error) {
		seq, err := tx.sequence(Order{Field: FieldSlug})
		if err != nil {
			return 0, err
		}
		n, size := 0, tx.size()
		refs = refs[:min(len(refs), s.total-s.given)]
		for n < len(refs) && s.at < seq.n {
			for run := seq.order.run32(s.at, seq.n-s.at); len(run) > 0 && n < len(refs); run = run[4:] {
				s.at++
				ordinal := binary.LittleEndian.Uint32(run)
				if ordinal < size && (s.members == nil || s.members.contains(int(ordinal))) {
					refs[n] = Ref(ordinal)
					n++
				}
			}
		}
		s.given += n
		if n < len(refs) {
			return n, fmt.Errorf("%w: the order by slug has %d of %d posts", ErrCorrupt, s.given, s.total)
		}
		return n, nil
	})
}
