package command_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/command"
	"alphanode/fleet"
)

// soon is how long a test waits for what must happen.
const soon = 30 * time.Second

// shared is a fleet over a folder, which the commands of a test act with from one data directory.
type shared struct {
	t                *testing.T
	dir, url, writer string
}

// newShared founds a fleet with one post as r1.
func newShared(t *testing.T) *shared {
	t.Helper()
	dir := t.TempDir()
	s := &shared{t: t, dir: filepath.Join(dir, "shared"), writer: filepath.Join(dir, "writer")}
	s.url = "file://" + s.dir
	done(t, goodLine, "import", "-", "--publish", "--data", s.writer)
	done(t, "", "fleet", "init", "--fleet", s.url, "--data", s.writer)
	return s
}

// flags are those by which a command acts with the fleet.
func (s *shared) flags(args ...string) []string {
	return append(slices.Clone(args), "--fleet", s.url, "--data", s.writer)
}

// done does what must not fail.
func (s *shared) done(in string, args ...string) string {
	s.t.Helper()
	return done(s.t, in, s.flags(args...)...)
}

// fails wants a command to end with a code, and to say something.
func (s *shared) fails(expected int, words, in string, args ...string) string {
	s.t.Helper()
	code, out, errs := run(s.t, strings.NewReader(in), s.flags(args...)...)
	if code != expected || !strings.Contains(out+errs, words) {
		s.t.Errorf("%s: found %d\n%s%s, expected %d and %q", strings.Join(args, " "), code, out, errs, expected, words)
	}
	return out
}

// status is what every replica says.
func (s *shared) status() *fleet.Roll {
	s.t.Helper()
	roll := new(fleet.Roll)
	if err := json.Unmarshal([]byte(s.done("", "fleet", "status", "--json")), roll); err != nil {
		s.t.Fatal(err)
	}
	return roll
}

// serving is a replica that runs.
type serving struct {
	t    *testing.T
	addr string
	end  func()
}

// replica starts one, and waits until it serves.
func (s *shared) replica(name string) *serving {
	s.t.Helper()
	r := s.start(name)
	until(s.t, name+" serves", func() bool { status, _ := r.get("/ready"); return status == http.StatusOK })
	return r
}

// start starts a replica, and waits until it listens.
func (s *shared) start(name string, more ...string) *serving {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	said, says := io.Pipe()
	ended := make(chan int, 1)
	args := append([]string{"serve", "--fleet", s.url, "--fleet-name", name, "--addr", "127.0.0.1:0", "--ops-addr", "", "--drain-delay", "0s", "--data", filepath.Join(filepath.Dir(s.writer), name)}, more...)
	go func() {
		code := command.Main(ctx, args, command.Streams{In: strings.NewReader(""), Out: io.Discard, Err: says})
		says.Close()
		ended <- code
	}()
	r := &serving{t: s.t}
	over := false
	r.end = func() {
		if over {
			return
		}
		over = true
		stop()
		if code := <-ended; code != 0 {
			s.t.Errorf("%s ended with %d", name, code)
		}
	}
	s.t.Cleanup(r.end)
	lines := bufio.NewScanner(said)
	for r.addr == "" && lines.Scan() {
		_, r.addr, _ = strings.Cut(lines.Text(), "listening on http://")
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the pipe
	if r.addr == "" {
		s.t.Fatalf("%s did not start", name)
	}
	return r
}

// get reads something of a replica.
func (r *serving) get(path string, headers ...string) (status int, body string) {
	r.t.Helper()
	return r.ask(http.MethodGet, path, headers...)
}

// ask asks a replica.
func (r *serving) ask(method, path string, headers ...string) (status int, body string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.addr+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// wants asks a replica, and wants a status.
func (r *serving) wants(expected int, path string, headers ...string) {
	r.t.Helper()
	if status, body := r.get(path, headers...); status != expected {
		r.t.Errorf("%s: found %d %s, expected %d", path, status, body, expected)
	}
}

// until waits for something.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it did not come to that", what)
		}
	}
}
