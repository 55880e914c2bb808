package server_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/graph"
	"alphanode/server"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var (
	dearestRequests = flag.Int("dearest", 0, "how many requests of each face and coding TestDearestRequest measures; few, and without a clock, where it is left out")
	dearestData     = flag.String("dearest-data", "", "the data directory that they are asked of; a small archive where it is left out")
	dearestFound    = flag.String("dearest-found", "", "the folder that the bodies of the dearest requests are written to; nowhere where it is left out")
	dearestSeed     = flag.Uint64("dearest-seed", rand.Uint64(), "what they are made from")
)

// mostTime is what a request that the limits let through, or refuse, may take a
// processor. It is looked at where -dearest is given, as the least of several times.
const mostTime = 100 * time.Millisecond

// TestDearestRequest searches for the request of each face that costs most of those
// that the limits let through, packed and as it is: random ones, and those that cost
// most until then changed at random. What is counted is held to its bounds; the time
// that a processor took is printed, with -args -dearest=2000 -dearest-data=DIR.
func TestDearestRequest(t *testing.T) {
	a := newPricedArchive(t)
	rest, graphQL := newRESTRequests(t, a), newGraphQLRequests(t, a)
	for _, face := range []struct {
		name string
		make func(*tape) hostileRequest
	}{{"REST", rest.next}, {"GraphQL", graphQL.next}} {
		for i, coding := range []string{"identity", "gzip", "br", "zstd"} {
			t.Run(face.name+" "+coding, func(t *testing.T) {
				n := cmp.Or(*dearestRequests, 30)
				if testing.Short() {
					n = 5
				}
				search := climb{t: t, archive: a, make: face.make, coding: coding, rnd: rand.New(rand.NewPCG(*dearestSeed, uint64(i)))}
				search.run(n)
			})
		}
	}
}

// hostileRequest is a request that may cost much.
type hostileRequest struct{ method, target, body string }

// tried is a request and what it cost.
type tried struct {
	hostileRequest
	choices []uint32
	answered
}

// answered is what an answer was, and what it cost.
type answered struct {
	status int
	bytes  int // that are sent
	coding string
	start  []byte // of the body
	cost   int    // in units
	took   time.Duration
}

func (a answered) refused() bool {
	return a.status != http.StatusOK || bytes.Contains(a.start, []byte(`{"errors":[{"message"`)) && !bytes.Contains(a.start, []byte(`"data"`))
}

func (x tried) String() string {
	text := x.method + " " + x.target + " " + x.body
	for _, c := range "x:a \\" { // which there may be thousands of
		some := strings.Repeat(string(c), 12)
		for strings.Contains(text, some+some) {
			text = strings.ReplaceAll(text, some+some, some)
		}
	}
	return fmt.Sprintf("%v, %d units, %d bytes sent (%s), status %d, of %d bytes\n  %.1500s",
		x.took.Round(10*time.Microsecond), x.cost, x.bytes, cmp.Or(x.coding, "identity"), x.status, len(x.target)+len(x.body), text)
}

// climb looks for what costs most.
type climb struct {
	t       *testing.T
	archive *pricedArchive
	make    func(*tape) hostileRequest
	coding  string
	rnd     *rand.Rand

	dearest  ranked // those that took longest
	steepest ranked // those that took longest for what they paid
	refused  ranked // those that took longest to be refused
}

