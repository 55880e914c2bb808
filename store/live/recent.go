package live

import (
	"slices"
	"sync/atomic"
	"time"
)

// recent remembers which releases were left lately: it is asked with each page, and the
// journal need not be looked at for each.
type recent struct{ found atomic.Pointer[leftLately] }

type leftLately struct {
	window time.Duration
	at     time.Time
	names  []string
}

// recentFor is for how long what was found is given again.
const recentFor = time.Second

// Recent names the releases that were left no longer ago than this and were not taken
// back, so that Pin gives them to everyone; the one left last first. What it gives can be
// a second old.
func (l *Live) Recent(window time.Duration) []string {
	now := time.Now()
	if known := l.recent.found.Load(); known != nil && known.window == window && now.Sub(known.at) < recentFor {
		return known.names
	}
	found := &leftLately{window: window, at: now}
	if history, err := l.catalogue.History(); err == nil { // else Pin says what is wrong
		for _, name := range history.Left(now.Add(-window)) {
			if l.catalogue.CheckPresent(name, history) == nil && !isDamage(l.fallback.reason(name)) {
				found.names = append(found.names, name)
			}
		}
	}
	found.names = slices.Clip(found.names) // who appends gets a copy
	l.recent.found.Store(found)
	return found.names
}
