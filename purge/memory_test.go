package purge_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/purge"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/webhook"
)

// begin starts a notifier of some webhooks, as a server that serves a release does.
func (s *scene) begin(t *testing.T, hooks []webhook.Endpoint, served string) *purge.Notifier {
	t.Helper()
	o := s.options
	o.Endpoints = hooks
	n := purge.NewNotifier(o)
	n.Serving(s.served(served))
	n.Start(t.Context())
	return n
}

func end(t *testing.T, all ...*purge.Notifier) {
	t.Helper()
	for _, n := range all {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
}

// killed gives the scene as it would be had all servers been killed now.
func (s *scene) killed(t *testing.T) *scene {
	t.Helper()
	left := &scene{receivers: s.receivers, catalogue: s.catalogue, options: s.options}
	left.options.State = filepath.Join(t.TempDir(), "told")
	if err := os.CopyFS(left.options.State, os.DirFS(s.options.State)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return left
}

// since gives what a host got behind the first posts.
func (s *scene) since(n int, host string) (all []purge.Message) {
	for _, p := range s.got()[n:] {
		if p.host == host {
			all = append(all, p.message)
		}
	}
	return all
}

func (s *scene) files(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.options.State, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func inBubble(t *testing.T, s *scene, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.began = time.Now()
		f(t)
	})
}

// TestKilledWhileWaiting has a switch come while a receiver wants to be left alone, or
// hangs, and kills the server at once: what was about to be served is known to the next,
// which tells it without waiting.
func TestKilledWhileWaiting(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(post, int) (int, http.Header, error){
		"Retry-After": func(post, int) (int, http.Header, error) {
			return 503, http.Header{"Retry-After": {"3000"}}, nil
		},
		"backoff": func(post, int) (int, http.Header, error) { return 0, nil, errors.New("connection refused") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			s.answer = answer
			inBubble(t, s, func(t *testing.T) {
				n := s.begin(t, s.options.Endpoints, "r1")
				s.switchTo(n, "r1", "r2")
				time.Sleep(time.Minute)
				n.Switching(store.Switch{Before: s.served("r2"), After: s.served("r3")}) // and r3 has answered nobody yet
				left := s.killed(t)
				end(t, n)
				s.answer = nil
				before := len(s.got())
				again := left.begin(t, s.options.Endpoints, "r1") // where a rollback has led
				time.Sleep(2 * time.Second)
				end(t, again)
				got := s.since(before, "a")
				if len(got) != 1 || got[0].After != "r1" || !slices.Equal(got[0].Tags, []string{"post:a", "post:c", "posts", "release"}) {
					t.Errorf("found %+v, expected that r2 and r3 are dropped", got)
				}
			})
		})
	}
}

// TestKilledWhileGoingBack kills a server that goes back from a damaged release, before
// anyone is answered from the one before: what the damaged one gave is not known, and the
// next server has everything dropped.
func TestKilledWhileGoingBack(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]string{"to an earlier release": "r1", "with none to go to": "r2"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			inBubble(t, s, func(t *testing.T) {
				n := s.begin(t, s.options.Endpoints, "r2")
				n.Switching(store.Switch{Before: s.served("r2"), After: s.served(after), Reason: "release r2 is damaged"})
				left := s.killed(t)
				end(t, n)
				again := left.begin(t, s.options.Endpoints, after) // which may find r2 sound
				time.Sleep(time.Minute)
				end(t, again)
			})
			if got := s.got(); len(got) != 1 || !got[0].message.All || got[0].message.After != after {
				t.Errorf("found %+v, expected that everything is dropped", got)
			}
		})
	}
}

