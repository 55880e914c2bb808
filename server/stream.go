package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"

	"alphanode/server/route"
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
func (x *exchange) sendStream(w http.ResponseWriter, a *route.Answer) {
	a.Header.CopyTo(w.Header())
	w.WriteHeader(a.Status)
	if x.r.Method == http.MethodHead {
		return
	}
	s := a.Stream
	s.Pay = x.pay
	to := wire.NewPieces(w, x.server.settings.WriteTimeout)
	err := runStream(x.r.Context(), s, to)
	s.Sent = to.Sent()
	x.store = storeOf(s.Reader)
	to.Grace()
	if err == nil {
		return
	}
	if !to.Failed() {
		to.Flush() // so that the status is sent
	}
	switch {
	case x.server.cutting.Load():
		s.Cut = cutShutdown
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.Cut = cutStalled
	case to.Failed() || x.r.Context().Err() != nil:
		s.Cut = cutGone
	case errors.Is(err, store.ErrWithdrawn):
		s.Cut = cutWithdrawn
	default:
		s.Cut = cutFault
	}
	a.Cause = err
	x.server.metrics.cutStreams.WithLabelValues(s.Cut).Inc()
}

// runStream makes the body of a stream. A panic is a fault like any other.
func runStream(ctx context.Context, s *route.Stream, to io.Writer) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return s.Write(ctx, to)
}
