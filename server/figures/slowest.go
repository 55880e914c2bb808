package figures

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// mostSlow is how many operations of each minute are remembered, and are told of an hour.
const mostSlow = 10

// Operation is one request that took long.
type Operation struct {
	Method, Route, Name string // Name is that of GraphQL, or ""
	Took, StoreTime     time.Duration
	StoreCalls, Bytes   int
	Status              int
	Ended               time.Time
	ID                  string // of the request
}

// slowest are the operations that took longest, of each minute of the last hour. Most
// requests are none of them, which is known without a lock.
type slowest struct {
	bar     atomic.Pointer[bar]
	mu      sync.Mutex
	minutes [steps]struct {
		number int64
		most   []Operation // the longest first
	}
}

// bar is what an operation of a minute must take longer than.
type bar struct {
	minute int64
	took   time.Duration
}

func (s *slowest) note(x *Request, route string, minute int64) {
	if b := s.bar.Load(); b != nil && b.minute == minute && x.Took <= b.took {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := &s.minutes[minute%steps]
	if at.number > minute {
		return
	}
	if at.number < minute {
		at.number, at.most = minute, at.most[:0]
	}
	o := Operation{
		Method: x.Method, Route: route, Name: x.Operation, Took: x.Took, StoreTime: x.StoreTime, StoreCalls: x.StoreCalls,
		Bytes: x.Bytes, Status: x.Status, Ended: x.Ended, ID: x.ID,
	}
	i, _ := slices.BinarySearchFunc(at.most, o.Took, func(o Operation, took time.Duration) int { return cmp.Compare(took, o.Took) })
	if i == mostSlow {
		return
	}
	if len(at.most) == mostSlow {
		at.most = at.most[:mostSlow-1]
	}
	at.most = slices.Insert(at.most, i, o)
	if len(at.most) == mostSlow {
		s.bar.Store(&bar{minute, at.most[mostSlow-1].Took})
	}
}

// Slowest are the operations of the last hour that took longest, the longest first.
func (f *Figures) Slowest(now time.Time) []Operation {
	minute := f.second(now) / 60
	f.slow.mu.Lock()
	defer f.slow.mu.Unlock()
	var all []Operation
	for i := range f.slow.minutes {
		if at := &f.slow.minutes[i]; minute-at.number < steps {
			all = append(all, at.most...)
		}
	}
	slices.SortStableFunc(all, func(a, b Operation) int { return cmp.Or(cmp.Compare(b.Took, a.Took), b.Ended.Compare(a.Ended)) })
	return slices.Clone(all[:min(len(all), mostSlow)])
}
