package graph

import (
	"context"

	"alphanode/store"
)

func (query) Facets(ctx context.Context, filter *store.Filter, by []store.Kind, first *int) ([]store.Facet, error) {
	r, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	return r.Facets(ctx, store.FacetQuery{Filter: filter, By: by, First: orDefault(first)})
}

func (query) Scores(ctx context.Context, filter *store.Filter) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Filter: filter})
}

func (query) ScoreGroups(ctx context.Context, by store.Kind, filter *store.Filter, first *int) ([]store.ScoreGroup, error) {
	r, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	return r.ScoreGroups(ctx, store.ScoreGroupQuery{By: by, Filter: filter, First: orDefault(first)})
}

func (entity) Scores(ctx context.Context, e *Entity) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &e.Term.ID})
}

func (tool) Scores(ctx context.Context, t *Tool) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &t.Term.ID})
}

func scores(ctx context.Context, q store.ScoreQuery) (*store.ScoreStats, error) {
	r, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	return r.Scores(ctx, q)
}

// orDefault is how many entries were asked for.
func orDefault(first *int) int {
	if first == nil {
		return defaultFirst
	}
	return *first
}
