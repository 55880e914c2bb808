package telemetry

import (
	"log/slog"
	"sync"
	"time"
)

// quiet is how long nothing is said after a trouble was told: a collector that is away
// fails again and again.
const quiet = time.Minute

// troubles tells the log what could not be sent.
type troubles struct {
	log   *slog.Logger
	mu    sync.Mutex
	told  time.Time
	since int // that were not told
}

func newTroubles(log *slog.Logger) *troubles { return &troubles{log: log} }

// Handle takes an error of the library.
func (t *troubles) Handle(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := time.Now(); now.Sub(t.told) >= quiet {
		t.log.Warn("telemetry was not sent; answers go on", "error", err, "untold", t.since)
		t.told, t.since = now, 0
		return
	}
	t.since++
}
