package figures_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"alphanode/server/figures"
)

var routes = []string{"/v1/posts", "/v1/posts/{slug}", "/graphql"}

// began is when the counting of each test begins.
var began = time.Date(2026, 11, 28, 2, 59, 59, 500_000_000, time.UTC)

// plain answers by looking at all requests.
type plain []figures.Request

func named(route string) string {
	if slices.Contains(routes, route) {
		return route
	}
	return figures.Other
}

// number is the number of the step in which something was.
func number(at time.Time, span figures.Span) int { return int(at.Sub(began) / span.Step()) }

// read gives what a snapshot must say, but for its percentiles, and the times of each
// route, in order.
func (p plain) read(now time.Time, span figures.Span) (map[string]figures.Counts, map[string][60]figures.Counts, map[string][]time.Duration) {
	sums, steps, times := map[string]figures.Counts{}, map[string][60]figures.Counts{}, map[string][]time.Duration{}
	for _, x := range p {
		age := number(now, span) - number(x.Ended, span)
		if age < 0 || age >= 60 {
			continue
		}
		for _, name := range []string{named(x.Route), ""} {
			sum, of := sums[name], steps[name]
			for _, c := range []*figures.Counts{&sum, &of[59-age]} {
				c.Requests++
				switch x.Fault {
				case figures.CallersFault:
					c.CallersFaults++
				case figures.OwnFault:
					c.OwnFaults++
				}
				c.Cache[x.Cache]++
				c.StoreCalls += x.StoreCalls
				c.StoreTime += x.StoreTime
				if !x.Stream {
					c.Longest = max(c.Longest, x.Took)
				}
			}
			sums[name], steps[name] = sum, of
			if !x.Stream {
				times[name] = append(times[name], x.Took)
			}
		}
	}
	for _, all := range times {
		slices.Sort(all)
	}
	return sums, steps, times
}

// within reports whether a percentile is right: in the quarter of a doubling in which the
// nearest rank is, and no longer than the longest.
func within(found time.Duration, times []time.Duration, p int) bool {
	if len(times) == 0 {
		return found == 0
	}
	want := times[(len(times)*p+99)/100-1]
	switch {
	case found > times[len(times)-1]:
		return false
	case want < 1024:
		return found <= 1024
	case want >= 1<<34:
		return found >= 1<<34
	default:
		return float64(found) <= float64(want)*1.25 && float64(found)*1.25 >= float64(want)
	}
}

// TestFiguresAreThoseOfAPlainList holds snapshots against all requests, over some hours.
func TestFiguresAreThoseOfAPlainList(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 16))
		f, all, now := figures.New(began, routes), plain{}, began
		for range 3000 {
			pause := time.Duration(r.ExpFloat64() * float64(time.Second))
			if r.IntN(400) == 0 {
				pause *= time.Duration(r.IntN(4000))
			}
			now = now.Add(pause)
			x := figures.Request{
				Route: append(routes, "/v1/posts/a", "", figures.Other)[r.IntN(6)], Fault: figures.Fault(r.IntN(3)), Cache: figures.Cache(r.IntN(5)),
				StoreCalls: r.IntN(4), StoreTime: time.Duration(r.IntN(1e6)), Stream: r.IntN(20) == 0,
				Took: time.Duration(1) << r.IntN(36), Ended: now.Add(-time.Duration(r.IntN(3)) * time.Second / 2),
			}
			x.Took += time.Duration(r.Int64N(int64(x.Took)))
			if x.Ended.Before(began) {
				x.Ended = began
			}
			all = append(all, x)
			f.Note(&x)
			if r.IntN(100) > 0 {
				continue
			}
			for _, span := range []figures.Span{figures.Minute, figures.Hour} {
				check(t, seed, f.Read(now, span), all, now, span)
			}
		}
	}
}

