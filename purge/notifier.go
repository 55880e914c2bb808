package purge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/release"
	"alphanode/webhook"
)

const (
	// usualSettle is how long after a switch receivers are told of it. Other servers of
	// the data directory follow within 250 ms, and answers of the release before are
	// still under way to caches: what was dropped before would come back.
	usualSettle = time.Second
	// mostWriting bounds how long a switch waits until it is written down.
	mostWriting = time.Second
	// adoptEvery is how often it is looked for servers that have ended.
	adoptEvery = 10 * time.Second
)

// Options are what a Notifier needs.
type Options struct {
	Endpoints []webhook.Endpoint // none where only what others must tell is remembered
	Open      func(release string) (*release.Release, error)
	Site      Site
	State     string                    // the folder that remembers what receivers were told
	Transport http.RoundTripper         // nil for the usual one
	Settle    time.Duration             // 0 for the usual one
	Reason    func(after string) string // the damage because of which a release is served, "" for none; may be nil
	Log       *slog.Logger
}

// Notifier tells webhooks of each switch what their caches must drop. It works
// beside those who answer readers, and holds of what was not told yet only what was
// served. It is a [store.Attendant]: what is about to be served is written down before
// it is, so that whoever ends or is killed, another knows what was not told.
type Notifier struct {
	options   Options
	client    *webhook.Client
	receivers []*receiver
	memory    *memory
	stop      context.CancelFunc
	running   sync.WaitGroup

	mu     sync.Mutex
	serves store.Served
	absent map[string]*pending // receivers that other servers tell, by name

	damages   atomic.Int64 // switches because of damage
	comparing sync.Mutex   // it is work for a processor, so one does it at a time
	last      step         // whose plan was made last, for the other receivers
	lastPlan  *Plan
}

// step is what a cache may have answers of, and what is served. A plan that was made
// before damage was found may rest on it, and is none of a step after that.
type step struct {
	before, after store.Served
	damages       int64
}

// NewNotifier makes a notifier that tells nobody before Start.
func NewNotifier(o Options) *Notifier {
	if o.Settle == 0 {
		o.Settle = usualSettle
	}
	n := &Notifier{
		options: o, client: webhook.NewClient(o.Transport), absent: map[string]*pending{},
		memory: &memory{dir: o.State, old: o.State + jsonEnd, log: o.Log, left: remembered{}},
	}
	for _, endpoint := range o.Endpoints {
		n.receivers = append(n.receivers, newReceiver(n, endpoint))
	}
	return n
}

// Serving notes what is served to begin with. What other servers have not told before
// they ended is owed from now on.
func (n *Notifier) Serving(s store.Served) {
	n.adopt()
	n.each(s, func(p *pending) { p.serving(s) })
	n.save()
	n.wake()
}

// Switching notes that something else is about to be served, and returns when that is
// written down, or cannot be soon.
func (n *Notifier) Switching(s store.Switch) {
	n.know(n.memory.names())
	n.each(s.Before, func(p *pending) { p.switching(s) })
	n.save()
}

// Switched notes that something else is served.
func (n *Notifier) Switched(s store.Switch) {
	n.each(s.After, func(p *pending) { p.switched(s) })
	if s.Reason != "" {
		n.damages.Add(1)
	}
	n.wake()
}

// Start begins to tell receivers what they were not told yet: of what was published or
// taken down while no server ran, too.
func (n *Notifier) Start(ctx context.Context) {
	ctx, n.stop = context.WithCancel(ctx)
	for _, r := range n.receivers {
		n.running.Go(func() { r.run(ctx) })
	}
	n.running.Go(func() { n.attendOthers(ctx) })
}

// attendOthers takes over what servers owed that end while this one runs, and tries
// again to write down what could not be.
func (n *Notifier) attendOthers(ctx context.Context) {
	ticker := time.NewTicker(adoptEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if n.adopt() {
				n.wake()
			}
			n.save()
		}
	}
}

// adopt takes over what servers that have ended still owed, and reports whether there
// was any.
func (n *Notifier) adopt() (owed bool) {
	n.memory.adopt(n.tells, func(a adopted) {
		n.know(a.names)
		for _, r := range n.receivers {
			if !a.known {
				r.pending.hold(store.Served{})
			} else if list := a.owed[r.endpoint.Name]; len(list) > 0 {
				r.pending.hold(list...)
			}
		}
		owed = !a.known || len(a.owed) > 0
	})
	return owed
}

func (n *Notifier) tells(name string) bool {
	return slices.ContainsFunc(n.receivers, func(r *receiver) bool { return r.endpoint.Name == name })
}

// know begins to remember for receivers that others tell.
func (n *Notifier) know(names []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, name := range names {
		if n.absent[name] == nil && !n.tells(name) {
			n.absent[name] = &pending{}
			n.absent[name].serving(n.serves)
		}
	}
}

