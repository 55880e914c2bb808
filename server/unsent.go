package server

import (
	"sync"
	"sync/atomic"
	"time"

	"alphanode/apierror"
)

// unsent bounds how many bytes of answers are made and not yet taken by their
// readers, all together: whoever reads slowly, or not at all, holds memory for as long.
// Where there is no room for one more answer, the reader who has taken nothing for
// the longest time is cut off.
type unsent struct {
	most    int64
	bytes   atomic.Int64
	cut     atomic.Int64 // readers who were cut off
	refused atomic.Int64 // answers for which no room was found

	mu      sync.Mutex
	sending map[*outgoing]struct{} // the connections there are

	noted  atomic.Int64 // bytes, in whole steps, that notice was told
	notice func(bytes int64)
}

func newUnsent(most int) *unsent {
	return &unsent{most: int64(most), sending: map[*outgoing]struct{}{}}
}

// outgoing is what one connection has of the bytes that are unsent.
type outgoing struct {
	bytes atomic.Int64
	since atomic.Int64 // when the reader last took something, in Unix nanoseconds; 0 where nothing is being written
	abort func()       // the connection; nil where it has none that could be
}

const (
	// slowAfter is how long a reader must have taken nothing to be cut off where
	// there is no room.
	slowAfter = time.Second
	// stalledAfter is how long a reader may take nothing at all of a long answer.
	stalledAfter = 5 * time.Second
	// noticeStep is by how many bytes what is unsent must grow or shrink to be told.
	noticeStep = 32 << 20
)

// errNoRoom says that too much waits for readers.
var errNoRoom = apierror.New(apierror.Overloaded, "The server holds as many answers for slow readers as it can. Ask again after the seconds in Retry-After.")

// hold notes that so many bytes wait for the reader of a connection, in place of what
// did. An error says that there is no room for them. Answers of up to one piece have
// an eighth of the room for themselves, so that long ones never keep them out. One
// that is longer than half of the room counts as half, or it could never be sent.
func (u *unsent) hold(o *outgoing, n int) error {
	count, most := min(int64(n), u.most/2), u.most
	if n > pieceSize {
		most -= most / 8
	}
	more := count - o.bytes.Load()
	for {
		now := u.bytes.Add(more)
		if more <= 0 || now <= most {
			break
		}
		u.bytes.Add(-more)
		if !u.cutSlowest() {
			u.refused.Add(1)
			return errNoRoom
		}
	}
	o.bytes.Store(count)
	u.note()
	return nil
}

// free notes that nothing waits for the reader any more.
func (u *unsent) free(o *outgoing) {
	if n := o.bytes.Swap(0); n > 0 {
		u.bytes.Add(-n)
		u.note()
	}
}

// cutSlowest closes the connection whose reader has taken nothing for the longest
// time, and reports whether there was one.
func (u *unsent) cutSlowest() bool {
	u.mu.Lock()
	var slowest *outgoing
	oldest := time.Now().Add(-slowAfter).UnixNano()
	for o := range u.sending {
		if since := o.since.Load(); since != 0 && since <= oldest && o.bytes.Load() > 0 {
			slowest, oldest = o, since
		}
	}
	u.mu.Unlock()
	if slowest == nil {
		return false
	}
	u.cut.Add(1)
	slowest.abort() // who writes to it learns so
	u.free(slowest)
	return true
}

// open notes a connection that answers will go to, and closed that it is gone.
func (u *unsent) open(o *outgoing) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sending[o] = struct{}{}
}

func (u *unsent) closed(o *outgoing) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.sending, o)
}

// writing counts the connections that an answer is being written to.
func (u *unsent) writing() (n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for o := range u.sending {
		if o.since.Load() != 0 {
			n++
		}
	}
	return n
}

// note tells how many bytes are unsent, in whole steps, where that has changed.
func (u *unsent) note() {
	if u.notice == nil {
		return
	}
	steps := u.bytes.Load() / noticeStep * noticeStep
	if u.noted.Load() == steps {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if steps = u.bytes.Load() / noticeStep * noticeStep; u.noted.Swap(steps) != steps {
		u.notice(steps)
	}
}

// hold notes that an answer of so many bytes waits for its reader.
func (x *exchange) hold(n int) error { return x.server.unsent.hold(x.out, n) }