func check(t *testing.T, seed uint64, s *figures.Snapshot, all plain, now time.Time, span figures.Span) {
	t.Helper()
	sums, steps, times := all.read(now, span)
	if len(s.Routes) != max(0, len(sums)-1) {
		t.Fatalf("seed %d: found %d routes, expected %d", seed, len(s.Routes), len(sums)-1)
	}
	if !slices.IsSortedFunc(s.Routes, func(a, b figures.Route) int { return b.Requests - a.Requests }) {
		t.Errorf("seed %d: the routes are not in the order of their requests", seed)
	}
	for _, r := range append(s.Routes, s.All) {
		for p, found := range map[int]time.Duration{50: r.P50, 95: r.P95, 99: r.P99} {
			if !within(found, times[r.Name], p) {
				t.Fatalf("seed %d: %q: p%d of %v: found %s", seed, r.Name, p, times[r.Name], found)
			}
		}
		if found := untimed(r.Counts); found != sums[r.Name] {
			t.Fatalf("seed %d: %q: found %+v, expected %+v", seed, r.Name, found, sums[r.Name])
		}
		for i, step := range r.Steps {
			if found := untimed(step); found != steps[r.Name][i] {
				t.Fatalf("seed %d: %q: step %d: found %+v, expected %+v", seed, r.Name, i, found, steps[r.Name][i])
			}
		}
	}
}

// untimed is without percentiles.
func untimed(c figures.Counts) figures.Counts {
	c.P50, c.P95, c.P99 = 0, 0, 0
	return c
}

// TestCovered: soon after the start less than a whole span was seen.
func TestCovered(t *testing.T) {
	t.Parallel()
	f := figures.New(began, routes)
	for _, tt := range []struct {
		after time.Duration
		span  figures.Span
		want  time.Duration
	}{
		{0, figures.Minute, 0},
		{1500 * time.Millisecond, figures.Minute, 1500 * time.Millisecond},
		{time.Hour + 250*time.Millisecond, figures.Minute, 59*time.Second + 250*time.Millisecond},
		{90 * time.Second, figures.Hour, 90 * time.Second},
		{24*time.Hour + 30*time.Second, figures.Hour, 59*time.Minute + 30*time.Second},
	} {
		if found := f.Read(began.Add(tt.after), tt.span).Covered; found != tt.want {
			t.Errorf("%+v: found %s", tt, found)
		}
	}
}

// TestManyCount: what many goroutines note at once is all counted.
func TestManyCount(t *testing.T) {
	t.Parallel()
	const many, each = 8, 2000
	f := figures.New(began, routes)
	var counting sync.WaitGroup
	for range many {
		counting.Go(func() {
			for i := range each {
				f.Note(&figures.Request{Route: routes[i%3], Code: []string{"", "NOT_FOUND"}[i%2], Took: time.Duration(i), Ended: began.Add(time.Duration(i) * time.Millisecond)})
				if i%100 == 0 {
					f.Read(began.Add(time.Second), figures.Minute)
					f.Errors()
					f.Slowest(began)
				}
			}
		})
	}
	counting.Wait()
	if found := f.Read(began.Add(3*time.Second), figures.Minute).All.Requests; found != many*each {
		t.Errorf("found %d requests, expected %d", found, many*each)
	}
	times := 0
	for _, e := range f.Errors() {
		times += e.Times
	}
	if times != many*each/2 {
		t.Errorf("found %d errors, expected %d", times, many*each/2)
	}
}

