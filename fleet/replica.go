package fleet

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/live"
)

// Live is what is served of the data directory.
type Live interface {
	Attend(live.Attendant)
	Damage() live.Damage
	Problem() string // why what is to be served is not; "" where it is
}

// Keys are the API keys in force.
type Keys interface {
	// Sum is the SHA-256, in hex, of the file that they were read from; "" where there is none.
	Sum() string
}

// Serving is what a replica tells of what it serves.
type Serving struct {
	Live    Live
	Keys    Keys
	Address string         // where it listens
	TLS     bool           // with TLS
	Traffic func() Traffic // lately; it may be nil
}

// ReplicaOptions say what a replica is, and what it tells of itself.
type ReplicaOptions struct {
	Name    string
	Version string
	Build   string
	MaxLag  time.Duration // behind by which it is not ready; 0 for never
	Alone   bool          // serves what is on disk where the fleet does not answer at the start
	Log     *slog.Logger
}

const (
	// beat is how often a replica reports, and looks after itself, where nothing happens.
	beat = 2 * time.Second
	// mostTold is how long who is told of heads takes it for true that he is told of all.
	mostTold = 15 * beat
	// again is how long it waits after something has failed.
	again = 500 * time.Millisecond
)

// Replica is a member that follows the fleet by itself: it fetches what is agreed on, brings
// its data directory to that, and reports. What serves from the directory follows that.
type Replica struct {
	member  *Member
	options ReplicaOptions
	log     *slog.Logger
	serving Serving // since Serve

	work   chan struct{} // holds that there may be something to catch up with
	report chan struct{} // holds that there may be something to say
	served servedState

	mu       sync.Mutex
	known    uint64    // the act of the newest head that was heard of
	newest   uint64    // the revision of the newest head that was heard of since the fleet was last lost
	looked   time.Time // when the head was read last
	brought  *head     // that the directory was brought to; nil before the first
	keysAt   string    // the paper of the keys that it was brought to
	behind   time.Time // since when readers do not see the newest act that is known; zero where they do
	lost     time.Time // since when the fleet does not answer; zero where it does
	lostTold bool      // to the log
	fetching string
	arrived  bool   // a release has come that is not in its place yet
	fault    error  // the last, while it lasts
	call     string // the last roll call
	draining bool

	sight sight

	announced bool // the fleet knows that there is this replica; of who follows

	started atomic.Bool     // it has learned once what is agreed on
	ended   <-chan struct{} // closed by Close, and when who follows gives up
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Follow follows the fleet with a data directory until Close. The member's catalogue fetches
// later.
func Follow(ctx context.Context, m *Member, o ReplicaOptions) *Replica {
	ctx, stop := context.WithCancel(ctx)
	r := &Replica{member: m, options: o, log: o.Log, ended: ctx.Done(), stop: stop, work: make(chan struct{}, 1), report: make(chan struct{}, 1)}
	r.served.changed = func() { wake(r.report) }
	r.lost = time.Now()
	r.running.Go(func() { r.watchHead(ctx) })
	r.running.Go(func() { r.watchOrders(ctx) })
	r.running.Go(func() { r.follow(ctx) })
	return r
}

// Serve tells the replica what is served, so that it can report. It is called once.
func (r *Replica) Serve(ctx context.Context, s Serving) {
	r.serving = s
	s.Live.Attend(&r.served)
	ctx, stop := context.WithCancel(ctx)
	r.running.Go(func() {
		defer stop()
		select {
		case <-r.ended:
		case <-ctx.Done():
		}
	})
	r.running.Go(func() { r.tell(ctx) })
	r.running.Go(func() { r.mend(ctx) })
}

// Close ends it.
func (r *Replica) Close() error {
	r.stop()
	r.running.Wait()
	return nil
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pause waits, and reports whether the context goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// watchHead learns of each new head.
func (r *Replica) watchHead(ctx context.Context) {
	for {
		err := r.member.transport.Watch(ctx, headKey, func(e transport.Event) {
			r.heard()
			if !e.Settled {
				r.learnOf(e)
			}
			wake(r.work)
		})
		if ctx.Err() != nil {
			return
		}
		r.lose(err)
		if !pause(ctx, again) {
			return
		}
	}
}

// watchOrders learns what a replica is told to do.
func (r *Replica) watchOrders(ctx context.Context) {
	for {
		newest := map[string]uint64{}                                          // an older event may come after a newer one; a fleet that was founded anew counts anew
		_ = r.member.transport.Watch(ctx, ordersKey, func(e transport.Event) { // that the fleet is lost is told of with the head
			if e.Revision < newest[e.Key] {
				return
			}
			newest[e.Key] = e.Revision
			r.mu.Lock()
			switch {
			case e.Key == callKey && !e.Removed:
				r.call = string(e.Data)
			case e.Key == drainKey+"."+r.options.Name:
				r.draining = !e.Removed
			}
			r.mu.Unlock()
			wake(r.report)
		})
		if !pause(ctx, again) {
			return
		}
	}
}

// learnOf learns of a head. One that is gone, or that nobody can read, is asked for, which says so.
func (r *Replica) learnOf(e transport.Event) {
	if h, err := parseHead(e.Value); err == nil && !e.Removed {
		r.learn(h)
		return
	}
	r.mu.Lock()
	r.looked = time.Time{}
	r.mu.Unlock()
}

// learn notes that there is a head.
func (r *Replica) learn(h *head) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.newest = max(r.newest, h.revision)
	if h.Act > r.known {
		r.known = h.Act
		if r.behind.IsZero() {
			r.behind = time.Now()
		}
	}
}

// lose notes that the fleet does not answer.
func (r *Replica) lose(err error) {
	r.mu.Lock()
	if r.lost.IsZero() {
		r.lost = time.Now()
	}
	r.newest = 0
	first := !r.lostTold
	r.lostTold = true
	r.mu.Unlock()
	if first {
		r.log.Warn("the fleet does not answer; what is here is served on", "error", err)
	}
}

// heard notes that it does.
func (r *Replica) heard() {
	r.mu.Lock()
	lost, told := r.lost, r.lostTold
	r.lost, r.lostTold = time.Time{}, false
	r.mu.Unlock()
	if told {
		r.log.Info("the fleet answers", "after", time.Since(lost).Round(time.Millisecond))
		wake(r.report)
	}
}

// follow brings the data directory to what is agreed on, whenever that is another. What must be
// fetched for it comes beside, so that a takedown or another release is learned of meanwhile.
func (r *Replica) follow(ctx context.Context) {
	f := &fetcher{replica: r}
	defer f.end()
	for {
		h, err := r.bring(ctx)
		wait := beat
		switch lacking, ok := errors.AsType[*LackingError](err); {
		case ok && lacking.Err == nil:
			err = f.want(ctx, lacking.Release, again)
		case errors.Is(err, store.ErrBusy):
			wait = again / 5
		case err != nil:
			wait = again
		}
		if h != nil {
			f.wantSpare(ctx, h)
		}
		r.note(err)
		select {
		case <-ctx.Done():
			return
		case <-r.work:
		case <-time.After(wait):
		}
	}
}

// bring is one catching up, of the releases and of the keys: neither waits for the other.
func (r *Replica) bring(ctx context.Context) (*head, error) {
	if h := r.unchanged(ctx); h != nil {
		return h, nil
	}
	if err := r.answers(ctx); err != nil {
		return nil, err
	}
	keysErr := r.member.keys.CatchUp()
	err := r.member.catalogue.CatchUp()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	m := r.member
	m.mu.Lock()
	h, keysAt := m.seen, m.keysAt
	m.mu.Unlock()
	r.heard()
	r.learn(h)
	r.mu.Lock()
	r.brought, r.keysAt, r.arrived = h, keysAt, false
	r.mu.Unlock()
	r.started.Store(true)
	wake(r.report)
	return h, keysErr
}

// answers asks a fleet that may not answer before anything is locked for it: others act here meanwhile.
func (r *Replica) answers(ctx context.Context) error {
	if err := r.announce(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	told := r.lost.IsZero() && r.newest > 0
	r.mu.Unlock()
	if told {
		return nil
	}
	_, err := r.member.latest(ctx)
	return err
}

// unchanged gives the head that the directory was brought to, where that is the fleet's still and
// nothing has come since; nil else. So nobody who acts here finds the directory locked for nothing.
func (r *Replica) unchanged(ctx context.Context) *head {
	r.mu.Lock()
	brought, keysAt, arrived, fault := r.brought, r.keysAt, r.arrived, r.fault
	told := r.lost.IsZero() && r.newest > 0 && time.Since(r.looked) < mostTold
	newest := r.newest
	r.mu.Unlock()
	if brought == nil || arrived || fault != nil || keysAt != brought.Keys || r.member.isBad(brought.Current) {
		return nil
	}
	if told && newest == brought.revision {
		return brought
	}
	h, err := r.member.latest(ctx)
	if err != nil || h.revision != brought.revision || h.Fleet != brought.Fleet {
		return nil
	}
	r.heard()
	r.learn(h)
	r.mu.Lock()
	r.looked = time.Now()
	r.mu.Unlock()
	return brought
}

// note notes what keeps the replica from the newest act, nil where nothing does.
func (r *Replica) note(err error) {
	if err != nil && (errors.Is(err, context.Canceled) || errors.Is(err, store.ErrBusy)) {
		return
	}
	r.mu.Lock()
	before := r.fault
	r.fault = err
	r.mu.Unlock()
	switch {
	case err != nil && (before == nil || before.Error() != err.Error()):
		r.log.Error("cannot follow the fleet", "error", err)
		wake(r.report)
	case err == nil && before != nil:
		r.log.Info("the fleet is followed again")
		wake(r.report)
	}
	if errors.Is(err, transport.ErrUnavailable) {
		r.lose(err)
	}
}

// mend fetches the current release anew where its copy on this disk is damaged.
func (r *Replica) mend(ctx context.Context) {
	for pause(ctx, beat) {
		damaged := r.serving.Live.Damage().From
		if damaged == "" || r.member.isBad(damaged) {
			continue
		}
		r.member.setBad(damaged, true)
		wake(r.work)
		for r.member.isBad(damaged) { // until it was put in its place
			if !pause(ctx, again) {
				return
			}
		}
		// Over itself it is only pointed at anew. Where the fleet has left it meanwhile, nobody goes back.
		_, err := r.member.catalogue.Publish(damaged, store.PublishOptions{Over: &damaged})
		if _, left := errors.AsType[*store.NotCurrentError](err); err != nil && !left {
			r.log.Error("a release that was damaged is mended, but not served yet", "release", damaged, "error", err)
		}
	}
}
