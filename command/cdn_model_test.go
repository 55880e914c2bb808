package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/purge"
)

// asked is a question to a cache: an address, and the release that it names, "" for the
// one that is served.
type asked struct{ target, release string }

// cached is an answer that a cache keeps.
type cached struct {
	body         string
	tags, groups []string
	by           string // the server and the release that gave it
}

// How a cache knows what to drop.
const (
	byTags   = "tags"
	byGroups = "groups"
	byURLs   = "addresses"
)

// cdn is a model of a cache in front of servers: it keeps each answer that it may keep
// for good, and drops what a plan says, in one of the ways that caches know.
type cdn struct {
	way     string
	patient time.Duration // how long an answer may be under way; what comes later is not kept

	mu   sync.Mutex
	kept map[asked]cached
	log  []string // what came about, for who looks for a fault
}

// fetch asks a server where there is no answer yet. The answer comes after a while.
func (c *cdn) fetch(client *http.Client, server string, q asked, delay time.Duration) {
	c.mu.Lock()
	_, have := c.kept[q]
	c.mu.Unlock()
	if have {
		return
	}
	began := time.Now()
	status, header, body, err := ask(client, server, q)
	if err != nil || status != http.StatusOK || !strings.Contains(header.Get("Cache-Control"), "s-maxage=") {
		return
	}
	time.Sleep(delay)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, have := c.kept[q]; have || time.Since(began) > c.patient {
		return
	}
	a := cached{
		body: body, tags: strings.Fields(header.Get("Surrogate-Key")), groups: strings.Split(strings.Trim(header.Get("Cache-Groups"), `"`), `", "`),
		by: server + " " + header.Get("Release"),
	}
	c.kept[q] = a
	c.note("kept %v of %s", q, a.by)
}

func (c *cdn) note(format string, args ...any) {
	c.log = append(c.log, time.Now().Format("05.000 ")+fmt.Sprintf(format, args...))
}

// lately is what came about last.
func (c *cdn) lately() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.log[max(0, len(c.log)-60):], "\n")
}

// drop does what a plan says.
func (c *cdn) drop(p *purge.Plan) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note("drop %+v", *p)
	for q, a := range c.kept {
		path, _, _ := strings.Cut(q.target, "?")
		in := func(names []string) func(string) bool {
			return func(name string) bool { return slices.Contains(names, name) }
		}
		if p.All || c.way == byTags && slices.ContainsFunc(a.tags, in(p.Tags)) || c.way == byGroups && slices.ContainsFunc(a.groups, in(p.Groups)) ||
			c.way == byURLs && slices.Contains(p.URLs, path) {
			delete(c.kept, q)
		}
	}
}

// wrong gives an answer that is kept and is not what the server gives, "" where there is
// none. That a release can no longer be named is no fault, but none of the words may be
// in any answer.
func (c *cdn) wrong(client *http.Client, server string, gone []string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for q, a := range c.kept {
		for _, word := range gone {
			if strings.Contains(a.body, word) {
				return fmt.Sprintf("%v of %s has %q, which is taken down", q, a.by, word)
			}
		}
		status, _, body, err := ask(client, server, q)
		switch {
		case err != nil:
			return err.Error()
		case q.release != "" && status != http.StatusOK:
		case status != http.StatusOK || body != a.body:
			return fmt.Sprintf("%v of %s, with tags %q, by %s:\n%.600s\nfound %d from %s:\n%.600s", q, a.by, a.tags, c.way, a.body, status, server, body)
		}
	}
	return ""
}

func ask(client *http.Client, server string, q asked) (int, http.Header, string, error) {
	r, err := http.NewRequest("GET", server+q.target, http.NoBody)
	if err != nil {
		return 0, nil, "", err
	}
	if q.release != "" {
		r.Header.Set("Release", q.release)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, string(body), err
}

// hook is a webhook: it has caches drop what it is told, or fails in one of the ways
// that receivers have, until it is mended.
type hook struct {
	name   string
	server *httptest.Server
	caches []*cdn

	mu       sync.Mutex
	rnd      *rand.Rand
	sound    bool
	outcomes map[string]int
}

func newHook(t *testing.T, name string, seed uint64, caches ...*cdn) *hook {
	t.Helper()
	h := &hook{name: name, caches: caches, rnd: rand.New(rand.NewPCG(seed, 3)), outcomes: map[string]int{}}
	h.server = httptest.NewServer(h)
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) mend(sound bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sound = sound
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // who sent it was killed
	}
	var m purge.Message
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&m); err != nil {
		panic(err)
	}
	h.mu.Lock()
	outcome := "told"
	if n := h.rnd.IntN(10); !h.sound && n < 6 {
		outcome = []string{"fails", "fails", "waits", "waits", "hangs", "told, but fails"}[n]
	}
	h.outcomes[outcome]++
	h.mu.Unlock()
	if strings.HasPrefix(outcome, "told") {
		for _, c := range h.caches {
			c.drop(m.Plan)
		}
	}
	switch outcome {
	case "fails", "told, but fails":
		w.WriteHeader(http.StatusInternalServerError)
	case "waits":
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
	case "hangs":
		select {
		case <-time.After(700 * time.Millisecond):
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	}
}

var errNotYet = errors.New("not yet")

// eventually calls a function until it is content.
func eventually(t *testing.T, f func() error) {
	t.Helper()
	err := errNotYet
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err = f(); err == nil {
			return
		}
	}
	t.Fatal(err)
}
