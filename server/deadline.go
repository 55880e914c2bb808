package server

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadline is a context that ends at a time. Unlike that of
// context.WithDeadline it sets no timer until someone waits for its end: most
// answers are made without waiting for anything.
type deadline struct {
	context.Context // the parent
	at              time.Time
	once            sync.Once
	waiting         context.Context // nil until someone waits
	stop            context.CancelFunc
	ended           atomic.Bool // by cancel
}

func newDeadline(parent context.Context, at time.Time) *deadline {
	return &deadline{Context: parent, at: at}
}

func (d *deadline) Deadline() (time.Time, bool) {
	if at, ok := d.Context.Deadline(); ok && at.Before(d.at) {
		return at, true
	}
	return d.at, true
}

func (d *deadline) Done() <-chan struct{} {
	d.once.Do(func() { d.waiting, d.stop = context.WithDeadline(d.Context, d.at) })
	return d.waiting.Done()
}

func (d *deadline) Err() error {
	if err := d.Context.Err(); err != nil {
		return err
	}
	if !time.Now().Before(d.at) {
		return context.DeadlineExceeded
	}
	if d.ended.Load() {
		return context.Canceled
	}
	return nil
}

// cancel ends the waiting for the end. The one that answers calls it when no
// other uses the context any more.
func (d *deadline) cancel() {
	d.once.Do(func() { d.waiting, d.stop = context.Background(), func() {} })
	d.ended.Store(true) // before Done is closed: contexts made of this one ask why it is
	d.stop()
}
