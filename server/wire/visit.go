package wire

import (
	"net/http"
	"sync"
	"time"
)

// Visit is one request on its connection, as the crowd sees it: it waits for its client, or
// is being answered. Over HTTP/2 several are there at once, and their connection waits where
// each of them does.
type Visit struct {
	c       *connection // nil where it is none of ours
	shares  bool        // its connection with others
	waiting bool
	sending bool // it waits for its answer to be taken
}

// visits are those on a connection over HTTP/2.
type visits struct {
	mu           sync.Mutex
	all, waiting int
	sending      int   // of those that wait
	since        int64 // the latest from which on one of them waited, in Unix nanoseconds
}

// Arrive begins the visit of a request, which ends with Leave.
func Arrive(r *http.Request) Visit {
	v := Visit{c: connectionOf(r), shares: r.ProtoMajor > 1}
	if v.c != nil && v.shares {
		v.c.note(1, 0, 0, 0)
	}
	return v
}

// Wait notes that more of the request is to come, until Resume.
func (v *Visit) Wait() { v.wait(time.Now()) }

// Sends notes that an answer of so many bytes goes out and that nothing more is done for
// it. Over HTTP/2 a client can leave no window for even a short one, so that its connection
// waits once it should have been taken; of long ones each piece has its time.
func (v *Visit) Sends(bytes int) {
	if v.shares && !v.waiting && bytes <= PieceSize {
		v.sending = true
		v.wait(time.Now().Add(StalledAfter))
	}
}

func (v *Visit) wait(since time.Time) {
	switch {
	case v.c == nil || v.waiting:
	case v.shares:
		v.waiting = true
		v.c.note(0, 1, v.sends(), since.UnixNano())
	default:
		v.c.waits.Store(since.UnixNano())
	}
}

// Resume notes that what was waited for has come, or will not.
func (v *Visit) Resume() {
	switch {
	case v.c == nil:
	case !v.shares:
		v.c.waits.Store(0)
	case v.waiting:
		v.c.note(0, -1, -v.sends(), 0)
		v.waiting, v.sending = false, false
	}
}

func (v *Visit) sends() int {
	if v.sending {
		return 1
	}
	return 0
}

// Leave ends the visit. What net/http still has of the answer must be taken in a while. Over
// HTTP/1.1 it says itself what becomes of the connection then.
func (v *Visit) Leave() {
	if v.c != nil && v.shares {
		v.Resume()
		v.c.note(-1, 0, 0, time.Now().Add(StalledAfter).UnixNano())
	}
}

// note counts visits that come or go, and those that wait. The connection waits from when
// the last of them does. Where nothing is being sent it can go before, if another must.
func (c *connection) note(all, waiting, sending int, since int64) {
	v := &c.visits
	v.mu.Lock()
	defer v.mu.Unlock()
	v.all += all
	v.waiting += waiting
	v.sending += sending
	c.spare.Store(v.all > 0 && v.waiting == v.all && v.sending == 0)
	v.since = max(v.since, since)
	if v.waiting < v.all {
		c.waits.Store(0)
		return
	}
	c.waits.Store(v.since)
}