// each changes what every known receiver is to be told, where something is served.
func (n *Notifier) each(serves store.Served, f func(*pending)) {
	for _, r := range n.receivers {
		f(&r.pending)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.serves = serves
	for _, p := range n.absent {
		f(p)
	}
}

func (n *Notifier) wake() {
	for _, r := range n.receivers {
		r.news()
	}
}

// Close ends what is under way. What was not told is remembered for the next server.
func (n *Notifier) Close() error {
	if n.stop != nil {
		n.stop()
	}
	n.running.Wait()
	n.write(n.memory.close)
	n.client.Close()
	return nil
}

// EachAttempt gives how many attempts to tell a receiver came out in some way.
func (n *Notifier) EachAttempt(f func(receiver, outcome string, attempts int)) {
	for _, r := range n.receivers {
		for i, outcome := range outcomes {
			f(r.endpoint.Name, outcome, int(r.counts[i].Load()))
		}
	}
}

// EachWaiting gives how many switches a receiver was not told of.
func (n *Notifier) EachWaiting(f func(receiver string, switches int)) {
	for _, r := range n.receivers {
		now := r.pending.debt()
		f(r.endpoint.Name, len(now.owed()))
	}
}

// reason is the damage because of which a release is served.
func (n *Notifier) reason(after string) string {
	if n.options.Reason == nil {
		return ""
	}
	return n.options.Reason(after)
}

// Forgetful reports whether what receivers must be told cannot be written down.
func (n *Notifier) Forgetful() bool { return n.memory.problem.Load() }

// save writes down what each receiver must be told.
func (n *Notifier) save() { n.write(func() {}) }

// write does that, and then something else. It returns when that is done, but does not
// wait long for a disk that hangs: readers wait for what is published.
func (n *Notifier) write(then func()) {
	done := make(chan struct{})
	go func() { // which ends when the disk answers
		defer close(done)
		n.memory.write(n.remembered)
		then()
	}()
	timer := time.NewTimer(mostWriting)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		n.memory.problem.Store(true)
		n.options.Log.Error("the disk takes too long to remember what webhooks must be told", "folder", n.options.State, "waited", mostWriting)
	}
}

func (n *Notifier) remembered() remembered {
	all := remembered{}
	for _, r := range n.receivers {
		all[r.endpoint.Name] = r.pending.all()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, p := range n.absent {
		all[name] = p.all()
	}
	return all
}

// plan makes the plan for a cache that may have answers of all that a receiver was not
// told of.
func (n *Notifier) plan(ctx context.Context, d debt) (*Plan, error) {
	var all *Plan
	for _, before := range d.owed() {
		next, err := n.compare(ctx, step{before, d.serves, n.damages.Load()})
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = next
		} else {
			all = all.and(next)
		}
		if all.All {
			break
		}
	}
	told := *all // which others may have too
	told.Before = d.held[0].Release
	return &told, nil
}

// compare is the plan of one step. Where it cannot be made, as when a release was
// pruned or is another one by now, everything is dropped. The error is that of the
// context.
func (n *Notifier) compare(ctx context.Context, s step) (*Plan, error) {
	before, after := s.before.Release, s.after.Release
	if before == "" || s.before.SHA256 == "" || s.before.Takedowns != s.after.Takedowns || n.reason(after) != "" {
		return everything(before, after), nil
	}
	n.comparing.Lock()
	defer n.comparing.Unlock()
	if n.lastPlan != nil && n.last == s {
		return n.lastPlan, nil
	}
	began := time.Now()
	p, err := n.compareReleases(ctx, s)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		n.options.Log.Warn("cannot say what caches must drop, so they are told to drop everything", "before", before, "after", after, "error", err)
		return everything(before, after), nil
	}
	n.options.Log.Info("purge plan made", "before", before, "after", after, "tags", len(p.Tags), "all", p.All, "duration", time.Since(began))
	n.last, n.lastPlan = s, p
	return p, nil
}

func (n *Notifier) compareReleases(ctx context.Context, s step) (*Plan, error) {
	was, err := n.open(s.before)
	if err != nil {
		return nil, err
	}
	defer was.Close()
	is, err := n.open(s.after)
	if err != nil {
		return nil, err
	}
	defer is.Close()
	return Compare(ctx, was, is, n.options.Site)
}

// open opens what was served. The error is errAnother where its name is another's now.
func (n *Notifier) open(s store.Served) (*release.Release, error) {
	r, err := n.options.Open(s.Release)
	if err != nil {
		return nil, err
	}
	if r.Manifest().SHA256 != s.SHA256 {
		_ = r.Close() // it was only looked at
		return nil, fmt.Errorf("release %s: %w", s.Release, errAnother)
	}
	return r, nil
}

var errAnother = errors.New("it was made anew since it was served")
