package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
	"fortio.org/log"
)

// load is how a server is driven.
type load struct {
	connections int
	duration    time.Duration
	calls       int64   // how many in all, instead of for a duration; 0 for a duration
	rate        float64 // calls a second over all connections; 0 for as many as are answered
}

// resolution of times, in seconds. The histogram reaches 100,000 times as far.
const resolution = 10e-6

// run is what came of driving a server once.
type run struct {
	calls, errors int64
	failure       error // the first
	elapsed       time.Duration
	times         *stats.HistogramData // of the calls, in seconds
}

func (r *run) throughput() float64 { return float64(r.calls) / r.elapsed.Seconds() }

// client makes calls over one connection, each in its turn.
type client struct {
	addr    string
	conn    *conn // nil where it broke
	calls   []call
	next    int
	failure *firstError
}

// firstError keeps the first of many.
type firstError struct {
	once sync.Once
	err  error
}

func (f *firstError) note(err error) { f.once.Do(func() { f.err = err }) }

// Run makes one call and reports whether every answer was right.
func (c *client) Run(context.Context, periodic.ThreadID) (bool, string) {
	requests := c.calls[c.next]
	c.next = (c.next + 1) % len(c.calls)
	for i := range requests {
		if err := c.exchange(&requests[i]); err != nil {
			c.failure.note(err)
			return false, ""
		}
	}
	return true, ""
}

func (c *client) exchange(r *request) error {
	if c.conn == nil {
		conn, err := dial(c.addr)
		if err != nil {
			return err
		}
		c.conn = conn
	}
	a, err := c.conn.ask(r.wire)
	if err != nil {
		err = errors.Join(err, c.conn.Close())
		c.conn = nil
		return err
	}
	return r.check(a)
}

// drive makes calls of a server, over connections that are there before the
// first. Each connection begins at another call.
func drive(ctx context.Context, addr string, calls []call, l load) (result *run, err error) {
	log.SetLogLevelQuiet(log.Error) // the runner tells what it does
	var failure firstError
	clients := make([]*client, 0, l.connections)
	defer func() {
		for _, c := range clients {
			if c.conn != nil {
				err = errors.Join(err, c.conn.Close())
			}
		}
	}()
	for i := range l.connections {
		conn, err := dial(addr)
		if err != nil {
			return nil, fmt.Errorf("connect to the server: %w", err)
		}
		clients = append(clients, &client{addr: addr, conn: conn, calls: calls, next: i * len(calls) / l.connections, failure: &failure})
	}
	stop := periodic.NewAborter()
	defer context.AfterFunc(ctx, func() { stop.Abort(false) })()
	rate := -1.0
	if l.rate > 0 {
		rate = l.rate
	}
	runner := periodic.NewPeriodicRunner(&periodic.RunnerOptions{
		NumThreads: l.connections, QPS: rate, Uniform: true, Duration: l.duration, Exactly: l.calls,
		Percentiles: []float64{50}, Resolution: resolution, Out: io.Discard, Stop: stop,
	})
	for i, c := range clients {
		runner.Options().Runners[i] = c
	}
	// On one processor the driver leaves more to the server, wakes itself less,
	// and is still far from using it up.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	found := runner.Run()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &run{
		calls: found.DurationHistogram.Count, errors: found.ErrorsDurationHistogram.Count, failure: failure.err,
		elapsed: found.ActualDuration, times: found.DurationHistogram,
	}, nil
}

// together lays the times of several runs into one histogram.
func together(runs []*run) *stats.HistogramData {
	all := stats.NewHistogram(0, resolution)
	for _, r := range runs {
		for _, b := range r.times.Data {
			all.RecordN((b.Start+b.End)/2, int(b.Count))
		}
	}
	return all.Export()
}
