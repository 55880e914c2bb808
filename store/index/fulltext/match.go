package fulltext

import (
	"context"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// searchRoom is memory for one search at a time.
type searchRoom struct {
	posts sets.Bits // that match
	order []uint64  // of spans, by what is best in them
	best  []ranked
	tops  []byte // of spans: see readTops
}

// search looks for the posts that meet a query.
type search struct {
	ctx      context.Context // of the one search
	tx       *file.Tx
	index    *Index
	argument string // that the query came in
	queries  []weighedQuery
	matched  store.Matched
	size     int // of the view
	room     *searchRoom
	looking  sync.Mutex
	looks    int // bytes of positions that are paid for
}

func (x *Index) newTextSearch(ctx context.Context, tx *file.Tx, argument string, q text.Query, as store.Search, room *searchRoom) (*search, error) {
	queries, matched, err := x.weigh(ctx, tx, q, as)
	return &search{ctx: ctx, tx: tx, index: x, argument: argument, queries: queries, matched: matched, size: int(tx.Size()), room: room}, err
}

// run finds the posts, among some, and counts them. A post has the words of one
// analysis alone, so no two queries find the same.
func (s *search) run(among sets.Set) (total int, err error) {
	s.begin(among)
	if len(s.queries) == 1 {
		err = s.sift(&s.queries[0], s.room.posts)
		return s.room.posts.Count(0, s.size), err
	}
	all, found := slices.Clone(s.room.posts), make(sets.Bits, len(s.room.posts))
	for i := range s.queries {
		copy(s.room.posts, all)
		if err := s.sift(&s.queries[i], s.room.posts); err != nil {
			return 0, err
		}
		for j, word := range s.room.posts {
			found[j] |= word
		}
	}
	copy(s.room.posts, found)
	return found.Count(0, s.size), nil
}

// sift leaves of some posts those that meet a query: first those that have words enough,
// and of these those that have the phrases too.
func (s *search) sift(q *weighedQuery, posts sets.Bits) error {
	err := s.eachChunk(posts, func(part []uint64, chunk int) {
		q.keep(part, chunk)
		for i := range q.clauses {
			if c := &q.clauses[i]; c.not && !c.exact {
				c.drop(part, chunk)
			}
		}
	})
	if err != nil {
		return err
	}
	exact := false
	for i := range q.clauses {
		c := &q.clauses[i]
		switch {
		case !c.exact:
		case c.not || q.need == q.wanted:
			err = s.siftPhrases(c, posts)
		default:
			exact = true
			c.met = slices.Clone(posts)
			if err = s.eachChunk(c.met, c.keep); err == nil {
				err = s.siftPhrases(c, c.met)
			}
		}
		if err != nil {
			return err
		}
	}
	if !exact {
		return nil
	}
	return s.eachChunk(posts, q.keep)
}

// eachChunk calls a function with the part of some posts in each chunk.
func (s *search) eachChunk(posts sets.Bits, f func(part []uint64, chunk int)) error {
	for chunk := 0; chunk*sets.ChunkPlaces < s.size; chunk++ {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		f(posts[chunk*sets.ChunkPlaces/64:min((chunk+1)*sets.ChunkPlaces/64, len(posts))], chunk)
	}
	return nil
}

// keep leaves of the posts of a chunk those that have the words of as many clauses as
// are needed: of all, of one or of two.
func (q *weighedQuery) keep(posts []uint64, chunk int) {
	if q.need == q.wanted {
		for i := range q.clauses {
			if c := &q.clauses[i]; !c.not {
				c.keep(posts, chunk)
			}
		}
		return
	}
	var room [3][sets.ChunkPlaces / 64]uint64
	one, two, own := room[0][:len(posts)], room[1][:len(posts)], room[2][:len(posts)]
	for i := range q.clauses {
		c := &q.clauses[i]
		if c.not {
			continue
		}
		if c.met != nil {
			copy(own, c.met[chunk*sets.ChunkPlaces/64:])
		} else {
			clear(own)
			c.unite(own, chunk)
		}
		for j, word := range own {
			two[j] |= one[j] & word
			one[j] |= word
		}
	}
	if q.need > 1 {
		one = two
	}
	for i := range posts {
		posts[i] &= one[i]
	}
}

// begin starts with the posts that are to be looked at.
func (s *search) begin(among sets.Set) {
	n := sets.WordsFor(s.size)
	if cap(s.room.posts) < n {
		s.room.posts = make(sets.Bits, n)
	}
	posts := s.room.posts[:n]
	s.room.posts = posts
	if !among.All() {
		clear(posts)
		dense := posts
		if size := int(among.Members.DenseSize()); size > n { // it has posts of another view
			dense = make(sets.Bits, size)
		}
		among.Members.WriteDenseTo(dense)
		copy(posts, dense)
	} else {
		for i := range posts {
			posts[i] = ^uint64(0)
		}
	}
	if s.size%64 != 0 {
		posts[n-1] &= 1<<(s.size%64) - 1
	}
}

// keep leaves of the posts of a chunk those that have all words of any phrase.
func (c *weighedClause) keep(posts []uint64, chunk int) {
	if len(c.any) == 1 {
		for _, w := range c.any[0] {
			w.keep(posts, chunk)
		}
		return
	}
	var room [sets.ChunkPlaces / 64]uint64
	any := room[:len(posts)]
	c.unite(any, chunk)
	for i := range posts {
		posts[i] &= any[i]
	}
}

// drop leaves those that have not. It is for phrases of one word.
func (c *weighedClause) drop(posts []uint64, chunk int) {
	var room [sets.ChunkPlaces / 64]uint64
	any := room[:len(posts)]
	c.unite(any, chunk)
	for i := range posts {
		posts[i] &^= any[i]
	}
}

// unite adds the posts that have all words of any phrase.
func (c *weighedClause) unite(any []uint64, chunk int) {
	for _, phrase := range c.any {
		if len(phrase) == 1 {
			phrase[0].unite(any, chunk)
			continue
		}
		var room [sets.ChunkPlaces / 64]uint64
		all := room[:len(any)]
		phrase[0].unite(all, chunk)
		for _, w := range phrase[1:] {
			w.keep(all, chunk)
		}
		for i := range any {
			any[i] |= all[i]
		}
	}
}

// found gives the posts that were found. The room of the search is not used
// again.
func (s *search) found() sets.Set {
	return sets.Of(uint32(s.size), roaring.FromDense(s.room.posts, false))
}
