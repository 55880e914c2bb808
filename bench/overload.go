package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// OverloadOptions say how a server is asked for more than it can do.
type OverloadOptions struct {
	Program  string // the binary
	Archive  string // a data directory with a published release
	Times    float64
	Duration time.Duration // of the overload
	Log      func(line string)
}

// OverloadReport is how a server that runs on one processor bore it. All is compared with
// what the same server did in the same run.
type OverloadReport struct {
	Questions      int     `json:"questions"`      // different ones
	UnloadedMillis []Share `json:"unloadedMillis"` // by one reader, one after the other
	Peak           float64 `json:"peak"`           // answers a second, by four readers
	Offered        float64 `json:"offered"`        // requests a second
	Goodput        float64 `json:"goodput"`        // right answers a second
	GoodputRatio   float64 `json:"goodputRatio"`   // to the peak
	Refused        float64 `json:"refused"`        // 503 a second
	Failed         int     `json:"failed"`         // neither
	AdmittedMillis []Share `json:"admittedMillis"`
	RefusedMillis  []Share `json:"refusedMillis"`
	P99Ratio       float64 `json:"p99Ratio"` // of the admitted, to the unloaded
	HealthMillis   []Share `json:"healthMillis"`
	HealthFailed   int     `json:"healthFailed"`
	MemoryBefore   int64   `json:"memoryBefore"` // private bytes
	MemoryEarly    int64   `json:"memoryEarly"`  // after the first turn of the overload
	MemoryLate     int64   `json:"memoryLate"`   // at its end
	NormalMillis   float64 `json:"normalMillis"` // after its end, at half the peak, until no request is refused and no more than one in fifty is slow
	CalmMillis     float64 `json:"calmMillis"`   // the same, before any overload: what the machine itself does
}

// Share is how much a share of a distribution is at most.
type Share struct {
	Share float64 `json:"share"`
	Value float64 `json:"value"`
}

func shares(samples []sample, status int) []Share {
	var times []float64
	for _, s := range samples {
		if s.status == status {
			times = append(times, milliseconds(s.took))
		}
	}
	slices.Sort(times)
	var all []Share
	for _, share := range []float64{.5, .9, .99, 1} {
		if len(times) > 0 {
			all = append(all, Share{share, times[int(float64(len(times)-1)*share)]})
		}
	}
	return all
}

// at gives the value of a share; 0 where there is none.
func at(shares []Share, share float64) float64 {
	for _, s := range shares {
		if s.Share == share {
			return s.Value
		}
	}
	return 0
}

// The processors of the server and of who asks.
const serversProcessor, askersProcessor = "0", "1"

const (
	// turns is how often the peak and the overload are measured, one behind the other.
	turns    = 4
	peakTime = 2 * time.Second
	// quietLoad is for how long half of what the server can do is asked, before and after.
	quietLoad = 5 * time.Second
)

