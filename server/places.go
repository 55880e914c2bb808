package server

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/server/quota"
	"alphanode/store"
)

// places are those of work that may run at once. Who finds none waits, in the order
// in which they came.
type places struct {
	taken   chan struct{}
	most    int64         // who may wait
	wait    time.Duration // for how long; 0 where only the context bounds it
	waiting atomic.Int64
	refused atomic.Int64 // who found too many waiting, or waited for too long
}

func newPlaces(n, waiting int, wait time.Duration) *places {
	return &places{taken: make(chan struct{}, n), most: int64(waiting), wait: wait}
}

// enter takes a place. The error is that of the context, or errOverloaded where
// there is no place in time.
func (p *places) enter(ctx context.Context) error {
	select {
	case p.taken <- struct{}{}:
		return nil
	default:
	}
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > p.most {
		p.refused.Add(1)
		return errOverloaded
	}
	var enough <-chan time.Time // never, where there is no bound
	if p.wait > 0 {
		timer := time.NewTimer(p.wait)
		defer timer.Stop()
		enough = timer.C
	}
	select {
	case p.taken <- struct{}{}:
		return nil
	case <-enough:
		p.refused.Add(1)
		return errOverloaded
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *places) leave() { <-p.taken }

const (
	// placeWait is how long a request waits for a place among those in flight.
	// A burst of short requests is through long before; what still waits then
	// would only wait longer.
	placeWait = 500 * time.Millisecond
	// waitingPerPlace bounds how many requests wait: those of one place are
	// served well within placeWait.
	waitingPerPlace = 16
)

// dear is what of an answer's price, in units of a budget, may be spent beside
// others. An answer that costs more waits for one of the places of dear work.
const dear = 2_000

// mostDearWaiting is how many wait for dear work at most. Each may hold one of the reads
// that a release answers at once, of which there are 64, and cheap work needs the others.
const mostDearWaiting = 32

// newDearPlaces makes the places of dear work: so few that a processor stays free
// for what is cheap, and so few who wait for them that they leave three quarters of
// the places of requests in flight, which they keep, to others. The request's
// deadline bounds how long they wait.
func newDearPlaces(inFlight int) *places {
	return newPlaces(max(1, min(runtime.GOMAXPROCS(0)-1, inFlight/2)), min(inFlight/4, mostDearWaiting), 0)
}

// turn is what one request has of the places of dear work.
type turn struct {
	places  *places
	account quota.Account // of who asks
	mu      sync.Mutex
	held    bool
	paid    int   // units
	err     error // why it got none
}

// budget is what the answer to one request may cost. What is dear takes a place
// first.
func (t *turn) budget(most int) *store.Budget { return store.NewBudget(most, t.notice) }

// notice is told what the request has spent, before it is worked off.
func (t *turn) notice(ctx context.Context, spent int) error {
	if spent <= dear {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return t.err
	case t.held:
		t.pay(spent)
		return ctx.Err() // who has left has nothing more done
	}
	t.err = t.places.enter(ctx)
	t.held = t.err == nil
	switch {
	case !t.held:
	case t.account.Left().Exhausted(): // by what else they asked: dear answers of one reader are paid for one after the other
		t.err = errOverBudget
	default:
		t.pay(spent)
	}
	return t.err
}

// pay charges what was not yet charged of all that was spent.
func (t *turn) pay(spent int) {
	if more := spent - t.paid; more > 0 {
		t.paid = spent
		t.account.Spend(more)
	}
}

// end charges what was spent and gives the place back.
func (t *turn) end(spent int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pay(spent)
	if t.held {
		t.held = false
		t.places.leave()
	}
	t.err = context.Canceled // for what might still spend
}
