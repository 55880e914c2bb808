package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/content"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// gate is a Live that can hold back those who make answers.
type gate struct {
	release *release.Release
	hold    func()
}

func (g *gate) Acquire() (*release.Release, error) {
	g.release.Retain()
	return g.release, nil
}

func (g *gate) Reached(string, string) (bool, error) { return true, nil }

// Others is asked for when an answer is made.
func (g *gate) Recent(time.Duration) []string { return nil }
func (g *gate) Others() *live.Others {
	g.hold()
	return nil
}
func (g *gate) Staged() string              { return "" }
func (g *gate) Problem() string             { return "" }
func (g *gate) OnSwitch(func(store.Switch)) {}
func (g *gate) Damage() live.Damage         { return live.Damage{} }
func (g *gate) Pin(context.Context, string, store.PinOptions) (*release.Release, error) {
	return g.Acquire()
}

type noKeys struct{}

func (noKeys) Find(string) (store.Key, bool) { return store.Key{}, false }
func (noKeys) ByID(string) (store.Key, bool) { return store.Key{}, false }
func (noKeys) Problem() string               { return "" }

func testServer(t testing.TB, release *release.Release, hold func(), flags map[string]string) *Server {
	t.Helper()
	if _, ok := flags["ops-addr"]; !ok {
		flags = maps.Clone(flags)
		if flags == nil {
			flags = map[string]string{}
		}
		flags["ops-addr"] = ""
	}
	settings, err := settings.Read(settings.Sources{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(settings, Archive{Live: &gate{release, hold}, Keys: noKeys{}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func onePostRelease(t testing.TB) *release.Release {
	return storetest.Release(t, &content.Post{Slug: "a", Title: "A"})
}

// pipes is a listener in memory, so that a test can run on a clock of its own.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func newPipes() *pipes {
	p := &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.connections <- server:
		return client, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	}
}

// fetched is what came back from the server.
type fetched struct {
	status int
	body   string
	err    error
}

func fetch(client *http.Client, path string) fetched {
	r, err := client.Get("http://server" + path)
	if err != nil {
		return fetched{err: err}
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return fetched{r.StatusCode, string(body), err}
}

// lifecycle is a server running on pipes, with one request held back in it.
type lifecycle struct {
	client *http.Client
	stop   context.CancelFunc
	let    chan struct{} // closed to let the request go on
	slow   chan fetched
	ran    chan error
}

func startLifecycle(t *testing.T, release *release.Release, flags map[string]string) *lifecycle {
	l := &lifecycle{let: make(chan struct{}), slow: make(chan fetched, 1), ran: make(chan error, 1)}
	first := true
	s := testServer(t, release, func() {
		if first {
			first = false
			<-l.let
		}
	}, flags)
	p := newPipes()
	s.listener = p
	transport := &http.Transport{DialContext: p.dial, DisableKeepAlives: true}
	l.client = &http.Client{Transport: transport}
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	go func() { l.ran <- s.Run(ctx) }()
	go func() { l.slow <- fetch(l.client, "/v1/posts/a") }()
	synctest.Wait()
	return l
}

func TestShutdown(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		l := startLifecycle(t, release, map[string]string{"drain-delay": "3s", "shutdown-grace": "20s", "request-timeout": "50s", "write-timeout": "1m"})
		if r := fetch(l.client, "/ready"); r.status != 200 {
			t.Errorf("before: found %+v", r)
		}
		l.stop()
		synctest.Wait()
		if r := fetch(l.client, "/ready"); r.status != 503 || !strings.Contains(r.body, "shutting down") {
			t.Errorf("while draining: found %+v, expected not to be ready", r)
		}
		if r := fetch(l.client, "/v1/tools"); r.status != 200 {
			t.Errorf("while draining: found %+v, expected answers as ever", r)
		}
		time.Sleep(4 * time.Second)
		if r := fetch(l.client, "/health"); r.err == nil {
			t.Errorf("after the drain delay: found %+v, expected no new connections", r)
		}
		close(l.let)
		if r := <-l.slow; r.status != 200 || !strings.Contains(r.body, `"slug":"a"`) {
			t.Errorf("the request that had begun: found %+v", r)
		}
		if err := <-l.ran; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestShutdownGraceEnds(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		l := startLifecycle(t, release, map[string]string{"drain-delay": "0s", "shutdown-grace": "5s", "request-timeout": "50s", "write-timeout": "1m"})
		l.stop()
		err := <-l.ran
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "did not end within 5s") {
			t.Errorf("found %v", err)
		}
		if r := <-l.slow; r.err == nil {
			t.Errorf("found %+v, expected the connection to be cut", r)
		}
		close(l.let)
	})
}

func TestTimeout(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		l := startLifecycle(t, release, map[string]string{"drain-delay": "0s", "request-timeout": "10s"})
		time.Sleep(11 * time.Second)
		close(l.let)
		r := <-l.slow
		if r.status != 504 || !strings.Contains(r.body, `"code":"TIMEOUT","retryable":true`) {
			t.Errorf("found %+v", r)
		}
		l.stop()
		if err := <-l.ran; err != nil {
			t.Error(err)
		}
	})
}

