package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say what is measured and how.
type Options struct {
	Program     string   // the binary, which serves an archive and a limit
	Archives    []string // data directories, each with a published release
	Operations  []string // names; nil for all
	Duration    time.Duration
	Rounds      int
	Connections int
	Rate        float64           // calls a second; 0 for as many as are answered
	Burst       int               // connections of the burst; 0 for none
	Warm        bool              // answers are kept by the server, and were asked for before
	Coding      string            // which answers are packed by; "" for none
	Log         func(line string) // told how far it is
}

// Operations are the names of all operations and what they ask.
func Operations() (names, docs []string) {
	for _, o := range operations {
		names, docs = append(names, o.name), append(docs, o.doc)
	}
	return names, docs
}

// Run measures each archive, smallest first.
func Run(ctx context.Context, options Options) (_ *Report, err error) {
	folder, err := os.MkdirTemp("", "alphanode-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	report := &Report{Rounds: options.Rounds, Seconds: options.Duration.Seconds(), Connections: options.Connections, Rate: options.Rate, Warm: options.Warm, Coding: options.Coding}
	for _, data := range options.Archives {
		b := &bench{Options: options, folder: folder, data: data}
		found, err := b.run(ctx)
		if err != nil {
			return nil, fmt.Errorf("bench of %s: %w", data, err)
		}
		report.Archives = append(report.Archives, found)
	}
	slices.SortStableFunc(report.Archives, func(a, b *ArchiveReport) int { return a.Posts - b.Posts })
	return report, nil
}

// bench measures one archive.
type bench struct {
	Options
	folder  string // for what is kept while it runs
	data    string
	server  *process
	archive *archive
	peak    int64 // of the server's private memory, in bytes
}

// starts is how often the server is started; the figure is the median.
const starts = 5

func (b *bench) run(ctx context.Context) (_ *ArchiveReport, err error) {
	report := &ArchiveReport{Data: b.data}
	first := get("/v1/posts", url.Values{"limit": {"1"}})
	first.want.Status = 200
	var took []float64
	for i := range starts {
		program := []string{b.Program, "serve", "--empty", "--data", b.data, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-delay", "0s"}
		if !b.Warm {
			program = append(program, "--cache-size", "0")
		}
		b.server, err = start(ctx, b.folder, first, program...)
		if err != nil {
			return nil, err
		}
		took = append(took, milliseconds(b.server.took))
		if i < starts-1 {
			if err := b.server.end(); err != nil {
				return nil, err
			}
		}
	}
	defer func() { err = errors.Join(err, b.server.end()) }()
	report.StartMillis = median(took)
	if err := b.server.findOps(ctx); err != nil {
		return nil, err
	}
	if b.archive, err = learn(ctx, b.server.addr); err != nil {
		return nil, fmt.Errorf("learn what can be asked: %w", err)
	}
	report.Posts = b.archive.posts
	for _, o := range operations {
		if b.Operations != nil && !slices.Contains(b.Operations, o.name) {
			continue
		}
		questions, err := b.ask(ctx, o)
		if err != nil {
			return nil, fmt.Errorf("%s: learn what can be asked: %w", o.name, err)
		}
		for _, face := range []string{REST, GraphQL} {
			if face == GraphQL && o.graphql == "" {
				continue
			}
			line, err := b.operation(ctx, o, face, questions)
			if err != nil {
				return nil, fmt.Errorf("%s over %s: %w", o.name, face, err)
			}
			report.Lines = append(report.Lines, line)
			b.Log(fmt.Sprintf("%d posts, %s over %s: %s", report.Posts, o.name, face, line.brief()))
		}
	}
	if b.Burst > 0 {
		if report.Burst, err = b.burst(ctx); err != nil {
			return nil, fmt.Errorf("burst: %w", err)
		}
	}
	report.PeakBytes = b.peak
	return report, nil
}

// ask gives the questions of an operation.
func (b *bench) ask(ctx context.Context, o *operation) (_ []question, err error) {
	if b.archive.conn, err = dial(b.server.addr); err != nil {
		return nil, err
	}
	defer b.archive.conn.Close()
	return o.questions(ctx, b.archive)
}

// operation measures an operation over one face.
func (b *bench) operation(ctx context.Context, o *operation, face string, questions []question) (_ *Line, err error) {
	line := &Line{Operation: o.name, Face: face, Arguments: len(questions)}
	if len(questions) == 0 {
		line.Missing = "the archive has nothing to ask for"
		return line, nil
	}
	calls, err := b.calls(ctx, o, face, questions)
	if lacks := (missing{}); errors.As(err, &lacks) {
		line.Missing = lacks.Error()
		return line, nil
	}
	if err != nil {
		return nil, err
	}
	against, err := b.limit(ctx, calls)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, against.end()) }()
	if err := b.rounds(ctx, line, against, calls, load{connections: b.Connections, duration: b.Duration, rate: b.Rate}); err != nil {
		return nil, err
	}
	for _, requests := range calls {
		for _, r := range requests {
			line.Bytes += float64(len(r.want.Body)) / float64(len(calls))
		}
	}
	return line, nil
}

