package server

import (
	"net/http"
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
