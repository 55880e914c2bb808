package server

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"alphanode/server/route"
	"alphanode/server/schema"
)

// TestWhoLeavesEndsTheWork asks over a real connection for answers that are made until
// nobody waits, and leaves: what was being made must end, whichever way it was asked for.
func TestWhoLeavesEndsTheWork(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}, 1), make(chan struct{}, 1)
	work := func(r *route.Request) (*route.Answer, error) {
		began <- struct{}{}
		<-r.Ctx.Done()
		ended <- struct{}{}
		return nil, r.Ctx.Err()
	}
	for _, cacheSize := range []string{"0", "1000000"} {
		s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s",
			"cache-size": cacheSize, "request-timeout": "1m", "write-timeout": "2m"})
		s.table = append([]*route.Route{
			(&route.Route{Method: "GET", Pattern: "/work", Pinned: true, Handle: work}).Prepare(),
			(&route.Route{Method: "POST", Pattern: "/work", Pinned: true, Handle: work, Media: graphqlMedia, Takes: schema.Component("GraphQLRequest")}).Prepare(),
		}, s.table...)
		if err := s.Listen(t.Context()); err != nil {
			t.Fatal(err)
		}
		stop := runListening(t, s)
		for _, method := range []string{"GET", "POST"} {
			asks, leave := context.WithCancel(t.Context())
			r, err := http.NewRequestWithContext(asks, method, "http://"+s.Addr().String()+"/work", strings.NewReader(`{"query":"{release{name}}"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			left := make(chan error, 1)
			go func() {
				answer, err := http.DefaultClient.Do(r)
				if err == nil {
					answer.Body.Close()
				}
				left <- err
			}()
			<-began
			leave()
			if err := <-left; err == nil {
				t.Error("an answer came")
			}
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Errorf("%s with a cache of %s bytes: the work goes on", method, cacheSize)
			}
		}
		stop()
		if found := s.abandoned.Load(); found != 2 {
			t.Errorf("found %d abandoned requests, expected 2", found)
		}
	}
}

// TestUnsentBodiesTakeNoMemory opens connections that promise a long body and send
// nothing of it, and some that send it but for the last byte.
func TestUnsentBodiesTakeNoMemory(t *testing.T) {
	t.Parallel()
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s", "max-answer": "1048576", "max-unsent": "2097152"})
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := runListening(t, s)
	send := func(body int) net.Conn {
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Write([]byte("POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 400000\r\n\r\n" + strings.Repeat(" ", body)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var opened []net.Conn
	for range 20 {
		opened = append(opened, send(1))
	}
	if found := s.intake.bytes.Load(); found != 0 {
		t.Errorf("%d bytes are held for bodies that do not come", found)
	}
	refused := 0
	for range 5 { // there is room for 512 KiB
		c := send(399_999)
		opened = append(opened, c)
		answer := make([]byte, 12)
		_ = c.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		if n, _ := c.Read(answer); string(answer[:n]) == "HTTP/1.1 503" {
			refused++
		}
		if found := s.intake.bytes.Load(); found > s.intake.most {
			t.Errorf("bodies take %d bytes, expected at most %d", found, s.intake.most)
		}
	}
	if refused < 4 {
		t.Errorf("%d were refused, expected all that there is no room for", refused)
	}
	r, err := http.Post("http://"+s.Addr().String()+"/graphql", "application/json", strings.NewReader(`{"query":"{release{name}}"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("a short request beside them: found %d", r.StatusCode)
	}
	for _, c := range opened {
		c.Close()
	}
	for deadline := time.Now().Add(10 * time.Second); s.intake.bytes.Load() != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes are held although all have left", s.intake.bytes.Load())
		}
	}
	stop()
}
