package graph

import (
	"context"

	"alphanode/store"
)

func (query) Ranges(ctx context.Context, by []store.RangeBy, filter *store.Filter) ([]store.RangeFacet, error) {
	r, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	return r.Ranges(ctx, store.RangeQuery{Filter: filter, By: by})
}
