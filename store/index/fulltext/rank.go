package fulltext

import (
	"cmp"
	"math/bits"
	"slices"

	"alphanode/store/cursor"
	"alphanode/store/sets"
)

// ranked is a post that was found: by its score, then by its rank.
type ranked struct {
	score   uint32
	rank    int64 // see rank
	ordinal uint32
}

// before orders by score, the highest first, then by rank.
func (r ranked) before(other ranked) bool {
	return r.score > other.score || r.score == other.score && r.rank < other.rank
}

// best gives the first of the posts that were found, n at most, behind a cursor
// where one is given. The spans in which posts can score most are looked at
// first, until none that is left can be among the best.
func (s *search) best(n int, after *cursor.Cursor) ([]ranked, error) {
	ranks, err := s.index.orders.Ranks(s.tx)
	if err != nil {
		return nil, err
	}
	best := bestPosts{limit: n, rank: ranks.Of, posts: s.room.best[:0]}
	wanted := s.wanted()
	s.readTops(wanted)
	if after != nil {
		if best.behind, err = s.behind(after, ranks, wanted); err != nil {
			return nil, err
		}
	}
	for i, next := range s.order(wanted) {
		bound, span := uint32(next>>32), int(uint32(next))
		if best.full() && bound < best.worst().score {
			break
		}
		if i%16 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		least := uint32(0)
		if best.full() {
			least = best.worst().score
		}
		s.scoreSpan(span, wanted, least, func(ordinal int, score uint32) { best.offer(uint32(ordinal), score) })
	}
	slices.SortFunc(best.posts, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.rank, b.rank))
	})
	s.room.best = best.posts
	return best.posts, nil
}

// readTops reads the highest impacts of spans, of all forms that add to scores.
func (s *search) readTops(wanted []wantedClause) {
	spans, room := sets.SpansFor(s.tx.File.Info.Posts), s.room.tops
	for i := range wanted {
		for _, phrase := range wanted[i].any {
			for _, w := range phrase {
				for j := range w.forms {
					f := &w.forms[j]
					if f.tops != nil {
						continue // the word was typed twice
					}
					if f.form != listDense && len(room) < spans {
						room = make([]byte, 8*spans)
						s.room.tops = room
					}
					if f.tops = f.list.spanMaxima(room[:min(spans, len(room))]); f.form != listDense {
						room = room[spans:]
					}
				}
			}
		}
	}
}

// order gives the spans that have posts, each behind what a post in it can
// score at most, the most first.
func (s *search) order(wanted []wantedClause) []uint64 {
	order := s.room.order[:0]
	for span := 0; span*sets.SpanPlaces < s.size; span++ {
		if found := s.spanPosts(s.room.posts, span); found.none() {
			continue
		}
		bound := uint32(0)
		for i := range wanted {
			bound += wanted[i].most(span)
		}
		order = append(order, uint64(bound)<<32|uint64(span))
	}
	slices.SortFunc(order, func(a, b uint64) int { return cmp.Compare(b, a) })
	s.room.order = order
	return order
}

// most is what a clause adds at most to the score of a post in a span.
func (c *weighedClause) most(span int) (most uint32) {
	for _, phrase := range c.any {
		most = max(most, phrase.mostIn(span))
	}
	return c.times * most
}

// mostIn is what the words of a phrase add up to at most in a post of a span.
func (p weighedPhrase) mostIn(span int) (sum uint32) {
	for _, w := range p {
		sum += w.weight * uint32(w.mostIn(span))
	}
	return sum
}

// spanPosts gives which of some posts are in a span.
func (s *search) spanPosts(all sets.Bits, span int) (posts spanPosts) {
	first := span * sets.SpanPlaces / 64
	copy(posts[:], all[first:min(first+sets.SpanWords, len(all))])
	return posts
}

// wantedClause is a clause that adds to scores, with the positions of its words where it
// must be known which phrase a post has.
type wantedClause struct {
	*weighedClause
	positions *phrasePositions
	bound     uint32 // what it adds at most in the span that is looked at
}

// wanted gives the clauses that add to the scores of posts. In posts of one analysis
// stand none of the words of another.
func (s *search) wanted() (all []wantedClause) {
	for _, c := range s.wantedClauses() {
		w := wantedClause{weighedClause: c}
		if c.exact && len(c.any) > 1 {
			w.positions = s.positionsOf(c)
		}
		all = append(all, w)
	}
	return all
}

func (s *search) wantedClauses() (all []*weighedClause) {
	for i := range s.queries {
		for j := range s.queries[i].clauses {
			if c := &s.queries[i].clauses[j]; !c.not {
				all = append(all, c)
			}
		}
	}
	return all
}

