package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// manyPosts are more than fits into any buffer on the way: a batch is a few
// of them.
func manyPosts() []*content.Post {
	var posts []*content.Post
	for i := range 300 {
		text := strings.Repeat(fmt.Sprint(i), 5000)
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("p-%03d", i), Title: "A", Intro: text, Meta: content.Meta{Summary: text}})
	}
	return posts
}

// LogLines is a log that a test can read while it is written.
type LogLines struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *LogLines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(p)
}

func (l *LogLines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// streaming is a server on pipes, which hold nothing back: what a reader has
// not read was not written.
type streaming struct {
	t      *testing.T
	server *Server
	client *http.Client
	log    *LogLines
	stop   context.CancelFunc
	ran    chan error
}

func startStreaming(t *testing.T, release *release.Release, flags map[string]string) *streaming {
	t.Helper()
	flags["drain-delay"] = "0s"
	s := &streaming{t: t, log: &LogLines{}, ran: make(chan error, 1)}
	s.server = testServer(t, release, func() {}, flags)
	s.server.logger = slog.New(slog.NewJSONHandler(s.log, nil))
	p := newPipes()
	s.server.listener = p
	s.client = &http.Client{Transport: &http.Transport{DialContext: p.dial, DisableKeepAlives: true, DisableCompression: true}}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() { s.ran <- s.server.Run(ctx) }()
	return s
}

func (s *streaming) get() *http.Response {
	s.t.Helper()
	r, err := s.client.Get("http://server/v1/posts.ndjson")
	if err != nil {
		s.t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		s.t.Fatalf("found status %d", r.StatusCode)
	}
	return r
}

// rest reads a stream to its end, or to where it was broken off.
func (s *streaming) rest(r *http.Response) (string, error) {
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return string(text), err
}

// cut checks that a stream was broken off for a reason, and its place is free.
func (s *streaming) cut(reason string) {
	s.t.Helper()
	level := slog.LevelInfo
	if reason == cutFault {
		level = slog.LevelError
	}
	found := false
	for line := range strings.Lines(s.log.String()) {
		found = found || strings.Contains(line, `"cut":"`+reason+`","cause":"`) && strings.Contains(line, `"level":"`+level.String()+`"`)
	}
	if !found {
		s.t.Errorf("found the log %s\nexpected one of a stream cut: %s", s.log, reason)
	}
	if n := s.server.streams.taken(); n != 0 && !s.server.cutting.Load() {
		s.t.Errorf("found %d places taken", n)
	}
	families, err := s.server.metrics.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "alphanode_streams_cut_total" {
			continue
		}
		if m := family.GetMetric(); len(m) == 1 && m[0].GetCounter().GetValue() == 1 && m[0].GetLabel()[0].GetValue() == reason {
			return
		}
	}
	s.t.Errorf("found the metrics %v, expected one of a stream cut: %s", families, reason)
}

func (s *streaming) end() {
	s.t.Helper()
	s.stop()
	if err := <-s.ran; err != nil {
		s.t.Error(err)
	}
}

// TestSlowReader reads for far longer than any timeout, but never stops.
func TestSlowReader(t *testing.T) {
	release := storetest.Release(t, manyPosts()...)
	synctest.Test(t, func(t *testing.T) {
		s := startStreaming(t, release, map[string]string{"write-timeout": "30s", "request-timeout": "10s", "read-timeout": "15s", "idle-timeout": "20s"})
		r := s.get()
		var text bytes.Buffer
		for {
			time.Sleep(20 * time.Second)
			n, err := io.CopyN(&text, r.Body, wire.PieceSize)
			if n < wire.PieceSize && err != nil {
				if err != io.EOF {
					t.Error(err)
				}
				break
			}
		}
		r.Body.Close()
		if n := strings.Count(text.String(), "\n"); n != 300 {
			t.Errorf("found %d lines", n)
		}
		s.end()
	})
}

func TestStalledReader(t *testing.T) {
	release := storetest.Release(t, manyPosts()...)
	synctest.Test(t, func(t *testing.T) {
		s := startStreaming(t, release, map[string]string{"write-timeout": "30s"})
		r := s.get()
		if _, err := io.CopyN(io.Discard, r.Body, 200_000); err != nil {
			t.Fatal(err)
		}
		time.Sleep(29 * time.Second)
		if n := s.server.streams.taken(); n != 1 {
			t.Errorf("found %d streams before the time is over", n)
		}
		time.Sleep(2 * time.Second)
		s.cut(cutStalled)
		if text, err := s.rest(r); err != io.ErrUnexpectedEOF {
			t.Errorf("found %d more bytes and %v, expected that the end is missing", len(text), err)
		}
		s.end()
	})
}

