package wire

import (
	"sync"
	"sync/atomic"
	"time"
)

// Unsent bounds how many bytes of answers are made and not yet taken by their
// readers, all together: whoever reads slowly, or not at all, holds memory for as long.
// Where there is no room for one more answer, the reader who has taken nothing for
// the longest time is cut off.
type Unsent struct {
	most    int64
	bytes   atomic.Int64
	cut     atomic.Int64 // readers who were cut off
	refused atomic.Int64 // answers for which no room was found

	mu      sync.Mutex
	sending map[*Outgoing]struct{} // the connections there are

	noted  atomic.Int64 // bytes, in whole steps, that notice was told
	notice func(bytes int64)
}

// OnChange has a function told, before anything is sent, how many bytes wait for their
// readers: in steps of 32 MiB, when that changes. It must not wait.
func (u *Unsent) OnChange(notice func(bytes int64)) { u.notice = notice }

// Bytes is how many bytes wait for their readers, Cut how many readers were cut off,
// and Refused for how many answers no room was found.
func (u *Unsent) Bytes() int64   { return u.bytes.Load() }
func (u *Unsent) Cut() int64     { return u.cut.Load() }
func (u *Unsent) Refused() int64 { return u.refused.Load() }

// NewUnsent bounds what is unsent to so many bytes.
func NewUnsent(most int) *Unsent {
	return &Unsent{most: int64(most), sending: map[*Outgoing]struct{}{}}
}

// Outgoing is what one connection has of the bytes that are unsent.
type Outgoing struct {
	bytes atomic.Int64
	since atomic.Int64 // when the reader last took something, in Unix nanoseconds; 0 where nothing is being written
	abort func()       // the connection; nil where it has none that could be
	own   bool         // of one request, not of a connection
}

const (
	// SlowAfter is how long a reader must have taken nothing to be cut off where
	// there is no room.
	SlowAfter = time.Second
	// StalledAfter is how long a reader may take nothing at all of a long answer.
	StalledAfter = 5 * time.Second
	// noticeStep is by how many bytes what is unsent must grow or shrink to be told.
	noticeStep = 32 << 20
)

// Hold notes that so many bytes wait for the reader of a connection, in place of what
// did, and reports whether there is room for them. Answers of up to one piece have
// an eighth of the room for themselves, so that long ones never keep them out. One
// that is longer than half of the room counts as half, or it could never be sent.
func (u *Unsent) Hold(o *Outgoing, n int) bool {
	count, most := min(int64(n), u.most/2), u.most
	if n > PieceSize {
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
			return false
		}
	}
	o.bytes.Store(count)
	u.note()
	return true
}

// Free notes that nothing waits for the reader any more.
func (u *Unsent) Free(o *Outgoing) {
	if n := o.bytes.Swap(0); n > 0 {
		u.bytes.Add(-n)
		u.note()
	}
	if o.own {
		u.closed(o)
	}
}

// cutSlowest closes the connection whose reader has taken nothing for the longest
// time, and reports whether there was one.
func (u *Unsent) cutSlowest() bool {
	u.mu.Lock()
	var slowest *Outgoing
	oldest := time.Now().Add(-SlowAfter).UnixNano()
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
	u.Free(slowest)
	return true
}

// open notes a connection that answers will go to, and closed that it is gone.
func (u *Unsent) open(o *Outgoing) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sending[o] = struct{}{}
}

func (u *Unsent) closed(o *Outgoing) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.sending, o)
}

// Writing counts the connections that an answer is being written to.
func (u *Unsent) Writing() (n int) {
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
func (u *Unsent) note() {
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
