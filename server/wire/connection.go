package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
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
	Outgoing
	dates    *Dates
	unsent   *Unsent      // nil where nobody counts
	crowd    *Crowd       // nil where any number may come
	wording  Wording      // nil where what net/http refuses is left as it is
	drop     bool         // the next thing that net/http writes; touched by the goroutine that serves
	little   bool         // the operating system takes little; likewise
	lingered bool         // our side is closed; likewise
	waits    atomic.Int64 // since when, or from when on, for its client, in Unix nanoseconds; 0 where it does not
	spare    atomic.Bool  // over HTTP/2: all that are there wait, and others were answered just now
	visits   visits       // over HTTP/2
	secure   bool         // under TLS, so that answers do not go past net/http
	late     atomic.Bool  // what was to come last did not in time
}

// Close is called more than once.
func (c *connection) Close() error {
	if c.unsent != nil {
		c.unsent.closed(&c.Outgoing)
	}
	if c.crowd != nil {
		c.crowd.leave(c)
	}
	return c.Conn.Close()
}

// abort closes the connection to a reader who is not waited for any longer, and has the
// operating system drop what it took for them.
func (c *connection) abort() {
	if tcp, ok := c.Conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0) // else it is closed all the same
	}
	_ = c.Close()
}

// Read notes whether the sender was late, which net/http does not tell from what is wrong.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if late := errors.Is(err, os.ErrDeadlineExceeded); late != c.late.Load() {
		c.late.Store(late)
	}
	return n, err
}

func (c *connection) Write(p []byte) (int, error) {
	if c.drop {
		c.drop = false
		return len(p), nil
	}
	if c.wording != nil {
		if status, said, ok := refusal(p); ok {
			c.refuse(status, said)
			return len(p), nil
		}
	}
	return c.Conn.Write(p)
}

var answerRoom = sync.Pool{New: func() any { return new([]byte) }}

// copiedMost is how many bytes of a body are copied to be sent with the header;
// longer ones are handed on as they are.
const copiedMost = 16 << 10

// answer sends a whole answer, before a time. Where that fails the connection is
// closed: another must not follow a part of it.
func (c *connection) answer(status int, length int, fields *SealedHead, own Head, body []byte, until time.Time) {
	now := time.Now()
	c.since.Store(now.UnixNano())
	defer c.since.Store(0)
	room := answerRoom.Get().(*[]byte)
	out := append((*room)[:0], "HTTP/1.1 "...)
	out = strconv.AppendInt(out, int64(status), 10)
	out = append(append(append(out, ' '), http.StatusText(status)...), "\r\nDate: "...)
	out = append(append(out, c.dates.Of(now)...), "\r\n"...)
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
		first := min(len(body), PieceSize)
		if first < len(body) {
			if !c.little {
				c.little = true
				takeLittle(c.Conn)
			}
			err = c.SetWriteDeadline(patience(now, until))
		}
		if err == nil {
			pieces := net.Buffers{out, body[:first]}
			_, err = pieces.WriteTo(c.Conn)
		}
		if err == nil && first < len(body) {
			err = c.write(c.Conn, c.SetWriteDeadline, body[first:], until)
		}
	}
	if err != nil {
		if c.unsent != nil && errors.Is(err, os.ErrDeadlineExceeded) {
			c.unsent.cut.Add(1)
		}
		c.abort()
	}
	*room = out
	answerRoom.Put(room)
	c.drop = true
}

// write writes a body in pieces, so that it is seen when the reader takes nothing any
// more. Each must be taken in a while, and all before a time.
func (o *Outgoing) write(w io.Writer, deadline func(time.Time) error, body []byte, until time.Time) error {
	for piece := range slices.Chunk(body, PieceSize) {
		now := time.Now()
		o.since.Store(now.UnixNano())
		if err := deadline(patience(now, until)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// patience is until when a reader must take something who must have all before a time.
func patience(now, until time.Time) time.Time {
	if at := now.Add(StalledAfter); at.Before(until) {
		return at
	}
	return until
}

// hasLength reports whether an answer with this status says how long its body is.
func hasLength(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// Dates writes times as headers have them, and the same time once.
type Dates struct{ last atomic.Pointer[date] }

type date struct {
	second int64
	text   string
}

// Of writes a time.
func (d *Dates) Of(t time.Time) string {
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
	dates   *Dates
	unsent  *Unsent
	crowd   *Crowd
	wording Wording
}

// NewConnections gives a listener whose connections send answers in one piece, count what
// their readers have not taken, are no more than there may be, and refuse in these words what
// is no request. Any number may come where the crowd is nil, and net/http has the word where
// there are no others.
func NewConnections(l net.Listener, u *Unsent, crowd *Crowd, words Wording) net.Listener {
	return connections{l, new(Dates), u, crowd, words}
}

func (l connections) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: accepted, dates: l.dates, unsent: l.unsent, crowd: l.crowd, wording: l.wording}
		c.Outgoing.abort = c.abort
		if l.crowd != nil && !l.crowd.enter(c) {
			_ = accepted.Close()
			continue
		}
		l.unsent.open(&c.Outgoing)
		return c, nil
	}
}

type connectionKey struct{}

// connectionOf gives the connection of a request; nil where it has none.
func connectionOf(r *http.Request) *connection {
	c, _ := r.Context().Value(connectionKey{}).(*connection)
	return c
}

// OutgoingOf gives what a request has of the bytes that are unsent: that of its connection,
// or one of its own where several answers go out on it at once. Who reads slowly there loses
// the connection.
func OutgoingOf(r *http.Request) *Outgoing {
	switch c := connectionOf(r); {
	case c == nil:
		return new(Outgoing)
	case r.ProtoMajor == 1:
		return &c.Outgoing
	default:
		o := &Outgoing{abort: c.abort, own: true}
		c.unsent.open(o)
		return o
	}
}

// WithConnection lets a request know its connection.
func WithConnection(ctx context.Context, c net.Conn) context.Context {
	ours := beneath(c)
	if ours != nil {
		ours.secure = net.Conn(ours) != c
	}
	return context.WithValue(ctx, connectionKey{}, ours)
}

// Respond sends an answer, before a time. Who no longer listens cannot be told so; it reports
// whether nobody reads the body any more, which over HTTP/2 is not so where a stream was
// reset. It goes past
// net/http where that would add nothing to it: the connection stays open, as it does
// by itself in HTTP/1.1, and the body of the request was read.
func Respond(w http.ResponseWriter, r *http.Request, out *Outgoing, stays bool, status int, fields *SealedHead, own Head, body []byte, until time.Time) (read bool) {
	length := len(body)
	if r.Method == http.MethodHead {
		body = nil
	}
	c := connectionOf(r)
	if c != nil && !c.secure && stays && !r.Close && r.ProtoAtLeast(1, 1) {
		c.answer(status, length, fields, own, body, until)
		return true
	}
	header := w.Header()
	fields.Fields.CopyTo(header)
	own.CopyTo(header)
	if hasLength(status) {
		header["Content-Length"] = []string{strconv.Itoa(length)}
	}
	w.WriteHeader(status)
	if len(body) <= PieceSize {
		_, err := w.Write(body)
		return err == nil || r.ProtoMajor == 1
	}
	defer out.since.Store(0)
	return out.write(w, http.NewResponseController(w).SetWriteDeadline, body, until) == nil || r.ProtoMajor == 1
}
