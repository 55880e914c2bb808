package query

import (
	"context"
	"encoding/binary"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
)

// ScoreGroups gives statistics of scores for each of the commonest terms of a kind.
func (e *Engine) ScoreGroups(ctx context.Context, tx *file.Tx, q store.ScoreGroupQuery) ([]store.ScoreGroup, error) {
	facets := store.FacetQuery{Filter: q.Filter, By: []store.Kind{q.By}, First: q.First}
	if err := facets.Check(); err != nil {
		return nil, err
	}
	if err := tx.Pay(ctx, file.PriceOfRead+q.First*(file.PriceOfBucket+file.PriceOfStats)+priceOfNames(q.Filter)); err != nil {
		return nil, err
	}
	asked, err := e.conditionsOf(tx, q.Filter)
	if err != nil {
		return nil, err
	}
	matched := Matching{Engine: e, Tx: tx, Filter: q.Filter}
	all, err := e.countTerms(ctx, tx, facets, asked, &matched)
	if err != nil {
		return nil, err
	}
	terms := all[0].Best
	buckets, err := e.buckets(tx, terms)
	if err != nil {
		return nil, err
	}
	found := make([]*tally.Histograms, len(terms))
	var rest []int // of terms
	for i, term := range terms {
		if found[i], err = tally.StoredHistograms(tx, asked.with(term.Term).group()); err != nil {
			return nil, err
		}
		if found[i] == nil {
			rest = append(rest, i)
		}
	}
	if len(rest) > 0 {
		if err := e.countGroups(ctx, tx, q.By, &matched, terms, rest, found); err != nil {
			return nil, err
		}
	}
	groups := make([]store.ScoreGroup, len(terms))
	for i, h := range found {
		groups[i] = store.ScoreGroup{Bucket: buckets[i], Scores: h.Stats()}
	}
	return groups, nil
}

// countGroups counts the scores of the posts that match and have one of some
// terms of a kind, for each of those.
func (e *Engine) countGroups(ctx context.Context, tx *file.Tx, kind store.Kind, matched *Matching, terms []tally.Term, wanted []int, found []*tally.Histograms) error {
	counts := 0
	for _, i := range wanted {
		counts += int(terms[i].Posts)
	}
	err := matched.Pay(ctx, func(most int) int {
		return 3*min(apart(len(wanted), counts, int(tx.Size())), together(most)) + file.PriceOfSets(most, int(tx.Size()))
	})
	if err != nil {
		return err
	}
	posts := matched.Posts()
	index, err := e.terms.Values(tx, kind)
	if err != nil {
		return err
	}
	scores, err := tx.Column(order.ScoresColumn)
	if err != nil {
		return err
	}
	return e.counters.Lend(ctx, func(c *tally.Counter) error {
		if apart(len(wanted), counts, int(posts.Size)) < together(posts.Count()) {
			for _, i := range wanted {
				if found[i], err = e.termHistograms(ctx, tx, c, terms[i].Term, posts); err != nil {
					return err
				}
			}
			return nil
		}
		g := newGroupCount(c, index, scores, posts.Count())
		for _, i := range wanted {
			found[i] = &tally.Histograms{}
			g.want(terms[i].Term, found[i])
		}
		if err := c.Each(ctx, posts, g.add); err != nil {
			return err
		}
		g.finish()
		return nil
	})
}

// apart and together estimate, in nanoseconds, what it takes to find the posts of
// each term and count them, and to go once over all that match.
func apart(terms, counts, size int) int { return terms*3000*(1+size/65536) + 5*counts }
func together(posts int) int            { return 12*posts + 1200*patternsFor(posts) }

// groupCount counts the scores of posts by the terms they have. Posts that have
// the same of the terms that are wanted, a pattern, are counted together, and
// the counts spread over these terms in the end.
type groupCount struct {
	index    *terms.Values
	scores   *file.Column
	most     int                 // patterns
	wanted   []uint32            // value → 1 + its place among found; 0 where it is not wanted
	found    []*tally.Histograms // of the values that are wanted
	patterns []uint32            // set → 1 + number of its pattern; 0 until a post has it
	values   []uint32            // those with a place
	sets     []uint32            // those with a pattern
	numbers  map[string]uint32
	members  [][]uint8 // number of a pattern → places of its values
	counts   []*tally.Histograms
	own      []uint8
}

// mostPatterns bounds the memory, and patternLeast the work of spreading: there
// is a pattern for so many posts at most. The posts of further patterns, which
// share the number mostPatterns, are counted for each value.
const (
	mostPatterns = 512
	patternLeast = 128
)

func patternsFor(posts int) int { return min(mostPatterns, posts/patternLeast) }

// newGroupCount takes the room of a counter, which finish leaves as it was.
func newGroupCount(c *tally.Counter, x *terms.Values, scores *file.Column, posts int) *groupCount {
	x.Check(posts)
	scores.CheckFor(posts)
	room := c.Room(x.Len() + x.Sets())
	return &groupCount{
		index: x, scores: scores, most: patternsFor(posts), wanted: room[:x.Len()], patterns: room[x.Len():], numbers: map[string]uint32{},
	}
}

// want adds a term. There are at most MaxLimit.
func (g *groupCount) want(id store.TermID, h *tally.Histograms) {
	value := uint32(g.index.Terms.Search32(0, g.index.Len(), uint32(id)))
	g.found, g.values = append(g.found, h), append(g.values, value)
	g.wanted[value] = uint32(len(g.found))
}

func (g *groupCount) add(posts []uint32) {
	g.index.Posts.CheckAt(posts, g.index.Width)
	g.scores.CheckAt(posts, len(order.ScoreFields))
	for _, post := range posts {
		set := g.index.Set(post)
		if g.patterns[set] == 0 {
			g.patterns[set] = 1 + g.patternOf(set)
			g.sets = append(g.sets, set)
		}
		four := tally.ScoresOf(g.scores, post)
		if number := g.patterns[set] - 1; number < mostPatterns {
			g.counts[number].Posts++
			g.counts[number].AddScores(four)
			continue
		}
		for _, place := range g.wantedOf(set) {
			g.found[place].Posts++
			g.found[place].AddScores(four)
		}
	}
}

// wantedOf gives the places of the values of a set that are wanted.
func (g *groupCount) wantedOf(set uint32) []uint8 {
	g.own = g.own[:0]
	for values := g.index.ValuesOf(set); len(values) > 0; values = values[4:] {
		if place := g.wanted[binary.LittleEndian.Uint32(values)]; place > 0 {
			g.own = append(g.own, uint8(place-1))
		}
	}
	return g.own
}

// patternOf gives the number of a set's pattern.
func (g *groupCount) patternOf(set uint32) uint32 {
	own := g.wantedOf(set)
	number, ok := g.numbers[string(own)]
	switch {
	case ok:
		return number
	case len(g.counts) == g.most:
		return mostPatterns
	}
	number = uint32(len(g.counts))
	g.numbers[string(own)] = number
	g.members = append(g.members, slices.Clone(own))
	g.counts = append(g.counts, new(tally.Histograms))
	return number
}

// finish spreads what was counted by pattern.
func (g *groupCount) finish() {
	for number := range g.counts {
		for _, place := range g.members[number] {
			g.found[place].Merge(g.counts[number])
		}
	}
	for _, value := range g.values {
		g.wanted[value] = 0
	}
	for _, set := range g.sets {
		g.patterns[set] = 0
	}
}
