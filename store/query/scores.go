package query

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/sets"
)

// Scores gives statistics of the scores of posts: from a tally where there is one.
func (e *Engine) Scores(ctx context.Context, tx *file.Tx, q store.ScoreQuery) (*store.ScoreStats, error) {
	if err := tx.Pay(ctx, file.PriceOfRead+file.PriceOfStats+priceOfNames(q.Filter)); err != nil {
		return nil, err
	}
	asked, err := e.conditionsOf(tx, q.Filter)
	if err != nil {
		return nil, err
	}
	if q.Term != nil {
		asked = asked.with(*q.Term)
	}
	h, err := tally.StoredHistograms(tx, asked.group())
	if err != nil {
		return nil, err
	}
	if h != nil {
		return h.Stats(), nil
	}
	matching := Matching{Engine: e, Tx: tx, Filter: q.Filter}
	size := int(tx.Size())
	err = matching.Pay(ctx, func(most int) int { return 4*file.PriceOfSets(most, size) + file.PriceOfMember*min(most, size) })
	if err != nil {
		return nil, err
	}
	matched := matching.Posts()
	err = e.counters.Lend(ctx, func(c *tally.Counter) (err error) {
		if q.Term != nil {
			h, err = e.termHistograms(ctx, tx, c, *q.Term, matched)
		} else {
			h, err = e.countScores(ctx, tx, c, tally.GroupAll, sets.Everything(tx.Size()), matched)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return h.Stats(), nil
}

// termHistograms counts the scores of the posts that match and have a term.
func (e *Engine) termHistograms(ctx context.Context, tx *file.Tx, c *tally.Counter, id store.TermID, matched sets.Set) (*tally.Histograms, error) {
	posts, err := tx.Postings(file.BucketPostings, file.OrdinalKey(uint32(id)))
	if err != nil {
		return nil, err
	}
	return e.countScores(ctx, tx, c, tally.OfTerm(id), posts, matched)
}

// countScores counts the scores of the posts of a group that match. Where most
// of them do and the group has a tally, those that do not are counted instead.
func (e *Engine) countScores(ctx context.Context, tx *file.Tx, c *tally.Counter, g tally.Group, posts, matched sets.Set) (*tally.Histograms, error) {
	column, err := tx.Column(order.ScoresColumn)
	if err != nil {
		return nil, err
	}
	count := func(s sets.Set) (*tally.Histograms, error) {
		h := &tally.Histograms{}
		column.CheckFor(s.Count())
		err := c.Each(ctx, s, func(posts []uint32) { h.Add(column, posts) })
		return h, err
	}
	both := posts.And(matched)
	if 2*both.Count() <= posts.Count() {
		return count(both)
	}
	all, err := tally.StoredHistograms(tx, g)
	if err != nil {
		return nil, err
	}
	if all == nil {
		return count(both)
	}
	others, err := count(posts.And(matched.Not()))
	if err != nil {
		return nil, err
	}
	all.Subtract(others)
	return all, nil
}
