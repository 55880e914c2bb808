package graph

import (
	"context"

	"alphanode/store"
)

func (queryResolver) Ranges(ctx context.Context, by []store.RangeBy, filter *store.Filter) ([]store.RangeFacet, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Ranges(ctx, store.RangeQuery{Filter: filter, By: by})
}
