package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// again is how long opening waits after it has failed.
const again = time.Second

// Opening gives a transport that is opened beside, and tried again until that is done: whoever
// starts before the fleet can be reached need not wait for it. Calls wait until it is open. Those
// whose context ends before are told what the last try has met, and what an operator must make
// is told at once.
func Opening(open func(context.Context) (Transport, error)) Transport {
	ctx, cancel := context.WithCancel(context.Background()) // until Close
	o := &opening{open: open, cancel: cancel, opened: make(chan struct{}), ended: make(chan struct{})}
	go o.run(ctx)
	return o
}

// opening is such a transport.
type opening struct {
	open   func(context.Context) (Transport, error)
	cancel context.CancelFunc
	opened chan struct{} // closed when there is a transport
	ended  chan struct{} // closed when nobody tries any more

	mu        sync.Mutex
	transport Transport // since opened is closed
	met       error     // by the last try
}

func (o *opening) run(ctx context.Context) {
	defer close(o.ended)
	for {
		t, err := o.open(ctx)
		o.mu.Lock()
		o.transport, o.met = t, err
		o.mu.Unlock()
		if err == nil {
			close(o.opened)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// get gives the transport when there is one.
func (o *opening) get(ctx context.Context) (Transport, error) {
	for {
		select {
		case <-o.opened:
			return o.transport, nil
		default:
		}
		o.mu.Lock()
		met := o.met
		o.mu.Unlock()
		if _, missing := errors.AsType[*MissingError](met); missing || errors.Is(met, ErrRefused) {
			return nil, met
		}
		select {
		case <-o.opened:
		case <-o.ended:
			return nil, fmt.Errorf("%w: it was closed", ErrUnavailable)
		case <-time.After(again / 2):
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(met, ctx.Err()))
		}
	}
}

func (o *opening) List(ctx context.Context, prefix string) ([]File, error) {
	t, err := o.get(ctx)
	if err != nil {
		return nil, err
	}
	return t.List(ctx, prefix)
}

func (o *opening) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	t, err := o.get(ctx)
	if err != nil {
		return nil, err
	}
	return t.Open(ctx, name, offset)
}

func (o *opening) Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error {
	t, err := o.get(ctx)
	if err != nil {
		return err
	}
	return t.Put(ctx, name, size, r)
}

func (o *opening) Delete(ctx context.Context, name string) error {
	t, err := o.get(ctx)
	if err != nil {
		return err
	}
	return t.Delete(ctx, name)
}

func (o *opening) Get(ctx context.Context, key string) (Value, error) {
	t, err := o.get(ctx)
	if err != nil {
		return Value{}, err
	}
	return t.Get(ctx, key)
}

func (o *opening) CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	t, err := o.get(ctx)
	if err != nil {
		return 0, err
	}
	return t.CompareAndSet(ctx, key, data, revision)
}

func (o *opening) Remove(ctx context.Context, key string) error {
	t, err := o.get(ctx)
	if err != nil {
		return err
	}
	return t.Remove(ctx, key)
}

func (o *opening) Watch(ctx context.Context, prefix string, see func(Event)) error {
	t, err := o.get(ctx)
	if err != nil {
		return err
	}
	return t.Watch(ctx, prefix, see)
}

// Close ends it, opened or not.
func (o *opening) Close() error {
	o.cancel()
	<-o.ended
	select {
	case <-o.opened:
		return o.transport.Close()
	default:
		return nil
	}
}
