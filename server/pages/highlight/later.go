package highlight

import (
	"hash/maphash"
	"sync"
)

// later remembers what came of samples for which nobody waited to the end: how they are
// marked, or that they stay plain. So a page that shows them settles the next time.
type later struct {
	seed   maphash.Seed
	mu     sync.Mutex
	came   map[uint64]result // by the hash of a sample
	length int               // of all of it, in bytes
}

// What is remembered at most.
const (
	maxLater      = 1000
	maxLaterBytes = 4 << 20
)

func (l *later) note(s Sample, r result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.came) >= maxLater || l.length >= maxLaterBytes {
		clear(l.came)
		l.length = 0
	}
	l.came[maphash.Comparable(l.seed, s)] = r
	l.length += len(r.html)
}

func (l *later) known(s Sample) (result, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, known := l.came[maphash.Comparable(l.seed, s)]
	return r, known
}
