package figures

import (
	"slices"
	"sync"
	"time"
)

// mostFaults is how many kinds of errors are remembered: those that came last.
const mostFaults = 50

// Error is a kind of error that came about lately.
type Error struct {
	Code, Method, Route, What string
	Status                    int
	Own                       bool // the server's fault
	Times                     int  // since it was remembered first
	Last                      time.Time
	ID                        string // of the last request that it was the answer to
}

// kind is what errors are told apart by.
type kind struct{ code, method, route, what string }

// faults are the errors that came last. Errors are few, or cost their sender more than they
// cost here, so that one lock does for all.
type faults struct {
	mu    sync.Mutex
	kinds map[kind]*Error
}

func (f *faults) note(x *Request, route string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := kind{x.Code, x.Method, route, x.What}
	e := f.kinds[k]
	if e == nil {
		f.makeRoom()
		e = &Error{Code: x.Code, Method: x.Method, Route: route, What: x.What}
		f.kinds[k] = e
	}
	e.Times++
	if !x.Ended.Before(e.Last) {
		e.Last, e.ID, e.Status, e.Own = x.Ended, x.ID, x.Status, x.Fault == OwnFault
	}
}

// makeRoom forgets the kind that came about longest ago, where there are as many as there
// may be: one of the callers' faults before any of the server's, or a caller could make
// those go by making many of his own.
func (f *faults) makeRoom() {
	if f.kinds == nil {
		f.kinds = make(map[kind]*Error, mostFaults)
	}
	if len(f.kinds) < mostFaults {
		return
	}
	var oldest kind
	var of *Error
	for k, e := range f.kinds {
		if of == nil || of.Own && !e.Own || of.Own == e.Own && e.Last.Before(of.Last) {
			oldest, of = k, e
		}
	}
	delete(f.kinds, oldest)
}

// Errors are the kinds of errors that came about last, the latest first.
func (f *Figures) Errors() []Error {
	f.faults.mu.Lock()
	defer f.faults.mu.Unlock()
	all := make([]Error, 0, len(f.faults.kinds))
	for _, e := range f.faults.kinds {
		all = append(all, *e)
	}
	slices.SortFunc(all, func(a, b Error) int { return b.Last.Compare(a.Last) })
	return all
}
