package purge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/content"
	"alphanode/purge"
	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
	"alphanode/webhook"
)

const secretText = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// endpoints are webhooks a, b, … read from a file.
func endpoints(t *testing.T, n int) []webhook.Endpoint {
	t.Helper()
	var rows []string
	for i := range n {
		name := string(rune('a' + i))
		rows = append(rows, fmt.Sprintf(`{"name":%q,"url":"http://%s.example/token-in-path","secret":"whsec_%s"}`, name, name, secretText))
	}
	path := filepath.Join(t.TempDir(), "webhooks.json")
	if err := os.WriteFile(path, []byte(`{"webhooks":[`+strings.Join(rows, ",")+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := webhook.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// post is a message that a receiver got.
type post struct {
	host    string
	at      time.Duration // since the test began
	stamp   int64
	id      string
	message purge.Message
}

// receivers answer posts, as http.RoundTripper.
type receivers struct {
	t      *testing.T
	began  time.Time
	answer func(p post, number int) (status int, header http.Header, err error)

	mu    sync.Mutex
	posts []post
}

func (rs *receivers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		rs.t.Error(err)
	}
	p := post{host: r.URL.Host[:1], at: time.Since(rs.began), id: r.Header.Get("webhook-id")}
	p.stamp, _ = strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	if err := json.Unmarshal(body, &p.message); err != nil || p.message.ID != p.id || p.message.Event != "switch" {
		rs.t.Errorf("found %s, %v", body, err)
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	status, header, err := 204, http.Header(nil), error(nil)
	if rs.answer != nil {
		status, header, err = rs.answer(p, len(rs.posts))
	}
	rs.posts = append(rs.posts, p)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: header, Body: http.NoBody, Request: r}, nil
}

func (rs *receivers) got() []post {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return slices.Clone(rs.posts)
}

// scene is a data directory and a notifier of it, in a bubble of synctest.
type scene struct {
	*receivers
	catalogue *catalogue.Catalogue
	options   purge.Options
	log       bytes.Buffer
}

func post1(slug, title string) *content.Post {
	p := &content.Post{Slug: slug, Title: title}
	p.Settle()
	return p
}

// dataDirectory has r1, r2 and r3; each differs from the one before in one post, and r3
// is as r1 but for a post of its own.
func dataDirectory(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c := storetest.Catalogue(t, post1("a", "A"), post1("b", "B"))
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post1("a", "A again"), post1("b", "B"))
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post1("a", "A"), post1("b", "B"), post1("c", "C"))
	return c
}

func newScene(t *testing.T, hooks int) *scene {
	t.Helper()
	s := &scene{receivers: &receivers{t: t}, catalogue: dataDirectory(t)}
	s.options = purge.Options{
		Endpoints: endpoints(t, hooks), Open: s.catalogue.Open, Site: site(""), State: filepath.Join(t.TempDir(), "told"),
		Transport: s.receivers, Log: slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	return s
}

// site is that of the server.
func site(publicURL string) purge.Site {
	s := purge.Site{PublicURL: publicURL, Groups: server.Groups}
	for _, a := range server.Addresses([]string{"pages"}) { // of which there are many more
		s.Addresses = append(s.Addresses, purge.Address(a))
	}
	return s
}

// served is a release by name and content; the content is none where there is no such
// release.
func (s *scene) served(name string) store.Served {
	served := store.Served{Release: name}
	if r, err := s.catalogue.Open(name); err == nil {
		served.SHA256 = r.Manifest().SHA256
		_ = r.Close()
	}
	return served
}

// switchTo tells a notifier of a switch, as a Live does.
func (s *scene) switchTo(n *purge.Notifier, before, after string) {
	to := store.Switch{Before: s.served(before), After: s.served(after)}
	n.Switching(to)
	n.Switched(to)
}

// play runs a notifier that starts where a release is served. Time is that of
// synctest.
func (s *scene) play(t *testing.T, served string, act func(n *purge.Notifier)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.began = time.Now()
		n := purge.NewNotifier(s.options)
		n.Serving(s.served(served))
		n.Start(t.Context())
		act(n)
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	if log := s.log.String(); strings.Contains(log, secretText) || strings.Contains(log, "token-in-path") {
		t.Errorf("the log holds a secret:\n%s", log)
	}
}

func counts(n *purge.Notifier) string {
	var all []string
	n.EachAttempt(func(name, outcome string, attempts int) {
		if attempts > 0 {
			all = append(all, fmt.Sprintf("%s %s %d", name, outcome, attempts))
		}
	})
	n.EachWaiting(func(name string, switches int) { all = append(all, fmt.Sprintf("%s waiting %d", name, switches)) })
	return strings.Join(all, ", ")
}

func TestTold(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2)
	s.options.Site = site("https://archive.example.org")
	s.play(t, "r1", func(n *purge.Notifier) {
		time.Sleep(time.Hour)
		s.switchTo(n, "r1", "r2")
		time.Sleep(time.Minute)
		if got := counts(n); got != "a delivered 1, b delivered 1, a waiting 0, b waiting 0" {
			t.Errorf("found %s", got)
		}
	})
	got := s.got()
	if len(got) != 2 || got[0].id == got[1].id || got[0].host == got[1].host {
		t.Fatalf("found %+v", got)
	}
	for _, p := range got {
		m := p.message
		if m.Before != "r1" || m.After != "r2" || m.All || p.at < time.Hour+time.Second/2 || p.at > time.Hour+5*time.Second ||
			!slices.Equal(m.Tags, []string{"post:a", "posts", "release"}) || !slices.Contains(m.URLs, "https://archive.example.org/v1/posts/a") {
			t.Errorf("found %+v", p)
		}
	}
}