// TestLeastPace has readers who take a little all the time: less than a piece within
// the write timeout ends the stream, in whatever form it is sent.
func TestLeastPace(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 20_000)
	var posts []*content.Post
	for i := range 300 {
		for j := range noise {
			noise[j] = byte('a' + rnd.IntN(12))
		}
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("p-%03d", i), Title: "A", Intro: string(noise)})
	}
	release := storetest.Release(t, posts...)
	for _, coding := range []string{"identity", "gzip", "zstd"} {
		for _, tt := range []struct {
			each  int // bytes
			every time.Duration
			cut   bool
		}{{1, time.Second, true}, {4 << 10, 29 * time.Second, true}, {2 << 10, 5 * time.Second, true}, {4 << 10, time.Second, false}} {
			synctest.Test(t, func(t *testing.T) {
				s := startStreaming(t, release, map[string]string{"write-timeout": "30s"})
				request, err := http.NewRequest("GET", "http://server/v1/posts.ndjson", nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Accept-Encoding", coding)
				r, err := s.client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				var held atomic.Int64 // places, when the time of any reader who is cut is over
				look := time.AfterFunc(3*time.Minute, func() { held.Store(int64(s.server.streams.taken())) })
				defer look.Stop()
				taken := int64(0)
				for err == nil && taken < 1<<20 { // which is less than a third of it
					var n int64
					n, err = io.CopyN(io.Discard, r.Body, int64(tt.each))
					taken += n
					time.Sleep(tt.every)
				}
				if tt.cut {
					if err == nil || held.Load() > 0 {
						t.Errorf("%s, %+v: %d bytes were taken, and %d places after 3 minutes, %v", coding, tt, taken, held.Load(), err)
					}
					s.cut(cutStalled)
				} else if err != nil {
					t.Errorf("%s, %+v: after %d bytes: %v", coding, tt, taken, err)
				}
				r.Body.Close()
				s.end()
			})
		}
	}
}

func TestReaderLeaves(t *testing.T) {
	release := storetest.Release(t, manyPosts()...)
	synctest.Test(t, func(t *testing.T) {
		s := startStreaming(t, release, map[string]string{"max-streams": "1"})
		r := s.get()
		if _, err := bufio.NewReader(r.Body).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if got := fetch(s.client, "/v1/posts.ndjson"); got.status != 503 {
			t.Errorf("a second stream: found %+v", got)
		}
		r.Body.Close()
		synctest.Wait()
		s.cut(cutGone)
		if text, err := s.rest(s.get()); err != nil || strings.Count(text, "\n") != 300 {
			t.Errorf("the next: found %d bytes, %v", len(text), err)
		}
		s.end()
	})
}

// TestStreamsAtShutdown has one that ends within the grace, and one that does
// not.
func TestStreamsAtShutdown(t *testing.T) {
	release := storetest.Release(t, manyPosts()...)
	for _, quick := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := startStreaming(t, release, map[string]string{"shutdown-grace": "10s"})
			r := s.get()
			s.stop()
			if quick {
				time.Sleep(9 * time.Second)
				if text, err := s.rest(r); err != nil || strings.Count(text, "\n") != 300 {
					t.Errorf("found %d bytes, %v", len(text), err)
				}
				if err := <-s.ran; err != nil {
					t.Error(err)
				}
				return
			}
			if err := <-s.ran; err == nil || !strings.Contains(err.Error(), "did not end within 10s") {
				t.Errorf("found %v", err)
			}
			s.cut(cutShutdown) // as soon as the server has ended
			if text, err := s.rest(r); err != io.ErrUnexpectedEOF {
				t.Errorf("found %d bytes and %v, expected that the end is missing", len(text), err)
			}
		})
	}
}

// TestDamagedStream damages the release while it is read.
func TestDamagedStream(t *testing.T) {
	for _, query := range []string{"", "?fields=meta.summary", "?fields=intro"} {
		c := storetest.Catalogue(t, manyPosts()...)
		release, err := c.Open("r1")
		if err != nil {
			t.Fatal(err)
		}
		s := startStreaming(t, release, map[string]string{})
		r, err := s.client.Get("http://server/v1/posts.ndjson" + query)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(c.Dir(), "releases", "r1", "release.db")
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, 0); err != nil {
			t.Fatal(err)
		}
		text, err := s.rest(r)
		if err != io.ErrUnexpectedEOF || strings.Count(text, "\n") >= 300 {
			t.Errorf("%s: found %d lines and %v, expected that the end is missing", query, strings.Count(text, "\n"), err)
		}
		s.end()
		s.cut(cutFault)
		if !strings.Contains(s.log.String(), store.ErrCorrupt.Error()) {
			t.Errorf("found the log %s", s.log)
		}
		if err := release.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWithdrawnStream takes a post down while the release is read: what is left of
// the stream could hold it.
func TestWithdrawnStream(t *testing.T) {
	c := storetest.Catalogue(t, manyPosts()...)
	release, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	s := startStreaming(t, release, map[string]string{})
	r, err := s.client.Get("http://server/v1/posts.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Takedown(t.Context(), []string{manyPosts()[0].Slug}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	if text, err := s.rest(r); err != io.ErrUnexpectedEOF {
		t.Errorf("found %d bytes and %v, expected that the end is missing", len(text), err)
	}
	s.end()
	s.cut(cutWithdrawn)
	if err := release.Close(); err != nil {
		t.Error(err)
	}
}

// TestPanicInStream is a fault like any other.
func TestPanicInStream(t *testing.T) {
	t.Parallel()
	s := &route.Stream{Write: func(context.Context, io.Writer) error { panic("the cause") }}
	if err := runStream(t.Context(), s, io.Discard); err == nil || !strings.Contains(err.Error(), "the cause") || !strings.Contains(err.Error(), "stream_internal_test.go") {
		t.Errorf("found %v", err)
	}
}
