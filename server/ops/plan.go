package ops

import (
	"context"

	"alphanode/store"
)

// Plan is what a switch of releases changes for readers, and what caches must drop.
type Plan struct {
	store.ChangeCounts
	Posts []store.Change // the first of them, by slug; at most [MostPosts]
	All   bool           // caches must drop everything, and the lists are empty
	Tags  []string
	URLs  []string
}

// MostPosts is how many posts of a plan are named.
const MostPosts = 10

// plan makes a plan. To compare releases is work for a processor, so one does it at a time.
func (d *Desk) plan(ctx context.Context, before, after string) (*Plan, error) {
	if d.Plan == nil || before == "" {
		return nil, nil
	}
	if before == after {
		return &Plan{}, nil
	}
	select {
	case d.planning <- struct{}{}:
		defer func() { <-d.planning }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return d.Plan(ctx, before, after)
}
