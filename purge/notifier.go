package purge

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"alphanode/store"
	"alphanode/webhook"
)

// settle is how long after a switch receivers are told of it. Other servers of the
// data directory follow within 250 ms, and answers of the release before are still
// under way to caches: what was dropped before would come back.
const settle = time.Second

// Options are what a Notifier needs.
type Options struct {
	Endpoints []webhook.Endpoint
	Open      func(release string) (*store.Release, error)
	PublicURL string                    // what addresses in plans begin with
	State     string                    // the file that remembers what each receiver was told
	Transport http.RoundTripper         // nil for the usual one
	Reason    func(after string) string // the damage because of which a release is served, "" for none; may be nil
	Log       *slog.Logger
}

// Notifier tells webhooks of each switch what their caches must drop. It works
// beside those who answer readers, and holds of what was not told yet only the names
// of releases.
type Notifier struct {
	options   Options
	client    *webhook.Client
	receivers []*receiver
	state     *state
	stop      context.CancelFunc
	running   sync.WaitGroup

	comparing sync.Mutex // it is work for a processor, so one does it at a time
	last      *Plan      // that was made, for the other receivers; nil before
}

// NewNotifier makes a notifier that does nothing before Start.
func NewNotifier(o Options) *Notifier {
	n := &Notifier{options: o, client: webhook.NewClient(o.Transport), state: &state{path: o.State, log: o.Log}}
	told, known := n.state.read()
	for _, endpoint := range o.Endpoints {
		releases := told[endpoint.Name]
		if !known {
			releases = []string{""}
		}
		n.receivers = append(n.receivers, newReceiver(n, endpoint, releases))
	}
	return n
}

// Switched notes that another release is served. It returns at once.
func (n *Notifier) Switched(s store.Switch) {
	for _, r := range n.receivers {
		r.note(s)
	}
}

// Start begins to tell receivers what they were not told yet: of a release that was
// published while no server ran, too. What is served is given by name, "" for
// nothing. Switched may be called before.
func (n *Notifier) Start(ctx context.Context, served string) {
	ctx, n.stop = context.WithCancel(ctx)
	for _, r := range n.receivers {
		if served != "" {
			r.noteServed(served)
		}
		n.running.Go(func() { r.run(ctx) })
	}
}

// Close ends what is under way. What was not told is remembered for the next Start.
func (n *Notifier) Close() error {
	if n.stop != nil {
		n.stop()
	}
	n.running.Wait()
	n.save()
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
		f(r.endpoint.Name, max(len(r.untold().releases)-1, 0))
	}
}

// reason is the damage because of which a release is served.
func (n *Notifier) reason(after string) string {
	if n.options.Reason == nil {
		return ""
	}
	return n.options.Reason(after)
}

// save writes down what each receiver was told.
func (n *Notifier) save() {
	told := map[string][]string{}
	for _, r := range n.receivers {
		if releases := r.untold().releases; len(releases) > 0 {
			told[r.endpoint.Name] = releases
		}
	}
	n.state.write(told)
}

// plan makes the plan for a cache that was told of the first of some releases, all
// of which were served since in this order.
func (n *Notifier) plan(ctx context.Context, releases []string) (*Plan, error) {
	var all *Plan
	for i := range len(releases) - 1 {
		step, err := n.step(ctx, releases[i], releases[i+1])
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = step
		} else {
			all = all.then(step)
		}
	}
	return all, nil
}

// step is the plan of one switch. Where it cannot be made, as when a release was
// pruned, everything is dropped. The error is that of the context.
func (n *Notifier) step(ctx context.Context, before, after string) (*Plan, error) {
	if before == "" {
		return everything(before, after), nil
	}
	n.comparing.Lock()
	defer n.comparing.Unlock()
	if n.last != nil && n.last.Before == before && n.last.After == after {
		return n.last, nil
	}
	began := time.Now()
	p, err := n.compare(ctx, before, after)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		n.options.Log.Warn("cannot say what caches must drop, so they are told to drop everything", "before", before, "after", after, "error", err)
		return everything(before, after), nil
	}
	n.options.Log.Info("purge plan made", "before", before, "after", after, "tags", len(p.Tags), "all", p.All, "duration", time.Since(began))
	n.last = p
	return p, nil
}

func (n *Notifier) compare(ctx context.Context, before, after string) (*Plan, error) {
	was, err := n.options.Open(before)
	if err != nil {
		return nil, err
	}
	defer was.Close()
	is, err := n.options.Open(after)
	if err != nil {
		return nil, err
	}
	defer is.Close()
	return Compare(ctx, was, is, n.options.PublicURL)
}