// Overload measures a server of one processor, which keeps no answers, with questions that
// take 2 to 10 ms each.
func Overload(ctx context.Context, o OverloadOptions) (_ *OverloadReport, err error) {
	folder, err := os.MkdirTemp("", "alphanode-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if out, err := exec.CommandContext(ctx, "taskset", "-apc", askersProcessor, strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("keep to one processor with taskset, which this needs: %w: %s", err, out)
	}
	ready := get("/v1/posts", url.Values{"limit": {"1"}})
	ready.want.Status = 200
	server, err := start(ctx, folder, ready, "taskset", "-c", serversProcessor, o.Program, "serve", "--empty", "--data", o.Archive,
		"--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-delay", "0s", "--cache-size", "0")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.end()) }()
	if err := server.settle(ctx); err != nil {
		return nil, err
	}
	questions, err := slowQuestions(server.addr)
	if err != nil {
		return nil, err
	}
	report := &OverloadReport{Questions: len(questions)}

	alone := closedLoop(ctx, server.addr, questions, 1, 4*time.Second)
	report.UnloadedMillis = shares(alone, 200)
	o.Log(fmt.Sprintf("alone: %s", sharesText(report.UnloadedMillis)))
	slow := time.Duration(5 * at(report.UnloadedMillis, .99) * float64(time.Millisecond))
	if report.MemoryBefore, err = server.anonymous(); err != nil {
		return nil, err
	}
	before := openLoop(ctx, server.addr, questions, rate(alone, 200, 4*time.Second)/2, quietLoad)
	// Peak and overload in turns: the speed of a machine can change by a third within seconds.
	var peaks, loaded, checks []sample
	part := o.Duration / turns
	for turn := range turns {
		peak := closedLoop(ctx, server.addr, questions, 4, peakTime)
		peaks = append(peaks, peak...)
		report.Offered = rate(peak, 200, peakTime) * o.Times
		health := make(chan []sample, 1)
		go func() {
			alive := get("/health", nil)
			alive.want.Status = 200
			alive.want.Body = []byte(`{"ok":true}`)
			health <- openLoop(ctx, server.addr, []request{alive}, 10, part)
		}()
		under := openLoop(ctx, server.addr, questions, report.Offered, part)
		loaded, checks = append(loaded, under...), append(checks, <-health...)
		if report.MemoryLate, err = server.anonymous(); err != nil {
			return nil, err
		}
		if turn == 0 {
			report.MemoryEarly = report.MemoryLate
		}
		o.Log(fmt.Sprintf("peak: %.0f answers a second; at %.0f requests a second: %.0f", rate(peak, 200, peakTime), report.Offered, rate(under, 200, part)))
	}
	report.Peak = rate(peaks, 200, turns*peakTime)
	report.Offered = report.Peak * o.Times
	after := openLoop(ctx, server.addr, questions, report.Peak/2, quietLoad)
	report.HealthMillis, report.HealthFailed = shares(checks, 200), failed(checks)
	report.Goodput, report.Refused, report.Failed = rate(loaded, 200, o.Duration), rate(loaded, 503, o.Duration), failed(loaded)
	report.AdmittedMillis, report.RefusedMillis = shares(loaded, 200), shares(loaded, 503)
	report.GoodputRatio = report.Goodput / report.Peak
	report.P99Ratio = at(report.AdmittedMillis, .99) / at(report.UnloadedMillis, .99)
	report.NormalMillis, report.CalmMillis = milliseconds(normalFrom(after, slow)), milliseconds(normalFrom(before, slow))
	return report, ctx.Err()
}

// normalWindow is how much time is looked at together: one slow answer among many is a
// pause of the machine, and none of the server's trouble.
const normalWindow = 500 * time.Millisecond

// normalFrom is the end of the last window in which any request was refused, or more than
// one in fifty was slow; 0 where there is none.
func normalFrom(samples []sample, slow time.Duration) (from time.Duration) {
	type window struct{ all, slow, refused int }
	windows := map[time.Duration]window{}
	for _, s := range samples {
		w := windows[s.at/normalWindow]
		w.all++
		switch {
		case s.status != 200:
			w.refused++
		case s.took > slow:
			w.slow++
		}
		windows[s.at/normalWindow] = w
	}
	for i, w := range windows {
		if w.refused > 0 || w.slow*50 > w.all {
			from = max(from, (i+1)*normalWindow)
		}
	}
	return from
}

// failed counts what was neither answered nor refused.
func failed(samples []sample) (n int) {
	for _, s := range samples {
		if s.status != 200 && s.status != 503 {
			n++
		}
	}
	return n
}

func rate(samples []sample, status int, in time.Duration) float64 {
	n := 0
	for _, s := range samples {
		if s.status == status {
			n++
		}
	}
	return float64(n) / in.Seconds()
}

// closedLoop has so many readers ask one question after the other.
func closedLoop(ctx context.Context, addr string, questions []request, readers int, duration time.Duration) (samples []sample) {
	began := time.Now()
	found := make(chan []sample, readers)
	for range readers {
		go func() {
			c := &client{addr: addr, failure: new(firstError)}
			var own []sample
			for time.Since(began) < duration && ctx.Err() == nil {
				asked := time.Now()
				status := c.status(&questions[rand.IntN(len(questions))])
				own = append(own, sample{asked.Sub(began), time.Since(asked), status})
			}
			if c.conn != nil {
				_ = c.conn.Close()
			}
			found <- own
		}()
	}
	for range readers {
		samples = append(samples, <-found...)
	}
	return samples
}

