package store

import (
	"context"
	"encoding/binary"
	"fmt"
)

// ScoreQuery asks for the statistics of posts that match a filter and, where
// one is given, have a term.
type ScoreQuery struct {
	Filter *Filter
	Term   *TermID
}

// ScoreStats are the statistics of the scores of some posts.
type ScoreStats struct {
	Count     int // posts, with scores and without
	Quality   ScoreSummary
	Freshness ScoreSummary
	Depth     ScoreSummary
	Clarity   ScoreSummary
}

// ScoreSummary sums up one score, over the posts that have it. Where none has,
// all but the count and the histogram is absent. Percentile p is the least
// score that at least p of a hundred posts do not exceed (nearest rank).
type ScoreSummary struct {
	Count         int
	Min, Max      *int
	Mean          *float64
	P50, P90, P99 *int
	Histogram     []ScoreBin // ten
}

// ScoreBin counts the scores from From to just below To; the last bin has the
// score 100 too.
type ScoreBin struct{ From, To, Count int }

// ScoreGroupQuery asks for the statistics of posts that match a filter, by the
// terms of a kind.
type ScoreGroupQuery struct {
	By     Kind
	Filter *Filter
	First  int // how many terms at most, 0 to MaxLimit
}

// ScoreGroup is a term and the statistics of the posts that have it.
type ScoreGroup struct {
	Bucket
	Scores *ScoreStats
}

// scoreFields are the scores, in the order in which they are stored.
var scoreFields = [4]Field{FieldQuality, FieldFreshness, FieldDepth, FieldClarity}

// A score is from 0 to maxScore. noScore stands for none in the column of
// scores.
const (
	maxScore = 100
	noScore  = 0xff
)

// scoresColumn is ordinal → a byte for each of scoreFields.
const scoresColumn = "scores"

// histograms count posts by score. From them follows everything that
// ScoreStats says.
type histograms struct {
	posts  uint32
	scores [len(scoreFields)][maxScore + 1]uint32
}

// add counts posts, whose scores are those of a column.
func (h *histograms) add(scores *column, posts []uint32) {
	scores.checkAt(posts, len(scoreFields))
	// A byte as the index needs no check of bounds; what stands for no score is
	// counted and forgotten.
	var counts [len(scoreFields)][256]uint32
	for _, post := range posts {
		four := binary.LittleEndian.Uint32(scores.data[len(scoreFields)*int(post):])
		counts[0][byte(four)]++
		counts[1][byte(four>>8)]++
		counts[2][byte(four>>16)]++
		counts[3][byte(four>>24)]++
	}
	for i := range h.scores {
		for score := range h.scores[i] {
			h.scores[i][score] += counts[i][score]
		}
	}
	h.posts += uint32(len(posts))
}

// subtract takes away what was counted of some of the posts.
func (h *histograms) subtract(some *histograms) {
	h.posts -= some.posts
	for i := range h.scores {
		for score := range h.scores[i] {
			h.scores[i][score] -= some.scores[i][score]
		}
	}
}

// append lays out, for each score, which of its values there are and how often.
func (h *histograms) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(h.posts))
	for i := range h.scores {
		for score, n := range h.scores[i] {
			if n > 0 {
				dst = append(dst, byte(score))
				dst = binary.AppendUvarint(dst, uint64(n))
			}
		}
		dst = append(dst, noScore)
	}
	return dst
}

func readHistograms(b []byte) (*histograms, error) {
	ok := true
	next := func() uint32 {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			ok = false
			return 0
		}
		b = b[used:]
		return uint32(n)
	}
	h := &histograms{posts: next()}
	for i := range h.scores {
		for ok && len(b) > 0 && b[0] <= maxScore {
			score := b[0]
			b = b[1:]
			h.scores[i][score] = next()
		}
		if !ok || len(b) == 0 {
			return nil, fmt.Errorf("%w: histograms: %w", ErrCorrupt, errRecord)
		}
		b = b[1:] // what ends the score
	}
	return h, nil
}

func (h *histograms) stats() *ScoreStats {
	return &ScoreStats{
		Count: int(h.posts), Quality: summary(&h.scores[0]), Freshness: summary(&h.scores[1]),
		Depth: summary(&h.scores[2]), Clarity: summary(&h.scores[3]),
	}
}

