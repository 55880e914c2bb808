package fleet

import (
	"runtime"
	"runtime/metrics"
	"sync"
)

// leastGarbage is how many bytes are fetched at least before what they were carried in is
// collected.
const leastGarbage = 32 << 20

// collector has the memory collected in which blocks came: a server is told to let much garbage
// gather, as requests leave it, and what a fetch leaves would come on top of that. A large heap
// is collected less often, so that it costs a fetch no more than it does a small one.
type collector struct {
	mu    sync.Mutex
	bytes int64
}

// fetched counts bytes that came.
func (c *collector) fetched(n int) {
	c.mu.Lock()
	c.bytes += int64(n)
	due := c.bytes >= max(leastGarbage, liveHeap()/2)
	if due {
		c.bytes = 0
	}
	c.mu.Unlock()
	if due {
		runtime.GC()
	}
}

// liveHeap is how many bytes the last collection has left.
func liveHeap() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}
