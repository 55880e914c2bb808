package similar

import (
	"context"
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// What a diverse list is picked from: so many of the most similar vectors, and
// of each so many posts. The list has at most mostDiverse posts.
const (
	mostSets    = 200
	mostOfSet   = 20
	mostDiverse = 200
)

// diversePicks picks a diverse list, one post after the other. What a post is
// worth is its similarity; each pick takes from the worth of every other post the
// share d·s, where d is the diversity and s how similar the two are. The next is
// the one that is worth most; ties are in the plain order.
//
// Posts that share a vector are as similar to everything, so what is worth
// something are vectors. Their features are numbered anew, without gaps, so that
// a pick is held against all others by sums over a short array.
type diversePicks struct {
	search    *search
	diversity float64
	sets      []pickedSet
	picked    []result
	numbers   ownFeatures // a feature's number is its index
	squares   []uint32    // by number
	features  []uint32    // the numbers of all sets' features
	in        []uint32    // by number: the square of a feature of the last pick, else 0
}

// pickedSet is a vector whose posts may be picked.
type pickedSet struct {
	result        // the best of its posts that are left
	vector        int
	norm          float64
	from, to      int // among the features
	worth         float64
	position, end int // of that post, and of those of the vector
	picked        int // how many of its posts are picked
	empty         bool
}

// diverse finds a part of the diverse list. It picks no more than the part
// needs.
func (p *Index) diverse(ctx context.Context, tx *file.Tx, s *search, vector int, q store.SimilarQuery, after *cursor.Cursor) (part part, err error) {
	if err := s.findSets(ctx, vector); err != nil {
		return part, err
	}
	picks := &s.room.picks
	picks.begin(s, q.Diversity)
	part.total = picks.count()
	if after != nil {
		if part.start, err = p.behindPick(tx, picks, after); err != nil {
			return part, err
		}
	}
	end := min(part.start+q.First, part.total)
	part.start = min(part.start, end)
	picks.pick(end)
	part.results, part.hasNext = picks.picked[part.start:end], end < part.total
	picks.search = nil // which the room must not keep
	return part, nil
}

// behindPick gives the place in the list that lies behind a cursor: behind its
// post where that is in the list, else the place that it had.
func (p *Index) behindPick(tx *file.Tx, picks *diversePicks, after *cursor.Cursor) (int, error) {
	refs, err := posts.Lookup(tx, []string{after.Slug})
	if err != nil {
		return 0, err
	}
	if refs[0] != store.NoRef && picks.among(refs[0]) {
		for i := 0; picks.pick(i + 1); i++ {
			if picks.picked[i].ref == refs[0] {
				return i + 1, nil
			}
		}
	}
	return int(after.Number), nil
}

// findSets finds the most similar vectors, each with its best post.
func (s *search) findSets(ctx context.Context, vector int) error {
	s.sets, s.limit = true, mostSets
	candidates := s.posts.candidates
	if !candidates.All() {
		switch n := candidates.Count(); {
		case n <= fewPosts(s.index.size):
			s.compareSets()
			return nil
		case n < int(candidates.Size)/narrow:
			if _, err := s.countCandidates(ctx); err != nil { // for the hosts
				return err
			}
		}
	}
	return s.walk(ctx, vector)
}

// compareSets looks at the vectors of the posts that a filter left, where they
// are few.
func (s *search) compareSets() {
	seen := map[int]bool{}
	s.posts.candidates.Each(func(ordinals []uint32) {
		for _, ordinal := range ordinals {
			vector := s.index.vectorOf(store.Ref(ordinal))
			if !seen[vector] {
				seen[vector] = true
				s.compare(vector, s.table.product(s.index.featuresOf(vector)), s.index.norm(vector))
			}
		}
	})
}

// begin takes the vectors that a search found.
func (l *diversePicks) begin(s *search, diversity float64) {
	l.search, l.diversity, l.sets, l.picked = s, diversity, l.sets[:0], l.picked[:0]
	x, features := s.index, 0
	for _, best := range s.results {
		v := x.vectorOf(best.ref)
		set := pickedSet{result: best, vector: v, norm: float64(x.norm(v)), worth: best.similarity}
		set.position, set.end = int(x.record(v).posts), int(x.record(v+1).posts)
		l.seek(&set)
		l.sets = append(l.sets, set)
		features += x.featuresOf(v).Len()
	}
	l.number(features)
	s.room.results = s.results
}

// number gives the features of all sets numbers. There are at most so many.
func (l *diversePicks) number(most int) {
	x := l.search.index
	l.numbers.reset(most / 4)
	l.squares, l.features = l.squares[:0], l.features[:0]
	for i := range l.sets {
		set := &l.sets[i]
		set.from = len(l.features)
		for features := x.featuresOf(set.vector); len(features) >= 4; features = features[4:] {
			slot := l.numbers.find(features.At(0) + 1)
			if slot.key == 0 {
				entry := x.entry(store.TermID(features.At(0)))
				*slot = ownFeature{features.At(0) + 1, entry.square(), uint32(len(l.squares))}
				l.squares = append(l.squares, slot.square)
			}
			l.features = append(l.features, slot.index)
		}
		set.to = len(l.features)
	}
	l.in = slices.Grow(l.in[:0], len(l.squares))[:len(l.squares)]
	clear(l.in)
}

// seek goes to the first post of a set that may be picked, from its position on.
func (l *diversePicks) seek(set *pickedSet) {
	x := l.search.index
	for ; set.picked < mostOfSet && set.position < set.end; set.position++ {
		if set.ref = store.Ref(x.ordinals.Uint32(set.position)); l.search.posts.contains(uint32(set.ref)) {
			set.rank = x.ranks.Int64(set.position)
			return
		}
	}
	set.empty = true
}

// next goes to the post of a set behind the one that is picked.
func (l *diversePicks) next(set *pickedSet) {
	set.picked++
	set.position++
	l.seek(set)
}

// count gives the length of the whole list, without picking it.
func (l *diversePicks) count() (n int) {
	for _, set := range l.sets {
		for ; !set.empty && n < mostDiverse; n++ {
			l.next(&set)
		}
	}
	return n
}

// among reports whether a post has one of the vectors.
func (l *diversePicks) among(ref store.Ref) bool {
	vector := l.search.index.vectorOf(ref)
	return slices.ContainsFunc(l.sets, func(set pickedSet) bool { return set.vector == vector })
}

// pick goes on until n posts are picked. It reports false where there are fewer.
func (l *diversePicks) pick(n int) bool {
	for len(l.picked) < min(n, mostDiverse) {
		var best *pickedSet
		for i := range l.sets {
			if set := &l.sets[i]; !set.empty && (best == nil || set.stands(best)) {
				best = set
			}
		}
		if best == nil {
			break
		}
		l.picked = append(l.picked, best.result)
		l.discount(best)
		l.next(best)
	}
	return len(l.picked) >= n
}

// stands reports whether a set's best post is picked before another's.
func (s *pickedSet) stands(o *pickedSet) bool {
	return s.worth > o.worth || s.worth == o.worth && s.before(&o.result)
}

// discount takes from the worth of all sets what a pick leaves no need for.
func (l *diversePicks) discount(pick *pickedSet) {
	own := l.features[pick.from:pick.to]
	for _, feature := range own {
		l.in[feature] = l.squares[feature]
	}
	for i := range l.sets {
		set := &l.sets[i]
		if set.empty {
			continue
		}
		var product uint32
		for _, feature := range l.features[set.from:set.to] {
			product += l.in[feature]
		}
		alike := similarity(product, pick.norm*set.norm)
		set.worth *= 1 - float64(l.diversity*alike) // converted, so that no machine computes it in one step
	}
	for _, feature := range own {
		l.in[feature] = 0
	}
}
