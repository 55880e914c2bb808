package server

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/server/route"
	"alphanode/server/wire"
)

// sizedRoute answers with as many bytes as its address says.
func sizedRoute() *route.Route {
	rt := &route.Route{Method: "GET", Pattern: "/sized/{slug}", Pinned: true, Parameters: []*route.Parameter{route.SlugParameter("x")}}
	rt.Handle = func(r *route.Request) (*route.Answer, error) {
		n, _, _ := strings.Cut(r.Slug, "-")
		size, err := strconv.Atoi(n)
		if err != nil {
			return nil, err
		}
		if err := r.Reader.Budget().Spend(r.Ctx, size>>8); err != nil {
			return nil, err
		}
		a := route.JSON(make([]byte, size))
		a.Alone = true
		return a, nil
	}
	return rt.Prepare()
}

// deaf asks for something and reads nothing of the answer.
func deaf(t *testing.T, p *pipes, path string) net.Conn {
	c, err := p.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return c
}

// TestReadersWhoDoNotRead has sixteen ask for long answers and sixty for shorter ones,
// who take nothing of them. What waits for them stays within its bound, good readers are
// answered beside them, and a while later nothing waits any more.
func TestReadersWhoDoNotRead(t *testing.T) {
	release := onePostRelease(t)
	for _, cacheSize := range []string{"0", "100000000"} {
		synctest.Test(t, func(t *testing.T) {
			const most = 8 << 20
			s := testServer(t, release, func() {}, map[string]string{"drain-delay": "0s", "cache-size": cacheSize,
				"max-answer": "2097152", "max-unsent": strconv.Itoa(most)})
			s.table = append(s.table, sizedRoute())
			var told []int64
			s.OnUnsent(func(bytes int64) { told = append(told, bytes) })
			client, stop := runOnPipes(t, s)
			defer stop()
			p := s.listener.(*pipes)
			refused := 0
			good := func(path string) {
				t.Helper()
				r := fetch(client, path)
				if r.status == http.StatusServiceUnavailable {
					refused++
				} else if r.status != 200 {
					t.Errorf("%s: found %d %v", path, r.status, r.err)
				}
				if found := s.unsent.Bytes(); found > most {
					t.Errorf("%d bytes wait, expected at most %d", found, most)
				}
			}
			for i := range 16 {
				defer deaf(t, p, fmt.Sprintf("/sized/2000000-%d", i)).Close()
				good("/v1/tools?limit=" + strconv.Itoa(i+1))
			}
			for i := range 60 {
				defer deaf(t, p, fmt.Sprintf("/sized/%d-%d", 1000+i*5000, i)).Close()
				good("/v1/tools?limit=" + strconv.Itoa(i+1))
			}
			if refused > 0 || s.unsent.Refused() == 0 {
				t.Errorf("%d of the good readers were refused, of all %d, expected none of the good and some", refused, s.unsent.Refused())
			}
			if s.unsent.Cut() != 0 {
				t.Errorf("%d were cut off at once", s.unsent.Cut())
			}
			// Who took nothing for a second makes room for a long answer.
			time.Sleep(wire.SlowAfter)
			good("/sized/2000000-good")
			if refused > 0 || s.unsent.Cut() == 0 {
				t.Errorf("%d were refused and %d cut off, expected room to be made", refused, s.unsent.Cut())
			}
			time.Sleep(wire.StalledAfter)
			synctest.Wait()
			// Those of up to one piece have until the write timeout.
			if found := s.unsent.Bytes(); found > 60*wire.PieceSize {
				t.Errorf("%d bytes wait after %s", found, wire.StalledAfter)
			}
			time.Sleep(30 * time.Second)
			synctest.Wait()
			if found := s.unsent.Bytes(); found != 0 || s.unsent.Writing() != 0 {
				t.Errorf("%d bytes wait in the end, of %d answers", found, s.unsent.Writing())
			}
			if len(told) != 0 { // which is for steps of 32 MiB
				t.Errorf("found %v", told)
			}
		})
	}
}

// TestSlowReadersAreNotCut reads a long answer slowly, but on and on, where there is
// room for it.
func TestSlowReadersAreNotCut(t *testing.T) {
	release := onePostRelease(t)
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, release, func() {}, map[string]string{"drain-delay": "0s"})
		s.table = append(s.table, sizedRoute())
		_, stop := runOnPipes(t, s)
		defer stop()
		c := deaf(t, s.listener.(*pipes), "/sized/250000-x")
		defer c.Close()
		left := int64(250_000)
		for left > 0 {
			time.Sleep(wire.StalledAfter / 4) // two readings a piece, and the header
			n, err := io.CopyN(io.Discard, c, min(left, wire.PieceSize/2))
			if left -= n; err != nil {
				t.Fatalf("with %d bytes to come: %v", left, err)
			}
		}
		if s.unsent.Cut() != 0 {
			t.Errorf("%d cut off", s.unsent.Cut())
		}
	})
}

// TestLongAnswersOfManyReaders holds the memory of the process against the bound: with
// real connections whose readers do not read.
func TestLongAnswersOfManyReaders(t *testing.T) {
	const most = 32 << 20
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s", "cache-size": "0", "max-answer": "4194304", "max-unsent": strconv.Itoa(most)})
	s.table = append(s.table, sizedRoute())
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := runListening(t, s)
	defer stop()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	// Each request has come to its end, or to its reader, before the next is made: what is
	// being made is bounded by places, and not by what waits.
	var opened []net.Conn
	settled := func() bool {
		return s.unsent.Refused()+s.unsent.Cut()+int64(s.unsent.Writing()) >= int64(len(opened))
	}
	for i := range 76 {
		size := 4_000_000
		if i >= 16 {
			size = 1_000_000
		}
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
		if _, err := fmt.Fprintf(c, "GET /sized/%d-%d HTTP/1.1\r\nHost: a\r\n\r\n", size, i); err != nil {
			t.Fatal(err)
		}
		opened = append(opened, c)
		for deadline := time.Now().Add(10 * time.Second); !settled(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("of %d readers %d wait for %d bytes, %d were refused and %d cut off", len(opened), s.unsent.Writing(), s.unsent.Bytes(), s.unsent.Refused(), s.unsent.Cut())
			}
		}
	}
	if found := s.unsent.Bytes(); found < most/2 {
		t.Errorf("%d bytes wait, expected at least half of what may", found)
	}
	heap() // what pools kept goes by the second collection
	if took, bound := heap()-before, int64(most+8<<20); took > bound {
		t.Errorf("the heap has grown by %d bytes, expected at most %d", took, bound)
	}
	r, err := http.Get("http://" + s.Addr().String() + "/v1/posts/a")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("a good reader found %d", r.StatusCode)
	}
	for _, c := range opened {
		c.Close()
	}
	for deadline := time.Now().Add(10 * time.Second); s.unsent.Bytes() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes wait for readers who left", s.unsent.Bytes())
		}
	}
	heap() // what pools kept goes by the second collection
	if took := heap() - before; took > 8<<20 {
		t.Errorf("%d bytes of heap are left", took)
	}
}
