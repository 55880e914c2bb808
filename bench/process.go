package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that runs apart.
type process struct {
	cmd   *exec.Cmd
	stop  context.CancelFunc
	ended chan error // gives what its end was, once
	log   string     // the file of its stderr
	addr  string
	ops   string // for operators; "" where it has none
	took  time.Duration
}

const (
	// listening begins the line by which a server tells its address.
	listening = "listening on http://"
	// startTime is how long a server may take to start.
	startTime = time.Minute
	// poll is the time between two looks at what a server does as it starts.
	poll = 200 * time.Microsecond
	// grace is how long a server may take to end.
	grace = 10 * time.Second
)

// start runs a program that serves, and waits until it answers a request with
// the status that is right. Its stderr goes to a file, as a log would.
func start(ctx context.Context, folder string, ready request, program ...string) (p *process, err error) {
	log, err := os.CreateTemp(folder, "log-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	// Opened to append, so that the file can be emptied while it is written to.
	appended, err := os.OpenFile(log.Name(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, appended.Close()) }()

	ctx, cancel := context.WithCancel(ctx)
	p = &process{stop: cancel, ended: make(chan error, 1), log: log.Name()}
	p.cmd = exec.CommandContext(ctx, program[0], program[1:]...)
	p.cmd.Stderr = appended
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = grace
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", filepath.Base(program[0]), err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	if err := p.await(ctx, began, ready); err != nil {
		said, _ := os.ReadFile(p.log) // it is only told
		return nil, errors.Join(fmt.Errorf("start %s: %w; it said: %.2000s", strings.Join(program[1:], " "), err, said), p.end())
	}
	return p, nil
}

// await waits for the first right answer and notes how long it took.
func (p *process) await(ctx context.Context, began time.Time, ready request) error {
	for p.addr == "" {
		text, err := os.ReadFile(p.log)
		if err != nil {
			return err
		}
		if _, rest, ok := strings.Cut(string(text), listening); ok {
			if addr, _, ok := strings.Cut(rest, "\n"); ok {
				p.addr = addr
				break
			}
		}
		if err := p.pause(ctx, began); err != nil {
			return err
		}
	}
	c, err := dial(p.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	a, err := c.ask(ready.wire)
	if err != nil {
		return err
	}
	if a.Status != ready.want.Status {
		return fmt.Errorf("%s: found the status %d, expected %d: %s", ready.key, a.Status, ready.want.Status, a.Body)
	}
	p.took = time.Since(began)
	return nil
}

// pause waits a moment for a process that starts.
func (p *process) pause(ctx context.Context, began time.Time) error {
	if time.Since(began) > startTime {
		return fmt.Errorf("no address after %s", startTime)
	}
	select {
	case err := <-p.ended:
		p.ended <- err // for end
		return errors.New("it ended before it listened")
	case <-time.After(poll):
		return ctx.Err()
	}
}

// findOps learns the address for operators from the log.
func (p *process) findOps(ctx context.Context) error {
	began := time.Now()
	for {
		text, err := os.ReadFile(p.log)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(text) {
			var entry struct{ Msg, Addr string }
			if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening for operators" {
				p.ops = entry.Addr
				return nil
			}
		}
		if err := p.pause(ctx, began); err != nil {
			return fmt.Errorf("find the operators' address in the log: %w", err)
		}
	}
}

// end stops the process and waits for it.
func (p *process) end() error {
	p.stop()
	err := <-p.ended
	if errors.Is(err, context.Canceled) || errors.As(err, new(*exec.ExitError)) {
		return nil // it was told to
	}
	return err
}

// emptyLog keeps the log from growing over many runs.
func (p *process) emptyLog() error { return os.Truncate(p.log, 0) }

func (p *process) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), name)
}

// tick is the unit of /proc/PID/stat: Linux counts 100 a second whatever its
// clock.
const tick = 10 * time.Millisecond

// cpu is the time that processors have spent for the process, its own and the
// kernel's: utime and stime of proc(5).
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(p.proc("stat"))
	if err != nil {
		return 0, fmt.Errorf("read the processor time of a server (this needs Linux): %w", err)
	}
	// The name, in brackets, may hold anything.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("read %s: found %q, expected at least 15 fields", p.proc("stat"), text)
	}
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, errors.Join(errUser, errSystem)
}

// anonymous is the private memory of the process in bytes: RssAnon of proc(5),
// which holds no page of a mapped file.
func (p *process) anonymous() (int64, error) {
	text, err := os.ReadFile(p.proc("status"))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "RssAnon:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("%s has no RssAnon", p.proc("status"))
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10, err
}

// settle waits until the process has nothing of its own to do, such as
// checking the release it has begun to serve.
func (p *process) settle(ctx context.Context) error {
	const still = 6 * tick
	for began := time.Now(); time.Since(began) < startTime; {
		before, err := p.cpu()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(still):
		}
		after, err := p.cpu()
		if err != nil {
			return err
		}
		if after-before <= tick {
			return nil
		}
	}
	return nil
}

// counters are what the server counts of itself.
type counters struct{ mallocs, storeCalls float64 }

// count reads the counters from the operators' address.
func (p *process) count() (c counters, err error) {
	ops, err := dial(p.ops)
	if err != nil {
		return c, fmt.Errorf("read metrics: %w", err)
	}
	defer ops.Close()
	a, err := ops.ask([]byte("GET /metrics HTTP/1.1\r\nHost: alphanode\r\n\r\n"))
	if err != nil {
		return c, fmt.Errorf("read metrics: %w", err)
	}
	for line := range strings.Lines(string(a.Body)) {
		line = strings.TrimSpace(line)
		space := strings.LastIndexByte(line, ' ')
		if space < 0 {
			continue
		}
		name, value := line[:space], line[space+1:]
		switch {
		case name == "go_memstats_mallocs_total":
			c.mallocs, err = strconv.ParseFloat(value, 64)
		case strings.HasPrefix(name, "alphanode_store_calls_total{"):
			var n float64
			n, err = strconv.ParseFloat(value, 64)
			c.storeCalls += n
		}
		if err != nil {
			return c, fmt.Errorf("read metrics: %w", err)
		}
	}
	return c, nil
}
