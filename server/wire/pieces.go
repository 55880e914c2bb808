package wire

import (
	"errors"
	"net/http"
	"time"
)

// PieceSize is how many bytes a reader must take within the write timeout.
const PieceSize = 64 << 10

// Pieces writes to a reader who may be slow but must not stand still: each piece has
// the write timeout. However little is written at a time, what a reader takes it to
// take a whole piece is counted together, and what it takes to make it is not.
type Pieces struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	size    int           // what is left of the piece, in bytes
	time    time.Duration // and of its time
	sent    int
	failed  bool // the reader cannot be written to
}

// NewPieces gives the reader whom a response goes to this write timeout for each piece.
func NewPieces(w http.ResponseWriter, timeout time.Duration) *Pieces {
	p := &Pieces{w: w, control: http.NewResponseController(w), timeout: timeout, size: PieceSize, time: timeout}
	p.pause()
	return p
}

// pause has no time run while nothing is written: over HTTP/2 a deadline ends the answer
// then too.
func (p *Pieces) pause() { _ = p.control.SetWriteDeadline(time.Time{}) }

// Write writes all of what it is given, or as much as the reader takes in time.
func (p *Pieces) Write(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		written, err := p.writeSome(b[n:])
		n += written
		if err != nil {
			p.failed = true
			return n, err
		}
	}
	return n, nil
}

// Sent is how many bytes were written, and Failed whether the reader cannot be written to.
func (p *Pieces) Sent() int    { return p.sent }
func (p *Pieces) Failed() bool { return p.failed }

// Flush sends what waits for more to go with it.
func (p *Pieces) Flush() { _ = p.control.Flush() }

// Grace gives what is still on its way, and the end of the answer, a time of its own.
func (p *Pieces) Grace() {
	if !p.failed {
		_ = p.control.SetWriteDeadline(time.Now().Add(p.timeout)) // else there is no connection to give it to
	}
}

// writeSome writes what belongs to the piece that has begun.
func (p *Pieces) writeSome(b []byte) (int, error) {
	began := time.Now()
	if err := p.control.SetWriteDeadline(began.Add(p.time)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := p.w.Write(b[:min(len(b), p.size)])
	p.sent += n
	p.size -= n
	p.time -= time.Since(began)
	if p.size == 0 {
		p.size, p.time = PieceSize, p.timeout
	}
	if err == nil {
		p.pause()
	}
	return n, err
}
