package server

import (
	"container/list"
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// places are those of work that may run at once. Who finds none waits. While the queue is
// short they get theirs in the order in which they came. Under more load than can be
// borne, order would have everybody wait for as long as anybody may; so where the first
// in the queue has waited for longer than work takes, the newest is the next, and once
// the queue stands, who waited for so long is refused: adaptive LIFO and controlled delay
// (Maurer, Fail at Scale, ACM Queue 13(8), 2015). What is admitted so takes little longer
// than on an idle server, however many ask.
type places struct {
	all      int
	most     int           // who may wait
	patience time.Duration // for how long; 0 where only the context bounds it

	mu    sync.Mutex
	taken int
	queue list.List // of *waiter, the newest at the back
	since time.Time // when somebody last began to wait where nobody did
	mean  time.Duration
	stood time.Time // when the queue last was long and stood

	refused atomic.Int64 // who found too many waiting, or waited for too long
}

// waiter is one who waits. The error is nil where they have got a place.
type waiter struct {
	came   time.Time
	served chan error
}

func newPlaces(n, waiting int, patience time.Duration) *places {
	return &places{all: n, most: waiting, patience: patience}
}

// enter takes a place, which is given back with leave. The error is that of the context,
// or errOverloaded where there is no place in time.
func (p *places) enter(ctx context.Context) error {
	p.mu.Lock()
	if p.taken < p.all {
		p.taken++
		p.mu.Unlock()
		return nil
	}
	w := &waiter{time.Now(), make(chan error, 1)}
	if !p.makeRoom(w.came) {
		p.mu.Unlock()
		p.refused.Add(1)
		return errOverloaded
	}
	if p.queue.Len() == 0 {
		p.since = w.came
	}
	at := p.queue.PushBack(w)
	p.mu.Unlock()
	var enough <-chan time.Time // never, where there is no bound
	if p.patience > 0 {
		timer := time.NewTimer(p.patience)
		defer timer.Stop()
		enough = timer.C
	}
	var err error
	select {
	case err := <-w.served:
		return err
	case <-enough:
		err = errOverloaded
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case served := <-w.served: // meanwhile
		return served
	default:
	}
	p.queue.Remove(at)
	if err == errOverloaded {
		p.refused.Add(1)
	}
	return err
}

// longHeld is from when on a place was held for so long that others may have come meanwhile
// who could not run.
const longHeld = 500 * time.Microsecond

// leave gives a place back, that was held for so long, to who waits for it. On few
// processors those who came meanwhile do not wait here but for a processor, where nobody
// sees how many they are; so after long work all who can run do so first, up to where they
// would wait for the place.
func (p *places) leave(held time.Duration) {
	p.mu.Lock()
	if p.mean == 0 {
		p.mean = held
	}
	p.mean += (held - p.mean) / 16
	p.mu.Unlock()
	if held < longHeld {
		p.handOn()
		return
	}
	go func() {
		runtime.Gosched()
		p.handOn()
	}()
}

// handOn gives a place to the next.
func (p *places) handOn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.shed(now)
	next := p.queue.Front()
	if next == nil {
		p.taken--
		return
	}
	if p.crowded(now) {
		next = p.queue.Back()
	}
	p.queue.Remove(next)
	next.Value.(*waiter).served <- nil
}

const (
	// fewWaiting wait in their order, however long: so many readers, each of whom asks again
	// when they were answered, are no overload.
	fewWaiting = 16
	// leastLate is how long one may wait at least: a pause of the machine is no overload.
	leastLate = 15 * time.Millisecond
)

// late reports whether one has waited for longer than work takes.
func (p *places) late(e *list.Element, now time.Time) bool {
	return now.Sub(e.Value.(*waiter).came) > max(leastLate, 2*p.mean)
}

// crowded reports whether the first of a long queue is late.
func (p *places) crowded(now time.Time) bool {
	return p.queue.Len() > fewWaiting && p.late(p.queue.Front(), now)
}

// shed refuses who has waited for too long in a queue that stands: one that was never
// empty for as long as it would take to work off a full one. Who came while it stood is
// refused also when it is short again: they would only have those wait who come later.
func (p *places) shed(now time.Time) {
	stands := p.mean * time.Duration(p.most+p.all) / time.Duration(p.all)
	if p.patience > 0 {
		stands = min(stands, p.patience)
	}
	// All who waited may just have been refused, so one that stood lately stands again at once.
	if p.crowded(now) && (now.Sub(p.since) >= stands || now.Sub(p.stood) < stands) {
		p.stood = now
	}
	for e := p.queue.Front(); e != nil && p.late(e, now) && !e.Value.(*waiter).came.After(p.stood); e = p.queue.Front() {
		p.refuse(e)
	}
}

// makeRoom has one more wait: where the queue is full, in place of the first, if that has
// waited for too long.
func (p *places) makeRoom(now time.Time) bool {
	p.shed(now)
	if p.queue.Len() < p.most {
		return true
	}
	if !p.crowded(now) {
		return false
	}
	p.refuse(p.queue.Front())
	return true
}

func (p *places) refuse(e *list.Element) {
	p.queue.Remove(e)
	p.refused.Add(1)
	e.Value.(*waiter).served <- errOverloaded
}

// load is how many places are taken, and how many wait for one.
func (p *places) load() (taken, waiting int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, p.queue.Len()
}
