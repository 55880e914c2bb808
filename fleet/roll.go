package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"alphanode/fleet/transport"
)

// Need says how many replicas must serve what was agreed on before an act is done.
type Need struct {
	count  int
	quorum bool
}

// All needs every replica that is known.
var All = Need{}

// ParseNeed reads all, quorum (more than half of those known) or a number.
func ParseNeed(text string) (Need, error) {
	n, err := strconv.Atoi(text)
	switch {
	case text == "all":
		return All, nil
	case text == "quorum":
		return Need{quorum: true}, nil
	case err != nil || n < 1:
		return All, fmt.Errorf("found %q, expected all, quorum or a number of replicas", text)
	default:
		return Need{count: n}, nil
	}
}

// of is how many of so many replicas are needed.
func (n Need) of(known int) int {
	switch {
	case n.quorum:
		return known/2 + 1
	case n.count > 0:
		return n.count
	default:
		return known
	}
}

// Standing is a replica as it is seen.
type Standing struct {
	Report
	Done   bool   `json:"done"`            // its readers see what was agreed on
	Silent bool   `json:"silent"`          // it did not answer
	Why    string `json:"why,omitempty"`   // it does not serve that
	Until  string `json:"until,omitempty"` // by its own clock, when it was heard last; of those that are silent

	// Ahead is by how much its clock is ahead of this machine's at least, as its answer was on
	// its way for some of the time; below 0 it is behind.
	Ahead time.Duration `json:"-"`
}

// Roll is what all replicas say.
type Roll struct {
	Act      uint64     `json:"act"`
	Current  string     `json:"current"`
	Last     string     `json:"last"` // what was done last, and by whom
	Replicas []Standing `json:"replicas"`
	Needed   int        `json:"needed"`
}

// Serving is how many replicas serve what was agreed on.
func (r *Roll) Serving() (n int) {
	for _, s := range r.Replicas {
		if s.Done {
			n++
		}
	}
	return n
}

// Enough reports whether as many serve it as are needed.
func (r *Roll) Enough() bool { return r.Serving() >= r.Needed }

// Status calls the roll: it gives what every replica answers within a time, and what those
// said last that do not.
func (m *Member) Status(ctx context.Context, within time.Duration) (*Roll, error) {
	return m.roll(ctx, All, within, func(r *Roll) bool {
		return !slices.ContainsFunc(r.Replicas, func(s Standing) bool { return s.Silent })
	})
}

// Wait waits until as many replicas as are needed serve what the head says, at most for a
// time: then the roll says who does not, and why. What one of them lacks is put anew where
// this disk has it.
func (m *Member) Wait(ctx context.Context, need Need, within time.Duration) (*Roll, error) {
	return m.roll(ctx, need, within, (*Roll).Enough)
}

// roll listens to replicas until it is enough.
func (m *Member) roll(ctx context.Context, need Need, within time.Duration, enough func(*Roll) bool) (*Roll, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	h, err := m.latest(ctx)
	if err != nil {
		return nil, err
	}
	called := time.Now()
	call, err := m.Call(ctx)
	if err != nil {
		return nil, err
	}
	l := newListener(h, call, called)
	var listening sync.WaitGroup
	listening.Go(func() { l.listen(ctx, m.transport) })
	defer listening.Wait()
	defer cancel()
	healed := map[string]bool{}
	for {
		roll := l.roll(need)
		if roll != nil && enough(roll) {
			return roll, nil
		}
		select {
		case <-ctx.Done():
			if roll == nil {
				return nil, fmt.Errorf("listen to the replicas: %w", errors.Join(transport.ErrUnavailable, ctx.Err()))
			}
			return roll, nil
		case <-l.changed:
		}
		for _, file := range l.lacks() {
			if healed[file] || m.catalogue == nil { // who only looks has nothing to put
				continue
			}
			healed[file] = true
			if err := m.heal(ctx, file); err != nil {
				m.log.Warn("a replica lacks a file of the fleet", "file", file, "error", err)
			}
		}
	}
}

// Observe gives a member without a data directory, which asks and orders, and never acts.
func Observe(ctx context.Context, t transport.Transport, log *slog.Logger) *Member {
	return &Member{ctx: ctx, transport: t, log: log, parcels: map[string]*parcel{}}
}