func TestOverload(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		l := startLifecycle(t, release, map[string]string{"drain-delay": "0s", "max-in-flight": "1"})
		r, err := l.client.Get("http://server/v1/tools")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != 503 || r.Header.Get("Retry-After") != "1" || !strings.Contains(string(body), `"code":"OVERLOADED","retryable":true`) {
			t.Errorf("found %d %s %v", r.StatusCode, body, err)
		}
		r.Body.Close()
		for _, path := range []string{"/health", "/ready"} {
			if r := fetch(l.client, path); r.status != 200 {
				t.Errorf("%s: found %+v, expected an answer however busy", path, r)
			}
		}
		close(l.let)
		if r := <-l.slow; r.status != 200 {
			t.Errorf("the first: found %+v", r)
		}
		if r := fetch(l.client, "/v1/tools"); r.status != 200 {
			t.Errorf("afterwards: found %+v", r)
		}
		l.stop()
		if err := <-l.ran; err != nil {
			t.Error(err)
		}
	})
}

// TestBurst sends many requests at once where there is a place for one: they
// wait for each other, and none is refused. Beyond those that may wait, one is.
func TestBurst(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		l := startLifecycle(t, release, map[string]string{"drain-delay": "0s", "max-in-flight": "1"})
		answers := make(chan fetched, waitingPerPlace)
		for i := range waitingPerPlace { // each asks something else, else they would be one
			go func() { answers <- fetch(l.client, "/v1/tools?limit="+strconv.Itoa(i+1)) }()
		}
		synctest.Wait()
		if r := fetch(l.client, "/v1/tools"); r.status != 503 {
			t.Errorf("more than may wait: found %+v", r)
		}
		time.Sleep(placeWait / 2)
		close(l.let)
		for range waitingPerPlace {
			if r := <-answers; r.status != 200 {
				t.Errorf("found %+v, expected that it waits for its place", r)
			}
		}
		if r := <-l.slow; r.status != 200 {
			t.Errorf("the first: found %+v", r)
		}
		l.stop()
		if err := <-l.ran; err != nil {
			t.Error(err)
		}
	})
}

// TestRun listens on a real port.
func TestRun(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s"})
	if s.Addr() != nil {
		t.Error("an address before listening")
	}
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	r, err := http.Get("http://" + s.Addr().String() + "/v1/posts/a")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 || r.Header.Get("Release") != "r1" {
		t.Errorf("found %d %v", r.StatusCode, r.Header)
	}
	taken := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": s.Addr().String()})
	if err := taken.Run(ctx); err == nil || !strings.Contains(err.Error(), "listen on "+s.Addr().String()) {
		t.Errorf("a port that is taken: found %v", err)
	}
	stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

// TestOperatorsAddress reads the metrics after a few requests, and looks that
// readers do not get them.
func TestOperatorsAddress(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "ops-addr": "127.0.0.1:0", "drain-delay": "0s"})
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	get := func(addr net.Addr, path string) (int, string) {
		t.Helper()
		r, err := http.Get("http://" + addr.String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(body)
	}
	for path, want := range map[string]int{"/v1/posts": 200, "/v1/posts/a": 200, "/v1/posts/b": 404, "/metrics": 404, "/debug/pprof/": 404} {
		if status, _ := get(s.Addr(), path); status != want {
			t.Errorf("%s: found status %d, expected %d", path, status, want)
		}
	}
	// A request is counted when its handler has returned, which the client, who has the whole answer, need not have waited for.
	missing := []string{
		`alphanode_requests_total{method="GET",route="/v1/posts",status="200"} 1`,
		`alphanode_requests_total{method="GET",route="/v1/posts/{slug}",status="404"} 1`,
		`alphanode_requests_total{method="GET",route="none",status="404"} 2`,
		`alphanode_store_calls_total{route="/v1/posts"} 2`,
		`alphanode_request_seconds_count{route="/v1/posts"} 1`,
		`alphanode_release_posts{release="r1"} 1`, `alphanode_release_problem 0`,
	}
	until(t, "the metrics have the requests", func() bool {
		_, metrics := get(s.OpsAddr(), "/metrics")
		missing = slices.DeleteFunc(missing, func(line string) bool { return strings.Contains(metrics, line+"\n") })
		return len(missing) == 0
	})
	if status, _ := get(s.OpsAddr(), "/debug/pprof/cmdline"); status != 200 {
		t.Errorf("found status %d of a profile", status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestSlowSenderTakesNoPlace leaves a request half sent: with room for one
// request, another must be answered all the same.
func TestSlowSenderTakesNoPlace(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s", "max-in-flight": "1"})
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	slow, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(slow, "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		r, err := http.Get("http://" + s.Addr().String() + "/v1/posts")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Body.Close(); err != nil || r.StatusCode != http.StatusOK {
			t.Errorf("found status %d, %v", r.StatusCode, err)
		}
	}
	if err := slow.Close(); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
