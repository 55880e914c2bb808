package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"

	"alphanode/server/wire"
	"alphanode/store"
)

// Why streams are broken off.
const (
	cutGone      = "gone"      // the reader left
	cutStalled   = "stalled"   // the reader stopped reading
	cutShutdown  = "shutdown"  // the server could wait no longer
	cutWithdrawn = "withdrawn" // posts of the release were taken down meanwhile
	cutFault     = "fault"     // the rest could not be read or written
)

// sendStream sends the body of an answer, whose header is laid out.
func (x *exchange) sendStream(w http.ResponseWriter, a *answer) {
	a.header.CopyTo(w.Header())
	w.WriteHeader(a.status)
	if x.r.Method == http.MethodHead {
		return
	}
	s := a.stream
	to := wire.NewPieces(w, x.server.settings.WriteTimeout)
	err := runStream(x.r.Context(), s, to)
	s.sent = to.Sent()
	x.calls, x.busy = s.reader.Stats()
	to.Grace()
	if err == nil {
		return
	}
	if !to.Failed() {
		to.Flush() // so that the status is sent
	}
	switch {
	case x.server.cutting.Load():
		s.cut = cutShutdown
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.cut = cutStalled
	case to.Failed() || x.r.Context().Err() != nil:
		s.cut = cutGone
	case errors.Is(err, store.ErrWithdrawn):
		s.cut = cutWithdrawn
	default:
		s.cut = cutFault
	}
	a.cause = err
	x.server.metrics.cutStreams.WithLabelValues(s.cut).Inc()
}

// runStream makes the body of a stream. A panic is a fault like any other.
func runStream(ctx context.Context, s *stream, to io.Writer) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return s.write(ctx, to)
}
