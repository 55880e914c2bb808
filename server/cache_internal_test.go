package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/server/route"
	"alphanode/store"
)

// Operators is what operators see, for tests of the package's outside.
func (s *Server) Operators() http.Handler { return s.opsHandler() }

// TestSameQuestionsAtOnce asks the same from many sides while the first answer is
// being made: it is made once.
func TestSameQuestionsAtOnce(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		s := testServer(t, release, func() { <-let }, map[string]string{"max-in-flight": "1"})
		const askers = 20
		answers := make(chan *route.Answer, askers)
		statuses := map[string]int{}
		var mutex sync.Mutex
		for range askers {
			go func() {
				r, err := http.NewRequest("GET", "/v1/posts", http.NoBody)
				if err != nil {
					t.Error(err)
				}
				x := &exchange{server: s, r: r}
				a := x.answer()
				mutex.Lock()
				statuses[x.cache]++
				mutex.Unlock()
				answers <- a
			}()
		}
		synctest.Wait()
		close(let)
		for range askers {
			if a := <-answers; a.Status != 200 || string(a.Body) == "" {
				t.Errorf("found %d %s", a.Status, a.Body)
			}
		}
		if statuses[cacheMiss] != 1 || statuses[cacheCollapsed] != askers-1 {
			t.Errorf("found %v, expected one miss and the rest collapsed", statuses)
		}
	})
}

// TestSmallBudgetOfAnother asks over both faces what another, whose whole budget is smaller
// than its price, asked just before: that is no answer to who has more.
func TestSmallBudgetOfAnother(t *testing.T) {
	release := onePostRelease(t)
	for _, target := range []string{"/v1/posts?sort=title", "/graphql?query=" + url.QueryEscape("{ posts(first: 50) { nodes { slug title } } }")} {
		synctest.Test(t, func(t *testing.T) {
			s := testServer(t, release, func() {}, map[string]string{"address-budget": "25"})
			defer s.Close()
			for range s.workshop.cheap.all { // so that both wait
				if err := s.workshop.cheap.enter(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			ask := func(from string, to chan *httptest.ResponseRecorder) {
				r := httptest.NewRequest("GET", target, http.NoBody)
				r.RemoteAddr = from
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				to <- w
			}
			poor, rich := make(chan *httptest.ResponseRecorder, 1), make(chan *httptest.ResponseRecorder, 1)
			go ask("192.0.2.1:1", poor)
			synctest.Wait()
			go ask("127.0.0.1:1", rich)
			synctest.Wait()
			for range s.workshop.cheap.all {
				s.workshop.cheap.leave(0)
			}
			if w := <-poor; !strings.Contains(w.Body.String(), "TOO_COMPLEX") {
				t.Errorf("%s with a small budget: found %d %s", target, w.Code, w.Body)
			}
			if w := <-rich; w.Code != 200 || strings.Contains(w.Body.String(), "TOO_COMPLEX") {
				t.Errorf("%s without a budget: found %d %s", target, w.Code, w.Body)
			}
		})
	}
}

// TestAnotherReleaseOfTheSameName drops all that was kept.
func TestAnotherReleaseOfTheSameName(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, nil)
	defer s.Close()
	r, err := http.NewRequest("GET", "/v1/posts", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	(&exchange{server: s, r: r}).answer()
	if keys, _ := s.cache.Hottest(); len(keys) != 1 {
		t.Fatalf("found %q kept", keys)
	}
	s.switched(store.Switch{Before: store.Served{Release: "r1", SHA256: "a"}, After: store.Served{Release: "r1", SHA256: "b"}})
	if keys, _ := s.cache.Hottest(); len(keys) != 0 {
		t.Errorf("found %q kept", keys)
	}
}

// TestModifiedIsNotToldAtOnce: in the first second there may be another switch.
func TestModifiedIsNotToldAtOnce(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 2, 1, 10, 0, 0, 600e6, time.UTC)
	for after, want := range map[time.Duration]string{
		0: "", 999 * time.Millisecond: "", time.Second: "Sun, 01 Feb 2026 10:00:01 GMT", time.Hour: "Sun, 01 Feb 2026 10:00:01 GMT",
	} {
		x := &exchange{server: &Server{}, route: &route.Route{Method: "GET"}, since: since, began: since.Add(after)}
		if got := x.modified(route.NewAnswer(http.StatusOK)); got != want {
			t.Errorf("after %s: found %q, expected %q", after, got, want)
		}
	}
	if got := (&exchange{server: &Server{}, route: &route.Route{Method: "GET"}, began: since}).modified(route.NewAnswer(http.StatusOK)); got != "" {
		t.Errorf("of a release that is not the served one: found %q", got)
	}
}
