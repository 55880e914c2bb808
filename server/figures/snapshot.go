package figures

import (
	"cmp"
	"slices"
	"time"
)

// Span is how far back figures go.
type Span uint8

// The two spans there are.
const (
	Minute Span = iota // by the second
	Hour               // by the minute
)

// Step is how long each of the steps of a span is.
func (s Span) Step() time.Duration {
	if s == Hour {
		return time.Minute
	}
	return time.Second
}

// Snapshot is what was asked within a span that ends now.
type Snapshot struct {
	Span    Span
	Covered time.Duration // of it: less than all soon after the start, and the last step is not over
	All     Route         // all routes together; its name is ""
	Routes  []Route       // that were asked for, those with the most requests first
}

// Route is what one route was asked.
type Route struct {
	Name string
	Counts
	Steps []Counts // oldest first; the last is not over yet
}

// Counts are the figures of one step or of all. The times are those within which 50, 95 and
// 99 of a hundred requests were answered.
type Counts struct {
	Requests, CallersFaults, OwnFaults int
	Cache                              [cacheResults]int // by Cache
	StoreCalls                         int
	StoreTime                          time.Duration
	P50, P95, P99, Longest             time.Duration
}

// Read gives the figures of a span that ends now.
func (f *Figures) Read(now time.Time, span Span) *Snapshot {
	s := &Snapshot{Span: span}
	last, of := f.second(now), now.Sub(f.began)
	s.Covered = min(of, (steps-1)*span.Step()+of%span.Step())
	if span == Hour {
		last /= 60
	}
	var all [steps]step
	for i, name := range f.routes {
		var of [steps]step
		for _, l := range f.all {
			if r := (*l)[i].Load(); r != nil {
				r.addTo(&of, span, last)
			}
		}
		r := routeOf(name, &of)
		if r.Requests == 0 {
			continue
		}
		s.Routes = append(s.Routes, r)
		for i := range of {
			all[i].add(&of[i])
		}
	}
	s.All = routeOf("", &all)
	slices.SortStableFunc(s.Routes, func(a, b Route) int { return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Name, b.Name)) })
	return s
}

func routeOf(name string, of *[steps]step) Route {
	r := Route{Name: name, Steps: make([]Counts, steps)}
	var sum step
	for i := range of {
		r.Steps[i] = of[i].read()
		sum.add(&of[i])
	}
	r.Counts = sum.read()
	return r
}

func (s *step) read() Counts {
	c := Counts{
		Requests: int(s.requests), CallersFaults: int(s.callers), OwnFaults: int(s.own),
		StoreCalls: int(s.storeCalls), StoreTime: s.storeTime, Longest: s.longest,
	}
	for i, n := range s.cache {
		c.Cache[i] = int(n)
	}
	if s.requests > 0 {
		c.P50, c.P95, c.P99 = s.times.percentile(50, s.longest), s.times.percentile(95, s.longest), s.times.percentile(99, s.longest)
	}
	return c
}