// rounds drives the server and its limit in turns.
func (b *bench) rounds(ctx context.Context, line *Line, against *process, calls []call, l load) error {
	var server, limit []*measured
	for range b.Rounds {
		m, err := b.measure(ctx, b.server, calls, l)
		if err != nil {
			return err
		}
		server = append(server, m)
		if m, err = b.measure(ctx, against, calls, l); err != nil {
			return err
		}
		limit = append(limit, m)
	}
	line.fill(server, limit)
	return nil
}

// calls makes the calls of an operation and notes the right answers: those
// that the server gives when it is asked first. With that, every page that the
// calls need is in memory.
func (b *bench) calls(ctx context.Context, o *operation, face string, questions []question) ([]call, error) {
	calls, err := o.calls(face, questions)
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	for worker := range b.Connections {
		group.Go(func() error {
			c, err := dial(b.server.addr)
			if err != nil {
				return err
			}
			defer c.Close()
			for i := worker; i < len(calls); i += b.Connections {
				for j := range calls[i] {
					if err := ctx.Err(); err != nil {
						return err
					}
					if err := calls[i][j].settle(c, b.Coding, o.unchanged); err != nil {
						return fmt.Errorf("%.300s: %w", calls[i][j].key, err)
					}
				}
			}
			return nil
		})
	}
	return calls, group.Wait()
}

// missing is an operation that the server does not have.
type missing struct{ error }

// settle notes the right answer to a request.
func (r *request) settle(c *conn, coding string, unchanged bool) error {
	a, err := c.ask(r.wire)
	if err != nil {
		return err
	}
	if err := a.sound(); err != nil {
		return err
	}
	if coding != "" {
		*r = r.with("Accept-Encoding: " + coding)
		if a, err = c.ask(r.wire); err != nil {
			return err
		}
	}
	if unchanged {
		*r = r.with("If-None-Match: " + a.ETag)
		if a, err = c.ask(r.wire); err != nil {
			return err
		}
		if a.Status != 304 {
			return fmt.Errorf("with its ETag: found the status %d, expected 304", a.Status)
		}
	}
	a.Body = slices.Clone(a.Body)
	r.want = a
	return nil
}

