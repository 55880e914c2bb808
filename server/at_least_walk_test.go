package server_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

var asksBack = flag.Int("asks-back", 400, "how many steps TestNeverBack takes")

// pair is a data directory and a copy of it that is brought up to date later, each with a
// server of its own.
type pair struct {
	t       testing.TB
	leader  *catalogue.Catalogue
	copied  string // the directory
	servers [2]http.Handler
	current []string // releases, in the order in which they were current
	known   [2]int   // how many of these each directory knows
}

func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{t: t, leader: storetest.Catalogue(t, archive(t)[:5]...), current: []string{"r1"}}
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p.copied = c.Dir()
	p.copy()
	p.servers = [2]http.Handler{serve(t, storetest.Live(t, p.leader), quiet), serve(t, storetest.Live(t, c), quiet)}
	p.known[0] = 1
	return p
}

// copy brings the copy up to date: files of releases, then the journal, then what is
// current, each of them whole.
func (p *pair) copy() {
	p.t.Helper()
	names, err := p.leader.Names()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range names {
		to := filepath.Join(p.copied, "releases", name)
		if _, err := os.Stat(to); err == nil {
			continue
		}
		aside := filepath.Join(p.copied, "coming")
		if err := errors.Join(os.CopyFS(aside, os.DirFS(p.leader.ReleaseDir(name))), os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(aside, to)); err != nil {
			p.t.Fatal(err)
		}
	}
	for _, name := range []string{"journal.ndjson", "CURRENT"} {
		data, err := os.ReadFile(filepath.Join(p.leader.Dir(), name))
		aside := filepath.Join(p.copied, name+".coming")
		if err := errors.Join(err, os.WriteFile(aside, data, 0o600), os.Rename(aside, filepath.Join(p.copied, name))); err != nil {
			p.t.Fatal(err)
		}
	}
	p.known[1] = len(p.current)
}

// publish makes a release current, a new one for "".
func (p *pair) publish(name string) {
	p.t.Helper()
	if name == "" {
		name = storetest.Stage(p.t, p.leader, catalogue.ImportOptions{}, decode(p.t, fmt.Sprintf(`{"slug":"n%d","title":"New"}`, len(p.current))))
	}
	if _, err := p.leader.Publish(name, store.PublishOptions{By: "test", Force: true}); err != nil {
		p.t.Fatal(err)
	}
	p.made(name)
}

func (p *pair) made(name string) {
	if p.current[len(p.current)-1] != name {
		p.current = append(p.current, name)
	}
	p.known[0] = len(p.current)
}

// newEnough reports whether a release was current, as far as a server can know, when the
// least that was asked for was so first, or later.
func (p *pair) newEnough(server int, release, least string) bool {
	known := p.current[:p.known[server]]
	from := slices.Index(known, least)
	return from >= 0 && slices.Contains(known[from:], release)
}

func newer(a, b string) bool {
	n, _ := store.ReleaseNumber(a)
	m, _ := store.ReleaseNumber(b)
	return n > m
}

// TestNeverBack has a reader ask two servers of which one lags, in no order, with the
// newest release that it has seen as the least, while releases are published and rolled
// back. What it gets is never older, and once a server has caught up it answers.
func TestNeverBack(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d -asks-back=%d", *seed, *asksBack)
	rnd := rand.New(rand.NewPCG(*seed, 19))
	p := newPair(t)
	targets := append([]string{"/v1/posts.ndjson", "/feed.json"}, bothFaces...)
	seen, answered, refused, spared := "r1", 0, 0, 0
	for range *asksBack {
		switch n := rnd.IntN(20); {
		case n == 0:
			p.publish("")
		case n == 1:
			p.publish(p.current[rnd.IntN(len(p.current))])
		case n == 2:
			if back, err := p.leader.Rollback("", store.RollbackOptions{By: "test"}); err == nil {
				p.made(back.Release)
			} else if _, none := errors.AsType[*store.RefusedError](err); !none {
				t.Fatal(err)
			}
		case n == 3:
			p.copy()
		case n == 4: // a server has caught up with what its directory knows
			for i, h := range p.servers {
				name := p.current[p.known[i]-1]
				until(t, name+" is served", func() bool { return get(t, h, "/v1/releases/current").header.Get("Release") == name })
				if least := p.current[rnd.IntN(p.known[i])]; get(t, h, "/v1/posts", "Release-At-Least: "+least).status != 200 {
					t.Fatalf("server %d has %s and gives none at least %s: %v", i, name, least, p.current[:p.known[i]])
				}
			}
		default:
			i, target := rnd.IntN(2), targets[rnd.IntN(len(targets))]
			r := get(t, p.servers[i], target, "Release-At-Least: "+seen)
			release := r.header.Get("Release")
			switch {
			case r.status == 200 && !p.newEnough(i, release, seen):
				t.Fatalf("%s of server %d, at least %s: found %s; it knows %v of %v", target, i, seen, release, p.known[i], p.current)
			case r.status == 200:
				answered++
				if newer(release, seen) {
					seen = release
				}
			case r.status == 503:
				refused++
				if any := get(t, p.servers[i], target); !p.newEnough(i, any.header.Get("Release"), seen) {
					spared++
				}
			default:
				t.Fatalf("%s: found %d %s", target, r.status, r.body)
			}
		}
	}
	t.Logf("%d switches; %d answers, %d refusals, %d of which were of what is older", len(p.current), answered, refused, spared)
	if *asksBack >= 400 && (answered == 0 || spared == 0) {
		t.Error("the reader was never near to going back, or never answered")
	}
}

// TestNeverBackUnderLoad has many readers ask while one release after the other is
// published: to none of them does a number ever fall.
func TestNeverBackUnderLoad(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	var readers sync.WaitGroup
	done := make(chan struct{})
	for i := range 4 {
		readers.Go(func() {
			seen := "r1"
			for n := i; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				r := get(t, p.servers[n%2], bothFaces[n/2%2], "Release-At-Least: "+seen)
				release := r.header.Get("Release")
				if r.status == 200 && newer(seen, release) || r.status != 200 && r.status != 503 {
					t.Errorf("at least %s: found %d of %s", seen, r.status, release)
				}
				if r.status == 200 {
					seen = release
				}
			}
		})
	}
	last := ""
	for range 8 {
		p.publish("")
		last = p.current[len(p.current)-1]
		until(t, last+" is served", func() bool { return get(t, p.servers[0], "/v1/posts", "Release-At-Least: "+last).status == 200 })
		p.copy()
	}
	until(t, last+" is served by both", func() bool { return get(t, p.servers[1], "/v1/posts", "Release-At-Least: "+last).status == 200 })
	close(done)
	readers.Wait()
}