const (
	shortest, longest = 2 * time.Millisecond, 10 * time.Millisecond
	manyQuestions     = 40
	// sampled is about how many posts such a question is about: of few, most of the time goes
	// into what all questions cost.
	sampled = 200
)

// slowQuestions makes questions that take the server from 2 to 10 ms each, evenly.
func slowQuestions(addr string) ([]request, error) {
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	// time gives the least of some times, and the right answer.
	least := func(r *request) (time.Duration, error) {
		best := time.Minute
		for range 4 {
			began := time.Now()
			a, err := c.ask(r.wire)
			if err != nil {
				return 0, err
			}
			if a.Status != 200 || strings.HasPrefix(string(a.Body), `{"errors"`) {
				return 0, fmt.Errorf("%.200s: found %d %.200s", r.key, a.Status, a.Body)
			}
			best = min(best, time.Since(began))
			r.want = Answer{Status: a.Status, Body: slices.Clone(a.Body)}
		}
		return best, nil
	}
	sample, err := slowQuestion(sampled)
	if err != nil {
		return nil, err
	}
	per, err := least(&sample)
	if err != nil {
		return nil, err
	}
	var questions []request
	for tries := 0; len(questions) < manyQuestions; tries++ {
		if tries == 10*manyQuestions {
			return nil, fmt.Errorf("found %d questions that take 2 to 10 ms, expected %d: the machine is too busy", len(questions), manyQuestions)
		}
		wanted := shortest + time.Duration(rand.Int64N(int64(longest-shortest)))
		q, err := slowQuestion(max(1, int(sampled*wanted/per)))
		if err != nil {
			return nil, err
		}
		took, err := least(&q)
		if err != nil {
			return nil, err
		}
		if took >= shortest && took <= longest {
			questions = append(questions, q)
		}
	}
	return questions, nil
}

// slowQuestion asks what is most similar to each of so many posts, from somewhere in the
// archive: much work and a short answer, so that who asks has little to do.
func slowQuestion(posts int) (request, error) {
	var text strings.Builder
	for page := 0; posts > 0; page++ {
		fmt.Fprintf(&text, "p%d: posts(first: %d, offset: %d) { nodes { similar(first: 1) { nodes { slug } } } } ", page, min(posts, 100), rand.IntN(1000))
		posts -= 100
	}
	return post("{ "+text.String()+"}", nil)
}

func sharesText(all []Share) string {
	var texts []string
	for _, s := range all {
		texts = append(texts, fmt.Sprintf("p%g %.1f ms", 100*s.Share, s.Value))
	}
	return strings.Join(texts, ", ")
}

// String is the report for people.
func (r *OverloadReport) String() string {
	mb := func(n int64) float64 { return float64(n) / 1e6 }
	return fmt.Sprintf(`alone      %s
peak       %.0f answers a second
offered    %.0f requests a second
goodput    %.0f answers a second, %.2f of the peak; %.0f refused a second, %d failed
admitted   %s; p99 is %.1f times that of who asks alone
refused    %s
/health    %s; %d failed
memory     %.0f MB before, %.0f MB after a quarter of the overload, %.0f MB at its end
normal     %.0f ms after its end; %.0f ms from the beginning of as many requests before
`, sharesText(r.UnloadedMillis), r.Peak, r.Offered, r.Goodput, r.GoodputRatio, r.Refused, r.Failed, sharesText(r.AdmittedMillis), r.P99Ratio,
		sharesText(r.RefusedMillis), sharesText(r.HealthMillis), r.HealthFailed, mb(r.MemoryBefore), mb(r.MemoryEarly), mb(r.MemoryLate), r.NormalMillis, r.CalmMillis)
}
