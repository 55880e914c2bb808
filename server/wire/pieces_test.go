package wire

import (
	"errors"
	"net/http"
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
