package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// someCalls are calls over both faces, and the right answers to them.
func someCalls(t *testing.T) ([]call, map[string]Answer) {
	t.Helper()
	var calls []call
	for i := range 40 {
		body := fmt.Appendf(nil, `{"data":%d}`, i)
		r := get("/v1/posts", url.Values{"page": {fmt.Sprint(i)}})
		r.want = Answer{Status: 200, Type: "application/json", Body: body}
		g, err := post("query ($n: Int) { n }", map[string]any{"n": i})
		if err != nil {
			t.Fatal(err)
		}
		g.want = r.want
		same := get("/v1/same", url.Values{"page": {fmt.Sprint(i)}}).with("If-None-Match: " + `"tag"`)
		same.want = Answer{Status: 304, ETag: `"tag"`}
		calls = append(calls, call{r, g}, call{same})
	}
	answers := map[string]Answer{}
	for _, requests := range calls {
		for _, r := range requests {
			answers[r.key] = r.want
		}
	}
	return calls, answers
}

// TestDrive holds what is told of a server's answers against what the server
// really did with them.
func TestDrive(t *testing.T) {
	t.Parallel()
	calls, right := someCalls(t)
	changed := calls[6][0].key // of one call among all
	for _, test := range []struct {
		name   string
		change func(map[string]Answer)
		errors int64 // of one call of each
		says   string
	}{
		{"all right", func(map[string]Answer) {}, 0, ""},
		{"another byte", func(a map[string]Answer) {
			b := a[changed]
			b.Body = []byte(`{"data":7}`)
			a[changed] = b
		}, 1, "not those of the first answer"},
		{"an answer cut short", func(a map[string]Answer) {
			b := a[changed]
			b.Body = b.Body[:3]
			a[changed] = b
		}, 1, "not those of the first answer"},
		{"another status", func(a map[string]Answer) {
			b := a[changed]
			b.Status = 503
			a[changed] = b
		}, 1, "found the status 503, expected 200"},
		{"no answer", func(a map[string]Answer) { delete(a, changed) }, 1, "found the status 404, expected 200"},
		{"changed though it was not to be", func(a map[string]Answer) {
			b := a[calls[1][0].key]
			b.Status, b.Body = 200, []byte("{}")
			a[calls[1][0].key] = b
		}, 1, "found the status 200, expected 304"},
	} {
		for _, rate := range []float64{0, 10_000} {
			t.Run(fmt.Sprintf("%s, rate %.0f", test.name, rate), func(t *testing.T) {
				t.Parallel()
				answers := maps.Clone(right)
				test.change(answers)
				server := httptest.NewServer(newLimit(answers))
				defer server.Close()
				n := int64(len(calls))
				got, err := drive(t.Context(), strings.TrimPrefix(server.URL, "http://"), calls, load{connections: 4, calls: n, rate: rate})
				if err != nil {
					t.Fatal(err)
				}
				if got.calls != n || got.times.Count != n || got.errors != test.errors {
					t.Errorf("found %d calls, %d times and %d errors, expected %d, %d and %d", got.calls, got.times.Count, got.errors, n, n, test.errors)
				}
				if said := fmt.Sprint(got.failure); test.says != "" && !strings.Contains(said, test.says) || test.says == "" && got.failure != nil {
					t.Errorf("found the failure %q, expected %q in it", said, test.says)
				}
				if all := together([]*run{got, got}); all.Count != 2*n {
					t.Errorf("two runs together have %d times, expected %d", all.Count, 2*n)
				}
			})
		}
	}
}

// TestDriveGoesOn: a connection that breaks is one error, not the end.
func TestDriveGoesOn(t *testing.T) {
	t.Parallel()
	calls, answers := someCalls(t)
	server := httptest.NewUnstartedServer(newLimit(answers))
	server.Config.SetKeepAlivesEnabled(false) // each answer is the last of its connection
	server.Start()
	defer server.Close()
	single := []call{calls[1]}
	got, err := drive(t.Context(), server.Listener.Addr().String(), single, load{connections: 1, calls: 10})
	if err != nil {
		t.Fatal(err)
	}
	if got.calls != 10 || got.errors != 5 {
		t.Errorf("found %d errors of %d calls, expected every other of 10", got.errors, got.calls)
	}
}

func TestDriveStops(t *testing.T) {
	t.Parallel()
	calls, answers := someCalls(t)
	server := httptest.NewServer(newLimit(answers))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := drive(ctx, server.Listener.Addr().String(), calls, load{connections: 2, duration: time.Hour})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("found %v, expected that it was stopped", err)
	}
}

