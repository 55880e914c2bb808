package build

import (
	"cmp"
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// inWork bounds a pipeline: what a worker takes at a time, and what is between
// the source and the sink.
type inWork struct {
	batch int // items that a worker takes at a time, fewer where they are large
	bytes int // that all items in work have together
}

// largeBatch is how many bytes make a batch, however few items they are.
const largeBatch = 256 << 10

// pipeline runs work on every item that source gives, on all processors, and
// hands the results to sink in the order of the items. Sink runs on the calling
// goroutine. It returns when all goroutines have ended.
//
// From when emit has returned until it is sunk an item is in work, and weighs
// what weigh says, in bytes; emit waits until there is room. An item that weighs
// more than all may together goes through alone.
func pipeline[In, Out any](
	ctx context.Context,
	most inWork,
	source func(ctx context.Context, emit func(In) error) error,
	weigh func(In) int,
	work func() (func(In) (Out, error), error), // called once for each worker
	sink func(Out) error,
) error {
	type batch struct {
		in     []In
		out    []Out
		weight int
		ok     chan struct{} // closed when out is filled
	}
	workers := runtime.GOMAXPROCS(0)
	caller := ctx
	group, ctx := errgroup.WithContext(ctx)
	todo := make(chan *batch, workers)
	inOrder := make(chan *batch, 2*workers)
	room := semaphore.NewWeighted(int64(most.bytes))

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
			weight := min(weigh(item), most.bytes)
			if !room.TryAcquire(int64(weight)) {
				// The batch must go before it is waited for.
				if err := flush(); err != nil {
					return err
				}
				if err := room.Acquire(ctx, int64(weight)); err != nil {
					return err
				}
			}
			current.in, current.weight = append(current.in, item), current.weight+weight
			if len(current.in) < most.batch && current.weight < largeBatch {
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
				b.in = nil
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
		b.out = nil
		room.Release(int64(b.weight))
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
