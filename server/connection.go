package server

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// connection sends answers in one piece. net/http hands the header and the
// beginning of a body to the operating system apart from the rest, which costs
// about as much as finding a post and wakes the reader before the answer is
// whole; and it copies, sorts and checks each field of the header, which costs
// as much again. So an answer goes past it. What net/http then sends by itself, the
// head of an answer without a body, goes nowhere.
type connection struct {
	net.Conn
	dates *dates
	drop  bool // the next thing that net/http writes; touched by the goroutine that serves
}

func (c *connection) Write(p []byte) (int, error) {
	if c.drop {
		c.drop = false
		return len(p), nil
	}
	return c.Conn.Write(p)
}

var answerRoom = sync.Pool{New: func() any { return new([]byte) }}

// copiedMost is how many bytes of a body are copied to be sent with the header;
// longer ones are handed on as they are.
const copiedMost = 16 << 10

// answer sends a whole answer. Where that fails the connection is closed: another
// must not follow a part of it.
func (c *connection) answer(status int, length int, fields *sealedHead, own head, body []byte) {
	room := answerRoom.Get().(*[]byte)
	out := append((*room)[:0], "HTTP/1.1 "...)
	out = strconv.AppendInt(out, int64(status), 10)
	out = append(append(append(out, ' '), http.StatusText(status)...), "\r\nDate: "...)
	out = append(append(out, c.dates.of(time.Now())...), "\r\n"...)
	if hasLength(status) {
		out = append(out, "Content-Length: "...)
		out = append(strconv.AppendInt(out, int64(length), 10), "\r\n"...)
	}
	out = append(own.appendTo(fields.appendTo(out)), "\r\n"...)
	var err error
	if len(body) <= copiedMost {
		out = append(out, body...)
		_, err = c.Conn.Write(out)
	} else {
		pieces := net.Buffers{out, body}
		_, err = pieces.WriteTo(c.Conn)
	}
	if err != nil {
		_ = c.Close()
	}
	*room = out
	answerRoom.Put(room)
	c.drop = true
}

// hasLength reports whether an answer with this status says how long its body is.
func hasLength(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// dates writes times as headers have them, and the same time once.
type dates struct{ last atomic.Pointer[date] }

type date struct {
	second int64
	text   string
}

func (d *dates) of(t time.Time) string {
	if last := d.last.Load(); last != nil && last.second == t.Unix() {
		return last.text
	}
	made := &date{t.Unix(), t.UTC().Format(http.TimeFormat)}
	d.last.Store(made)
	return made.text
}

// connections makes connections of those that a listener accepts.
type connections struct {
	net.Listener
	dates *dates
}

func newConnections(l net.Listener) connections { return connections{l, new(dates)} }

func (l connections) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &connection{Conn: accepted, dates: l.dates}, nil
}

type connectionKey struct{}

// withConnection lets a request know its connection.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// respond sends an answer. Who no longer listens cannot be told so. It goes past
// net/http where that would add nothing to it: the connection stays open, as it does
// by itself in HTTP/1.1, and the body of the request was read.
func respond(w http.ResponseWriter, r *http.Request, stays bool, status int, fields *sealedHead, own head, body []byte) {
	length := len(body)
	if r.Method == http.MethodHead {
		body = nil
	}
	if c, ok := r.Context().Value(connectionKey{}).(*connection); ok && stays && !r.Close && r.ProtoAtLeast(1, 1) {
		c.answer(status, length, fields, own, body)
		return
	}
	header := w.Header()
	fields.fields.set(header)
	own.set(header)
	if hasLength(status) {
		header["Content-Length"] = []string{strconv.Itoa(length)}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
