package wire

import (
	"crypto/tls"
	"math"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Crowd bounds how many connections there are. Where one more comes, one is closed on which
// nothing is answered: who opens many and asks nothing keeps nobody out.
type Crowd struct {
	most    int
	mu      sync.Mutex
	members map[*connection]struct{}
	left    atomic.Int64 // closed to make room
	refused atomic.Int64 // for which there was none
}

// NewCrowd bounds connections to so many.
func NewCrowd(most int) *Crowd { return &Crowd{most: most, members: map[*connection]struct{}{}} }

// Size is how many connections there are, Left how many were closed to make room, and
// Refused for how many there was none.
func (c *Crowd) Size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.members)
}
func (c *Crowd) Left() int64    { return c.left.Load() }
func (c *Crowd) Refused() int64 { return c.refused.Load() }

// looked is at how many connections is looked for one to close: in so many of a crowd that
// waits for nothing are nearly always some, and to look at all would cost much each time.
const looked = 64

// enter reports whether there is room for one more.
func (c *Crowd) enter(member *connection) bool {
	c.mu.Lock()
	var longest *connection
	if len(c.members) >= c.most {
		now, oldest := time.Now().UnixNano(), int64(math.MaxInt64)
		n := 0
		for other := range c.members { // in no order
			since := other.waits.Load()
			// Who has short answers one after the other beside a request that never ends would
			// keep the connection for good.
			if since != 0 && since < oldest && (since <= now || other.spare.Load()) {
				longest, oldest = other, since
			}
			if n++; n == looked {
				break
			}
		}
		if longest == nil {
			c.mu.Unlock()
			c.refused.Add(1)
			return false
		}
		delete(c.members, longest)
	}
	c.members[member] = struct{}{}
	c.mu.Unlock()
	if longest != nil {
		c.left.Add(1)
		longest.abort()
	}
	return true
}

func (c *Crowd) leave(member *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.members, member)
}

// NoteState is told by net/http what becomes of a connection: one that is new or idle waits
// for its client. While there are requests on it, their visits say so.
func NoteState(c net.Conn, state http.ConnState) {
	member := beneath(c)
	if member == nil {
		return
	}
	switch state {
	case http.StateNew, http.StateIdle:
		member.waits.Store(time.Now().UnixNano())
	default:
		member.waits.Store(0)
	}
}

// beneath gives our connection, which may be the one beneath TLS; nil where it is another's.
func beneath(c net.Conn) *connection {
	if sealed, ok := c.(*tls.Conn); ok {
		c = sealed.NetConn()
	}
	ours, _ := c.(*connection)
	return ours
}
