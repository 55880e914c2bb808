package query

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// Facets counts posts by their terms: from a tally where there is one.
func (e *Engine) Facets(ctx context.Context, tx *file.Tx, q store.FacetQuery) ([]store.Facet, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	buckets := 0
	for _, kind := range q.By {
		n, err := e.terms.Seen(tx, kind)
		if err != nil {
			return nil, err
		}
		buckets += min(q.First, n)
	}
	if err := tx.Pay(ctx, file.PriceOfRead+file.PriceOfBucket*buckets+priceOfNames(q.Filter)); err != nil {
		return nil, err
	}
	all, err := e.countFacets(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	facets := make([]store.Facet, len(all))
	for i, c := range all {
		facets[i] = store.Facet{Kind: q.By[i], Distinct: c.Distinct}
		if facets[i].Buckets, err = e.buckets(tx, c.Best); err != nil {
			return nil, err
		}
	}
	return facets, nil
}

// countFacets counts for each kind the posts that it is counted over.
func (e *Engine) countFacets(ctx context.Context, tx *file.Tx, q store.FacetQuery) ([]tally.Counted, error) {
	if q.WithoutOwn {
		if parts, rest := apart(q); len(parts) > 0 {
			return e.countApart(ctx, tx, q, parts, rest)
		}
	}
	asked, err := e.conditionsOf(tx, q.Filter)
	if err != nil {
		return nil, err
	}
	return e.countTerms(ctx, tx, q, asked, &Matching{Engine: e, Tx: tx, Filter: q.Filter})
}

// Matching is the posts that match a filter, found once they are needed.
type Matching struct {
	Engine *Engine
	Tx     *file.Tx
	Filter *store.Filter
	asked  conjunction
	known  bool // what is asked
	paid   bool // to find the posts
	read   bool // the posts are found
	found  sets.Set
}

// Matching is the posts of the view that match a filter. Who no longer needs it ends it,
// so that its memory is used again.
func (e *Engine) Matching(tx *file.Tx, f *store.Filter) *Matching {
	m, ok := e.matchings.Get().(*Matching)
	if !ok {
		m = &Matching{}
	}
	m.Engine, m.Tx, m.Filter = e, tx, f
	return m
}

// End gives the memory back.
func (m *Matching) End() {
	e := m.Engine
	*m = Matching{}
	e.matchings.Put(m)
}

// Know reads the filter.
func (m *Matching) Know(ctx context.Context) (err error) {
	if m.known {
		return nil
	}
	m.asked, err = m.Engine.conditions(ctx, m.Tx, m.Filter)
	m.known = err == nil
	return err
}

// Price is what it costs to find the posts, and at most how many they are.
func (m *Matching) Price() (nanos, most int) { return m.Engine.priceOfSelection(m.Tx, m.asked) }

// Pay pays for the posts, and for what is to be done with so many at most.
func (m *Matching) Pay(ctx context.Context, use func(most int) int) error {
	if err := m.Know(ctx); err != nil {
		return err
	}
	nanos, most := m.Price()
	if m.paid {
		nanos = 0
	}
	m.paid = true
	return m.Tx.Pay(ctx, nanos+use(most))
}

// Posts gives the posts, which are paid for.
func (m *Matching) Posts() sets.Set {
	if !m.read {
		m.found, m.read = m.asked.within(sets.Everything(m.Tx.Size())), true
	}
	return m.found
}

// countTerms takes from the tally what it can, and else counts.
func (e *Engine) countTerms(ctx context.Context, tx *file.Tx, q store.FacetQuery, asked asked, matched *Matching) (all []tally.Counted, err error) {
	t, err := tally.Read(tx, asked.group())
	if err != nil {
		return nil, err
	}
	if t != nil {
		return t.Counted(q.By, q.First)
	}
	indexes, values := make([]*terms.Values, len(q.By)), 0
	for i, kind := range q.By {
		if indexes[i], err = e.terms.Values(tx, kind); err != nil {
			return nil, err
		}
		seen, err := e.terms.Seen(tx, kind)
		if err != nil {
			return nil, err
		}
		values += seen
	}
	err = matched.Pay(ctx, func(most int) int { return e.priceOfCounting(tx, most, len(indexes), values) })
	if err != nil {
		return nil, err
	}
	posts := matched.Posts()
	err = e.counters.Lend(ctx, func(c *tally.Counter) error {
		all, err = c.Count(ctx, posts, indexes, q.First, tally.ByName)
		return err
	})
	return all, err
}

// priceOfCounting is what it costs to count the values of some kinds in so many posts.
// More than half of all are never looked at, as others are then counted instead.
func (e *Engine) priceOfCounting(tx *file.Tx, posts, kinds, values int) int {
	size := int(tx.Size())
	return file.PriceOfSets(0, size) + kinds*min(posts, size/2)*file.PriceOfCounted + values*file.PriceOfMember
}

func (e *Engine) buckets(tx *file.Tx, counts []tally.Term) ([]store.Bucket, error) {
	buckets := make([]store.Bucket, len(counts))
	for i, c := range counts {
		var err error
		if buckets[i], err = bucketOf(tx, c); err != nil {
			return nil, err
		}
	}
	return buckets, nil
}

// bucketOf reads how a term is spelled.
func bucketOf(tx *file.Tx, c tally.Term) (store.Bucket, error) {
	payload, err := tx.Must(file.BucketTerms, file.OrdinalKey(uint32(c.Term)))
	if err != nil {
		return store.Bucket{}, err
	}
	seen, err := terms.ReadTermView(payload, tx.View)
	return store.Bucket{Value: seen.Name, Slug: seen.Slug, Type: seen.Typ, Count: int(c.Posts)}, err
}
