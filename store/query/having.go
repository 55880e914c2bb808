package query

import (
	"math/bits"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// having are the posts that have a term. They are read when they are needed.
type having struct {
	*matcher
	id    store.TermID
	count int       // of the view's posts
	rows  bool      // the term has them
	row   order.Row // by ordinal, if the term has rows
	read  bool
	posts sets.Set
}

func (h *having) set() sets.Set {
	if !h.read {
		h.tx.Stay()
		posts, err := h.tx.Postings(file.BucketPostings, file.OrdinalKey(uint32(h.id)))
		if err != nil {
			panic(file.Fault{Err: err})
		}
		h.posts, h.read = posts, true
	}
	return h.posts
}

func (h *having) sift(some uint64, posts *[64]uint32) uint64 {
	h.tx.StayOften()
	if !h.rows {
		return siftEach(some, posts, h.set().Contains)
	}
	for rest := some; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros64(rest); !h.row.Has(int(posts[i%64])) {
			some &^= 1 << (i % 64)
		}
	}
	return some
}

func (h *having) most() int { return h.count }

func (h *having) price() price {
	again := file.PriceOfSets(h.count, int(h.tx.Size()))
	return price{file.PriceOfPostings + again, file.PriceOfContains, again}
}

func (h *having) within(s sets.Set) sets.Set { return s.And(h.set()) }

func (h *having) countWithin(s sets.Set) int { return s.AndCount(h.set()) }

func (m *matcher) having(id store.TermID) (*having, error) {
	terms, err := m.engine.terms.Terms(m.tx, []store.TermID{id})
	if err != nil {
		return nil, err
	}
	h := &having{matcher: m, id: id, count: terms[0].PostCount}
	if m.tx.View != store.Public {
		return h, nil // rows have public posts alone
	}
	bySlug, err := m.engine.orders.By(m.tx, store.FieldSlug)
	if err != nil {
		return nil, err
	}
	h.row, h.rows, err = m.engine.orders.Row(m.tx, bySlug, int(m.tx.Size()), id)
	return h, err
}