// TestServeLimit takes the answers through the file.
func TestServeLimit(t *testing.T) {
	t.Parallel()
	calls, _ := someCalls(t)
	path := filepath.Join(t.TempDir(), "answers")
	if err := writeAnswers(path, calls); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	addr, ended := make(lineWriter, 1), make(chan error)
	go func() { ended <- ServeLimit(ctx, path, addr) }()
	host, ok := strings.CutPrefix(strings.TrimSpace(<-addr), listening)
	if !ok {
		t.Fatalf("found the address %q, expected %q before it", host, listening)
	}
	got, err := drive(t.Context(), host, calls, load{connections: 2, calls: int64(len(calls))})
	if err != nil || got.errors > 0 {
		t.Errorf("found %d errors (%v), expected none: %v", got.errors, err, got.failure)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

type lineWriter chan string

func (w lineWriter) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// TestSound: a first answer that is wrong must not become the right one.
func TestSound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status     int
		body, says string // "" where it is sound
	}{
		{200, `{"data":[{"slug":"a"}],"page":{}}`, ""},
		{200, `{"data":{"slug":"a","title":"b"}}`, ""},
		{200, `{"data":{"post":{"slug":"a"}}}`, ""},
		{200, `{"data":[]}`, "shows nothing"},
		{200, `{"data":{"post":null}}`, "shows nothing"},
		{200, `{"data":{"posts":{"nodes":[]}}}`, "shows nothing"},
		{200, `{"data":{"post":{"slug":"a"}},"errors":[{"message":"m"}]}`, "no errors"},
		{200, `{"data":`, "no JSON"},
		{503, `{"code":"OVERLOADED"}`, "status 503"},
		{404, `{"code":"NOT_FOUND","detail":"There is no post a."}`, "status 404"},
		{404, `{"code":"NOT_FOUND","detail":"There is nothing at /v1/facets; …"}`, "does not have it"},
		{200, `{"errors":[{"message":"m","extensions":{"code":"VALIDATION_FAILED"}}]}`, "does not have it"},
	} {
		err := Answer{Status: test.status, Body: []byte(test.body)}.sound()
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%d %s: found %v, expected %q", test.status, test.body, err, test.says)
		}
		if lacks := errors.As(err, new(missing)); lacks != (test.says == "does not have it") {
			t.Errorf("%d %s: found %v, expected it to be told from an error", test.status, test.body, err)
		}
	}
}

// TestQuestion: both faces are asked the same.
func TestQuestion(t *testing.T) {
	t.Parallel()
	q := question{tool: "git", quality: 60, difficulty: "advanced", order: "-publishedAt", limit: 20, page: 3}
	if got, want := q.parameters().Encode(), "difficulty=advanced&limit=20&page=3&quality.gte=60&sort=-publishedAt&tool=git"; got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
	got, err := json.Marshal(q.variables())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"filter":{"difficulty":{"eq":"advanced"},"quality":{"gte":60},"tool":{"eq":"git"}},"first":20,"offset":40,"orderBy":{"direction":"DESC","field":"PUBLISHED_AT"}}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

// TestFill holds the figures of a line against runs made by hand.
func TestFill(t *testing.T) {
	t.Parallel()
	round := func(calls int64, cpu, elapsed time.Duration, wrong int64) *measured {
		times := together(nil)
		m := &measured{run: &run{calls: calls, errors: wrong, elapsed: elapsed, times: times}, cpu: cpu}
		m.mallocs, m.storeCalls = float64(50*calls), float64(2*calls)
		if wrong > 0 {
			m.failure = errors.New("wrong")
		}
		return m
	}
	line := &Line{}
	line.fill(
		[]*measured{round(1000, 400*time.Millisecond, time.Second, 0), round(1000, 100*time.Millisecond, time.Second, 2), round(1000, 200*time.Millisecond, time.Second, 0)},
		[]*measured{round(4000, 400*time.Millisecond, time.Second, 0), round(4000, 200*time.Millisecond, time.Second, 0), round(4000, 200*time.Millisecond, time.Second, 1)},
	)
	want := &Line{
		Calls: 3000, Errors: 3, FirstError: "wrong", Allocs: 50, StoreCalls: 2, Ratio: 0.25, RateRatio: 0.25,
		Server: Figures{Throughput: 1000, CPUMicros: 200}, Limit: Figures{Throughput: 4000, CPUMicros: 50},
	}
	if d := cmp.Diff(want, line); d != "" {
		t.Error(d)
	}
	report := &Report{Archives: []*ArchiveReport{{Lines: []*Line{line}}, {Lines: []*Line{{Server: Figures{CPUMicros: 300}}}, Burst: &Line{Errors: 1}}}}
	if got := report.Wrong(); got != 4 {
		t.Errorf("found %d wrong answers, expected 4", got)
	}
	if d := cmp.Diff([]Growth{{Ratio: 1.5}}, report.Growth()); d != "" {
		t.Error(d)
	}
}

// TestNormalFrom: a window with a refusal, or with more than one slow answer in fifty, is
// not normal; one with a pause of the machine is.
func TestNormalFrom(t *testing.T) {
	t.Parallel()
	const slow = 10 * time.Millisecond
	usual := func() (all []sample) {
		for at := time.Duration(0); at < 3*time.Second; at += 5 * time.Millisecond {
			all = append(all, sample{at: at, took: time.Millisecond, status: 200})
		}
		return all
	}
	with := func(status int, took time.Duration, numbers ...int) []sample {
		all := usual()
		for _, i := range numbers {
			all[i].status, all[i].took = status, took
		}
		return all
	}
	for name, tt := range map[string]struct {
		samples []sample
		want    time.Duration
	}{
		"nothing":           {nil, 0},
		"usual":             {usual(), 0},
		"a pause":           {with(200, time.Second, 50, 250), 0},
		"slow for a while":  {with(200, time.Second, 210, 211, 212), 1500 * time.Millisecond},
		"refused at first":  {with(503, 0, 3), 500 * time.Millisecond},
		"refused at an end": {with(503, 0, 3, 599), 3 * time.Second},
	} {
		if got := normalFrom(tt.samples, slow); got != tt.want {
			t.Errorf("%s: found %s, expected %s", name, got, tt.want)
		}
	}
}
