package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Facets(ctx context.Context, filter *store.Filter, by []store.Kind, first *int, own *bool) ([]store.Facet, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Facets(ctx, FacetQuery(filter, by, first, own))
}

func (QueryResolver) Scores(ctx context.Context, filter *store.Filter) (*store.ScoreStats, error) {
	return scores(ctx, store.ScoreQuery{Filter: filter})
}

func (QueryResolver) ScoreGroups(ctx context.Context, by store.Kind, filter *store.Filter, first *int, orderBy *store.GroupOrder, minCount *int) ([]store.ScoreGroup, error) {
	page, err := scoreGroups(ctx, ScoreGroupQuery(by, filter, orderBy, minCount, Window(first, nil, nil, nil, nil)))
	if err != nil {
		return nil, err
	}
	return page.Groups, nil
}

func (QueryResolver) ScoreGroupsConnection(ctx context.Context, by store.Kind, filter *store.Filter, orderBy *store.GroupOrder, minCount, first *int, after *string, last *int, before *string, offset *int) (*ScoreGroupConnection, error) {
	page, err := scoreGroups(ctx, ScoreGroupQuery(by, filter, orderBy, minCount, Window(first, after, last, before, offset)))
	if err != nil {
		return nil, err
	}
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	suggested, err := selectedPosts(ctx).Suggest(ctx, r, filter, nil)
	return &ScoreGroupConnection{page, suggested}, err
}

func scoreGroups(ctx context.Context, q store.ScoreGroupQuery) (*store.ScoreGroupPage, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.ScoreGroups(ctx, q)
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
