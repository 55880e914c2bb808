package wire

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// slowWriter is a reader who takes each write in some time.
type slowWriter struct {
	http.ResponseWriter
	takes    time.Duration
	deadline time.Time
}

func (s *slowWriter) SetWriteDeadline(t time.Time) error { s.deadline = t; return nil }

func (s *slowWriter) Write(b []byte) (int, error) {
	time.Sleep(s.takes)
	if time.Now().After(s.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	return len(b), nil
}

// TestSmallWrites: what is written in little pieces is bound as what is written in one,
// and the time that it takes to make them is not the reader's.
func TestSmallWrites(t *testing.T) {
	for _, tt := range []struct {
		size        int // of a write, in bytes
		takes, made time.Duration
		fails       int // which write does; 0 for none
	}{
		{100, time.Second, time.Hour, 31},
		{PieceSize / 4, 7 * time.Second, time.Hour, 0},
		{PieceSize / 4, 8 * time.Second, 0, 4},
		{3 * PieceSize, 29 * time.Second, 0, 0},
		{PieceSize + 1, 16 * time.Second, 0, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPieces(&slowWriter{takes: tt.takes}, 30*time.Second)
			failed := 0
			for n := range 200 {
				if _, err := p.Write(make([]byte, tt.size)); err != nil {
					if failed = n + 1; !errors.Is(err, os.ErrDeadlineExceeded) || !p.failed {
						t.Errorf("found %v", err)
					}
					break
				}
				time.Sleep(tt.made)
			}
			if failed != tt.fails {
				t.Errorf("%+v: write %d failed", tt, failed)
			}
		})
	}
}

// TestPauseOfStream: over HTTP/2 the time between two pieces is not the reader's either.
func TestPauseOfStream(t *testing.T) {
	const timeout = 200 * time.Millisecond
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := NewPieces(w, timeout)
		for range 3 {
			_, _ = p.Write([]byte("a line\n"))
			p.Flush()
			time.Sleep(2 * timeout)
		}
		p.Grace()
	}))
	s.EnableHTTP2 = true
	s.Config.WriteTimeout = timeout
	s.StartTLS()
	defer s.Close()
	answer, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || len(body) != 21 {
		t.Errorf("over %s: found %d bytes, %v", answer.Proto, len(body), err)
	}
}