// TestErrors: equal errors stand together, those that came last are remembered, those of
// the server before any of its callers', and the name is that of the last request.
func TestErrors(t *testing.T) {
	t.Parallel()
	f := figures.New(began, routes)
	note := func(after int, code, route, what string, fault figures.Fault) {
		f.Note(&figures.Request{
			Route: route, Method: "GET", Code: code, What: what, Status: 400, Fault: fault, ID: strconv.Itoa(after),
			Ended: began.Add(time.Duration(after) * time.Second),
		})
	}
	note(1, "BAD_REQUEST", "/v1/posts", "query.limit", figures.CallersFault)
	note(3, "BAD_REQUEST", "/v1/posts", "query.limit", figures.CallersFault)
	note(2, "BAD_REQUEST", "/v1/posts", "query.limit", figures.CallersFault) // told late
	note(4, "BAD_REQUEST", "/v1/posts", "query.sort", figures.CallersFault)
	note(5, "INTERNAL", "/nowhere", "", figures.OwnFault)
	at := func(after int) time.Time { return began.Add(time.Duration(after) * time.Second) }
	want := []figures.Error{
		{Code: "INTERNAL", Method: "GET", Route: figures.Other, Status: 400, Own: true, Times: 1, Last: at(5), ID: "5"},
		{Code: "BAD_REQUEST", Method: "GET", Route: "/v1/posts", What: "query.sort", Status: 400, Times: 1, Last: at(4), ID: "4"},
		{Code: "BAD_REQUEST", Method: "GET", Route: "/v1/posts", What: "query.limit", Status: 400, Times: 3, Last: at(3), ID: "3"},
	}
	if found := f.Errors(); !slices.Equal(found, want) {
		t.Errorf("found %+v, expected %+v", found, want)
	}
	for i := range 1000 {
		note(10+i, "BAD_REQUEST", "/graphql", fmt.Sprintf("argument %d", i), figures.CallersFault)
	}
	found := f.Errors()
	if len(found) != 50 || found[0].What != "argument 999" || found[48].What != "argument 951" || found[49].Code != "INTERNAL" {
		t.Errorf("found %d kinds of errors, from %q to %q", len(found), found[0].What, found[len(found)-1].What)
	}
	for i := range 60 {
		note(2000+i, "INTERNAL", "/graphql", fmt.Sprintf("fault %d", i), figures.OwnFault)
	}
	if found := f.Errors(); len(found) != 50 || found[0].What != "fault 59" || found[49].What != "fault 10" {
		t.Errorf("found %d kinds of errors, from %q to %q", len(found), found[0].What, found[len(found)-1].What)
	}
}

// TestSlowest holds the slowest operations against a sort of all.
func TestSlowest(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 17))
		f, now, all := figures.New(began, routes), began, []figures.Request(nil)
		for i := range 4000 {
			now = now.Add(time.Duration(r.IntN(4000)) * time.Millisecond)
			x := figures.Request{Route: routes[r.IntN(3)], ID: strconv.Itoa(i), Took: time.Duration(r.Int64N(1e9)), Stream: r.IntN(10) == 0, Ended: now}
			f.Note(&x)
			all = append(all, x)
			if r.IntN(200) > 0 {
				continue
			}
			in := slices.DeleteFunc(slices.Clone(all), func(x figures.Request) bool {
				return x.Stream || number(now, figures.Hour)-number(x.Ended, figures.Hour) >= 60
			})
			slices.SortFunc(in, func(a, b figures.Request) int { return cmp.Compare(b.Took, a.Took) })
			in = in[:min(len(in), 10)]
			found := f.Slowest(now)
			if len(found) != len(in) {
				t.Fatalf("seed %d: found %d operations, expected %d", seed, len(found), len(in))
			}
			for i, x := range in {
				if found[i].ID != x.ID || found[i].Took != x.Took {
					t.Fatalf("seed %d: operation %d: found %+v, expected %+v", seed, i, found[i], x)
				}
			}
		}
	}
}

// BenchmarkNote is what the figures cost each request.
func BenchmarkNote(b *testing.B) {
	now := time.Now()
	f := figures.New(now, routes)
	for i := range 100 { // so that most are none of the slowest, as is usual
		f.Note(&figures.Request{Route: "/graphql", Took: time.Second + time.Duration(i), Ended: now})
	}
	x := figures.Request{Route: "/v1/posts/{slug}", Method: "GET", Status: 200, Cache: figures.Hit, Took: 5 * time.Microsecond, Ended: now}
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Note(&x)
		}
	})
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			x := x
			for pb.Next() {
				f.Note(&x)
			}
		})
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			f.Read(now, figures.Minute)
		}
	})
}
