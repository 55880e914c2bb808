package server

import (
	"context"
	"runtime"
	"sync"
	"time"

	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/store"
)

const (
	// placeWait is how long a request waits for a place at most. A burst of short
	// requests is through long before; what still waits then would only wait longer.
	placeWait = 500 * time.Millisecond
	// waitingPerPlace bounds how many requests wait, for each of those that may be in
	// flight.
	waitingPerPlace = 16
	// placesPerProcessor is how many cheap answers are made at once. More would only take
	// turns on the processors, for each of them waits for nothing but its turn.
	placesPerProcessor = 2
	// dear is what of an answer's price, in units of a budget, may be spent beside
	// others. An answer that costs more takes one of the places of dear work.
	dear = 2_000
	// mostDearWaiting is how many wait for dear work at most. Each may hold one of the
	// reads that a release answers at once, of which there are 64, and cheap work needs
	// the others.
	mostDearWaiting = 32
)

// workshop is where answers are made that are not kept. Each holds one place while it is
// made: of cheap work, of which there are as many as the processors bear, or of dear
// work, of which there are so few that a processor stays free for what is cheap. What
// was dear when it was last asked waits for the one kind before it begins; what turns out
// so moves from the other.
type workshop struct {
	cheap, dear *places
	forecast    forecast
}

// newWorkshop makes places for so many answers at most. How long one waits for dear work
// is bounded by its request's deadline.
func newWorkshop(inFlight int) *workshop {
	processors := runtime.GOMAXPROCS(0)
	return &workshop{
		cheap: newPlaces(min(inFlight, placesPerProcessor*processors), waitingPerPlace*inFlight, placeWait),
		dear:  newPlaces(max(1, min(processors-1, inFlight/2)), min(inFlight/4, mostDearWaiting), 0),
	}
}

// inFlight is how many answers are being made.
func (s *workshop) inFlight() int {
	cheap, _ := s.cheap.load()
	dear, _ := s.dear.load()
	return cheap + dear
}

// waits reports whether the answers of a route are made in the workshop. Not those to who
// watches the server, or is called because it is busy, and not to who publishes, which may
// take minutes and is done by one at a time.
func waits(rt *route.Route) bool { return !rt.Vital && !rt.Admits && rt.Scope == "" }

// turn is one answer's place in the workshop.
type turn struct {
	shop    *workshop
	shape   shape         // of what is asked
	account quota.Account // of who asks
	mu      sync.Mutex
	in      *places // nil where it has no place
	since   time.Time
	dear    bool  // what it answers
	paid    int   // units
	err     error // why it got none
}

// begin takes a place before anything is done.
func (t *turn) begin(ctx context.Context) error {
	in := t.shop.cheap
	if t.shop.forecast.dear(t.shape) {
		in = t.shop.dear
	}
	t.err = t.enter(ctx, in)
	return t.err
}

// enter takes a place. Dear answers of one reader are begun only while they have something
// left, so that they are paid for one after the other.
func (t *turn) enter(ctx context.Context, p *places) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	if p == t.shop.dear && t.account.Left().Exhausted() {
		p.handOn() // nothing was done, so nothing is learned of what it costs, nor of how long work takes
		return errOverBudget
	}
	t.in, t.since = p, time.Now()
	return nil
}

// leave gives the place back.
func (t *turn) leave() {
	if t.in != nil {
		t.in.leave(time.Since(t.since))
		t.in = nil
	}
}

// budget is what the answer may cost. What is dear takes a place first.
func (t *turn) budget(most int) *store.Budget { return store.NewBudget(most, t.notice) }

// notice is told what the request has spent, before it is worked off.
func (t *turn) notice(ctx context.Context, spent int) error {
	if spent <= dear {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return t.err
	}
	t.dear = true
	if t.in != t.shop.dear {
		t.leave()
		if t.err = t.enter(ctx, t.shop.dear); t.err != nil {
			return t.err
		}
	}
	t.pay(spent)
	return ctx.Err() // who has left has nothing more done
}

// pay charges what was not yet charged of all that was spent.
func (t *turn) pay(spent int) {
	if more := spent - t.paid; more > 0 {
		t.paid = spent
		t.account.Spend(more)
	}
}

// end charges what was spent, remembers it, and gives the place back.
func (t *turn) end(spent int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pay(spent)
	if t.in != nil || t.dear {
		t.shop.forecast.note(t.shape, t.dear)
	}
	t.leave()
	if t.err == nil {
		t.err = context.Canceled // for what might still spend
	}
}
