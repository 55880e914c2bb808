package server

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// connection sends an answer in one piece. net/http hands headers and the
// beginning of a body to the operating system apart from the rest; each call
// costs about as much as finding a post, and wakes the reader before the
// answer is whole.
type connection struct {
	net.Conn
	held *[]byte // what waits to be sent; nil where nothing is held back
}

// heldMost is how many bytes of one write are copied to wait for the next: the
// buffer of net/http, which hands longer writes on without a copy.
const heldMost = 4 << 10

// heldRoom lends the memory for what waits.
var heldRoom = sync.Pool{New: func() any { return new(make([]byte, 0, 2*heldMost)) }}

// hold keeps back what is written until release. Both are called by the
// goroutine that writes.
func (c *connection) hold() { c.held = heldRoom.Get().(*[]byte) }

// release sends what waits.
func (c *connection) release() {
	held := c.held
	c.held = nil
	if len(*held) > 0 {
		_, _ = c.Conn.Write(*held) // a connection that broke is found so by the next read
	}
	*held = (*held)[:0]
	heldRoom.Put(held)
}

func (c *connection) Write(p []byte) (int, error) {
	switch {
	case c.held == nil:
		return c.Conn.Write(p)
	case len(p) <= heldMost && len(*c.held)+len(p) <= cap(*c.held):
		*c.held = append(*c.held, p...)
		return len(p), nil
	}
	pieces := net.Buffers{*c.held, p}
	waited := len(*c.held)
	*c.held = (*c.held)[:0]
	n, err := pieces.WriteTo(c.Conn)
	return max(int(n)-waited, 0), err
}

// connections makes connections of those that a listener accepts.
type connections struct{ net.Listener }

func (l connections) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &connection{Conn: accepted}, nil
}

type connectionKey struct{}

// withConnection lets a request know its connection.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// writeWhole writes the status, the headers and the body of an answer as one
// piece where the request came over a connection. Who no longer listens cannot
// be told so.
func writeWhole(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	c, ok := r.Context().Value(connectionKey{}).(*connection)
	if !ok {
		w.WriteHeader(status)
		_, _ = w.Write(body)
		return
	}
	c.hold()
	defer c.release()
	w.WriteHeader(status)
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush()
}
