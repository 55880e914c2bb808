package webhook

import (
	"math/rand/v2"
	"time"
)

const (
	// MaxAttempts is how often a message is tried: with the waits in between for
	// about an hour.
	MaxAttempts = 15

	firstWait = time.Second
	longest   = 10 * time.Minute
)

// Backoff is how long to wait behind so many failed attempts: twice as long each
// time up to ten minutes, and by up to a fifth more or less, so that many servers
// do not come at once.
func Backoff(failed int) time.Duration {
	wait := longest
	if failed < 11 {
		wait = min(firstWait<<max(failed-1, 0), longest)
	}
	return time.Duration(float64(wait) * (0.8 + 0.4*rand.Float64()))
}
