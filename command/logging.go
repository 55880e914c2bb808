package command

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// gatherTime is how long a line of the log may wait for more.
	gatherTime = 200 * time.Millisecond
	// gatherSize is how many bytes may wait.
	gatherSize = 32 << 10
)

// gatheredLines writes lines together: a call of the operating system for each
// request's line costs about as much as finding what the request asked for.
type gatheredLines struct {
	to      io.Writer
	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // nil before the first line; it runs while lines wait
}

// Write takes one line. A log that cannot be written is lost: there is no one
// else to tell.
func (g *gatheredLines) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		if g.timer == nil {
			g.timer = time.AfterFunc(gatherTime, g.flush)
		} else {
			g.timer.Reset(gatherTime)
		}
	}
	g.waiting = append(g.waiting, line...)
	if len(g.waiting) >= gatherSize {
		g.write()
	}
	return len(line), nil
}

// flush writes what waits.
func (g *gatheredLines) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.write()
}

func (g *gatheredLines) write() {
	if len(g.waiting) == 0 {
		return
	}
	g.timer.Stop()
	_, _ = g.to.Write(g.waiting)
	g.waiting = g.waiting[:0]
}

// gatheringHandler gathers lines, but those that tell of trouble do not wait.
type gatheringHandler struct {
	slog.Handler
	lines *gatheredLines
}

func (h gatheringHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.lines.flush()
	}
	return err
}

func (h gatheringHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return gatheringHandler{h.Handler.WithAttrs(attrs), h.lines}
}

func (h gatheringHandler) WithGroup(name string) slog.Handler {
	return gatheringHandler{h.Handler.WithGroup(name), h.lines}
}
