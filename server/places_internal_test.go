package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/server/route"
	"alphanode/server/wire"
)

func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(1, 3, 0)
		if err := p.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		order := make(chan int, 3)
		ctx, leave := context.WithCancel(t.Context())
		for i := range 3 {
			go func() {
				ctx := ctx
				if i != 1 {
					ctx = t.Context()
				}
				if err := p.enter(ctx); err != nil {
					order <- -i
					return
				}
				order <- i
			}()
			synctest.Wait()
		}
		if err := p.enter(t.Context()); !errors.Is(err, errOverloaded) || p.refused.Load() != 1 {
			t.Errorf("one more than may wait: found %v, %d refused", err, p.refused.Load())
		}
		leave()
		if i := <-order; i != -1 {
			t.Errorf("found %d, expected that who leaves waits no longer", i)
		}
		for _, expected := range []int{0, 2} { // in the order in which they came
			p.leave(0)
			if i := <-order; i != expected {
				t.Errorf("found %d, expected %d", i, expected)
			}
		}
		if _, waiting := p.load(); waiting != 0 {
			t.Errorf("%d wait", waiting)
		}
		p = newPlaces(1, 3, time.Second)
		_ = p.enter(t.Context())
		if err := p.enter(t.Context()); !errors.Is(err, errOverloaded) {
			t.Errorf("after a second: found %v", err)
		}
	})
}

// spendingRoute answers after it has spent units and held was closed.
func spendingRoute(units int, held <-chan struct{}) *route.Route {
	rt := &route.Route{Method: "GET", Pattern: "/spend/{slug}", Pinned: true, Parameters: []*route.Parameter{route.SlugParameter("x")}}
	rt.Handle = func(r *route.Request) (*route.Answer, error) {
		if err := r.Reader.Budget().Spend(r.Ctx, units); err != nil {
			return nil, err
		}
		select {
		case <-held:
		case <-r.Ctx.Done():
			return nil, r.Ctx.Err()
		}
		return route.JSON([]byte(`{}`)), nil
	}
	return rt.Prepare()
}

// TestDearWork asks for more dear answers than may be made at once: what is cheap is
// answered beside them, as many wait as may, and others are refused at once.
func TestDearWork(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, release, func() {}, map[string]string{"drain-delay": "0s", "max-in-flight": "16"})
		held := make(chan struct{})
		s.table = append(s.table, spendingRoute(50_000, held))
		client, stop := runOnPipes(t, s)
		defer stop()
		made, waiting := s.workshop.dear.all, s.workshop.dear.most
		answers := make(chan fetched, made+waiting)
		for i := range made + waiting {
			go func() { answers <- fetch(client, "/spend/"+strconv.Itoa(i)) }()
		}
		synctest.Wait()
		if found, wait := s.workshop.dear.load(); found != made || wait != waiting {
			t.Errorf("found %d dear answers being made and %d waiting, expected %d and %d", found, wait, made, waiting)
		}
		for i := range 20 {
			if r := fetch(client, "/v1/tools?limit="+strconv.Itoa(i+1)); r.status != 200 {
				t.Errorf("what is cheap: found %+v", r)
			}
		}
		r, err := client.Get("http://server/spend/more")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "1" {
			t.Errorf("one more than may wait: found %d %v", r.StatusCode, r.Header)
		}
		close(held)
		for range made + waiting {
			if r := <-answers; r.status != 200 {
				t.Errorf("found %+v", r)
			}
		}
		if s.workshop.inFlight() != 0 {
			t.Error("a place was not given back")
		}
	})
}

// TestDearWorkWaitsAsLongAsItsRequest has no place for dear work.
func TestDearWorkWaitsAsLongAsItsRequest(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, release, func() {}, map[string]string{"drain-delay": "0s"})
		s.table = append(s.table, spendingRoute(50_000, nil))
		client, stop := runOnPipes(t, s)
		defer stop()
		for range s.workshop.dear.all {
			_ = s.workshop.dear.enter(t.Context())
		}
		if r := fetch(client, "/spend/a"); r.status != 504 || !strings.Contains(r.body, `"code":"TIMEOUT"`) {
			t.Errorf("found %+v", r)
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		asked, err := http.NewRequestWithContext(ctx, "GET", "http://server/spend/b", nil)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := client.Do(asked); err == nil {
			r.Body.Close()
			t.Errorf("found %d", r.StatusCode)
		}
		time.Sleep(madeAnyway)
		synctest.Wait()
		cheap, _ := s.workshop.cheap.load()
		if _, waiting := s.workshop.dear.load(); waiting != 0 || cheap != 0 || s.abandoned.Load() != 1 {
			t.Errorf("who left: %d wait, %d in flight, %d abandoned", waiting, cheap, s.abandoned.Load())
		}
	})
}

// TestWhatCostsTooMuch spends more than there is.
func TestWhatCostsTooMuch(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"graphql-complexity": "1000"})
	s.table = append(s.table, spendingRoute(1001, nil))
	r, err := http.NewRequest("GET", "/spend/a", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	a := (&exchange{server: s, r: r, out: new(wire.Outgoing)}).answer()
	if a.Status != 400 || a.Code != "TOO_COMPLEX" {
		t.Errorf("found %d %s", a.Status, a.Body)
	}
}

// runOnPipes runs a server on a listener in memory.
func runOnPipes(t *testing.T, s *Server) (client *http.Client, stop func()) {
	p := newPipes()
	s.listener = p
	client = &http.Client{Transport: &http.Transport{DialContext: p.dial, DisableKeepAlives: true}}
	return client, runListening(t, s)
}

// runListening runs a server that listens.
func runListening(t *testing.T, s *Server) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	}
}
