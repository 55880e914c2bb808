package command_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
)

var (
	rounds  = flag.Int("rounds", 2, "how many rounds TestCDN plays")
	cdnSeed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of TestCDN")
)

// settling is how long servers of the test wait before they tell of a switch.
const settling = 400 * time.Millisecond

// scenery is an archive with two servers, the caches in front of them and the webhooks
// by which those are told.
type scenery struct {
	t         *testing.T
	rnd       *rand.Rand
	dir       string
	catalogue *catalogue.Catalogue
	posts     map[string]*content.Post
	gone      map[string]bool // slugs that were taken down
	edits     int

	servers [2]*serverProcess
	caches  []*cdn
	fronts  map[*cdn][]int // the servers that a cache asks
	hooks   []*hook
	client  *http.Client
	did     []string
}

// serverProcess is a server in a process of its own.
type serverProcess struct {
	hooks string // the file of its webhooks
	cmd   *exec.Cmd
	mu    sync.Mutex
	url   string // "" while it does not run
}

func (p *serverProcess) at() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

func (p *serverProcess) setAt(url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.url = url
}

// TestCDN is a model of caches, which keep answers for good and drop what they are told,
// in front of two servers with different webhooks. Posts are published, rolled back and
// taken down, with and without servers, by commands that are killed; servers are killed;
// webhooks fail, wait and hang. After the last message, nothing that is kept differs from
// what is served.
func TestCDN(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -rounds=%d -seed=%d", *rounds, *cdnSeed)
	s := newScenery(t)
	for n := range *rounds {
		s.play(n)
		if t.Failed() {
			return
		}
	}
	outcomes := map[string]int{}
	for _, h := range s.hooks {
		h.mu.Lock()
		for outcome, n := range h.outcomes {
			outcomes[outcome] += n
		}
		h.mu.Unlock()
	}
	t.Logf("%d rounds, %d acts; attempts to tell: %v", *rounds, len(s.did), outcomes)
}