// listener hears what replicas say.
type listener struct {
	head    *head
	call    string
	called  time.Time
	changed chan struct{}

	revisions map[string]uint64 // of the one who listens

	mu      sync.Mutex
	settled bool
	heard   map[string]*Report
	ahead   map[string]time.Duration // by their first answers to the call
}

func newListener(h *head, call string, called time.Time) *listener {
	return &listener{
		head: h, call: call, called: called, changed: make(chan struct{}, 1),
		heard: map[string]*Report{}, ahead: map[string]time.Duration{}, revisions: map[string]uint64{},
	}
}

// listen listens until the context ends.
func (l *listener) listen(ctx context.Context, t transport.Transport) {
	for ctx.Err() == nil {
		_ = t.Watch(ctx, replicasKey, l.see) // where it is broken off, it begins anew
		l.revisions = map[string]uint64{}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// see takes note of an event.
func (l *listener) see(e transport.Event) {
	if e.Settled {
		l.hear(func() { l.settled = true })
		return
	}
	if e.Revision < l.revisions[e.Key] {
		return
	}
	l.revisions[e.Key] = e.Revision
	r := parseReport(e.Value)
	l.hear(func() {
		if e.Removed {
			maps.DeleteFunc(l.heard, func(name string, _ *Report) bool { return replicasKey+"."+name == e.Key })
		} else if r != nil {
			l.heard[r.Name] = r
			l.compare(r)
		}
	})
}

// compare holds the clock of who answers the call against this machine's: it answered after it
// was called, and before it is heard.
func (l *listener) compare(r *Report) {
	if _, known := l.ahead[r.Name]; known || r.Answers != l.call {
		return
	}
	switch now := time.Now(); {
	case r.Time.After(now):
		l.ahead[r.Name] = r.Time.Sub(now)
	case r.Time.Before(l.called):
		l.ahead[r.Name] = r.Time.Sub(l.called)
	default:
		l.ahead[r.Name] = 0
	}
}

func (l *listener) hear(change func()) {
	l.mu.Lock()
	change()
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// roll gives what was heard; nil as long as not all were.
func (l *listener) roll(need Need) *Roll {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.settled {
		return nil
	}
	roll := &Roll{Act: l.head.Act, Current: l.head.Current, Last: l.head.Last.String(), Replicas: []Standing{}, Needed: need.of(len(l.heard))}
	for _, r := range l.heard {
		s := Standing{Report: *r, Ahead: l.ahead[r.Name]}
		s.judge(l.head, r.Answers != l.call)
		roll.Replicas = append(roll.Replicas, s)
	}
	slices.SortFunc(roll.Replicas, func(a, b Standing) int { return cmp.Compare(a.Name, b.Name) })
	return roll
}

// judge says how a replica is, against what a head says.
func (s *Standing) judge(h *head, silent bool) {
	s.Silent, s.Until, s.Why = silent, "", s.why(h)
	if silent {
		s.Until = s.Time.UTC().Format(time.RFC3339)
	}
	if silent && s.Why == "" {
		s.Why = "it does not answer"
	}
	s.Done = s.Why == ""
}

// why says what keeps a replica from showing its readers what a head says; "" where nothing
// does. What somebody has done since holds what was done before.
func (r *Report) why(h *head) string {
	switch {
	case r.Serves >= h.Act:
		return ""
	case r.Error != "":
		return r.Error
	case r.Fetching != "":
		return "it is fetching " + r.Fetching
	case r.Act < h.Act:
		return fmt.Sprintf("it is at act %d of %d", r.Act, h.Act)
	default:
		return "it serves " + cmp.Or(r.Release, "nothing")
	}
}

// State is how a replica is, in few words, as people are told.
func (s *Standing) State() string {
	var words []string
	if s.Silent {
		words = append(words, "silent, last heard "+s.Until+" by its clock")
	} else if s.Why != "" {
		words = append(words, s.Why)
	}
	if s.Draining {
		words = append(words, "drained")
	}
	if len(words) == 0 {
		return "serving"
	}
	return strings.Join(words, "; ")
}

// lacks gives the files that replicas complain of.
func (l *listener) lacks() (files []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.heard {
		if r.Lacks != "" {
			files = append(files, r.Lacks)
		}
	}
	return files
}

// encoded gives a report as a value.
func (r *Report) encoded() ([]byte, error) { return json.Marshal(r) }
