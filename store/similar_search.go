package store

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
)

// similarSearch finds the posts most similar to a vector. It compares far from
// all: it walks the lists of vectors that have the features, as MaxScore does
// (Turtle and Flood, 1995), and as vectors are numbered by their length, only
// those of lengths at which the result can still be similar enough.
//
// Let x be the own vector, W a sum of squared weights, and t the similarity of
// the last result so far. A vector y that has none of the rarest features of x
// but at most those that weigh W together is similar by at most W/(|x|·|y|);
// where that is below t those features need no walk. And no y is more similar
// than |y|/|x| or |x|/|y|.
type similarSearch struct {
	index     *similarIndex
	own       []dimension // the rarest first
	rest      []uint32    // for each of own, what it weighs together with those behind it; then 0
	norm      float64     // squared length of the own vector
	posts     visiblePosts
	behind    *similarResult // results begin there; nil for the start
	limit     int            // how many results are wanted
	counting  bool           // count all results, not only those wanted
	least     float64        // what is less similar is no result, or none of those wanted
	unrounded float64        // what cannot be as similar as this is passed over
	results   []similarResult
	count     int
	walks     []listWalk // for each of own
	room      *similarRoom
}

// similarResult is a post and what it is ordered by.
type similarResult struct {
	similarity float64 // rounded to 9 decimals
	rank       int64
	ref        Ref
}

// before reports whether a result stands before another in the answer.
func (r *similarResult) before(o *similarResult) bool {
	return r.similarity > o.similarity || r.similarity == o.similarity && r.rank < o.rank
}

// visiblePosts are the posts that may be results.
type visiblePosts struct {
	candidates set
	excluded   []Ref
}

func (p *visiblePosts) contains(ordinal uint32) bool {
	return ordinal < p.candidates.size && (p.candidates.all() || p.candidates.contains(ordinal)) &&
		!slices.Contains(p.excluded, Ref(ordinal))
}

// similarRoom is memory for one search at a time.
type similarRoom struct {
	products [mostVectors]uint32 // all 0 between windows
	touched  []uint32            // whose products are not 0
}

// Vectors are looked at in windows. The first are small, so that few are
// compared before it is known how similar a result must be.
const (
	fewestVectors = 64
	mostVectors   = 1 << 15
)

// roundingSlack is more than what rounding to 9 decimals can add.
const roundingSlack = 1e-9

