package wire

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Some answers go out while their request still comes in: what is refused because it is
// too long, too slow, or no request at all. If the connection were closed behind them, the
// operating system would tell the sender that what it sends is no longer taken, and the
// answer might be lost with that. So only our side of it is closed, and what comes is read
// on for a while and dropped.
const (
	lingerTime = 2 * time.Second
	lingerMost = 8 << 20 // bytes
)

// Linger sends what was answered, closes our side of the request's connection, and reads on
// for a while. Nothing else may be sent on it.
func Linger(w http.ResponseWriter, r *http.Request) {
	c := connectionOf(r)
	if c == nil || http.NewResponseController(w).Flush() != nil {
		return
	}
	c.linger()
}

func (c *connection) linger() {
	if c.lingered {
		return
	}
	c.lingered = true
	c.waits.Store(time.Now().UnixNano()) // there is nothing more to say
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	// Where nothing can be read, there is nothing to wait for.
	_ = c.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, c.Conn, lingerMost)
}

// CloseWrite is called by net/http where it ends a connection whose request was not read to
// its end.
func (c *connection) CloseWrite() error {
	c.linger()
	return nil
}

// Wording says in our words what net/http refuses by itself, before there is a request:
// what it can not read. Given are the status, and what net/http would have said.
type Wording func(status int, said string) (fields Head, body []byte)

// netRefusal is how the header of what net/http refuses by itself ends. No answer of ours
// is like it.
var netRefusal = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// expectationFailed is how one begins for which net/http has no words.
var expectationFailed = []byte("HTTP/1.1 417 ")

// refusal reads what net/http writes, where that is a refusal.
func refusal(p []byte) (status int, said string, ok bool) {
	const before = len("HTTP/1.1 ")
	if len(p) < before+3 || !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) {
		return 0, "", false
	}
	_, text, found := bytes.Cut(p, netRefusal)
	if !found && !bytes.HasPrefix(p, expectationFailed) {
		return 0, "", false
	}
	status, err := strconv.Atoi(string(p[before : before+3]))
	return status, string(text), err == nil && status >= 400
}

// refuse sends a refusal in our words.
func (c *connection) refuse(status int, said string) {
	if status == http.StatusBadRequest && c.late.Load() {
		status = http.StatusRequestTimeout
	}
	fields, body := c.wording(status, said)
	fields.Set("Connection", "close")
	c.answer(status, len(body), &SealedHead{Fields: fields}, nil, body, time.Now().Add(StalledAfter))
	c.drop = false // net/http does not write it once more
	c.linger()
}
