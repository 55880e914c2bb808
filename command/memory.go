package command

import (
	"os"
	"runtime/debug"

	"alphanode/store"
)

// boundMemory lets the collector run more often once a command that builds or reads
// a whole release holds some hundreds of megabytes, so that what is garbage already
// does not double what it takes. What is held grows with the number of posts, and
// so does the bound. Who sets the variable of the Go runtime decides alone.
func boundMemory(posts int) {
	const (
		least   = 512 << 20 // bytes
		forPost = 1 << 10
	)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(least + int64(posts)*forPost)
	}
}

// boundMemoryFor is boundMemory for a command that may build any of the releases
// anew.
func boundMemoryFor(c *store.Catalogue) error {
	entries, err := c.List()
	if err != nil {
		return err
	}
	most := 0
	for _, e := range entries {
		most = max(most, e.Posts)
	}
	boundMemory(most)
	return nil
}
