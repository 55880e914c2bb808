package highlight

import "time"

// Waiting is a marker that waits longer, for tests on machines that do much else.
func Waiting(wait, slow time.Duration) *Marker {
	m := New()
	m.wait, m.slow = wait, slow
	return m
}
