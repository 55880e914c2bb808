package server

import (
	"context"
	"sync"
	"time"
)

// flights lets all who ask for the same at a time wait for one that makes it. It is
// made for as long as somebody waits: when the last has left, its context ends. Its
// zero value is ready.
type flights[K comparable, T any] struct {
	mu     sync.Mutex
	flying map[K]*flight[T]
}

// flight is one thing that is being made.
type flight[T any] struct {
	began   time.Time
	cancel  context.CancelFunc
	waiting int           // those who have not left; the flight's own maker among them
	landed  chan struct{} // closed when the rest is set
	value   T
	err     error
}

// madeAnyway is how long a thing is made although nobody waits for it: most are
// made by then, and so are there for who asks next. Who has only closed the sending
// half of a connection, which looks as if they had left, gets theirs.
const madeAnyway = 50 * time.Millisecond

// do gives what produce makes, or what another makes who asked for the same before.
// It runs in the goroutine of the first who asked, in a context that ends when all
// have left. An error for who left is that of their context.
func (f *flights[K, T]) do(ctx context.Context, key K, produce func(context.Context) (T, error)) (value T, mine bool, err error) {
	f.mu.Lock()
	if other, ok := f.flying[key]; ok {
		other.waiting++
		f.mu.Unlock()
		value, err = f.join(ctx, key, other)
		return value, false, err
	}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	own := &flight[T]{began: time.Now(), cancel: cancel, waiting: 1, landed: make(chan struct{}), err: errPanic}
	if f.flying == nil {
		f.flying = map[K]*flight[T]{}
	}
	f.flying[key] = own
	f.mu.Unlock()
	stay := context.AfterFunc(ctx, func() {
		select {
		case <-own.landed:
		case <-own.old():
		}
		f.leave(key, own)
	})
	defer func() { // where it panics too
		stay()
		f.mu.Lock()
		f.forget(key, own)
		f.mu.Unlock()
		cancel()
		close(own.landed)
	}()
	own.value, own.err = produce(work)
	return own.value, true, own.err
}

// join waits for what another makes.
func (f *flights[K, T]) join(ctx context.Context, key K, other *flight[T]) (value T, err error) {
	select {
	case <-other.landed:
		return other.value, other.err
	case <-ctx.Done():
	}
	select {
	case <-other.landed:
		return other.value, other.err
	case <-other.old():
		f.leave(key, other)
		return value, ctx.Err()
	}
}

// old says when a flight goes on only for those who wait.
func (f *flight[T]) old() <-chan time.Time { return time.After(time.Until(f.began.Add(madeAnyway))) }

// leave counts one less who waits. When none is left what is made ends, and who asks
// next has it made anew.
func (f *flights[K, T]) leave(key K, left *flight[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if left.waiting--; left.waiting == 0 {
		f.forget(key, left)
		left.cancel()
	}
}

// forget lets who asks next have the thing made anew. It is called under the lock.
func (f *flights[K, T]) forget(key K, gone *flight[T]) {
	if f.flying[key] == gone {
		delete(f.flying, key)
	}
}
