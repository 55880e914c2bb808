package command

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"alphanode/server/settings"
	"alphanode/store/catalogue"
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
func boundMemoryFor(c *catalogue.Catalogue) error {
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

// tuneMemory lets garbage gather to some tens of megabytes beside the answers that
// are kept. What a server keeps else is small, so by default the collector would run
// after every few dozen requests, and cost about as much as they do. Who sets the
// variables of the Go runtime decides alone.
//
// What waits for slow readers is no garbage: near the limit the collector would run
// all the time and free nothing. So the limit follows it, up and down.
func tuneMemory(settings *settings.Settings) (follow func(unsent int64)) {
	const (
		percent = 800
		limit   = 112 << 20 // bytes; near it the collector runs more often
		making  = 3         // times its length is what an answer takes while it is made and packed
	)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") != "" {
		return func(int64) {}
	}
	// The long answer that one processor makes is within the limit.
	more := max(runtime.GOMAXPROCS(0)-2, 0) * making * settings.MaxAnswer
	follow = func(unsent int64) { debug.SetMemoryLimit(limit + int64(settings.CacheSize+more) + unsent) }
	follow(0)
	return follow
}

const (
	// quietTime is how long the collector must not have run for the server to be quiet.
	quietTime = 10 * time.Second
	// spareMemory is how many bytes of garbage and of free memory a quiet server keeps.
	spareMemory = 8 << 20
)

// giveBackMemory gives back to the system, until the context ends, what a load has left
// behind: a server that is quiet makes so little garbage that the collector would not
// run for minutes.
func giveBackMemory(ctx context.Context) {
	samples := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/free:bytes"}}
	tick := time.NewTicker(quietTime)
	defer tick.Stop()
	cycles := uint64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(samples)
		before := cycles
		cycles = samples[0].Value.Uint64()
		objects, live, free := samples[1].Value.Uint64(), samples[2].Value.Uint64(), samples[3].Value.Uint64()
		if cycles == before && objects+free > live+spareMemory {
			debug.FreeOSMemory()
			cycles++
		}
	}
}
