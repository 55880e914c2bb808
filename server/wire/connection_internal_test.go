package wire

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counting counts the calls by which a listener's connections write.
type counting struct {
	net.Listener
	writes *atomic.Int64
}

type countedConn struct {
	*net.TCPConn
	writes *atomic.Int64
}

func (l counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return countedConn{c.(*net.TCPConn), l.writes}, nil
}

func (c countedConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.TCPConn.Write(p)
}

// sized answers with as many bytes as the path says.
func sized(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
	body := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
	var fields Head
	fields.Add("Content-Type", "text/plain")
	fields.Add("Link", "one")
	fields.Add("Link", "two\r\nInjected: yes")
	Respond(w, r, OutgoingOf(r), true, http.StatusOK, &SealedHead{Fields: fields}, nil, body, time.Now().Add(time.Minute))
}

func TestAnswersAreWhole(t *testing.T) {
	var writes atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(sized))
	s.Listener = NewConnections(counting{s.Listener, &writes}, NewUnsent(1<<30), nil, nil)
	s.Config.ConnContext = WithConnection
	s.Start()
	defer s.Close()
	// Around the sizes at which net/http's buffer is just full, with headers
	// and without, and beyond all buffers.
	sizes := []int{0, 1, 20_000, 300_000, 3_000_000}
	for n := copiedMost - 200; n < copiedMost+20; n++ {
		sizes = append(sizes, n, n+copiedMost)
	}
	for _, n := range sizes {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			writes.Store(0)
			r, err := http.NewRequest(method, fmt.Sprintf("%s/%d", s.URL, n), nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := s.Client().Do(r)
			if err != nil {
				t.Fatalf("%s of %d bytes: %v", method, n, err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			expected := n
			if method == http.MethodHead {
				expected = 0
			}
			if err != nil || len(body) != expected || answer.ContentLength != int64(n) {
				t.Fatalf("%s of %d bytes: found %d bytes and Content-Length %d, %v", method, n, len(body), answer.ContentLength, err)
			}
			if h := answer.Header; h.Get("Content-Type") != "text/plain" || !slices.Equal(h.Values("Link"), []string{"one", "two  Injected: yes"}) || h.Get("Injected") != "" {
				t.Fatalf("%s of %d bytes: found the header %v", method, n, h)
			}
			for i, b := range body {
				if b != "0123456789"[i%10] {
					t.Fatalf("%s of %d bytes: byte %d is %q", method, n, i, b)
				}
			}
			// Longer answers go out by writev, past Write, and what is behind the
			// first piece piece by piece.
			if found := writes.Load(); n < copiedMost && found != 1 || found > 1+int64(n/PieceSize) {
				t.Errorf("%s of %d bytes: written by %d calls", method, n, found)
			}
		}
	}
}

// Answers to requests that were sent together, before the first was answered,
// stay in order and apart.
func TestAnswersToPipelinedRequests(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(sized))
	s.Listener = NewConnections(s.Listener, NewUnsent(1<<30), nil, nil)
	s.Config.ConnContext = WithConnection
	s.Start()
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sizes := []int{10, 5000, 0, 4096, 100_000}
	var requests strings.Builder
	for _, n := range sizes {
		fmt.Fprintf(&requests, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", n)
	}
	if _, err := c.Write([]byte(requests.String())); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range sizes {
		head, rest, ok := bytes.Cut(all, []byte("\r\n\r\n"))
		if !ok || !bytes.Contains(head, fmt.Appendf(nil, "Content-Length: %d\r\n", n)) && !bytes.HasSuffix(head, fmt.Appendf(nil, "Content-Length: %d", n)) || len(rest) < n {
			t.Fatalf("answer of %d bytes: found %q", n, head)
		}
		all = rest[n:]
	}
	if len(all) > 0 {
		t.Errorf("%d bytes behind the last answer", len(all))
	}
}

// stuck is a connection on which nothing can be written.
type stuck struct {
	net.Conn
	closed bool
}

func (s *stuck) Write(p []byte) (int, error) { return len(p) / 2, os.ErrDeadlineExceeded }
func (s *stuck) Close() error                { s.closed = true; return nil }

func TestConnectionIsClosedWhereAnAnswerWasCut(t *testing.T) {
	to := &stuck{}
	c := &connection{Conn: to, dates: new(Dates)}
	if c.answer(http.StatusOK, 0, &SealedHead{}, nil, nil, time.Now().Add(time.Minute)); !to.closed {
		t.Error("the connection is open for the next answer")
	}
}
