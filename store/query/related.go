package query

import (
	"cmp"
	"context"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
)

// Related gives the terms that most often stand in the same posts as one.
func (e *Engine) Related(ctx context.Context, tx *file.Tx, q store.RelatedQuery) ([]store.RelatedTerm, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if err := tx.Pay(ctx, file.PriceOfRead+len(store.RelatedKinds)*store.MaxLimit*file.PriceOfRelated); err != nil {
		return nil, err
	}
	kinds := store.RelatedKinds
	if q.Kind != "" {
		kinds = []store.Kind{q.Kind}
	}
	found, ok, err := e.talliedRelated(tx, q, kinds)
	if err == nil && !ok {
		found, err = e.countedRelated(ctx, tx, q, kinds)
	}
	if err != nil {
		return nil, err
	}
	return found[:min(q.First, len(found))], nil
}

// talliedRelated takes the related terms from the term's tally. It reports false
// where there is none, or where a term that the tally leaves out may be among the
// first: a tally breaks ties by name.
func (e *Engine) talliedRelated(tx *file.Tx, q store.RelatedQuery, kinds []store.Kind) (found []store.RelatedTerm, ok bool, err error) {
	tally, err := tally.Read(tx, tally.OfTerm(q.Term))
	if err != nil || tally == nil {
		return nil, false, err
	}
	all, err := tally.Counted(kinds, store.MaxLimit)
	if err != nil {
		return nil, false, err
	}
	if found, err = e.rankRelated(tx, q, all); err != nil {
		return nil, false, err
	}
	left := 0 // most posts of a term that was left out
	for _, c := range all {
		if n := len(c.Best); n < c.Distinct && n > 0 {
			left = max(left, int(c.Best[n-1].Posts))
		}
	}
	return found, left == 0 || q.First == 0 || len(found) >= q.First && found[q.First-1].Count > left, nil
}

// countedRelated counts the posts of the term.
func (e *Engine) countedRelated(ctx context.Context, tx *file.Tx, q store.RelatedQuery, kinds []store.Kind) ([]store.RelatedTerm, error) {
	named, err := e.terms.Terms(tx, []store.TermID{q.Term})
	if err != nil {
		return nil, err
	}
	indexes, values := make([]*terms.Values, len(kinds)), 0
	for i, kind := range kinds {
		if indexes[i], err = e.terms.Values(tx, kind); err != nil {
			return nil, err
		}
		seen, err := e.terms.Seen(tx, kind)
		if err != nil {
			return nil, err
		}
		values += seen
	}
	if err := tx.Pay(ctx, file.PriceOfPostings+e.priceOfCounting(tx, named[0].PostCount, len(kinds), values)); err != nil {
		return nil, err
	}
	posts, err := tx.Postings(file.BucketPostings, file.OrdinalKey(uint32(q.Term)))
	if err != nil {
		return nil, err
	}
	var all []tally.Counted
	err = e.counters.Lend(ctx, func(c *tally.Counter) error {
		all, err = c.Count(ctx, posts, indexes, q.First+1, tally.ByRarity) // the term itself may be one
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.rankRelated(tx, q, all)
}

// rankRelated puts what was counted of the kinds in order, without the term
// itself.
func (e *Engine) rankRelated(tx *file.Tx, q store.RelatedQuery, all []tally.Counted) ([]store.RelatedTerm, error) {
	ids, counts := []store.TermID{q.Term}, []uint32{0}
	for _, c := range all {
		for _, best := range c.Best {
			if best.Term != q.Term {
				ids, counts = append(ids, best.Term), append(counts, best.Posts)
			}
		}
	}
	terms, err := e.terms.Terms(tx, ids)
	if err != nil {
		return nil, err
	}
	size, own := float64(tx.Size()), float64(terms[0].PostCount)
	found := make([]store.RelatedTerm, len(terms)-1)
	for i, t := range terms[1:] {
		n := counts[i+1]
		found[i] = store.RelatedTerm{Term: t, Count: int(n), Lift: float64(n) * size / (own * float64(t.PostCount))}
	}
	slices.SortStableFunc(found, compareRelated)
	return found, nil
}

// compareRelated says which of two stands first. Of two that stand in as many of
// the posts, the one with fewer posts in all has the higher lift. Those of a kind that tie
// come by name.
func compareRelated(a, b store.RelatedTerm) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.PostCount, b.PostCount),
		cmp.Compare(slices.Index(store.RelatedKinds, a.Kind), slices.Index(store.RelatedKinds, b.Kind)))
}