func (c *climb) run(n int) {
	c.dearest.worth = func(x tried) float64 { return float64(x.took) }
	c.refused.worth = c.dearest.worth
	c.steepest.worth = func(x tried) float64 { return float64(max(0, x.took-2*time.Millisecond)) / float64(x.cost+2000) }
	refused, largest := 0, tried{}
	for range n {
		tape := &tape{rnd: c.rnd}
		if from := one(tape, nil, c.dearest.best, c.dearest.best, c.steepest.best, c.refused.best); len(from) > 0 {
			tape.choices = slices.Clone(from[min(c.rnd.IntN(len(from)), c.rnd.IntN(len(from)))].choices)
			tape.change()
		} else {
			tape.choices = nil
		}
		tape.at = 0
		found := tried{hostileRequest: c.make(tape)}
		found.choices = tape.choices[:tape.at]
		found.answered = c.archive.ask(c.t, found.hostileRequest, c.coding)
		if c.t.Failed() {
			c.t.Fatalf("seed %d: %s %s %.2000s", *dearestSeed, found.method, found.target, found.body)
		}
		if found.bytes > largest.bytes {
			largest = found
		}
		if found.refused() {
			refused++
			c.keep(found, &c.refused)
		} else {
			c.keep(found, &c.dearest, &c.steepest)
		}
	}
	c.t.Logf("%d requests, %d refused: seed %d", n, refused, *dearestSeed)
	if *dearestRequests == 0 {
		return
	}
	for _, found := range []struct {
		name string
		best []tried
	}{{"dearest", c.dearest.best}, {"dearest for its price", c.steepest.best}, {"dearest that is refused", c.refused.best}, {"largest", []tried{largest}}} {
		if len(found.best) == 0 {
			continue
		}
		x := c.again(found.best[0], 5)
		c.t.Logf("%s: %v", found.name, x)
		if x.took > mostTime {
			c.t.Errorf("%s: it took a processor %v, expected at most %v", found.name, x.took, mostTime)
		}
		if *dearestFound != "" {
			file := strings.NewReplacer("/", "-", " ", "-").Replace(c.t.Name() + " " + found.name)
			if err := os.WriteFile(filepath.Join(*dearestFound, file), []byte(x.target+"\n"+x.body), 0o600); err != nil {
				c.t.Error(err)
			}
		}
	}
}

// ranked are the requests that are worth most.
type ranked struct {
	worth func(tried) float64
	best  []tried
}

// bred is how many are changed.
const bred = 12

func (r *ranked) takes(x tried) bool {
	return len(r.best) < bred || r.worth(x) > r.worth(r.best[bred-1])
}

func (r *ranked) add(x tried) {
	r.best = append(r.best, x)
	slices.SortStableFunc(r.best, func(a, b tried) int { return cmp.Compare(r.worth(b), r.worth(a)) })
	r.best = r.best[:min(len(r.best), bred)]
}

// keep ranks a request, where it is worth as much when it is asked again: what else
// the machine does is no cost of its.
func (c *climb) keep(found tried, among ...*ranked) {
	among = slices.DeleteFunc(among, func(r *ranked) bool { return !r.takes(found) })
	if len(among) == 0 {
		return
	}
	if *dearestRequests > 0 {
		found = c.again(found, 1)
	}
	for _, r := range among {
		if r.takes(found) {
			r.add(found)
		}
	}
}

// again asks servers that have answered nothing yet, and gives the least that it took.
func (c *climb) again(found tried, times int) tried {
	for range times {
		fresh := c.archive.opened(c.t)
		if again := fresh.ask(c.t, found.hostileRequest, c.coding); again.took < found.took {
			found.answered = again
		}
		fresh.close()
	}
	return found
}

// tape is the choices that a request is made of, one after the other. What is behind
// its end is random.
type tape struct {
	rnd     *rand.Rand
	choices []uint32
	at      int
}

// n is a number from 0 to n-1.
func (t *tape) n(n int) int {
	if t.at == len(t.choices) {
		t.choices = append(t.choices, t.rnd.Uint32())
	}
	t.at++
	return int(uint64(t.choices[t.at-1]) * uint64(n) >> 32)
}

func of[T any](t *tape, all []T) T { return all[t.n(len(all))] }

func one[T any](t *tape, all ...T) T { return of(t, all) }

// change changes some choices.
func (t *tape) change() {
	for range 1 + t.rnd.IntN(4) {
		at := t.rnd.IntN(len(t.choices) + 1)
		some := t.choices[at:min(len(t.choices), at+1+t.rnd.IntN(8))]
		switch t.rnd.IntN(5) {
		case 0, 1:
			for i := range some[:min(1, len(some))] {
				some[i] = t.rnd.Uint32()
			}
		case 2:
			for i := range some[:min(1, len(some))] {
				some[i] += uint32(1<<26) - t.rnd.Uint32N(1<<27)
			}
		case 3:
			t.choices = slices.Concat(t.choices[:at], t.choices[at+len(some):])
		case 4:
			t.choices = slices.Concat(t.choices[:at], slices.Repeat(some, 1+t.rnd.IntN(3)), t.choices[at:])
		}
	}
}

