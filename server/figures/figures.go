package figures

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Figures are what the server was asked lately. They may be used by many goroutines.
type Figures struct {
	began  time.Time
	routes []string       // their names; the last is Other
	byName map[string]int // where each of them stands
	lanes  sync.Pool      // of *lane: each processor finds the one again that it used last
	all    []*lane
	next   atomic.Uint32 // lane that is given to who has none
	faults faults
	slow   slowest
}

// Other is the route of requests that have none.
const Other = "other"

// mostLanes bounds the memory: a lane takes 54 kB for each route that was asked for.
const mostLanes = 4

// lane is what one processor counts in, or some of them where there are many. So its locks
// are seldom waited for.
type lane []atomic.Pointer[ring] // by route; nil where that was never asked for

// New counts from now on requests of these routes. What has none of them is counted under
// Other.
func New(began time.Time, routes []string) *Figures {
	f := &Figures{began: began, byName: map[string]int{}}
	for _, name := range slices.Concat(routes, []string{Other}) {
		if _, known := f.byName[name]; !known {
			f.byName[name] = len(f.routes)
			f.routes = append(f.routes, name)
		}
	}
	for range min(runtime.GOMAXPROCS(0), mostLanes) {
		l := make(lane, len(f.routes))
		f.all = append(f.all, &l)
	}
	f.lanes.New = func() any { return f.all[int(f.next.Add(1))%len(f.all)] }
	return f
}

// Fault says whether a request failed, and whose fault that was.
type Fault uint8

// Whose fault it can be.
const (
	NoFault      Fault = iota
	CallersFault       // what was asked cannot be answered
	OwnFault           // the server could not answer
)

// Cache says how an answer came about.
type Cache uint8

// How answers come about.
const (
	NoCache   Cache = iota // it is none that is kept
	Hit                    // it was kept
	Miss                   // it was made, and is kept from now on
	Collapsed              // it was being made for another who asked the same
	Bypass                 // it is kept for others, not for who asked

	cacheResults = 5
)

// Request is a request that was answered. Its texts are kept for as long as they are among
// the last errors or the slowest operations.
type Request struct {
	Route      string // as New was given it, or another
	Method     string
	ID         string // by which the log has it
	Operation  string // of GraphQL: its name, or what it is known by; "" where there is none
	Fault      Fault
	Status     int
	Code       string // of the error; "" where there is none
	What       string // went wrong, without what was found in the request
	Cache      Cache
	StoreCalls int
	StoreTime  time.Duration
	Bytes      int  // of the answer
	Stream     bool // the answer was taken as fast as its reader would, so its time says nothing
	Took       time.Duration
	Ended      time.Time
}

// Note counts a request. It is on the way of every one, and keeps nothing of x.
func (f *Figures) Note(x *Request) {
	second := f.second(x.Ended)
	route, known := f.byName[x.Route]
	if !known {
		route = len(f.routes) - 1
	}
	l := f.lanes.Get().(*lane)
	l.ring(route).note(x, second)
	f.lanes.Put(l)
	if x.Code != "" {
		f.faults.note(x, f.routes[route])
	}
	if !x.Stream {
		f.slow.note(x, f.routes[route], second/60)
	}
}

// second is how many whole seconds have passed since the beginning.
func (f *Figures) second(t time.Time) int64 { return int64(max(0, t.Sub(f.began)) / time.Second) }

// ring is where a route is counted.
func (l *lane) ring(route int) *ring {
	at := &(*l)[route]
	if r := at.Load(); r != nil {
		return r
	}
	at.CompareAndSwap(nil, new(ring))
	return at.Load()
}
