package live

import (
	"slices"

	"alphanode/store"
)

// Attendant is told of each switch. The next one waits for it, so it must return soon.
type Attendant interface {
	Serving(store.Served)   // what is served when it begins to attend
	Switching(store.Switch) // before anyone is answered from the release that comes; readers get the one before
	Switched(store.Switch)  // when everyone is
}

// Attend tells somebody what is served, and of each switch from then on.
func (l *Live) Attend(a Attendant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.Serving(l.served)
	l.attendants = append(slices.Clip(l.attendants), a)
}

// OnSwitch has a function called after each switch to another release, when that is
// served already, and after each takedown. It must return soon, for the next switch
// waits for it.
func (l *Live) OnSwitch(tell func(store.Switch)) { l.Attend(onSwitch(tell)) }

type onSwitch func(store.Switch)

func (onSwitch) Serving(store.Served)      {}
func (onSwitch) Switching(store.Switch)    {}
func (f onSwitch) Switched(s store.Switch) { f(s) }

// traceOf is the trace in which an operator made a release current; "" where the server
// acts by itself, or nobody said so.
func (l *Live) traceOf(release, reason string) string {
	if reason != "" || release == "" || release == l.served.Release {
		return ""
	}
	history, err := l.catalogue.History()
	if err != nil {
		return "" // what is served is told all the same
	}
	return history.Trace(release)
}

// change has something else served, and tells of it where anything is served at all.
func (l *Live) change(after store.Served, reason string, swap func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := store.Switch{Before: l.served, After: after, Reason: reason, Trace: l.traceOf(after.Release, reason)}
	if after.Release != "" {
		for _, a := range l.attendants {
			a.Switching(s)
		}
	}
	swap()
	l.served = after
	if after.Release != "" {
		for _, a := range l.attendants {
			a.Switched(s)
		}
	}
}
