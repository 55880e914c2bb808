package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Facets(ctx context.Context, filter *store.Filter, by []store.Kind, first *int) ([]store.Facet, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Facets(ctx, store.FacetQuery{Filter: filter, By: by, First: FirstOrDefault(first)})
}

func (QueryResolver) Scores(ctx context.Context, filter *store.Filter) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Filter: filter})
}

func (QueryResolver) ScoreGroups(ctx context.Context, by store.Kind, filter *store.Filter, first *int) ([]store.ScoreGroup, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.ScoreGroups(ctx, store.ScoreGroupQuery{By: by, Filter: filter, First: FirstOrDefault(first)})
}

func (EntityResolver) Scores(ctx context.Context, e *Entity) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &e.Term.ID})
}

func (ToolResolver) Scores(ctx context.Context, t *Tool) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Term: &t.Term.ID})
}

func scores(ctx context.Context, q store.ScoreQuery) (*store.ScoreStats, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Scores(ctx, q)
}