func decimals9(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// listWalk is how far the list of a dimension has been walked in each direction.
type listWalk struct {
	up, down int
	begun    bool
}

// run looks at vectors in both directions from the number of one as long as
// the own vector.
func (s *similarSearch) run(ctx context.Context, start int) error {
	slices.SortFunc(s.own, func(a, b dimension) int {
		return cmp.Or(cmp.Compare(a.vectors, b.vectors), cmp.Compare(a.id, b.id))
	})
	s.rest, s.walks = make([]uint32, len(s.own)+1), make([]listWalk, len(s.own))
	for i, d := range slices.Backward(s.own) {
		s.rest[i] = s.rest[i+1] + d.square
	}
	s.unrounded = max(0, s.least-roundingSlack)
	up, down, size := start, start, fewestVectors
	for up < s.index.vectors || down > 0 {
		above, below := -1.0, -1.0 // how similar what is left can be
		if up < s.index.vectors {
			above = math.Sqrt(s.norm / float64(s.index.norm(up)))
		}
		if down > 0 {
			below = math.Sqrt(float64(s.index.norm(down-1)) / s.norm)
		}
		if max(above, below) < s.unrounded {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if above >= below {
			from := up
			up = min(up+size, s.index.vectors)
			s.window(from, up, true)
		} else {
			to := down
			down = max(down-size, 0)
			s.window(down, to, false)
		}
		size = min(2*size, mostVectors)
	}
	return nil
}

// length is the product of the lengths of a vector and the own.
func (s *similarSearch) length(vector int) float64 {
	return math.Sqrt(s.norm * float64(s.index.norm(vector)))
}

// needed is the least product with which a vector can be a result.
func (s *similarSearch) needed(length float64) uint32 {
	return uint32(max(1, math.Ceil(s.unrounded*length)))
}

// window looks at the vectors from one to another: it adds up their products
// with the own vector, feature by feature, and compares those that may be
// results.
func (s *similarSearch) window(from, to int, upward bool) {
	shortest := s.length(from)
	needed := s.needed(shortest)
	essential := 0 // of the own features; who has none of them is no result
	for essential < len(s.own) && s.rest[essential] >= needed {
		essential++
	}
	touched := s.room.touched[:0]
	products := &s.room.products
	summed := 0
	for i := range s.own {
		d := &s.own[i]
		switch {
		case d.bitmap != nil && i < essential:
			touched = d.walkBitmap(products, touched, from, to)
		case d.bitmap != nil || i >= essential && len(touched) == 0:
		case i < essential:
			for list := s.inWindow(i, from, to, upward); len(list) > 0; list = list[4:] {
				v := list.at(0)
				p := &products[int(v)-from]
				if *p == 0 {
					touched = append(touched, v)
				}
				*p += d.square
			}
		default:
			for list := s.inWindow(i, from, to, upward); len(list) > 0; list = list[4:] {
				if p := &products[int(list.at(0))-from]; *p != 0 {
					*p += d.square
				}
			}
		}
		if d.bitmap == nil || i < essential {
			summed = i + 1
		}
	}
	known := s.unrounded
	for _, v := range touched {
		p := products[int(v)-from]
		products[int(v)-from] = 0
		if p+s.rest[summed] < needed {
			continue
		}
		s.compare(int(v), p, s.own[summed:], s.rest[summed:])
		if s.unrounded > known {
			known, needed = s.unrounded, s.needed(shortest)
		}
	}
	s.room.touched = touched
}

// walkBitmap adds a feature to the products of a window, and gives those that
// were 0 with those touched before.
func (d *dimension) walkBitmap(products *[mostVectors]uint32, touched []uint32, from, to int) []uint32 {
	for w := from / 64; w*64 < to; w++ {
		word := d.bitmap.at(w)
		if w*64 < from {
			word &= ^uint64(0) << (from % 64)
		}
		if w*64+64 > to {
			word &= 1<<(to%64) - 1
		}
		for ; word != 0; word &= word - 1 {
			v := w*64 + bits.TrailingZeros64(word)
			if products[v-from] == 0 {
				touched = append(touched, uint32(v))
			}
			products[v-from] += d.square
		}
	}
	return touched
}

// inWindow gives the part of a list that falls into a window. Windows go away
// from where the search began, so each walk goes on where the last ended.
func (s *similarSearch) inWindow(i, from, to int, upward bool) numbers32 {
	list, w := s.own[i].list, &s.walks[i]
	n := list.len()
	if !w.begun {
		begin := from
		if !upward {
			begin = to
		}
		w.up = list.search(0, n, uint32(begin))
		w.down, w.begun = w.up, true
	}
	if upward {
		low := list.gallop(w.up, uint32(from))
		w.up = list.gallop(low, uint32(to))
		return list[low*4 : w.up*4]
	}
	high := list.gallopBack(w.down, uint32(to))
	w.down = list.gallopBack(high, uint32(from))
	return list[w.down*4 : high*4]
}

// compare completes the product of a vector by the features behind those that
// are summed, which have bitmaps, and takes its posts where it is similar
// enough.
func (s *similarSearch) compare(vector int, product uint32, behind []dimension, rest []uint32) {
	length := s.length(vector)
	needed := s.needed(length)
	for i := range behind {
		if product+rest[i] < needed {
			return
		}
		product += behind[i].square * behind[i].bitmap.bit(vector)
	}
	if product < needed {
		return
	}
	if similarity := decimals9(float64(product) / length); similarity > 0 && similarity >= s.least {
		s.take(vector, similarity)
	}
}

// take offers the posts of a vector, the best first.
func (s *similarSearch) take(vector int, similarity float64) {
	start, end := int(s.index.starts.uint32(vector)), int(s.index.starts.uint32(vector+1))
	for position := start; position < end; position++ {
		if !s.offer(s.index.ordinals.uint32(position), similarity) {
			return
		}
	}
}

// offer puts a post into its place among the results, if it belongs there. It
// reports false where no post as similar that stands behind it need be offered.
func (s *similarSearch) offer(ordinal uint32, similarity float64) bool {
	r := similarResult{similarity, s.index.ranks.int64(int(ordinal)), Ref(ordinal)}
	full := len(s.results) == s.limit
	late := full && s.results[s.limit-1].before(&r)
	if late && !s.counting {
		return false
	}
	if !s.posts.contains(ordinal) {
		return true
	}
	s.count++
	if late || s.behind != nil && r.before(s.behind) {
		return true
	}
	if !full {
		s.results = append(s.results, r)
	}
	i := len(s.results) - 1
	for ; i > 0 && r.before(&s.results[i-1]); i-- {
		s.results[i] = s.results[i-1]
	}
	s.results[i] = r
	if len(s.results) == s.limit && !s.counting {
		s.least = s.results[s.limit-1].similarity
		s.unrounded = max(0, s.least-roundingSlack)
	}
	return true
}

// compareAll looks at given posts alone: where they are few, that is less than
// a search.
func (s *similarSearch) compareAll(ordinals []uint32) {
	for _, ordinal := range ordinals {
		vector := s.index.vectorOf(Ref(ordinal))
		if p := product(s.own, s.index.featuresOf(vector)); p > 0 {
			if similarity := decimals9(float64(p) / s.length(vector)); similarity > 0 && similarity >= s.least {
				s.offer(ordinal, similarity)
			}
		}
	}
}
