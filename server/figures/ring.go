package figures

import (
	"sync"
	"time"
)

// steps is how many steps a ring has: the one that is not over, and those before it.
const steps = 60

// ring is the last steps of one route, as one lane counts them. A step's place is its number
// modulo steps, and what stands there of the turn before is written over.
type ring struct {
	mu      sync.Mutex
	seconds [steps]step
	minutes [steps]step
}

// step is what was counted in one second or one minute.
type step struct {
	number int64 // of seconds or minutes since the beginning
	counts
	times histogram // of those whose time says something
}

// counts are what is counted beside times. A step has fewer than 2³² of each.
type counts struct {
	requests, callers, own uint32
	cache                  [cacheResults]uint32
	storeCalls             uint32
	storeTime, longest     time.Duration
}

func (r *ring) note(x *Request, second int64) {
	bucket := -1
	if !x.Stream {
		bucket = bucketOf(x.Took)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seconds[second%steps].note(x, second, bucket)
	r.minutes[second/60%steps].note(x, second/60, bucket)
}

// note counts a request, unless its step is so long over that another has its place.
func (s *step) note(x *Request, number int64, bucket int) {
	if s.number > number {
		return
	}
	if s.number < number {
		*s = step{number: number}
	}
	s.requests++
	switch x.Fault {
	case CallersFault:
		s.callers++
	case OwnFault:
		s.own++
	}
	s.cache[x.Cache]++
	s.storeCalls += uint32(x.StoreCalls)
	s.storeTime += x.StoreTime
	if bucket >= 0 {
		s.times[bucket]++
		s.longest = max(s.longest, x.Took)
	}
}

// addTo adds what was counted to the steps that end with the one numbered last, oldest
// first.
func (r *ring) addTo(sum *[steps]step, span Span, last int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	of := &r.seconds
	if span == Hour {
		of = &r.minutes
	}
	for i := range of {
		s := &of[i]
		if age := last - s.number; age >= 0 && age < steps && s.requests > 0 {
			sum[steps-1-age].add(s)
		}
	}
}

func (s *step) add(other *step) {
	s.requests += other.requests
	s.callers += other.callers
	s.own += other.own
	for i, n := range other.cache {
		s.cache[i] += n
	}
	s.storeCalls += other.storeCalls
	s.storeTime += other.storeTime
	s.longest = max(s.longest, other.longest)
	s.times.add(&other.times)
}