// TestToldOfDamage: a server that went back by itself says why, and nothing is compared
// with what is damaged.
func TestToldOfDamage(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.options.Reason = func(after string) string {
		if after == "r2" {
			return "release r3 is damaged"
		}
		return ""
	}
	s.play(t, "r3", func(n *purge.Notifier) {
		n.Switched(store.Switch{Before: s.served("r3"), After: s.served("r2"), Reason: "release r3 is damaged"})
		time.Sleep(time.Minute)
		s.switchTo(n, "r2", "r1") // by an operator
		time.Sleep(time.Minute)
	})
	got := s.got()
	if len(got) != 2 {
		t.Fatalf("found %+v", got)
	}
	if m := got[0].message; m.Before != "r3" || m.After != "r2" || !m.All || m.Reason != "release r3 is damaged" {
		t.Errorf("found %+v", m)
	}
	if m := got[1].message; m.Before != "r2" || m.After != "r1" || m.All || m.Reason != "" {
		t.Errorf("found %+v", m)
	}
}

func TestRetried(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.answer = func(_ post, number int) (int, http.Header, error) {
		switch number {
		case 0:
			return 503, nil, nil
		case 1:
			return 0, nil, errors.New("connection refused")
		case 2:
			return 429, http.Header{"Retry-After": {"120"}}, nil
		default:
			return 200, nil, nil
		}
	}
	s.play(t, "r1", func(n *purge.Notifier) {
		s.switchTo(n, "r1", "r2")
		time.Sleep(time.Hour)
		if got := counts(n); got != "a delivered 1, a retried 3, a waiting 0" {
			t.Errorf("found %s", got)
		}
	})
	got := s.got()
	if len(got) != 4 {
		t.Fatalf("found %d posts, expected 4", len(got))
	}
	for i, least := range []time.Duration{700 * time.Millisecond, 1500 * time.Millisecond, 120 * time.Second} {
		a, b := got[i], got[i+1]
		if wait := b.at - a.at; wait < least || wait > 2*least {
			t.Errorf("attempt %d came after %s, expected %s to %s", i+2, wait, least, 2*least)
		}
		if a.id != b.id || a.stamp > b.stamp {
			t.Errorf("found ids %s and %s, times %d and %d: another attempt is the same message with a time of its own", a.id, b.id, a.stamp, b.stamp)
		}
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	dead := true
	s.answer = func(post, int) (int, http.Header, error) {
		if dead {
			return 500, nil, nil
		}
		return 200, nil, nil
	}
	s.play(t, "r1", func(n *purge.Notifier) {
		s.switchTo(n, "r1", "r2")
		time.Sleep(24 * time.Hour)
		if got := counts(n); got != fmt.Sprintf("a retried %d, a given_up 1, a waiting 1", webhook.MaxAttempts-1) {
			t.Errorf("found %s", got)
		}
		dead = false
		s.switchTo(n, "r2", "r3")
		time.Sleep(time.Minute)
	})
	got := s.got()
	last := got[len(got)-1].message
	if len(got) != webhook.MaxAttempts+1 || last.Before != "r1" || last.After != "r3" || last.ID == got[0].id {
		t.Errorf("found %d posts, the last %+v", len(got), last)
	}
	if took := got[webhook.MaxAttempts-1].at; took < 40*time.Minute || took > 80*time.Minute {
		t.Errorf("found attempts for %s, expected about an hour", took)
	}
	// r3 has post a as r1 has it, but the cache may hold that of r2.
	if !slices.Equal(last.Tags, []string{"post:a", "post:c", "posts", "release"}) {
		t.Errorf("found tags %q", last.Tags)
	}
}

// TestMerged has a switch while another waits for its next attempt: it does not wait
// as long, and one message says what both did.
func TestMerged(t *testing.T) {
	t.Parallel()
	s := newScene(t, 2)
	s.answer = func(p post, _ int) (int, http.Header, error) {
		if p.host == "a" && p.at < 10*time.Minute {
			return 502, nil, nil
		}
		return 200, nil, nil
	}
	s.play(t, "r1", func(n *purge.Notifier) {
		s.switchTo(n, "r1", "r2")
		time.Sleep(10*time.Minute + time.Second)
		s.switchTo(n, "r2", "r1")
		time.Sleep(2 * time.Second)
	})
	last := map[string]post{}
	for _, p := range s.got() {
		last[p.host] = p
	}
	if a := last["a"]; a.message.Before != "r1" || a.message.After != "r1" || a.at > 10*time.Minute+3*time.Second ||
		!slices.Equal(a.message.Tags, []string{"post:a", "posts", "release"}) {
		t.Errorf("found %+v", a)
	}
	if b := last["b"]; b.message.Before != "r2" || b.message.After != "r1" { // which the dead one did not hold up
		t.Errorf("found %+v", b)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	status := 401
	s.answer = func(post, int) (int, http.Header, error) { return status, nil, nil }
	s.play(t, "r1", func(n *purge.Notifier) {
		for _, to := range []struct {
			before, after string
			status, posts int
		}{{"r1", "r2", 401, 1}, {"r2", "r3", 410, 2}, {"r3", "r1", 200, 2}} {
			status = to.status
			s.switchTo(n, to.before, to.after)
			time.Sleep(2 * time.Hour)
			if got := len(s.got()); got != to.posts {
				t.Errorf("%+v: found %d posts, expected %d", to, got, to.posts)
			}
		}
	})
}

// TestRemembered ends a notifier while a receiver is not told, and starts another.
func TestRemembered(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.answer = func(_ post, number int) (int, http.Header, error) {
		if number == 0 {
			return 500, nil, nil
		}
		return 200, nil, nil
	}
	s.play(t, "r1", func(n *purge.Notifier) {
		s.switchTo(n, "r1", "r2")
		time.Sleep(1500 * time.Millisecond)
	})
	s.play(t, "r3", func(*purge.Notifier) { time.Sleep(time.Minute) })
	got := s.got()
	if len(got) != 2 || got[1].message.Before != "r1" || got[1].message.After != "r3" || !slices.Equal(got[1].message.Tags, []string{"post:a", "post:c", "posts", "release"}) {
		t.Errorf("found %+v", got)
	}
	s.play(t, "r3", func(*purge.Notifier) { time.Sleep(time.Minute) })
	if len(s.got()) != 2 {
		t.Error("what was told was told again")
	}
	files, err := filepath.Glob(filepath.Join(s.options.State, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("found %q, %v, expected one file", files, err)
	}
	if err := os.WriteFile(files[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.play(t, "r3", func(*purge.Notifier) { time.Sleep(time.Minute) })
	if got := s.got(); len(got) != 3 || !got[2].message.All {
		t.Errorf("of a damaged file: found %+v, expected to drop everything", got)
	}
}

// TestEverything has switches that nothing more can be said of.
func TestEverything(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*scene, *purge.Notifier){
		"a release that is gone": func(s *scene, n *purge.Notifier) { s.switchTo(n, "r1", "r9") },
		"a takedown": func(s *scene, n *purge.Notifier) {
			was, is := s.served("r1"), s.served("r1")
			is.SHA256 = "another"
			n.Switched(store.Switch{Before: was, After: is})
		},
		"a takedown in other releases": func(s *scene, n *purge.Notifier) {
			was, is := s.served("r1"), s.served("r1")
			is.Takedowns = "1-abc"
			n.Switched(store.Switch{Before: was, After: is})
		},
		"nothing before": func(s *scene, n *purge.Notifier) { s.switchTo(n, "", "r1") },
		"too many releases": func(s *scene, n *purge.Notifier) {
			for i := range 1000 {
				n.Switched(store.Switch{Before: store.Served{Release: fmt.Sprintf("r%d", i)}, After: store.Served{Release: fmt.Sprintf("r%d", i+1)}})
			}
			n.EachWaiting(func(_ string, switches int) {
				if switches > 64 {
					t.Errorf("found %d switches remembered", switches)
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 1)
			served := "r1"
			if name == "nothing before" {
				served = ""
			}
			s.play(t, served, func(n *purge.Notifier) {
				act(s, n)
				time.Sleep(time.Minute)
				if got := counts(n); got != "a delivered 1, a waiting 0" {
					t.Errorf("found %s", got)
				}
			})
			if got := s.got(); len(got) != 1 || !got[0].message.All || len(got[0].message.Tags)+len(got[0].message.URLs)+len(got[0].message.Groups) > 0 {
				t.Errorf("found %+v", got)
			}
		})
	}
}

// TestOldNewsEndsNoWait has news come twice before the first attempt: the wait after it
// is as long as ever.
func TestOldNewsEndsNoWait(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1)
	s.answer = func(_ post, number int) (int, http.Header, error) {
		if number == 0 {
			return 500, nil, nil
		}
		return 200, nil, nil
	}
	s.play(t, "r1", func(n *purge.Notifier) {
		synctest.Wait() // so that the first news is taken, and the second is left
		s.switchTo(n, "r1", "r2")
		synctest.Wait()
		s.switchTo(n, "r2", "r3")
		time.Sleep(time.Minute)
	})
	if got := s.got(); len(got) != 2 || got[0].at == got[1].at {
		t.Errorf("found %+v", got)
	}
}
