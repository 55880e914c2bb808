package graph

import (
	"context"

	"alphanode/store"
)

func (queryResolver) Facets(ctx context.Context, filter *store.Filter, by []store.Kind, first *int) ([]store.Facet, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Facets(ctx, store.FacetQuery{Filter: filter, By: by, First: firstOrDefault(first)})
}

func (queryResolver) Scores(ctx context.Context, filter *store.Filter) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Filter: filter})
}

func (queryResolver) ScoreGroups(ctx context.Context, by store.Kind, filter *store.Filter, first *int) ([]store.ScoreGroup, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.ScoreGroups(ctx, store.ScoreGroupQuery{By: by, Filter: filter, First: firstOrDefault(first)})
}

func (entityResolver) Scores(ctx context.Context, e *Entity) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &e.Term.ID})
}

func (toolResolver) Scores(ctx context.Context, t *Tool) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &t.Term.ID})
}

func scores(ctx context.Context, q store.ScoreQuery) (*store.ScoreStats, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Scores(ctx, q)
}

// firstOrDefault is how many entries were asked for.
func firstOrDefault(first *int) int {
	if first == nil {
		return defaultFirst
	}
	return *first
}
