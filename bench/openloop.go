package bench

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// sample is one request of an open loop and what came of it.
type sample struct {
	at     time.Duration // when it was due, since the loop began
	took   time.Duration // from then on, so that waiting for a connection counts
	status int           // 0 where there was no answer, or one that is not right
}

// mostConnections bounds an open loop. Where all are taken a request waits, and its time
// runs.
const mostConnections = 600

// openLoop asks at a rate, at random instants (a Poisson process), whether or not what was
// asked before is answered: as many readers do who know nothing of each other.
func openLoop(ctx context.Context, addr string, requests []request, rate float64, duration time.Duration) []sample {
	type due struct {
		at      time.Time
		request *request
	}
	began := time.Now()
	queue := make(chan due, int(rate*duration.Seconds()*2)+1000)
	var (
		mu      sync.Mutex
		samples []sample
		all     sync.WaitGroup
		idle    atomic.Int64
		workers int
	)
	work := func() {
		c := &client{addr: addr, failure: new(firstError)}
		defer func() {
			if c.conn != nil {
				_ = c.conn.Close()
			}
		}()
		for {
			idle.Add(1)
			next, more := <-queue
			idle.Add(-1)
			if !more {
				return
			}
			status := c.status(next.request)
			s := sample{next.at.Sub(began), time.Since(next.at), status}
			mu.Lock()
			samples = append(samples, s)
			mu.Unlock()
		}
	}
	for at := began; time.Since(began) < duration && ctx.Err() == nil; {
		at = at.Add(time.Duration(rand.ExpFloat64() / rate * float64(time.Second)))
		time.Sleep(time.Until(at))
		if idle.Load() == 0 && workers < mostConnections {
			workers++
			all.Go(work)
		}
		queue <- due{at, &requests[rand.IntN(len(requests))]}
	}
	close(queue)
	all.Wait()
	return samples
}

// status asks and gives the status of the answer; 0 where none came, or another than the
// right one with its status.
func (c *client) status(r *request) int {
	if c.conn == nil {
		conn, err := dial(c.addr)
		if err != nil {
			return 0
		}
		c.conn = conn
	}
	a, err := c.conn.ask(r.wire)
	if err != nil {
		_ = c.conn.Close()
		c.conn = nil
		return 0
	}
	if a.Status == r.want.Status && r.check(a) != nil {
		return 0
	}
	return a.Status
}