// pricedArchive is a server whose answers are measured.
type pricedArchive struct {
	catalogue *catalogue.Catalogue
	release   *release.Release
	shelf     *live.Others
	server    *server.Server
	last      *lastLine
}

func newPricedArchive(t *testing.T) *pricedArchive {
	t.Helper()
	a := &pricedArchive{}
	var err error
	if *dearestData != "" {
		a.catalogue, err = catalogue.Open(*dearestData)
	} else {
		a.catalogue, err = catalogue.Make(t.TempDir())
		generator, posts := synth.New(1), []*content.Post{}
		for i := range 300 {
			posts = append(posts, generator.Post(int64(i)+1))
		}
		storetest.Publish(t, a.catalogue, catalogue.ImportOptions{}, posts...)
		for _, p := range posts[:100] {
			p.Title += " again"
		}
		storetest.Publish(t, a.catalogue, catalogue.ImportOptions{}, posts[:280]...)
	}
	if err != nil {
		t.Fatal(err)
	}
	a = a.opened(t)
	t.Cleanup(a.close)
	return a
}

// opened is the same archive, of which nothing is known yet.
func (a *pricedArchive) opened(t *testing.T, flags ...string) *pricedArchive {
	t.Helper()
	current, err := a.catalogue.Current()
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.catalogue.Open(current)
	if err != nil {
		t.Fatal(err)
	}
	fresh := &pricedArchive{catalogue: a.catalogue, release: r, shelf: live.NewOthers(a.catalogue), last: &lastLine{}}
	fresh.server = serve(t, besideOthers{onlyOne{r}, fresh.shelf}, slog.New(fresh.last), flags...)
	return fresh
}

func (a *pricedArchive) close() {
	_ = a.release.Close()
	_ = a.shelf.Close()
}

// besideOthers serves one release for ever, beside others.
type besideOthers struct {
	onlyOne
	shelf *live.Others
}

func (s besideOthers) Others() *live.Others { return s.shelf }

// ask asks, and holds the answer to its bounds.
func (a *pricedArchive) ask(t *testing.T, q hostileRequest, coding string) answered {
	t.Helper()
	r := httptest.NewRequest(q.method, q.target, strings.NewReader(q.body))
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept-Encoding", coding)
	w := &counted{header: http.Header{}}
	if *dearestRequests > 0 {
		runtime.GC() // what others left is no cost of this one
	}
	before := processorTime(t)
	a.server.ServeHTTP(w, r)
	took := processorTime(t) - before
	found := answered{status: w.status, bytes: w.bytes, coding: w.header.Get("Content-Encoding"), start: w.start, cost: a.last.cost, took: took}
	limits := graph.DefaultLimits
	if found.status >= 500 {
		t.Errorf("found status %d because of %s: %s", found.status, a.last.cause, found.start)
	}
	if found.bytes > limits.Bytes {
		t.Errorf("found an answer of %d bytes", found.bytes)
	}
	if found.cost > limits.Complexity && found.coding == "" && !bytes.Contains(found.start, []byte("TOO_COMPLEX")) {
		t.Errorf("found an answer that cost %d: %s", found.cost, found.start)
	}
	return found
}

// counted counts an answer and keeps how it begins.
type counted struct {
	header        http.Header
	status, bytes int
	start         []byte
}

func (c *counted) Header() http.Header    { return c.header }
func (c *counted) WriteHeader(status int) { c.status = status }
func (c *counted) Write(p []byte) (int, error) {
	if len(c.start) < 2000 {
		c.start = append(c.start, p[:min(len(p), 2000)]...)
	}
	c.bytes += len(p)
	return len(p), nil
}

func processorTime(t *testing.T) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// lastLine keeps what the log says of the last request.
type lastLine struct {
	cost  int
	cause string
}

func (l *lastLine) Enabled(context.Context, slog.Level) bool { return true }
func (l *lastLine) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *lastLine) WithGroup(string) slog.Handler            { return l }
func (l *lastLine) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "request" {
		return nil
	}
	l.cost, l.cause = 0, ""
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "cost":
			l.cost = int(a.Value.Int64())
		case "cause":
			l.cause = a.Value.String()
		}
		return true
	})
	return nil
}