// sound reports what is wrong with the first answer to a request. What was
// learned from the server is there, so an answer that shows nothing is wrong.
func (a Answer) sound() error {
	var answer struct {
		Code   string
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if strings.HasPrefix(a.Type, "text/html") {
		if a.Status != 200 || !bytes.Contains(a.Body, []byte("</html>")) {
			return fmt.Errorf("found a page of the status %d and %d bytes", a.Status, len(a.Body))
		}
		return nil
	}
	if err := json.Unmarshal(a.Body, &answer); err != nil {
		return fmt.Errorf("found an answer that is no JSON: %w", err)
	}
	switch {
	case a.Status == 404 && strings.Contains(string(a.Body), "There is nothing at"),
		len(answer.Errors) > 0 && answer.Errors[0].Extensions.Code == "VALIDATION_FAILED":
		return missing{errors.New("the server does not have it")}
	case a.Status != 200 || len(answer.Errors) > 0:
		return fmt.Errorf("found the status %d, expected 200 and no errors: %.500s", a.Status, a.Body)
	}
	var fields map[string]json.RawMessage
	data := string(answer.Data)
	if json.Unmarshal(answer.Data, &fields) == nil {
		for _, value := range fields {
			if len(fields) == 1 { // the field of a GraphQL operation
				data = string(value)
			}
		}
	}
	if data == "" || data == "null" || data == "[]" || strings.Contains(data, `"nodes":[]`) {
		return fmt.Errorf("found an answer that shows nothing: %.500s", a.Body)
	}
	return nil
}

// limit starts a server that gives the right answers to the calls.
func (b *bench) limit(ctx context.Context, calls []call) (*process, error) {
	path := filepath.Join(b.folder, "answers")
	if err := writeAnswers(path, calls); err != nil {
		return nil, err
	}
	defer os.Remove(path) // the folder goes at the end in any case
	p, err := start(ctx, b.folder, calls[0][0], b.Program, LimitCommand, path)
	if err != nil {
		return nil, err
	}
	all := load{connections: b.Connections, calls: int64(len(calls))}
	if _, err := drive(ctx, p.addr, calls, all); err != nil {
		return nil, errors.Join(err, p.end())
	}
	return p, nil
}

// LimitCommand is the argument by which the binary becomes the limit.
const LimitCommand = "bench-limit"

// measured is a run and what it cost the server.
type measured struct {
	*run
	cpu time.Duration
	counters
}

// measure drives a server and looks what that costs it.
func (b *bench) measure(ctx context.Context, p *process, calls []call, l load) (*measured, error) {
	if err := errors.Join(p.settle(ctx), p.emptyLog()); err != nil {
		return nil, err
	}
	var m measured
	var before, after counters
	var err error
	if p.ops != "" {
		if before, err = p.count(); err != nil {
			return nil, err
		}
	}
	peak := b.watch(p)
	began, err := p.cpu()
	if err == nil {
		m.run, err = drive(ctx, p.addr, calls, l)
	}
	most := peak()
	if err != nil {
		return nil, err
	}
	ended, err := p.cpu()
	if err != nil {
		return nil, err
	}
	m.cpu = ended - began
	if p.ops != "" {
		if after, err = p.count(); err != nil {
			return nil, err
		}
		m.counters = counters{after.mallocs - before.mallocs, after.storeCalls - before.storeCalls}
		b.peak = max(b.peak, most)
	}
	return &m, nil
}

// watch looks at a server's memory until the function it gives is called, which
// gives the most it was.
func (b *bench) watch(p *process) (stop func() int64) {
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		look := time.NewTicker(20 * time.Millisecond)
		defer look.Stop()
		for {
			if n, err := p.anonymous(); err == nil { // a server that is gone is noticed by its answers
				peak = max(peak, n)
			}
			select {
			case <-look.C:
			case <-done:
				most <- peak
				return
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-most
	}
}

// burst asks for many lists at once, each over a connection of its own.
func (b *bench) burst(ctx context.Context) (_ *Line, err error) {
	var list *operation
	for _, o := range operations {
		if o.name == "list" {
			list = o
		}
	}
	questions, err := b.ask(ctx, list)
	if err != nil {
		return nil, err
	}
	line := &Line{Operation: "burst", Face: REST, Arguments: len(questions)}
	calls, err := b.calls(ctx, list, REST, questions)
	if err != nil {
		return nil, err
	}
	against, err := b.limit(ctx, calls)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, against.end()) }()
	err = b.rounds(ctx, line, against, calls, load{connections: b.Burst, calls: int64(b.Burst)})
	return line, err
}
