package store

import (
	"cmp"
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// pipeline runs work on every item that source gives, on all processors, and
// hands the results to sink in the order of the items. Sink runs on the calling
// goroutine. It returns when all goroutines have ended. A worker takes as many
// items at a time as a batch has; a few batches are in memory at once.
func pipeline[In, Out any](
	ctx context.Context,
	batchSize int,
	source func(ctx context.Context, emit func(In) error) error,
	work func() (func(In) (Out, error), error), // called once for each worker
	sink func(Out) error,
) error {
	type batch struct {
		in  []In
		out []Out
		ok  chan struct{} // closed when out is filled
	}
	workers := runtime.GOMAXPROCS(0)
	caller := ctx
	group, ctx := errgroup.WithContext(ctx)
	todo := make(chan *batch, workers)
	inOrder := make(chan *batch, 2*workers)

	group.Go(func() error {
		defer close(todo)
		defer close(inOrder)
		current := &batch{ok: make(chan struct{})}
		flush := func() error {
			for _, to := range []chan *batch{inOrder, todo} {
				select {
				case to <- current:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			current = &batch{ok: make(chan struct{})}
			return nil
		}
		err := source(ctx, func(item In) error {
			current.in = append(current.in, item)
			if len(current.in) < batchSize {
				return nil
			}
			return flush()
		})
		if err != nil {
			return err
		}
		return flush()
	})
	for range workers {
		group.Go(func() error {
			do, err := work()
			if err != nil {
				return err
			}
			for b := range todo {
				for _, item := range b.in {
					out, err := do(item)
					if err != nil {
						return err
					}
					b.out = append(b.out, out)
				}
				close(b.ok)
			}
			return nil
		})
	}
	var sinkErr error
	for b := range inOrder {
		select {
		case <-b.ok:
		case <-ctx.Done():
			continue // drain, so that the source can end
		}
		for _, out := range b.out {
			if sinkErr == nil {
				sinkErr = sink(out)
			}
		}
		if sinkErr != nil {
			break
		}
	}
	if sinkErr != nil {
		// The source and the workers end at the context's word.
		group.Go(func() error { return sinkErr })
		for range inOrder {
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	// A caller who left after the source had ended stopped no goroutine, but may
	// have stopped the sink.
	return cmp.Or(sinkErr, caller.Err())
}
