package fleet

import (
	"errors"
	"fmt"
	"time"

	"alphanode/fleet/transport"
)

// Name is by which the fleet knows it.
func (r *Replica) Name() string { return r.options.Name }

// Lag is how long readers do not see what is agreed on, as far as is known here, or how long
// nothing is known.
func (r *Replica) Lag() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lag time.Duration
	for _, since := range []time.Time{r.behind, r.lost} {
		if !since.IsZero() {
			lag = max(lag, time.Since(since))
		}
	}
	return lag
}

// Held says why nothing may be served yet: what is agreed on, such as a takedown, is not known
// here; "" from when it is.
func (r *Replica) Held() string {
	if r.started.Load() {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.options.Alone && r.fault != nil && errors.Is(r.fault, transport.ErrUnavailable) {
		return ""
	}
	text := "this replica has not learned from the fleet yet what is to be served"
	if r.fault != nil {
		text += ": " + r.fault.Error()
	} else if r.fetching != "" {
		text += ": it is fetching " + r.fetching
	}
	return text
}

// Unready says why no new reader is to be sent here; "" where one may be.
func (r *Replica) Unready() string {
	r.mu.Lock()
	draining := r.draining
	r.mu.Unlock()
	if draining {
		return "This replica is drained: alphanode fleet drain --off " + r.options.Name + " ends that. Ask another one."
	}
	if lag := r.Lag(); r.options.MaxLag > 0 && lag > r.options.MaxLag && r.started.Load() {
		return fmt.Sprintf("This replica is %s behind the fleet, at most %s is allowed (--max-lag). Ask another one.", lag.Round(time.Second), r.options.MaxLag)
	}
	return ""
}

// Warning says what is wrong though readers are answered; "" where nothing is.
func (r *Replica) Warning() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.started.Load():
		return ""
	case r.fault != nil:
		return "this replica cannot follow the fleet: " + r.fault.Error()
	case !r.lost.IsZero():
		return fmt.Sprintf("the fleet does not answer since %s; what was agreed on before is served", r.lost.UTC().Format(time.RFC3339))
	default:
		return ""
	}
}

// State is what metrics tell of a replica.
type State struct {
	Act, Known uint64
	Lag        time.Duration
	Lost       bool
	Fetched    int64 // bytes
}

// State gives it.
func (r *Replica) State() State {
	lag := r.Lag()
	r.mu.Lock()
	defer r.mu.Unlock()
	s := State{Known: r.known, Lag: lag, Lost: !r.lost.IsZero(), Fetched: r.member.fetched.Load()}
	if r.brought != nil {
		s.Act = r.brought.Act
	}
	return s
}
