package server

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/server/quota"
)

// offer asks places for work that takes a while each, at a rate, for some time of a clock of
// its own: a processor does one thing at a time. It gives how long those took who were
// admitted, and how many were refused.
func offer(t *testing.T, p *places, rate float64, work func() time.Duration, duration time.Duration, rnd *rand.Rand) (took []time.Duration, refused int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for began := time.Now(); time.Since(began) < duration; {
		time.Sleep(time.Duration(rnd.ExpFloat64() / rate * float64(time.Second)))
		mu.Lock()
		needs := work()
		mu.Unlock()
		all.Go(func() {
			came := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := p.enter(ctx)
			if err == nil {
				time.Sleep(needs)
				p.leave(needs)
			} else if !errors.Is(err, errOverloaded) {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused++
			} else {
				took = append(took, time.Since(came))
			}
		})
	}
	all.Wait()
	slices.Sort(took)
	return took, refused
}

// TestPlacesUnderOverload offers several times what one processor can do, of work of 2 to
// 10 ms, to the places of dear work and to those of cheap work, on a clock that stands while
// there is nothing to wait for: so what it finds is of the queue alone, whatever the
// machine does. As much is done as can be, and who is admitted waits little.
func TestPlacesUnderOverload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(1, 2))
		work := func() time.Duration { return 2*time.Millisecond + time.Duration(rnd.Int64N(int64(8*time.Millisecond))) }
		const peak, seconds = 1000. / 6, 20
		for _, kind := range []struct {
			name   string
			places func() *places
		}{
			{"dear", func() *places { return newPlaces(1, 32, 0) }},
			{"cheap", func() *places { return newPlaces(1, 4096, placeWait) }},
		} {
			for _, times := range []float64{0.5, 0.9, 1.2, 2, 10} {
				p := kind.places()
				took, refused := offer(t, p, peak*times, work, seconds*time.Second, rnd)
				goodput := float64(len(took)) / seconds / peak
				p99 := took[len(took)*99/100]
				t.Logf("%s, %.1f times the peak: %.2f of it is done, %d refused, p50 %v, p99 %v, most %v", kind.name, times, goodput, refused, took[len(took)/2], p99, took[len(took)-1])
				if goodput < 0.9*min(1, times) || p99 > 120*time.Millisecond || times == 10 && took[len(took)-1] > 50*time.Millisecond || times <= 0.5 && refused > 0 {
					t.Errorf("%s, %.1f times: found %.2f of the peak done, p99 %v, %d refused", kind.name, times, goodput, p99, refused)
				}
				after, refusedAfter := offer(t, p, peak/2, work, 2*time.Second, rnd)
				if slow := after[len(after)-1]; slow > 100*time.Millisecond || refusedAfter > 0 {
					t.Errorf("%s, after %.1f times: found %v and %d refused", kind.name, times, slow, refusedAfter)
				}
				synctest.Wait()
				if taken, waiting := p.load(); taken != 0 || waiting != 0 {
					t.Errorf("%d places taken and %d wait when all have left", taken, waiting)
				}
			}
		}
	})
}

// TestPlacesBearABurst: many at once, of what takes a moment each, are all answered.
func TestPlacesBearABurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(2, 4096, placeWait)
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() {
				if err := p.enter(t.Context()); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(200 * time.Microsecond)
				p.leave(200 * time.Microsecond)
			})
		}
		all.Wait()
	})
}

// TestForecast: what was dear the last times is taken to be dear, until it is not.
func TestForecast(t *testing.T) {
	t.Parallel()
	var f forecast
	for range surelyDear {
		if f.dear(7) {
			t.Error("too early")
		}
		f.note(7, true)
	}
	if !f.dear(7) || f.dear(8) {
		t.Error("what was always dear is not foretold, or what was never asked")
	}
	for range 6 {
		f.note(7, false)
	}
	if f.dear(7) {
		t.Error("what is cheap by now is still taken to be dear")
	}
}

// TestForecastOfTheRefused: who has nothing left teaches nothing of what they ask, nor of
// how long work takes.
func TestForecastOfTheRefused(t *testing.T) {
	t.Parallel()
	shop := newWorkshop(8)
	for range surelyDear {
		shop.forecast.note(7, true)
	}
	shop.dear.mean = time.Second
	account := quota.New(64).Of(quota.OfKey("k1"), 100)
	account.Spend(1000)
	for range 4 {
		asks := &turn{shop: shop, shape: 7, account: account}
		if err := asks.begin(t.Context()); !errors.Is(err, errOverBudget) {
			t.Fatalf("found %v", err)
		}
		asks.end(0)
	}
	if !shop.forecast.dear(7) || shop.inFlight() != 0 || shop.dear.mean != time.Second {
		t.Errorf("dear: %v; %d in flight; %v each", shop.forecast.dear(7), shop.inFlight(), shop.dear.mean)
	}
}
