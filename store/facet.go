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
	found  *set
}

func (m *matching) posts(ctx context.Context) (set, error) {
	if m.found == nil {
		s, err := m.tx.match(ctx, m.filter)
		if err != nil {
			return set{}, err
		}
		m.found = &s
	}
	return *m.found, nil
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
	posts, err := matched.posts(ctx)
	if err != nil {
		return nil, err
	}
	indexes := make([]*valueIndex, len(q.By))
	for i, kind := range q.By {
		if indexes[i], err = tx.valueIndex(kind); err != nil {
			return nil, err
		}
	}
	err = tx.release.withCounter(ctx, func(c *counter) error {
		all, err = c.count(ctx, posts, indexes, q.First, byName)
		return err
	})
	return all, err
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
