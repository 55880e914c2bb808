package query

import (
	"context"
	"encoding/binary"
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
)

// ScoreGroups gives a page of the groups that the posts that match make by the terms of a
// kind, with statistics of their scores.
func (e *Engine) ScoreGroups(ctx context.Context, tx *file.Tx, q store.ScoreGroupQuery) (*store.ScoreGroupPage, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	nanos := file.PriceOfRead + q.Window.Rows()*(file.PriceOfBucket+file.PriceOfStats) + priceOfNames(q.Filter)
	if err := tx.Pay(ctx, nanos); err != nil {
		return nil, err
	}
	asked, err := e.conditionsOf(tx, q.Filter)
	if err != nil {
		return nil, err
	}
	matched := Matching{Engine: e, Tx: tx, Filter: q.Filter}
	p := &groupPage{question: groupQuestion(q)}
	if commonest(q) {
		err = e.commonestGroups(ctx, tx, q, asked, &matched, p)
	} else {
		err = e.pageOfGroups(ctx, tx, q, &matched, p)
	}
	if err != nil {
		return nil, err
	}
	buckets, err := e.buckets(tx, p.terms)
	if err != nil {
		return nil, err
	}
	found, err := e.histograms(ctx, tx, q.By, asked, &matched, p.terms)
	if err != nil {
		return nil, err
	}
	page := &store.ScoreGroupPage{Total: p.total, HasNext: p.low+len(p.terms) < p.total, HasPrevious: p.low > 0}
	for i, h := range found {
		c := groupCursor(p.numbers[i], buckets[i])
		c.Question = p.question
		page.Groups = append(page.Groups, store.ScoreGroup{Bucket: buckets[i], Scores: h.Stats()})
		page.Cursors = append(page.Cursors, c.String())
	}
	return page, nil
}

// groupPage is the terms of a page of groups.
type groupPage struct {
	question uint64
	terms    []tally.Term
	numbers  []int64 // of their cursors
	low      int     // how many groups stand before them
	total    int
}

func groupQuestion(q store.ScoreGroupQuery) uint64 {
	return cursor.Question(nil).Text("groups").Text(string(q.By)).Text(string(q.Order.Field)).Truth(q.Order.Desc).
		Number(int64(max(1, q.MinCount))).Filter(q.Filter).Hash()
}

// commonest reports whether the first of all groups are asked for, by how many posts
// they have: a tally may know them.
func commonest(q store.ScoreGroupQuery) bool {
	w := q.Window
	return q.Order == store.DefaultGroupOrder && q.MinCount <= 1 && w.First != nil && w.After == "" && w.Before == "" &&
		(w.Offset == nil || *w.Offset == 0)
}

func (e *Engine) commonestGroups(ctx context.Context, tx *file.Tx, q store.ScoreGroupQuery, asked asked, matched *Matching, p *groupPage) error {
	facets := store.FacetQuery{Filter: q.Filter, By: []store.Kind{q.By}, First: *q.Window.First}
	all, err := e.countTerms(ctx, tx, facets, asked, matched)
	if err != nil {
		return err
	}
	p.terms, p.total = all[0].Best, all[0].Distinct
	for _, term := range p.terms {
		p.numbers = append(p.numbers, int64(term.Posts))
	}
	return nil
}

// pageOfGroups puts all groups in order and takes a page of them.
func (e *Engine) pageOfGroups(ctx context.Context, tx *file.Tx, q store.ScoreGroupQuery, matched *Matching, p *groupPage) error {
	list, err := e.groupsInOrder(ctx, tx, q, matched)
	if err != nil {
		return err
	}
	start, end := 0, list.len()
	if q.Window.After != "" {
		if start, err = list.search("after", q.Window.After, p.question, true); err != nil {
			return err
		}
	}
	if q.Window.Before != "" {
		if end, err = list.search("before", q.Window.Before, p.question, false); err != nil {
			return err
		}
	}
	low, high := q.Window.Within(start, end)
	p.low, p.total = low, list.len()
	for i := low; i < high; i++ {
		p.terms, p.numbers = append(p.terms, list.term(i)), append(p.numbers, list.number(i))
	}
	return nil
}

// histograms gives those of the posts that match and have a term, for each of some: from
// tallies as far as there are any.
func (e *Engine) histograms(ctx context.Context, tx *file.Tx, kind store.Kind, asked asked, matched *Matching, terms []tally.Term) ([]*tally.Histograms, error) {
	found := make([]*tally.Histograms, len(terms))
	var rest []int // of terms
	for i, term := range terms {
		var err error
		if found[i], err = tally.StoredHistograms(tx, asked.with(term.Term).group()); err != nil {
			return nil, err
		}
		if found[i] == nil {
			rest = append(rest, i)
		}
	}
	if len(rest) == 0 {
		return found, nil
	}
	return found, e.countGroups(ctx, tx, kind, matched, terms, rest, found)
}

// countGroups counts the scores of the posts that match and have one of some
// terms of a kind, for each of those.
func (e *Engine) countGroups(ctx context.Context, tx *file.Tx, kind store.Kind, matched *Matching, terms []tally.Term, wanted []int, found []*tally.Histograms) error {
	counts := 0
	for _, i := range wanted {
		counts += int(terms[i].Posts)
	}
	err := matched.Pay(ctx, func(most int) int {
		return 3*min(termByTerm(len(wanted), counts, int(tx.Size())), together(most)) + file.PriceOfSets(most, int(tx.Size()))
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
		if termByTerm(len(wanted), counts, int(posts.Size)) < together(posts.Count()) {
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

// termByTerm and together estimate, in nanoseconds, what it takes to find the posts of
// each term and count them, and to go once over all that match.
func termByTerm(terms, counts, size int) int { return terms*3000*(1+size/65536) + 5*counts }
func together(posts int) int                 { return 12*posts + 1200*patternsFor(posts) }

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