func newScenery(t *testing.T) *scenery {
	t.Helper()
	s := &scenery{
		t: t, rnd: rand.New(rand.NewPCG(*cdnSeed, 1)), posts: map[string]*content.Post{}, gone: map[string]bool{}, fronts: map[*cdn][]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: 10 * time.Second},
	}
	s.dir = t.TempDir()
	cache := func(way string, servers ...int) *cdn {
		c := &cdn{way: way, patient: settling * 3 / 4, kept: map[asked]cached{}}
		s.caches, s.fronts[c] = append(s.caches, c), servers
		return c
	}
	s.hooks = []*hook{
		newHook(t, "first", *cdnSeed, cache(byTags, 0), cache(byURLs, 0)),
		newHook(t, "second", *cdnSeed+1, cache(byGroups, 1)),
		newHook(t, "both", *cdnSeed+2, cache(byTags, 0, 1)),
	}
	for i, hooks := range [][]*hook{{s.hooks[0], s.hooks[2]}, {s.hooks[1], s.hooks[2]}} {
		var rows []string
		for _, h := range hooks {
			rows = append(rows, fmt.Sprintf(`{"name":%q,"url":%q,"secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}`, h.name, h.server.URL))
		}
		file := filepath.Join(t.TempDir(), "webhooks.json")
		if err := os.WriteFile(file, []byte(`{"webhooks":[`+strings.Join(rows, ",")+`]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		s.servers[i] = &serverProcess{hooks: file}
	}
	for i := range 12 {
		s.edit(fmt.Sprintf("post-%02d", i))
	}
	s.command(0, "import", s.written(), "--publish")
	var err error
	if s.catalogue, err = catalogue.Open(s.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, p := range s.servers {
			s.end(p, syscall.SIGKILL)
		}
		s.client.CloseIdleConnections()
	})
	return s
}

// edit gives a post another title and other terms. Its title has a word of its own.
func (s *scenery) edit(slug string) {
	s.edits++
	p := &content.Post{Slug: slug, Title: fmt.Sprintf("word-of-%s edited %d", slug, s.edits)}
	if old := s.posts[slug]; old != nil && s.rnd.IntN(2) == 0 {
		p.Meta = old.Meta // and its terms stay
	} else {
		for _, tool := range []string{"Git", "Redis", "C++", "Go"} {
			if s.rnd.IntN(3) == 0 {
				p.Meta.Tools = append(p.Meta.Tools, tool)
			}
		}
		p.Meta.Entities = []content.Entity{{Name: fmt.Sprintf("Thing %d", s.rnd.IntN(3)), Type: "thing"}}
	}
	p.Settle()
	s.posts[slug] = p
}

// written is a file of all posts.
func (s *scenery) written() string {
	s.t.Helper()
	var lines []byte
	for _, p := range s.posts {
		if !s.gone[p.Slug] {
			lines = append(p.AppendJSON(lines), '\n')
		}
	}
	path := filepath.Join(s.t.TempDir(), "posts.ndjson")
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// command runs a command in a process of its own, which is killed after a time; 0 for
// never. One that is refused is no fault: others may have the lock.
func (s *scenery) command(killed time.Duration, args ...string) {
	s.t.Helper()
	cmd := s.process(append(args, "--data", s.dir)...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if killed > 0 {
		time.Sleep(killed)
		_ = cmd.Process.Kill() // it may have ended
	}
	err := cmd.Wait()
	s.note("%s: %v %s", strings.Join(args, " "), err, said.String())
}

func (s *scenery) process(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asAlphanode+"=1", settlesAfter+"="+settling.String())
	return cmd
}

func (s *scenery) note(format string, args ...any) {
	s.did = append(s.did, time.Now().Format("05.000 ")+fmt.Sprintf(format, args...))
}

// start runs a server, and returns when it listens.
func (s *scenery) start(p *serverProcess) {
	s.t.Helper()
	if p.cmd != nil {
		return
	}
	cmd := s.process("serve", "--data", s.dir, "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-delay", "0s", "--s-maxage", "24h",
		"--tag-headers", "Surrogate-Key,Cache-Groups", "--webhooks", p.hooks)
	said, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			p.setAt(at)
			break
		}
	}
	if p.at() == "" {
		s.t.Fatal("the server does not listen")
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the process
	p.cmd = cmd
	s.note("started %s", p.at())
}

func (s *scenery) end(p *serverProcess, by syscall.Signal) {
	if p.cmd == nil {
		return
	}
	s.note("%s %s", by, p.at())
	p.setAt("")
	_ = p.cmd.Process.Signal(by)
	_ = p.cmd.Wait()
	p.cmd = nil
}

// question is one that caches are asked. A cache that knows addresses alone is asked what
// can be listed.
func (s *scenery) question(r *rand.Rand, way string, releases []string) asked {
	slug := fmt.Sprintf("post-%02d", r.IntN(12))
	term := []string{"/v1/tools/git", "/v1/tools/redis", "/v1/tools/cplusplus", "/v1/tools/go", "/v1/entities/thing-thing-0", "/v1/entities/thing-1", "/v1/entities/thing-2"}[r.IntN(7)]
	all := []string{"/v1/posts/" + slug, "/v1/posts/" + slug, "/v1/posts", "/v1/summaries", "/v1/facets", "/v1/tools", "/v1/entities", term, term + "/posts", "/v1/releases/current", "/v1/scores"}
	if way != byURLs {
		all = append(all, "/v1/posts/"+slug+"/similar", term+"/related", term+"?include=related", "/v1/posts?limit=2&sort=title", "/v1/search?q=word",
			"/graphql?query={posts(first:3){nodes{title}}}", "/v1/posts.ndjson", "/v1/similar?tool=git", "/v1/posts?tool=git")
	}
	q := asked{target: all[r.IntN(len(all))]}
	if r.IntN(4) == 0 {
		q.release = releases[r.IntN(len(releases))]
	}
	return q
}

// ask has caches ask servers until the channel is closed.
func (s *scenery) ask(end <-chan struct{}, seed uint64) *sync.WaitGroup {
	entries, err := s.catalogue.List()
	if err != nil {
		s.t.Fatal(err)
	}
	var releases []string
	for _, e := range entries[max(0, len(entries)-3):] {
		releases = append(releases, e.Name)
	}
	var asking sync.WaitGroup
	for i, c := range s.caches {
		asking.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			var slow sync.WaitGroup
			defer slow.Wait()
			for {
				select {
				case <-end:
					return
				case <-time.After(time.Duration(r.IntN(16)) * time.Millisecond):
				}
				fronts := s.fronts[c]
				at := s.servers[fronts[r.IntN(len(fronts))]].at()
				if at == "" {
					continue
				}
				q, delay := s.question(r, c.way, releases), time.Duration(0)
				if r.IntN(3) == 0 {
					delay = time.Duration(r.Int64N(int64(c.patient)))
				}
				slow.Go(func() { c.fetch(s.client, at, q, delay) })
			}
		})
	}
	return &asking
}

// play plays a round of acts, and looks at what caches keep when all is told.
func (s *scenery) play(round int) {
	s.t.Helper()
	s.did = append(s.did, fmt.Sprintf("round %d", round))
	for _, h := range s.hooks {
		h.mend(false)
	}
	for _, p := range s.servers {
		if s.rnd.IntN(4) > 0 {
			s.start(p)
		}
	}
	end := make(chan struct{})
	asking := s.ask(end, s.rnd.Uint64())
	for range 2 + s.rnd.IntN(4) {
		time.Sleep(time.Duration(s.rnd.Int64N(int64(settling))))
		s.act()
	}
	time.Sleep(time.Duration(s.rnd.Int64N(int64(settling))))
	close(end)
	asking.Wait()
	s.settle()
}

// act does something at random.
func (s *scenery) act() {
	s.t.Helper()
	killed := time.Duration(0)
	if s.rnd.IntN(3) == 0 {
		killed = time.Duration(1 + s.rnd.Int64N(int64(400*time.Millisecond)))
	}
	slug := fmt.Sprintf("post-%02d", s.rnd.IntN(12))
	switch n := s.rnd.IntN(10); {
	case n < 4:
		for range 1 + s.rnd.IntN(3) {
			s.edit(fmt.Sprintf("post-%02d", s.rnd.IntN(12)))
		}
		s.command(killed, "import", s.written(), "--replace", "--publish")
	case n < 5:
		s.command(killed, "rollback")
	case n < 7 && len(s.gone) < 8:
		s.gone[slug] = true
		s.command(killed, "takedown", slug)
	case n < 8:
		s.end(s.servers[s.rnd.IntN(2)], syscall.SIGTERM)
	default:
		p := s.servers[s.rnd.IntN(2)]
		s.end(p, syscall.SIGKILL)
		if s.rnd.IntN(2) == 0 {
			s.start(p)
		}
	}
}

// settle has all servers run and all webhooks listen, finishes takedowns, and waits
// until nothing that is kept is wrong.
func (s *scenery) settle() {
	s.t.Helper()
	for _, h := range s.hooks {
		h.mend(true)
	}
	takedowns, err := s.catalogue.Takedowns()
	if err != nil {
		s.t.Fatal(err)
	}
	var gone []string
	for _, d := range takedowns {
		gone = append(gone, "word-of-"+d.Slug)
	}
	open := func(d store.Takedown) bool { return d.FinishedAt == nil }
	finish := func() {
		if i := slices.IndexFunc(takedowns, open); i >= 0 {
			s.command(0, "takedown", takedowns[i].Slug)
		}
	}
	first := s.rnd.IntN(2) == 0 // else a server that starts finishes them, or the command does beside it
	if first {
		finish()
	}
	for _, p := range s.servers {
		s.start(p)
	}
	if !first {
		finish()
	}
	eventually(s.t, func() error {
		takedowns, err := s.catalogue.Takedowns()
		if err == nil && slices.ContainsFunc(takedowns, open) {
			finish()
			err = errNotYet
		}
		return err
	})
	current, err := s.catalogue.Current()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range s.servers {
		eventually(s.t, func() error {
			_, _, body, err := ask(s.client, p.at(), asked{target: "/ready"})
			var ready struct{ Release, Problem string }
			if err == nil {
				err = json.Unmarshal([]byte(body), &ready)
			}
			if err == nil && (ready.Release != current || ready.Problem != "") {
				err = fmt.Errorf("%s serves %s, expected %s", p.at(), body, current)
			}
			return err
		})
	}
	wrong := ""
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		wrong = ""
		for _, c := range s.caches {
			for _, i := range s.fronts[c] {
				if found := c.wrong(s.client, s.servers[i].at(), gone); found != "" {
					wrong = found + "\n" + c.lately()
				}
			}
		}
		if wrong == "" {
			return
		}
	}
	s.t.Errorf("after the last message a cache keeps %s\n%s", wrong, strings.Join(s.did[max(0, len(s.did)-30):], "\n"))
}
