package server

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

var cpu = flag.Bool("cpu", false, "TestAttacks prints what of a processor each attack costs, both sides of it together")

// TestAttacks sends, each in turn and several at once, what is meant to hold or to break the
// server. Meanwhile who asks is answered; behind it no connection, no goroutine and no
// memory of it is left.
func TestAttacks(t *testing.T) {
	s, addr := listening(t, map[string]string{"read-header-timeout": "1s", "read-timeout": "1s", "max-connections": "50"})
	good := func() {
		t.Helper()
		if came := sent(t, addr, "GET /v1/posts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(came, "HTTP/1.1 200") {
			t.Errorf("who asks meanwhile: found %q", came)
		}
	}
	good()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.CopyN(w, zeros{}, 50<<20)
	_ = w.Close()
	const post = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	hundred := int64(100 << 20)
	for _, tt := range []struct {
		name string
		head string
		more int64         // bytes behind it
		pace time.Duration // between two bytes of it
		want string        // how what comes back begins
	}{
		{"100 MB that are announced", post + fmt.Sprintf("Content-Length: %d\r\n\r\n", hundred), hundred, 0, "HTTP/1.1 413"},
		{"100 MB in one chunk", post + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n", hundred), hundred, 0, "HTTP/1.1 413"},
		{"100 MB that nobody wants", fmt.Sprintf("GET /v1/posts HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", hundred), hundred, 0, "HTTP/1.1 200"},
		{"a bomb in gzip", post + fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", packed.Len()) + packed.String(), 0, 0, "HTTP/1.1 415"},
		{"headers without end", "GET /v1/posts HTTP/1.1\r\nX-A: ", 10 << 20, 0, "HTTP/1.1 431"},
		{"many headers", "GET /v1/posts HTTP/1.1\r\n" + strings.Repeat("A:b\r\n", 100_000), 0, 0, "HTTP/1.1 431"},
		{"an address without end", "GET /", 10 << 20, 0, "HTTP/1.1 431"},
		{"headers byte by byte", "GET /v1/posts HTTP/1.1\r\nX-A: ", 500, 20 * time.Millisecond, ""},
		{"a body byte by byte", post + "Content-Length: 500\r\n\r\n", 500, 20 * time.Millisecond, "HTTP/1.1 408"},
		{"a line that never ends", "GET /v1/posts", 0, 0, "HTTP/1.1 408"},
		{"a connection that says nothing", "", 0, 0, ""},
	} {
		goroutines, used := runtime.NumGoroutine(), processor()
		const at = 4
		came := make(chan string)
		for range at {
			go func() { came <- attack(addr, tt.head, tt.more, tt.pace) }()
		}
		good()
		for range at {
			if got := <-came; !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s: found %.200q, expected %s", tt.name, got, tt.want)
			}
		}
		if *cpu {
			t.Logf("%s: %s of a processor for %d", tt.name, processor()-used, at)
		}
		until(t, tt.name+": nothing is left", func() bool {
			return s.crowd.Size() == 0 && s.intake.bytes.Load() == 0 && s.unsent.Bytes() == 0 && s.workshop.inFlight() == 0 && runtime.NumGoroutine() <= goroutines+2
		})
	}
	good()
	runtime.GC()
	var m runtime.MemStats
	if runtime.ReadMemStats(&m); m.HeapAlloc > 100<<20 {
		t.Errorf("found %d bytes in use", m.HeapAlloc)
	}
}

// TestHeldConnections opens more connections than there may be, each with a request that
// never comes to its end or that was refused: who else asks is answered.
func TestHeldConnections(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{
		"a body that nobody wants":       "GET /v1/posts HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n",
		"a body of what is refused":      "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n",
		"a long body of what is refused": "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
		"chunks of what is refused":      "POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
		"no request":                     "GET /v1/posts HTTP/7\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, addr := listening(t, map[string]string{"max-connections": "10"})
			for range 12 {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				_, _ = io.WriteString(c, head)
			}
			time.Sleep(300 * time.Millisecond)
			came := sent(t, addr, "GET /v1/posts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
			if !strings.HasPrefix(came, "HTTP/1.1 200") || s.crowd.Refused() != 0 {
				t.Errorf("found %.60q, %d closed and %d refused", came, s.crowd.Left(), s.crowd.Refused())
			}
		})
	}
}

// zeros is a text without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// attack sends a head and then a body, and gives what comes back.
func attack(addr, head string, more int64, pace time.Duration) string {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(60 * time.Second))
	go func() {
		body := io.LimitReader(zeros{}, more)
		if _, err := io.WriteString(c, head); err != nil {
			return
		}
		if pace == 0 {
			_, _ = io.Copy(c, body)
			return
		}
		for one := make([]byte, 1); ; time.Sleep(pace) {
			if _, err := body.Read(one); err != nil {
				return
			}
			if _, err := c.Write(one); err != nil {
				return
			}
		}
	}()
	text, _ := io.ReadAll(c) // to its end, or until the server has had enough
	return string(text)
}

// processor is what of it this process has used.
func processor() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
