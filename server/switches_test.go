package server_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

var switchCount = flag.Int("switches", 20, "how often TestSwitches switches between two releases under load")

// running is a server that listens.
type running struct {
	t      testing.TB
	server *server.Server
	client *http.Client
}

// listening runs a server until the test ends.
func listening(t testing.TB, s *server.Server) *running {
	t.Helper()
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &running{t, s, client}
}

// ask gives an answer's status, the release it names, and its body.
func (r *running) ask(addr net.Addr, target string) (status int, release, body string, err error) {
	answer, err := r.client.Get("http://" + addr.String() + target)
	if err != nil {
		return 0, "", "", err
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("Release"), string(all), err
}

// twoReleases makes a data directory of r1 and r2, in which every post differs.
// r2 is current.
func twoReleases(t testing.TB, n int) *catalogue.Catalogue {
	t.Helper()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(*seed, 9)), n)
	c := storetest.Catalogue(t, posts...)
	var again []*content.Post
	for _, p := range posts {
		changed := *p
		changed.Title += " again"
		changed.Meta.Tools = append(slices.Clone(p.Meta.Tools), "again")
		again = append(again, &changed)
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, again...)
	return c
}

// TestSwitches asks both faces over HTTP while releases are switched: no answer
// fails, and each is in every byte that of the release which it names. Times are
// told and not judged.
func TestSwitches(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	c := twoReleases(t, 500)
	r := listening(t, serve(t, storetest.Live(t, c), quiet, "addr=127.0.0.1:0"))
	addr := r.server.Addr()
	questions := questionsOfBothFaces(t, r, addr)
	want := map[string][]string{} // by release
	learn := func(name string) {
		t.Helper()
		until(t, name+" is served", func() bool { _, served, _, _ := r.ask(addr, "/v1/releases/current"); return served == name })
		for _, q := range questions {
			status, release, body, err := r.ask(addr, q)
			if err != nil || status != 200 || release != name {
				t.Fatalf("%s: found %d of %s, expected %s: %v %s", q, status, release, name, err, body)
			}
			want[name] = append(want[name], body)
		}
	}
	other, err := catalogue.Open(c.Dir()) // as another process has it
	if err != nil {
		t.Fatal(err)
	}
	switchTo := func(name string) {
		t.Helper()
		err := error(nil)
		if name == "r1" {
			_, err = other.Rollback("", store.RollbackOptions{By: "test"})
		} else {
			_, err = other.Publish(name, store.PublishOptions{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	learn("r2")
	switchTo("r1")
	learn("r1")
	for i, q := range questions {
		if want["r1"][i] == want["r2"][i] {
			t.Fatalf("%s: both releases answer alike, so no mixture can be seen", q)
		}
	}

	l := &load{r: r, addr: addr, questions: questions, want: want}
	l.start(t, 4)
	time.Sleep(time.Duration(min(max(*switchCount*10, 300), 5000)) * time.Millisecond)
	before := l.take()
	var acts, visible []time.Duration
	for n := range *switchCount {
		name := []string{"r2", "r1"}[n%2]
		began := time.Now()
		switchTo(name)
		done := time.Now()
		until(t, name+" is served", func() bool { _, served, _, _ := r.ask(addr, "/v1/releases/current"); return served == name })
		acts, visible = append(acts, done.Sub(began)), append(visible, time.Since(done))
		time.Sleep(20 * time.Millisecond)
	}
	during := l.take()
	l.stop()
	t.Logf("%d switches, %d answers before and %d meanwhile: %d failed, %d mixed", *switchCount, len(before), len(during), l.failed, l.mixed)
	t.Logf("switching took p50 %v, max %v; visible after p50 %v, max %v", share(acts, .5), share(acts, 1), share(visible, .5), share(visible, 1))
	t.Logf("answers took p99 %v before, %v meanwhile", share(before, .99), share(during, .99))
	if l.failed+l.mixed > 0 || len(during) == 0 {
		t.Errorf("%d answers: %d failed, %d mixed; the first: %s", len(before)+len(during), l.failed, l.mixed, l.first)
	}
}

// questionsOfBothFaces are targets that every kind of read answers.
func questionsOfBothFaces(t *testing.T, r *running, addr net.Addr) []string {
	t.Helper()
	_, _, body, err := r.ask(addr, "/v1/posts?limit=1&fields=slug")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(body, `"slug":"`)
	slug, _, _ := strings.Cut(rest, `"`)
	questions := []string{
		"/v1/posts", "/v1/posts?sort=title&limit=50", "/v1/posts?title.contains=e&fields=title", "/v1/posts/" + slug, "/v1/summaries",
		"/v1/posts/" + slug + "/similar", "/v1/facets?by=tool", "/v1/search?q=again+OR+a", "/v1/tools?sort=-postCount",
	}
	for _, query := range []string{
		`{release{name} posts(first:20){totalCount nodes{slug title meta{tools{name postCount}}}}}`,
		`{release{name} post(slug:"` + slug + `"){title text similar(first:5){edges{similarity node{title}}}}}`,
		`{release{name} tools(first:20,orderBy:{field:POST_COUNT,direction:DESC}){nodes{name postCount}} facets(by:[TOOL]){buckets{value count}}}`,
		`{release{name} search(query:"again OR a",first:10){totalCount edges{score node{title}}}}`,
	} {
		questions = append(questions, "/graphql?query="+url.QueryEscape(query))
	}
	return questions
}

// load asks questions over and over, and holds the answers against those that
// their release gives.
type load struct {
	r         *running
	addr      net.Addr
	questions []string
	want      map[string][]string

	end    chan struct{}
	askers sync.WaitGroup
	mu     sync.Mutex
	took   []time.Duration
	failed int
	mixed  int
	first  string // what was wrong first
}

func (l *load) start(t *testing.T, askers int) {
	l.end = make(chan struct{})
	for i := range askers {
		l.askers.Go(func() {
			for n := i; ; n++ {
				select {
				case <-l.end:
					return
				default:
					l.ask(n % len(l.questions))
				}
			}
		})
	}
	t.Cleanup(l.stop)
}

func (l *load) ask(question int) {
	began := time.Now()
	status, release, body, err := l.r.ask(l.addr, l.questions[question])
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, took)
	switch want := l.want[release]; {
	case err != nil || status != 200 || want == nil:
		l.failed++
	case body != want[question]:
		l.mixed++
	default:
		return
	}
	if l.first == "" {
		l.first = fmt.Sprintf("%s: %d of %q, %v: %.300s", l.questions[question], status, release, err, body)
	}
}

// take gives how long the answers took since it was called before.
func (l *load) take() []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	took := l.took
	l.took = nil
	return took
}

// stop ends the askers; it may be called more than once.
func (l *load) stop() {
	select {
	case <-l.end:
	default:
		close(l.end)
	}
	l.askers.Wait()
}

// share gives the time that this share of all took at most.
func share(took []time.Duration, of float64) time.Duration {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(int(of*float64(len(took))), len(took)-1)].Round(10 * time.Microsecond)
}

// TestCurrentThatCannotBeOpened is told to operators by the metrics, and to all by
// /ready, for as long as it lasts.
func TestCurrentThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	c := twoReleases(t, 5)
	var log bytes.Buffer
	l := live.Follow(t.Context(), c, slog.New(slog.NewTextHandler(&log, nil)))
	r := listening(t, serve(t, l, quiet, "addr=127.0.0.1:0", "ops-addr=127.0.0.1:0"))
	found := false // whether damage was, even if nothing is wrong by now
	check := func(problem bool, served string) {
		t.Helper()
		ready, metric := `{"ok":true,"release":"`+served+`"}`, "alphanode_release_fallback 0\n"
		if problem {
			ready, metric = `{"ok":true,"release":"`+served+`","problem":"release r2 is damaged, so r1, which was current before it, is served until a publish or a rollback"}`,
				"alphanode_release_fallback 1\n"
		}
		until(t, ready, func() bool { _, _, body, _ := r.ask(r.server.Addr(), "/ready"); return body == ready })
		if _, _, body, err := r.ask(r.server.OpsAddr(), "/metrics"); err != nil || !strings.Contains(body, "\n"+metric) ||
			!strings.Contains(body, "\n"+strings.Replace(metric, "fallback", "problem", 1)) || (problem || found) != strings.Contains(body, `alphanode_damage_total{found="confirmed"} 1`) ||
			!strings.Contains(body, `alphanode_release_posts{release="`+served+`"}`) {
			t.Errorf("the metrics do not say %s", metric)
		}
		if status, release, _, err := r.ask(r.server.Addr(), "/v1/posts"); err != nil || status != 200 || release != served {
			t.Errorf("found %d of %s, %v", status, release, err)
		}
	}
	check(false, "r2")
	if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	check(false, "r1")
	// Someone points at a damaged release by hand; publish would refuse.
	byHand := filepath.Join(c.Dir(), "by-hand")
	if err := errors.Join(os.Remove(filepath.Join(c.Dir(), "releases", "r2", "release.db")),
		os.WriteFile(byHand, []byte("r2\n"), 0o644), os.Rename(byHand, filepath.Join(c.Dir(), "CURRENT"))); err != nil {
		t.Fatal(err)
	}
	check(true, "r1")
	if _, err := c.Publish("r1", store.PublishOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	found = true
	check(false, "r1")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "a release is damaged"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, log.String())
	}
}
