package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// FacetQuery asks, of the posts that match a filter, how many have each term of
// some kinds.
type FacetQuery struct {
	Filter *Filter
	By     []Kind // each once
	First  int    // how many terms of a kind at most, 0 to MaxLimit
}

// Facet is how posts divide by the terms of one kind.
type Facet struct {
	Kind     Kind
	Distinct int      // terms that at least one of the posts has
	Buckets  []Bucket // the commonest terms first, then by value and slug
}

// Bucket is a term and how many posts have it.
type Bucket struct {
	Value string // the term's name
	Slug  string
	Type  string // of an entity
	Count int
}

func (tx *readTx) facets(ctx context.Context, q FacetQuery) ([]Facet, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	buckets := 0
	for _, kind := range q.By {
		n, err := tx.termsSeen(kind)
		if err != nil {
			return nil, err
		}
		buckets += min(q.First, n)
	}
	if err := tx.pay(ctx, priceOfRead+priceOfBucket*buckets+q.Filter.priceOfNames()); err != nil {
		return nil, err
	}
	asked, err := tx.conditionsOf(q.Filter)
	if err != nil {
		return nil, err
	}
	all, err := tx.countTerms(ctx, q, asked, &matching{tx: tx, filter: q.Filter})
	if err != nil {
		return nil, err
	}
	facets := make([]Facet, len(all))
	for i, c := range all {
		facets[i] = Facet{Kind: q.By[i], Distinct: c.distinct}
		if facets[i].Buckets, err = tx.buckets(c.best); err != nil {
			return nil, err
		}
	}
	return facets, nil
}

func (q FacetQuery) check() error {
	for i, kind := range q.By {
		if !slices.Contains(Kinds, kind) {
			return &ArgumentError{"by", strconv.Quote(string(kind)), "one of " + kindNames()}
		}
		if slices.Contains(q.By[:i], kind) {
			return &ArgumentError{"by", string(kind) + " twice", "each field once"}
		}
	}
	return Window{First: &q.First}.check()
}

func kindNames() string {
	names := make([]string, len(Kinds))
	for i, kind := range Kinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// matching is the posts that match a filter, found once they are needed.
type matching struct {
	tx     *readTx
	filter *Filter
	asked  conjunction
	known  bool // what is asked
	paid   bool // to find the posts
	found  *set
}

// pay pays for the posts, and for what is to be done with so many at most.
func (m *matching) pay(ctx context.Context, use func(most int) int) (err error) {
	if !m.known {
		if m.asked, err = m.tx.conditions(ctx, m.filter); err != nil {
			return err
		}
		m.known = true
	}
	nanos, most := m.tx.priceOfSelection(m.asked)
	if m.paid {
		nanos = 0
	}
	m.paid = true
	return m.tx.pay(ctx, nanos+use(most))
}

// posts gives the posts, which are paid for.
func (m *matching) posts() set {
	if m.found == nil {
		s := m.asked.within(everything(m.tx.size()))
		m.found = &s
	}
	return *m.found
}

// countTerms takes from the tally what it can, and else counts.
func (tx *readTx) countTerms(ctx context.Context, q FacetQuery, asked conditions, matched *matching) (all []counted, err error) {
	tally, err := tx.tally(asked.group())
	if err != nil {
		return nil, err
	}
	if tally != nil {
		return tally.counted(q.By, q.First)
	}
	indexes, values := make([]*valueIndex, len(q.By)), 0
	for i, kind := range q.By {
		if indexes[i], err = tx.valueIndex(kind); err != nil {
			return nil, err
		}
		seen, err := tx.termsSeen(kind)
		if err != nil {
			return nil, err
		}
		values += seen
	}
	err = matched.pay(ctx, func(most int) int { return tx.priceOfCounting(most, len(indexes), values) })
	if err != nil {
		return nil, err
	}
	posts := matched.posts()
	err = tx.release.withCounter(ctx, func(c *counter) error {
		all, err = c.count(ctx, posts, indexes, q.First, byName)
		return err
	})
	return all, err
}

// priceOfCounting is what it costs to count the values of some kinds in so many posts.
// More than half of all are never looked at, as others are then counted instead.
func (tx *readTx) priceOfCounting(posts, kinds, values int) int {
	size := int(tx.size())
	return priceOfSets(0, size) + kinds*min(posts, size/2)*priceOfCounted + values*priceOfMember
}

func (tx *readTx) buckets(counts []termCount) ([]Bucket, error) {
	buckets := make([]Bucket, len(counts))
	for i, c := range counts {
		payload, err := tx.must(bucketTerms, ordinalKey(uint32(c.term)))
		if err != nil {
			return nil, err
		}
		seen, err := readTermView(payload, tx.view)
		if err != nil {
			return nil, err
		}
		buckets[i] = Bucket{Value: seen.name, Slug: seen.slug, Type: seen.typ, Count: int(c.posts)}
	}
	return buckets, nil
}