func summary(counts *[maxScore + 1]uint32) ScoreSummary {
	const width = 10 // of a bin
	s := ScoreSummary{Histogram: make([]ScoreBin, maxScore/width)}
	for i := range s.Histogram {
		s.Histogram[i] = ScoreBin{From: i * width, To: (i + 1) * width}
	}
	sum := 0
	for score, n := range counts {
		s.Count += int(n)
		sum += int(n) * score
		s.Histogram[min(score/width, len(s.Histogram)-1)].Count += int(n)
	}
	if s.Count == 0 {
		return s
	}
	// ranked gives the score at a rank, counted from 1.
	ranked := func(rank int) *int {
		score := 0
		for below := int(counts[0]); below < rank; below += int(counts[score]) {
			score++
		}
		return &score
	}
	percentile := func(p int) *int { return ranked((p*s.Count + 99) / 100) }
	mean := float64(sum) / float64(s.Count)
	s.Min, s.Max, s.Mean = ranked(1), ranked(s.Count), &mean
	s.P50, s.P90, s.P99 = percentile(50), percentile(90), percentile(99)
	return s
}

func (tx *readTx) scores(ctx context.Context, q ScoreQuery) (*ScoreStats, error) {
	if q.Term == nil {
		asked, err := tx.groupOf(q.Filter)
		if err != nil {
			return nil, err
		}
		h, err := tx.storedHistograms(asked)
		if err != nil {
			return nil, err
		}
		if h != nil {
			return h.stats(), nil
		}
	}
	matched, err := tx.match(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	var h *histograms
	err = tx.release.withCounter(ctx, func(c *counter) (err error) {
		if q.Term != nil {
			h, err = tx.termHistograms(ctx, c, *q.Term, &matching{posts: matched})
		} else {
			h, err = tx.countScores(ctx, c, groupAll, everything(tx.size()), &matching{posts: matched})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return h.stats(), nil
}

func (tx *readTx) scoreGroups(ctx context.Context, q ScoreGroupQuery) ([]ScoreGroup, error) {
	facets := FacetQuery{Filter: q.Filter, By: []Kind{q.By}, First: q.First}
	if err := facets.check(); err != nil {
		return nil, err
	}
	all, err := tx.countTerms(ctx, facets)
	if err != nil {
		return nil, err
	}
	terms := all[0].best
	buckets, err := tx.buckets(terms)
	if err != nil {
		return nil, err
	}
	matched, err := tx.match(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	groups, both := make([]ScoreGroup, len(terms)), &matching{posts: matched}
	err = tx.release.withCounter(ctx, func(c *counter) error {
		for i, term := range terms {
			h, err := tx.termHistograms(ctx, c, term.term, both)
			if err != nil {
				return err
			}
			groups[i] = ScoreGroup{buckets[i], h.stats()}
		}
		return nil
	})
	return groups, err
}

// matching is the posts that match a filter and, once they are needed, those
// that do not.
type matching struct{ posts, others set }

func (m *matching) not() set {
	if m.others.size == 0 {
		m.others = m.posts.not()
	}
	return m.others
}

// termHistograms counts the scores of the posts that match and have a term.
func (tx *readTx) termHistograms(ctx context.Context, c *counter, id TermID, matched *matching) (*histograms, error) {
	g := groupOfTerm(id)
	if matched.posts.all() {
		if h, err := tx.storedHistograms(g); h != nil || err != nil {
			return h, err
		}
	}
	posts, err := tx.postings(bucketPostings, ordinalKey(uint32(id)))
	if err != nil {
		return nil, err
	}
	return tx.countScores(ctx, c, g, posts, matched)
}

// countScores counts the scores of the posts of a group that match. Where most
// of them do and the group has a tally, those that do not are counted instead.
func (tx *readTx) countScores(ctx context.Context, c *counter, g group, posts set, matched *matching) (*histograms, error) {
	column, err := tx.column(scoresColumn)
	if err != nil {
		return nil, err
	}
	count := func(s set) (*histograms, error) {
		h := &histograms{}
		column.checkFor(s.count())
		err := c.each(ctx, s, func(posts []uint32) { h.add(column, posts) })
		return h, err
	}
	both := posts.and(matched.posts)
	if 2*both.count() <= posts.count() {
		return count(both)
	}
	all, err := tx.storedHistograms(g)
	if err != nil {
		return nil, err
	}
	if all == nil {
		return count(both)
	}
	others, err := count(posts.and(matched.not()))
	if err != nil {
		return nil, err
	}
	all.subtract(others)
	return all, nil
}

// storedHistograms reads the histograms of a group, nil where it has no tally.
func (tx *readTx) storedHistograms(g group) (*histograms, error) {
	t, err := tx.tally(g)
	if t == nil || err != nil {
		return nil, err
	}
	return readHistograms(t.scores)
}