// TestPlanOfADamagedRelease has a release found damaged of which a plan was made. When it
// is mended and served again, the plan is made anew.
func TestPlanOfADamagedRelease(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2)
	var opened atomic.Int64
	s.options.Open = func(name string) (*release.Release, error) {
		opened.Add(1)
		return s.catalogue.Open(name)
	}
	var reason atomic.Value
	reason.Store("")
	s.options.Reason = func(string) string { return reason.Load().(string) }
	s.play(t, "r1", func(n *purge.Notifier) {
		for _, to := range []struct {
			before, after, reason string
			opened                int64
		}{{"r1", "r2", "", 2}, {"r2", "r1", "release r2 is damaged", 0}, {"r1", "r2", "", 2}} {
			reason.Store(to.reason)
			begun := opened.Load()
			sw := store.Switch{Before: s.served(to.before), After: s.served(to.after), Reason: to.reason}
			n.Switching(sw)
			n.Switched(sw)
			time.Sleep(time.Minute)
			if got := opened.Load() - begun; got != to.opened {
				t.Errorf("from %s to %s: opened %d releases for the plan of two receivers, expected %d", to.before, to.after, got, to.opened)
			}
		}
	})
}

// TestTwoServersRemember has two servers of one data directory, which have one webhook
// in common: neither forgets what it must tell because of the other, nor takes for told
// what the other has told.
func TestTwoServersRemember(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3)
	a, b, both := s.options.Endpoints[0], s.options.Endpoints[1], s.options.Endpoints[2]
	inBubble(t, s, func(t *testing.T) {
		one, two := s.begin(t, []webhook.Endpoint{a, both}, "r1"), s.begin(t, []webhook.Endpoint{b, both}, "r1")
		s.switchTo(one, "r1", "r2")
		time.Sleep(time.Minute) // and the other still serves r1
		if told := s.since(0, "c"); len(told) != 1 || len(s.since(0, "a")) != 1 {
			t.Fatalf("found %+v", s.got())
		}
		left := s.killed(t)
		end(t, one, two)
		before := len(s.got())
		again := []*purge.Notifier{left.begin(t, []webhook.Endpoint{b}, "r2"), left.begin(t, []webhook.Endpoint{a, both}, "r2")}
		time.Sleep(time.Minute)
		for _, host := range []string{"b", "c"} {
			if got := left.since(before, host); len(got) != 1 || got[0].After != "r2" || !slices.Contains(got[0].Tags, "post:a") {
				t.Errorf("%s: found %+v, expected that r1 is dropped: the second server had served it until it ended", host, got)
			}
		}
		end(t, again...)
		// What is remembered of who has ended does not pile up.
		for range 5 {
			n := left.begin(t, []webhook.Endpoint{a}, "r2")
			time.Sleep(time.Minute)
			end(t, n)
		}
		if files := left.files(t); len(files) > 4 {
			t.Errorf("found %q", files)
		}
		// Of webhooks that nobody knows, nothing is remembered.
		none := newScene(t, 1)
		m := none.begin(t, nil, "r1")
		none.switchTo(m, "r1", "r2")
		end(t, m)
		if files := none.files(t); len(files) > 0 {
			t.Errorf("found %q", files)
		}
		quiet := len(s.got())
		end(t, left.begin(t, s.options.Endpoints, "r2"))
		if got := s.got()[quiet:]; len(got) > 0 {
			t.Errorf("what was told was told again: %+v", got)
		}
	})
}

// TestLeftOut leaves a webhook out for one start: it is told of what it was not told
// before, and of what was served meanwhile.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]int{"no webhook at all": 0, "another webhook": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 2)
			inBubble(t, s, func(t *testing.T) {
				b := s.options.Endpoints[1:]
				end(t, s.begin(t, b, "r1"))
				n := s.begin(t, s.options.Endpoints[:others], "r1")
				s.switchTo(n, "r1", "r2")
				s.switchTo(n, "r2", "r3")
				time.Sleep(time.Minute)
				left := s.killed(t)
				end(t, n)
				n = left.begin(t, b, "r1")
				time.Sleep(time.Minute)
				end(t, n)
				if got := left.since(0, "b"); len(got) != 1 || got[0].All || !slices.Equal(got[0].Tags, []string{"post:a", "post:c", "posts", "release"}) {
					t.Errorf("found %+v, expected that r2 and r3 are dropped", got)
				}
			})
		})
	}
}

