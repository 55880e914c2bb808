package similar

import (
	"cmp"
	"context"
	"slices"

	"alphanode/store"
	"alphanode/store/sets"
)

// search finds the posts most similar to a vector.
type search struct {
	index   *vectors
	own     []dimension // what weighs much and few have is first
	whole   bool        // own are all features of some vector
	rest    []uint32    // for each of own, what it weighs together with those behind it; then 0
	norm    float64     // squared length of the own vector
	start   int         // of the vectors that are about as long
	table   *ownFeatures
	posts   visiblePosts
	hosts   sets.Bits // the vectors of results; nil where it is not known
	sets    bool      // of each vector only the best post is a result
	behind  *result   // results begin there; nil for the start
	limit   int       // how many results are wanted
	least   float64   // what is less similar is no result
	results []result
	room    *similarRoom
}

// result is a post and what it is ordered by.
type result struct {
	similarity float64 // rounded to 9 decimals
	rank       int64
	ref        store.Ref
}

// before reports whether a result stands before another in the answer.
func (r *result) before(o *result) bool {
	return r.similarity > o.similarity || r.similarity == o.similarity && r.rank < o.rank
}

// visiblePosts are the posts that may be results.
type visiblePosts struct {
	candidates sets.Set
	excluded   []store.Ref
}

func (p *visiblePosts) contains(ordinal uint32) bool {
	return ordinal < p.candidates.Size && (p.candidates.All() || p.candidates.Contains(ordinal)) &&
		!slices.Contains(p.excluded, store.Ref(ordinal))
}

// newSearch prepares a search, in a room that its user gives back.
func (x *vectors) newSearch(room *similarRoom, features sets.Uint32s) *search {
	room.own = x.dimensions(room.own[:0], features)
	n := len(room.own)
	room.rest = slices.Grow(room.rest[:0], n+1)[:n+1]
	room.walks = slices.Grow(room.walks[:0], n)[:n]
	room.byPlace = room.byPlace[:0]
	room.rest[n] = 0
	for i, d := range slices.Backward(room.own) {
		room.rest[i] = room.rest[i+1] + d.square
		room.byPlace = append(room.byPlace, i)
	}
	slices.SortFunc(room.byPlace, func(i, j int) int { return cmp.Compare(room.own[i].place, room.own[j].place) })
	room.table.reset(n)
	for index, i := range room.byPlace {
		room.table.add(room.own[i].id, room.own[i].square, uint32(index))
	}
	return &search{
		index: x, own: room.own, rest: room.rest, norm: float64(room.rest[0]), table: &room.table, room: room,
		start: x.atLeast(room.rest[0]), results: room.results[:0],
	}
}

// fewPosts is up to how many posts a filter may leave, of so many vectors, for
// a comparison with each of them to be less work than a search.
func fewPosts(vectors int) int { return 32 + vectors/128 }

// run finds the results and gives how many there are in all. The own vector
// has a number where it is that of a post, else -1.
func (s *search) run(ctx context.Context, vector int) (total int, err error) {
	candidates := s.posts.candidates
	if !candidates.All() && candidates.Count() <= fewPosts(s.index.size) {
		return s.compareAll(), nil
	}
	if total, err = s.total(ctx, vector); err != nil {
		return 0, err
	}
	return total, s.walk(ctx, vector)
}

// walk finds the results among all vectors.
func (s *search) walk(ctx context.Context, vector int) error {
	s.nearest(vector)
	walk := similarWalk{search: s, unrounded: s.unrounded()}
	return walk.run(ctx, func(other int, product, norm uint32) {
		if other != vector { // which nearest has taken
			s.compare(other, product, norm)
			walk.unrounded = s.unrounded()
		}
	})
}

// unrounded is how similar a post must be, before rounding, to be a result.
func (s *search) unrounded() float64 {
	least := s.least
	if len(s.results) == s.limit {
		least = s.results[s.limit-1].similarity
	}
	return max(0, least-roundingSlack)
}

// nearest looks at vectors that are likely to be similar, so that it is soon
// known how similar a result must be: the own one, and those about as long that
// share what weighs most and few have.
func (s *search) nearest(vector int) {
	const around, most = 16, 32
	if vector >= 0 {
		s.take(vector, 1)
	}
	looked := 0
	for i := 0; i < len(s.own) && looked < most && s.unrounded() < 0.9999; i++ {
		s.room.touched = s.own[i].near(s.room.touched[:0], s.start, around)
		for _, v := range s.room.touched {
			s.compare(int(v), s.table.product(s.index.featuresOf(int(v))), s.index.norm(int(v)))
		}
		looked += len(s.room.touched)
	}
}

// compare takes the posts of a vector where it is similar enough.
func (s *search) compare(vector int, product, norm uint32) {
	similarity := similarity(product, s.norm*float64(norm))
	if len(s.results) == s.limit && similarity < s.results[s.limit-1].similarity {
		return
	}
	if similarity > 0 && similarity >= s.least {
		s.take(vector, similarity)
	}
}

// take inserts the posts of a vector, the best first, as long as they belong
// among the results.
func (s *search) take(vector int, similarity float64) {
	start, end := int(s.index.record(vector).posts), int(s.index.record(vector+1).posts)
	for position := start; position < end; position++ {
		r := result{similarity: similarity, rank: s.index.ranks.Int64(position)}
		if s.late(&r) {
			return
		}
		if r.ref = store.Ref(s.index.ordinals.Uint32(position)); s.posts.contains(uint32(r.ref)) {
			s.insert(r)
			if s.sets {
				return
			}
		}
	}
}

// late reports whether so many results are known that stand before one.
func (s *search) late(r *result) bool {
	return len(s.results) == s.limit && !r.before(&s.results[s.limit-1])
}

// insert puts a result that is not late into its place, if it is wanted and
// does not stand there already.
func (s *search) insert(r result) {
	i := len(s.results)
	for i > 0 && r.before(&s.results[i-1]) {
		i--
	}
	if s.behind != nil && r.before(s.behind) || i > 0 && s.results[i-1].ref == r.ref {
		return
	}
	if len(s.results) < s.limit {
		s.results = append(s.results, r)
	}
	copy(s.results[i+1:], s.results[i:])
	s.results[i] = r
}

// compareAll looks at each of the posts that a filter left, and counts those
// that are results: where they are few, that is less than a search.
func (s *search) compareAll() (total int) {
	s.posts.candidates.Each(func(ordinals []uint32) {
		for _, ordinal := range ordinals {
			vector := s.index.vectorOf(store.Ref(ordinal))
			product, norm := s.table.product(s.index.featuresOf(vector)), s.index.norm(vector)
			if !s.enough(product, norm) || slices.Contains(s.posts.excluded, store.Ref(ordinal)) {
				continue
			}
			total++
			r := result{similarity(product, s.norm*float64(norm)), s.index.order.Of(ordinal), store.Ref(ordinal)}
			if !s.late(&r) {
				s.insert(r)
			}
		}
	})
	return total
}
