package storetest

import "testing"

// Times is how often a test by chance does something: n times, or with -short a fifth as
// often. That is for runs beside a whole one, such as those with the race detector, which
// makes all of it five times as slow.
func Times(n int) int {
	if testing.Short() {
		return max(1, n/5)
	}
	return n
}
