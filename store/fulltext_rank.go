package store

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// rankedPost is a post that was found: by its score, then by its rank.
type rankedPost struct {
	score   uint32
	rank    int64 // see similarRank
	ordinal uint32
}

// before orders by score, the highest first, then by rank.
func (r rankedPost) before(other rankedPost) bool {
	return r.score > other.score || r.score == other.score && r.rank < other.rank
}

// best gives the first of the posts that were found, n at most, behind one
// where that is given. The spans in which posts can score most are looked at
// first, until none that is left can be among the best.
func (s *textSearch) best(ctx context.Context, n int, behind *rankedPost) ([]rankedPost, error) {
	index, err := s.tx.similarIndex()
	if err != nil {
		return nil, err
	}
	best := bestPosts{limit: n, behind: behind, rank: index.rankOf, posts: s.room.best[:0]}
	positions := make([]*phrasePositions, len(s.clauses)) // where it must be known which phrase a post has
	for i := range s.clauses {
		if c := &s.clauses[i]; c.exact && len(c.any) > 1 && !c.not {
			positions[i] = s.positionsOf(c)
		}
	}
	for i, next := range s.order() {
		bound, span := uint32(next>>32), int(uint32(next))
		if best.full() && bound < best.worst().score {
			break
		}
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		first := span * spanPlaces / 64
		for w, word := range s.room.posts[first:min(first+spanWords, len(s.room.posts))] {
			for ; word != 0; word &= word - 1 {
				ordinal := (first+w)*64 + bits.TrailingZeros64(word)
				best.offer(uint32(ordinal), s.score(ordinal, positions))
			}
		}
	}
	slices.SortFunc(best.posts, func(a, b rankedPost) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.rank, b.rank))
	})
	s.room.best = best.posts
	return best.posts, nil
}

// order gives the spans that have posts, each behind what a post in it can
// score at most, the most first.
func (s *textSearch) order() []uint64 {
	order := s.room.order[:0]
	for span := 0; span*spanPlaces < s.size; span++ {
		first := span * spanPlaces / 64
		var any uint64
		for _, word := range s.room.posts[first:min(first+spanWords, len(s.room.posts))] {
			any |= word
		}
		if any == 0 {
			continue
		}
		bound := uint32(0)
		for i := range s.clauses {
			bound += s.clauses[i].most(span)
		}
		order = append(order, uint64(bound)<<32|uint64(span))
	}
	slices.SortFunc(order, func(a, b uint64) int { return cmp.Compare(b, a) })
	s.room.order = order
	return order
}

// most is what a clause adds at most to the score of a post in a span.
func (c *weighedClause) most(span int) (most uint32) {
	if c.not {
		return 0
	}
	for _, phrase := range c.any {
		sum := uint32(0)
		for _, w := range phrase {
			sum += w.weight * uint32(w.mostIn(span))
		}
		most = max(most, sum)
	}
	return most
}

// score adds up what the clauses find in a post, each by the best of its
// phrases.
func (s *textSearch) score(ordinal int, positions []*phrasePositions) (score uint32) {
	for i := range s.clauses {
		c := &s.clauses[i]
		if c.not {
			continue
		}
		most := uint32(0)
		for number, phrase := range c.any {
			sum := phrase.score(ordinal)
			if sum > most && (positions[i] == nil || positions[i].has(number, ordinal)) {
				most = sum
			}
		}
		score += most
	}
	return score
}

// score is what the words of a phrase add up to in a post, 0 where one is
// missing.
func (p weighedPhrase) score(ordinal int) (sum uint32) {
	for _, w := range p {
		if !w.at(ordinal) {
			return 0
		}
		sum += w.weight * uint32(w.span.impacts[w.span.place(ordinal%spanPlaces)])
	}
	return sum
}

// bestPosts keeps the best of the posts it is offered, the worst of them first:
// a heap.
type bestPosts struct {
	limit  int
	behind *rankedPost
	rank   func(ordinal uint32) int64
	posts  []rankedPost
}

func (b *bestPosts) full() bool { return len(b.posts) == b.limit }

func (b *bestPosts) worst() rankedPost { return b.posts[0] }

func (b *bestPosts) offer(ordinal, score uint32) {
	if b.behind != nil && score > b.behind.score || b.full() && score < b.worst().score {
		return
	}
	post := rankedPost{score, b.rank(ordinal), ordinal}
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
