package server

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// connection sends an answer in one piece. net/http hands the header and the
// beginning of a body to the operating system apart from the rest, which costs
// about as much as finding a post and wakes the reader before the answer is
// whole; and it copies, sorts and checks each field of the header, which costs
// as much again.
type connection struct {
	net.Conn
	held *held // what waits to be sent; nil where nothing is held back
}

// held is the beginning of an answer that is not sent yet.
type held struct {
	lines []byte // fields that go behind the status line
	bytes []byte // the answer so far
}

var heldRoom = sync.Pool{New: func() any { return new(held) }}

// heldMost is how many bytes of one write are copied to wait for the next: the
// buffer of net/http, which hands longer writes on without a copy.
const heldMost = 4 << 10

// hold keeps back what is written until release, and adds fields to the
// header. Both are called by the goroutine that writes.
func (c *connection) hold(fields *sealedHead, own head) {
	c.held = heldRoom.Get().(*held)
	c.held.lines = own.appendTo(fields.appendTo(c.held.lines[:0]))
	c.held.bytes = c.held.bytes[:0]
}

// release sends what waits. Where that fails the connection is closed: net/http
// believes the answer sent, and another must not follow a part of it.
func (c *connection) release() {
	h := c.held
	c.held = nil
	if len(h.bytes) > 0 {
		if _, err := c.Conn.Write(h.bytes); err != nil {
			_ = c.Close()
		}
	}
	heldRoom.Put(h)
}

func (c *connection) Write(p []byte) (int, error) {
	if c.held == nil {
		return c.Conn.Write(p)
	}
	h, n := c.held, len(p)
	if len(h.lines) > 0 { // p begins with the status line
		end := bytes.IndexByte(p, '\n') + 1
		h.bytes = append(append(h.bytes, p[:end]...), h.lines...)
		h.lines, p = h.lines[:0], p[end:]
	}
	if len(p) <= heldMost {
		h.bytes = append(h.bytes, p...)
		return n, nil
	}
	pieces := net.Buffers{h.bytes, p}
	h.bytes = h.bytes[:0]
	if _, err := pieces.WriteTo(c.Conn); err != nil {
		return 0, err
	}
	return n, nil
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

// respond sends an answer. Who no longer listens cannot be told so.
func respond(w http.ResponseWriter, r *http.Request, status int, fields *sealedHead, own head, body []byte) {
	header := w.Header()
	if status != http.StatusNoContent && status != http.StatusNotModified {
		header["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if r.Method == http.MethodHead {
		body = nil
	}
	c, ok := r.Context().Value(connectionKey{}).(*connection)
	if !ok {
		fields.fields.set(header)
		own.set(header)
		w.WriteHeader(status)
		_, _ = w.Write(body)
		return
	}
	header["Content-Type"] = nil // it is among the fields; net/http need not guess
	c.hold(fields, own)
	defer c.release()
	w.WriteHeader(status)
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush()
}