// scoreSpan calls a function with the score of each post that was found in a span: what
// the clauses find in it, each by the best of its phrases, added up. Those that have not
// at least so much may be left out. The clauses that may add most come first, and posts
// that cannot reach it any more are not looked at again.
func (s *search) scoreSpan(span int, wanted []wantedClause, least uint32, f func(ordinal int, score uint32)) {
	var scores [sets.SpanPlaces]uint32
	found, rest, top := s.spanPosts(s.room.posts, span), uint32(0), uint32(0)
	for i := range wanted {
		wanted[i].bound = wanted[i].most(span)
		rest += wanted[i].bound
	}
	slices.SortFunc(wanted, func(a, b wantedClause) int { return cmp.Compare(b.bound, a.bound) })
	for i := range wanted {
		c := &wanted[i]
		rest -= c.bound
		posts := found
		if c.met != nil {
			for j, word := range s.spanPosts(c.met, span) {
				posts[j] &= word
			}
		}
		need := max(least, rest+top) - rest - top
		if len(c.any) == 1 { // which these posts have, as they were found by it
			c.addPhrase(span, &posts, need, &scores)
		} else {
			c.addBest(span, &posts, need, &scores)
		}
		if top += c.bound; least > rest {
			if top = leave(&found, &scores, least-rest); found.none() {
				return
			}
		}
	}
	eachOf(&found, func(at int) { f(span*sets.SpanPlaces+at, scores[at]) })
}

// leave leaves of some posts those with a score of at least so much, and gives the highest.
func leave(posts *spanPosts, scores *[sets.SpanPlaces]uint32, least uint32) (top uint32) {
	for i, rest := range posts {
		for ; rest != 0; rest &= rest - 1 {
			score := scores[(i*64+bits.TrailingZeros64(rest))%sets.SpanPlaces]
			if score < least {
				posts[i] &^= rest & -rest
			} else {
				top = max(top, score)
			}
		}
	}
	return top
}

// addPhrase adds what the only phrase of a clause comes to, which those of some posts of a
// span have that have its words. Less than the least does not matter.
func (c *wantedClause) addPhrase(span int, posts *spanPosts, least uint32, scores *[sets.SpanPlaces]uint32) {
	for _, w := range c.any[0] {
		times, impact := c.times*w.weight, byte(0)
		if len(c.any[0]) == 1 {
			impact = byte(min((least+times-1)/times, impactOne))
		}
		having := w.impactsOn(span, posts, impact)
		eachOf(&having, func(at int) { scores[at%sets.SpanPlaces] += times * uint32(w.impacts[at%sets.SpanPlaces]) })
	}
}

// addBest adds what the best of several phrases comes to that a post has. Less than the
// least does not matter, nor does a phrase that comes to no more.
func (c *wantedClause) addBest(span int, posts *spanPosts, least uint32, scores *[sets.SpanPlaces]uint32) {
	var most [sets.SpanPlaces]uint32
	for number, phrase := range c.any {
		if c.times*phrase.mostIn(span) < least {
			continue
		}
		if len(phrase) == 1 {
			having := phrase[0].impactsOn(span, posts, 0)
			eachOf(&having, func(at int) { most[at] = max(most[at], phrase[0].weight*uint32(phrase[0].impacts[at])) })
			continue
		}
		having := *posts
		c.positions.keep(number, span, &having)
		eachOf(&having, func(at int) { most[at] = max(most[at], phrase.score(at)) })
	}
	eachOf(posts, func(at int) { scores[at%sets.SpanPlaces] += c.times * most[at%sets.SpanPlaces] })
}

// score is what the words of a phrase add up to in a post of the span that they
// are at.
func (p weighedPhrase) score(at int) (sum uint32) {
	for _, w := range p {
		sum += w.weight * uint32(w.impact(at))
	}
	return sum
}

// bestPosts keeps the best of the posts it is offered, the worst of them first:
// a heap.
type bestPosts struct {
	limit  int
	behind *ranked
	rank   func(ordinal uint32) int64
	posts  []ranked
}

func (b *bestPosts) full() bool { return len(b.posts) == b.limit }

func (b *bestPosts) worst() ranked { return b.posts[0] }

func (b *bestPosts) offer(ordinal, score uint32) {
	if b.behind != nil && score > b.behind.score || b.full() && score < b.worst().score {
		return
	}
	post := ranked{score, b.rank(ordinal), ordinal}
	if b.behind != nil && post.before(*b.behind) {
		return
	}
	if !b.full() {
		b.posts = append(b.posts, post)
		if b.full() {
			for i := len(b.posts)/2 - 1; i >= 0; i-- {
				b.sink(i)
			}
		}
		return
	}
	if post.before(b.worst()) {
		b.posts[0] = post
		b.sink(0)
	}
}

// sink restores the order of the heap below one of its entries.
func (b *bestPosts) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(b.posts) {
			return
		}
		if right := child + 1; right < len(b.posts) && b.posts[child].before(b.posts[right]) {
			child = right // the worse of the two
		}
		if !b.posts[i].before(b.posts[child]) {
			return
		}
		b.posts[i], b.posts[child] = b.posts[child], b.posts[i]
		i = child
	}
}