// TestEndedBesideARunningServer kills one of two servers: the other tells what it owed.
func TestEndedBesideARunningServer(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	inBubble(t, s, func(t *testing.T) {
		one, two := s.begin(t, s.options.Endpoints, "r1"), s.begin(t, s.options.Endpoints, "r1")
		s.switchTo(one, "r1", "r2")
		time.Sleep(time.Minute)
		if err := two.Close(); err != nil { // it has served r1 up to now
			t.Error(err)
		}
		time.Sleep(time.Minute)
		end(t, one)
		if got := s.since(0, "a"); len(got) != 2 || got[1].Before != "r1" || got[1].After != "r2" {
			t.Errorf("found %+v, expected that r1 is dropped twice", got)
		}
	})
}

// TestDiskFull keeps a server from writing down what it serves. It says so and goes on,
// and what nobody knows any more after it ended is dropped.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.answer = func(post, int) (int, http.Header, error) { return 500, nil, nil }
	inBubble(t, s, func(t *testing.T) {
		n := s.begin(t, s.options.Endpoints, "r1")
		var file string
		for _, path := range s.files(t) {
			if strings.HasSuffix(path, ".json") {
				file = path
			}
		}
		obstacle := file + ".new"
		if err := os.MkdirAll(filepath.Join(obstacle, "full"), 0o755); err != nil {
			t.Fatal(err)
		}
		s.switchTo(n, "r1", "r2")
		if !n.Forgetful() {
			t.Error("it does not say that it cannot write")
		}
		left := s.killed(t)
		if err := os.RemoveAll(obstacle); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if n.Forgetful() {
			t.Error("it does not try again")
		}
		mended := s.killed(t)
		end(t, n)
		s.answer = nil
		for name, test := range map[string]struct {
			s   *scene
			all bool
		}{"killed while it was full": {left, true}, "killed when there was room again": {mended, false}} {
			before := len(s.got())
			again := test.s.begin(t, s.options.Endpoints, "r3")
			time.Sleep(time.Minute)
			end(t, again)
			if got := test.s.since(before, "a"); len(got) != 1 || got[0].All != test.all || got[0].After != "r3" {
				t.Errorf("%s: found %+v, expected all %t", name, got, test.all)
			}
		}
	})
	if log := s.log.String(); !strings.Contains(log, "cannot remember") {
		t.Errorf("the log does not say it: %s", log)
	}
}

// TestOldFile reads the file in which versions before remembered names alone.
func TestOldFile(t *testing.T) {
	t.Parallel()
	for text, all := range map[string]bool{`{"a":["r1"],"b":["r1","r2"]}`: true, `{"a":`: true, `{"b":["r1"]}`: false} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 2)
			if err := os.WriteFile(s.options.State+".json", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			inBubble(t, s, func(t *testing.T) {
				for _, hook := range s.options.Endpoints { // each by a server of its own
					for range 2 {
						n := s.begin(t, []webhook.Endpoint{hook}, "r2")
						time.Sleep(time.Minute)
						end(t, n)
					}
				}
				a, b := s.since(0, "a"), s.since(0, "b")
				if (len(a) == 1 && a[0].All) != all {
					t.Errorf("a: found %+v", a)
				}
				if !strings.HasSuffix(text, ":") && (len(b) != 1 || !b[0].All) {
					t.Errorf("b: found %+v", b)
				}
			})
		})
	}
}

// TestSettledEach has a switch just before a message: what was served until then may be
// under way to caches still, and is told again.
func TestSettledEach(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	inBubble(t, s, func(t *testing.T) {
		n := s.begin(t, s.options.Endpoints, "r1")
		last := map[string]time.Time{} // when each was served last
		now := "r1"
		for i := 0; i < 100 && len(s.got()) == 0; i++ { // faster than they settle
			next := fmt.Sprintf("r%d", 1+(i+1)%3)
			s.switchTo(n, now, next)
			last[now] = time.Now()
			now = next
			time.Sleep(700 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		end(t, n)
		got := s.got()
		if len(got) != 2 {
			t.Fatalf("found %d messages, expected one while it is switched and one behind it", len(got))
		}
		for release, until := range last {
			if release == now {
				continue
			}
			final := got[1]
			if sent := s.began.Add(final.at); sent.Sub(until) < time.Second || final.message.After != now {
				t.Errorf("%s was served until %s, and the last message, to %s, came at %s", release, until, final.message.After, sent)
			}
		}
	})
}
