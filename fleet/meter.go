package fleet

import "time"

// meter makes of counts how many there are a second.
type meter struct {
	count            func() (requests, errors uint64)
	requests, errors uint64
	at               time.Time
	last             Traffic
}

func newMeter(count func() (requests, errors uint64)) *meter {
	r := &meter{count: count, at: time.Now()}
	if count != nil {
		r.requests, r.errors = count()
	}
	return r
}

// now gives the rates since they were asked for, at least for a second.
func (r *meter) now() Traffic {
	passed := time.Since(r.at).Seconds()
	if r.count == nil || passed < 1 {
		return r.last
	}
	requests, errors := r.count()
	r.last = Traffic{float64(requests-r.requests) / passed, float64(errors-r.errors) / passed}
	r.requests, r.errors, r.at = requests, errors, time.Now()
	return r.last
}
