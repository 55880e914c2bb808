package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Ranges(ctx context.Context, by []store.RangeBy, filter *store.Filter) ([]store.RangeFacet, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Ranges(ctx, store.RangeQuery{Filter: filter, By: by})
}
