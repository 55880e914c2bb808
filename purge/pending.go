package purge

import (
	"slices"
	"sync"
	"time"

	"alphanode/store"
)

// maxHeld bounds what is remembered for a receiver that cannot be told. Beyond it
// everything is dropped when it can.
const maxHeld = 64

// pending is what one receiver is to be told: caches that it stands for may have
// answers of all that was served since it was told last.
type pending struct {
	mu     sync.Mutex
	coming []store.Served // what caches will have answers of when the next switch is done
	now    debt
}

// debt is what a receiver is to be told at some time. It is not changed, but replaced.
type debt struct {
	held    []held // what caches may have answers of; what the receiver was told of last comes first
	serves  store.Served
	at      time.Time // when that was served, or held grew
	trace   string    // of the act for which that was served, as a header traceparent; "" where it is not known
	changes int       // how often there was another debt before
}

// held is what was served. The zero one is not known, so that everything is dropped.
type held struct {
	store.Served
	since int       // the number of the change
	at    time.Time // of it
}

// owed is what the receiver must be told of: the answers of what is served are right.
func (d *debt) owed() (all []store.Served) {
	if d.serves.Release == "" {
		return nil // whatever is served next is told then
	}
	for _, h := range d.held {
		if h.Served != d.serves {
			all = append(all, h.Served)
		}
	}
	return all
}

// hold adds what caches may have answers of.
func (d *debt) hold(s store.Served) {
	if i := slices.IndexFunc(d.held, func(h held) bool { return h.Served == s }); i >= 0 {
		d.held = slices.Clone(d.held)
		d.held[i].since, d.held[i].at = d.changes, d.at
	} else {
		d.held = append(slices.Clip(d.held), held{s, d.changes, d.at})
	}
	if len(d.held) > maxHeld {
		d.held = []held{{since: d.changes, at: d.at}}
	}
}

// debt is what the receiver is to be told now.
func (p *pending) debt() debt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *pending) change(f func(*debt)) {
	p.now.changes++
	p.now.at = time.Now()
	f(&p.now)
}

// hold adds what caches may have answers of, as others remember it.
func (p *pending) hold(all ...store.Served) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change(func(d *debt) {
		for _, s := range all {
			d.hold(s)
		}
	})
}

// serving sets what is served to begin with. Who is told nothing of before is told of
// what comes after it.
func (p *pending) serving(s store.Served) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change(func(d *debt) { d.serves = s })
}

// switching notes what is about to be served.
func (p *pending) switching(s store.Switch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming = []store.Served{s.After}
	if s.Reason != "" {
		p.coming = append(p.coming, store.Served{}) // see switched
	}
}

// switched notes that it is.
func (p *pending) switched(s store.Switch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming = nil
	p.change(func(d *debt) {
		switch {
		case s.Before.Release != "":
			d.hold(s.Before)
		case len(d.held) == 0:
			d.hold(store.Served{}) // nobody knows what readers had before
		}
		if s.Reason != "" {
			d.hold(store.Served{}) // what a damaged release gave is not known
		}
		d.serves, d.trace = s.After, s.Trace
	})
}

// told takes off what the receiver was told when this was its debt, but for what was
// served later than some time: its answers may have come to caches since.
func (p *pending) told(then debt, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now.held = slices.DeleteFunc(slices.Clone(p.now.held), func(h held) bool { return h.since <= then.changes && !h.at.After(until) })
}

// all is what must not be forgotten: all that caches have answers of, or soon will.
func (p *pending) all() (all []store.Served) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.now.held {
		all = append(all, h.Served)
	}
	soon := p.coming
	if p.now.serves.Release != "" {
		soon = append([]store.Served{p.now.serves}, soon...)
	}
	for _, s := range soon {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
