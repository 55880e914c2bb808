package store

import "context"

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
// something are vectors.
type diversePicks struct {
	search    *similarSearch
	diversity float64
	sets      []pickedSet
	picked    []similarResult
	table     ownFeatures // of the vector that was picked last
}

// pickedSet is a vector whose posts may be picked.
type pickedSet struct {
	similarResult // the best of its posts that are left
	vector        int
	worth         float64
	position      int // of that post
	picked        int // how many of its posts are picked
	empty         bool
}

// diverse finds a part of the diverse list. It picks no more than the part
// needs.
func (tx *readTx) diverse(ctx context.Context, s *similarSearch, vector int, q SimilarQuery, after *cursor) (part similarPart, err error) {
	if err := s.findSets(ctx, vector); err != nil {
		return part, err
	}
	picks := &s.room.picks
	picks.begin(s, q.Diversity)
	part.total = picks.count()
	if after != nil {
		if part.start, err = tx.behindPick(picks, after); err != nil {
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
func (tx *readTx) behindPick(picks *diversePicks, after *cursor) (int, error) {
	refs, err := tx.lookup([]string{after.slug})
	if err != nil {
		return 0, err
	}
	if refs[0] != NoRef && picks.among(refs[0]) {
		for i := 0; picks.pick(i + 1); i++ {
			if picks.picked[i].ref == refs[0] {
				return i + 1, nil
			}
		}
	}
	return int(after.number), nil
}

// findSets finds the most similar vectors, each with its best post.
func (s *similarSearch) findSets(ctx context.Context, vector int) error {
	s.sets, s.limit = true, mostSets
	candidates := s.posts.candidates
	if !candidates.all() {
		switch n := candidates.count(); {
		case n <= fewPosts(s.index.size):
			s.compareSets()
			return nil
		case n < int(candidates.size)/narrow:
			if _, err := s.countCandidates(ctx); err != nil { // for the hosts
				return err
			}
		}
	}
	return s.walk(ctx, vector)
}

// compareSets looks at the vectors of the posts that a filter left, where they
// are few.
func (s *similarSearch) compareSets() {
	seen := map[int]bool{}
	s.posts.candidates.each(func(ordinals []uint32) {
		for _, ordinal := range ordinals {
			vector := s.index.vectorOf(Ref(ordinal))
			if !seen[vector] {
				seen[vector] = true
				s.compare(vector, s.table.product(s.index.featuresOf(vector)), s.index.norm(vector))
			}
		}
	})
}

// begin takes the vectors that a search found.
func (l *diversePicks) begin(s *similarSearch, diversity float64) {
	l.search, l.diversity, l.sets, l.picked = s, diversity, l.sets[:0], l.picked[:0]
	for _, best := range s.results {
		set := pickedSet{similarResult: best, vector: s.index.vectorOf(best.ref), worth: best.similarity}
		set.position = int(s.index.record(set.vector).posts)
		l.seek(&set)
		l.sets = append(l.sets, set)
	}
	s.room.results = s.results
}

// seek goes to the first post of a set that may be picked, from its position on.
func (l *diversePicks) seek(set *pickedSet) {
	x := l.search.index
	for end := int(x.record(set.vector + 1).posts); set.picked < mostOfSet && set.position < end; set.position++ {
		if set.ref = Ref(x.ordinals.uint32(set.position)); l.search.posts.contains(uint32(set.ref)) {
			set.rank = x.ranks.int64(set.position)
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
func (l *diversePicks) among(ref Ref) bool {
	vector := l.search.index.vectorOf(ref)
	for i := range l.sets {
		if l.sets[i].vector == vector {
			return true
		}
	}
	return false
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
		l.picked = append(l.picked, best.similarResult)
		l.discount(best.vector)
		l.next(best)
	}
	return len(l.picked) >= n
}

// stands reports whether a set's best post is picked before another's.
func (s *pickedSet) stands(o *pickedSet) bool {
	return s.worth > o.worth || s.worth == o.worth && s.before(&o.similarResult)
}

// discount takes from the worth of all sets what a pick leaves no need for.
func (l *diversePicks) discount(vector int) {
	x := l.search.index
	features, norm := x.featuresOf(vector), float64(x.norm(vector))
	l.table.reset(features.len())
	for i := range features.len() {
		entry := x.entry(TermID(features.at(i)))
		l.table.add(entry.id, entry.square(), 0)
	}
	for i := range l.sets {
		if set := &l.sets[i]; !set.empty {
			alike := similarity(l.table.product(x.featuresOf(set.vector)), norm*float64(x.norm(set.vector)))
			set.worth *= 1 - float64(l.diversity*alike) // converted, so that no machine computes it in one step
		}
	}
}
