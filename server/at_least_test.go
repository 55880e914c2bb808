package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// seesAtLeast asks with each of some releases as the least; those that are not reached
// begin with "-".
func seesAtLeast(t *testing.T, h http.Handler, when, served string, releases ...string) {
	t.Helper()
	for _, given := range releases {
		least, behind := strings.CutPrefix(given, "-")
		r := get(t, h, "/v1/releases/current", "Release-At-Least: "+least)
		switch {
		case !behind && (r.status != 200 || r.header.Get("Release") != served):
			t.Errorf("%s, at least %s: found %d of %q, expected %s: %s", when, least, r.status, r.header.Get("Release"), served, r.body)
		case behind && (r.status != 503 || !strings.Contains(r.body, `"code":"NOT_READY","retryable":true`)):
			t.Errorf("%s, at least %s: found %d of %q, expected 503: %s", when, least, r.status, r.header.Get("Release"), r.body)
		}
	}
}

// TestAtLeast asks along a history, in which everything happens that can become of a
// release.
func TestAtLeast(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	rollback := func(to string) {
		t.Helper()
		if _, err := h.catalogue.Rollback(to, store.RollbackOptions{By: "test"}); err != nil {
			t.Fatal(err)
		}
		h.served(to)
	}
	sees := func(when, served string, releases ...string) {
		t.Helper()
		seesAtLeast(t, h, when, served, releases...)
	}
	sees("first", "r1", "r1", "-r2", "-r99999999999")
	h.build("second")
	sees("staged", "r1", "r1", "-r2")
	h.publish("r2")
	sees("published", "r2", "r1", "r2", "-r3")
	rollback("r1")
	sees("rolled back", "r1", "r1", "r2", "-r3")
	h.publish("r2")
	sees("forward again", "r2", "r1", "r2", "-r3")
	h.publish(h.build("third"))
	h.build("fourth")
	h.publish(h.build("fifth"))
	sees("one was passed over", "r5", "r1", "r2", "r3", "-r4", "r5")
	h.publish("r4")
	sees("published late", "r4", "r1", "r3", "r4", "r5")
	if _, err := h.catalogue.Prune(1, "test"); err != nil {
		t.Fatal(err)
	}
	if r := get(t, h, "/v1/posts", append(h.as(store.ScopeAdmin), "Release: r2")...); r.status != 410 {
		t.Fatalf("r2 was not pruned: found %d", r.status)
	}
	sees("pruned", "r4", "r1", "r2", "r3", "r4", "r5", "-r6")
}

// TestAtLeastBeforeAnything: where nothing is served that is what is said, but to who
// misspells.
func TestAtLeastBeforeAnything(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := serve(t, storetest.Live(t, c), quiet)
	if r := get(t, h, "/v1/posts", "Release-At-Least: r1"); r.status != 503 || !strings.Contains(r.body, "There is no release yet.") {
		t.Errorf("found %d %s", r.status, r.body)
	}
	if r := get(t, h, "/v1/posts", "Release-At-Least: now"); r.status != 400 {
		t.Errorf("found %d %s", r.status, r.body)
	}
}

// late serves a release that was current before.
type late struct {
	*live.Live
	release *release.Release
}

func (l late) Acquire() (*release.Release, error) { return retained(l.release) }

// retained gives a release to one more user, unless the test is over and it is closed.
func retained(r *release.Release) (*release.Release, error) {
	if !r.Retain() {
		return nil, store.ErrNotReady
	}
	return r, nil
}

// servedLate is a server that has not opened yet what is current.
func (h *house) servedLate(name string) *server.Server {
	h.t.Helper()
	r, err := h.catalogue.Open(name)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = r.Close() })
	s := serve(h.t, late{h.archive.Live.(*live.Live), r}, quiet)
	h.t.Cleanup(s.Close) // it compares releases after a switch
	return s
}

// TestAtLeastIsOfWhatIsServed: it is not enough that the journal knows of a release.
func TestAtLeastIsOfWhatIsServed(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	first := h.servedLate("r1")
	h.publish(h.build("second"))
	seesAtLeast(t, first, "r2 is not opened yet", "r1", "r1", "-r2", "-r3")
	second := h.servedLate("r2")
	if _, err := h.catalogue.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	seesAtLeast(t, first, "r1 came again", "r1", "r1", "r2")
	seesAtLeast(t, second, "r1 is not opened again yet", "r2", "-r1", "r2")
	h.publish("r2")
	seesAtLeast(t, first, "r2 came again, and is not opened yet", "r1", "r1", "-r2")
	seesAtLeast(t, second, "r2 came again", "r2", "r1", "r2")

	// The journal is written first: until CURRENT is, r3 was only tried.
	h.build("third")
	journal, err := os.OpenFile(filepath.Join(h.catalogue.Dir(), "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = journal.WriteString(`{"time":"2026-01-02T03:04:05Z","action":"publish","release":"r3","from":"r2"}` + "\n")
	if err := errors.Join(err, journal.Close()); err != nil {
		t.Fatal(err)
	}
	seesAtLeast(t, h, "r3 was tried", "r2", "r1", "r2", "-r3")
	byHand := filepath.Join(h.catalogue.Dir(), "by-hand")
	if err := errors.Join(os.WriteFile(byHand, []byte("r3\n"), 0o600), os.Rename(byHand, filepath.Join(h.catalogue.Dir(), "CURRENT"))); err != nil {
		t.Fatal(err)
	}
	seesAtLeast(t, second, "r3 is not opened yet", "r2", "r1", "r2", "-r3")
	h.served("r3")
	seesAtLeast(t, h, "r3 is current", "r3", "r1", "r2", "r3")
}

// falling serves one release, and an earlier one to all who come later.
type falling struct {
	*live.Live
	releases chan *release.Release
	earlier  *release.Release
}

func (f falling) Acquire() (*release.Release, error) {
	r := f.earlier
	select {
	case r = <-f.releases:
	default:
	}
	return retained(r)
}

// TestAtLeastIsOfWhatAnswers: it is the release that was looked at which answers, whatever
// is served by then.
func TestAtLeastIsOfWhatAnswers(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))
	l := falling{h.archive.Live.(*live.Live), make(chan *release.Release, 1), nil}
	var later *release.Release
	for name, of := range map[string]**release.Release{"r1": &l.earlier, "r2": &later} {
		r, err := h.catalogue.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
		*of = r
	}
	s := serve(t, l, quiet)
	t.Cleanup(s.Close) // it compares releases after a switch
	for range 2 {      // kept, too
		l.releases <- later
		if r := get(t, s, "/v1/posts/second", "Release-At-Least: r2"); r.status != 200 || r.header.Get("Release") != "r2" {
			t.Errorf("found %d of %q: %s", r.status, r.header.Get("Release"), r.body)
		}
		if r := get(t, s, "/v1/posts/second", "Release-At-Least: r2"); r.status != 503 {
			t.Errorf("found %d of %q: %s", r.status, r.header.Get("Release"), r.body)
		}
	}
}

// TestAtLeastAfterDamage: what is served in place of a damaged release is older than that,
// until somebody acts.
func TestAtLeastAfterDamage(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))
	h.publish(h.build("third"))
	if err := os.Remove(filepath.Join(h.catalogue.Dir(), "releases", "r3", "release.db")); err != nil {
		t.Fatal(err)
	}
	byHand := filepath.Join(h.catalogue.Dir(), "by-hand") // so that it is looked at
	if err := errors.Join(os.WriteFile(byHand, []byte("r3\n"), 0o600), os.Rename(byHand, filepath.Join(h.catalogue.Dir(), "CURRENT"))); err != nil {
		t.Fatal(err)
	}
	other := serve(t, storetest.Live(t, h.catalogue), quiet) // which begins anew
	seesAtLeast(t, other, "r3 is damaged", "r2", "r1", "r2", "-r3", "-r4")
	if _, err := h.catalogue.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	until(t, "the rollback is known", func() bool {
		return get(t, other, "/v1/posts", "Release-At-Least: r3").status == 200
	})
	seesAtLeast(t, other, "rolled back", "r2", "r1", "r2", "r3", "-r4")
}

// TestAtLeastEverywhere asks every kind of route in every way, what is kept too.
func TestAtLeastEverywhere(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))
	const page = "Accept: text/html"
	asked := []struct{ method, target, body, header string }{
		{"GET", "/v1/posts.ndjson", "", ""}, {"GET", "/v1/search?q=cache", "", ""}, {"GET", "/v1/facets?by=tool", "", ""}, {"GET", "/v1/scores", "", ""},
		{"POST", "/graphql", `{"query":"{release{name}}"}`, "Content-Type: application/json"},
		{"GET", "/graphql?query=%7Brelease%7Bname%7D%7D", "", "Accept: application/graphql-response+json"},
		{"GET", "/feed.atom", "", ""}, {"GET", "/feed.json", "", ""}, {"GET", "/sitemap.xml", "", ""}, {"GET", "/tools/redis/feed.atom", "", ""},
		{"GET", "/", "", page}, {"GET", "/posts/measuring-a-cache", "", page}, {"GET", "/posts/measuring-a-cache.md", "", ""}, {"GET", "/tools/redis", "", page}, {"GET", "/releases", "", page},
		{"GET", "/v1/posts/measuring-a-cache/meta.html", "", ""},
	}
	for _, target := range reads {
		asked = append(asked, struct{ method, target, body, header string }{"GET", target, "", ""})
	}
	for _, scope := range []store.Scope{"", store.ScopeRead, store.ScopePreview} {
		for _, q := range asked {
			headers := h.as(scope)
			if q.header != "" {
				headers = append(headers, q.header)
			}
			name := fmt.Sprintf("%s %s as %q", q.method, q.target, scope)
			with := func(more ...string) []string { return append(headers[:len(headers):len(headers)], more...) }
			one := ask(t, h, q.method, q.target, q.body, headers...)
			again := ask(t, h, q.method, q.target, q.body, headers...)
			if one.status != 200 || again.status != 200 {
				t.Errorf("%s: found %d %s", name, one.status, one.body)
				continue
			}
			for _, least := range []string{"r1", "r2"} {
				r := ask(t, h, q.method, q.target, q.body, with("Release-At-Least: "+least)...)
				if r.status != 200 || r.header.Get("Release") != "r2" || r.header.Get("ETag") != one.header.Get("ETag") || r.header.Get("Vary") != one.header.Get("Vary") ||
					r.header.Get("Cache-Control") != one.header.Get("Cache-Control") || r.header.Get("Cache-Status") != again.header.Get("Cache-Status") {
					t.Errorf("%s, at least %s: found %d %v, expected as without it: %v", name, least, r.status, r.header, again.header)
				}
			}
			refused := ask(t, h, q.method, q.target, q.body, with("Release-At-Least: r3")...)
			isBehind(t, name, refused, headers)
			tag := one.header.Get("ETag")
			isBehind(t, name+", which was read", ask(t, h, q.method, q.target, q.body, with("Release-At-Least: r3", "If-None-Match: "+tag)...), headers)
			if q.method == "GET" {
				if r := ask(t, h, "GET", q.target, "", with("Release-At-Least: r2", "If-None-Match: "+tag)...); r.status != 304 || r.header.Get("Release") != "r2" {
					t.Errorf("%s, which was read: found %d %v", name, r.status, r.header)
				}
				head := ask(t, h, "HEAD", q.target, "", with("Release-At-Least: r3")...)
				if head.status != 503 || head.body != "" || head.header.Get("Retry-After") != "1" || head.header.Get("Content-Type") != refused.header.Get("Content-Type") {
					t.Errorf("HEAD of %s: found %d %v", name, head.status, head.header)
				}
				if r := ask(t, h, "HEAD", q.target, "", with("Release-At-Least: r2")...); r.status != 200 || r.header.Get("Release") != "r2" {
					t.Errorf("HEAD of %s: found %d %v", name, r.status, r.header)
				}
			}
			if r := ask(t, h, q.method, q.target, q.body, headers...); r.status != 200 || r.body != again.body ||
				r.header.Get("Cache-Status") != again.header.Get("Cache-Status") {
				t.Errorf("%s, after it was refused: found %d %v", name, r.status, r.header)
			}
			malformed(t, h, name, q.method, q.target, q.body, with)
		}
	}
	for _, target := range []string{"/health", "/ready", "/openapi.json", "/schema.graphqls", "/robots.txt"} { // of no release
		if r := get(t, h, target, "Release-At-Least: r3"); r.status != 200 {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
	if strings.Contains(h.log.String(), `"level":"ERROR"`) {
		t.Errorf("the log takes it for a fault of the server: %s", h.log.String())
	}
}

// isBehind holds an answer against what is to be said where a server has r2 and r3 is
// asked for.
func isBehind(t *testing.T, name string, r reply, headers []string) {
	t.Helper()
	caching := "no-store"
	if len(headers) > 0 && strings.HasPrefix(headers[0], "Authorization") {
		caching = "private, no-store"
	}
	if r.status != 503 || r.header.Get("Retry-After") != "1" || r.header.Get("Cache-Control") != caching || r.header.Get("ETag") != "" ||
		!strings.Contains(r.body, "This server has r2 and not yet r3, or what came after it. Ask again in a second, or ask another server.") {
		t.Errorf("%s: found %d %v %s", name, r.status, r.header, r.body)
	}
	switch media := r.header.Get("Content-Type"); {
	case strings.HasPrefix(media, "text/html"):
	case media == "application/problem+json":
		if !strings.Contains(r.body, `"code":"NOT_READY","retryable":true,"errors":[{"location":"header.Release-At-Least","value":"r3","expected":"r2, which is served here, or one that was current before it"}]`) {
			t.Errorf("%s: found %s", name, r.body)
		}
	default:
		t.Errorf("%s: found %s", name, media)
	}
}

// malformed sends what names no release, and a release to answer beside it, which decides.
func malformed(t *testing.T, h *house, name, method, target, body string, with func(...string) []string) {
	t.Helper()
	for _, least := range []string{"", "latest", "r0", "R2", "r01", "r2, r1", "r99999999999999999999"} {
		for _, beside := range [][]string{nil, {"Release: r2"}} {
			r := ask(t, h, method, target, body, with(append(beside, "Release-At-Least: "+least)...)...)
			if r.status != 400 || !strings.Contains(r.body, "header.Release-At-Least names no release.") || r.header.Get("Retry-After") != "" {
				t.Errorf("%s, at least %q: found %d %s", name, least, r.status, r.body)
			}
		}
	}
	if r := ask(t, h, method, target, body, with("Release-At-Least: r1", "Release-At-Least: r2")...); r.status != 400 {
		t.Errorf("%s, at least r1 and r2: found %d %s", name, r.status, r.body)
	}
	if r := ask(t, h, method, target, body, with("Release-At-Least: r3", "Release: r1")...); r.status == 503 || r.status == 400 || r.status == 200 && r.header.Get("Release") != "r1" {
		t.Errorf("%s of r1, at least r3: found %d of %s", name, r.status, r.header.Get("Release"))
	}
}

// TestAtLeastBesideAPinInTheAddress: pages name a release there.
func TestAtLeastBesideAPinInTheAddress(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))
	for target, want := range map[string]int{"/tools/redis?release=r1": 200, "/tools/redis?release=": 503, "/tools/redis": 503, "/tools/redis?utm_release=r1": 503} {
		r := get(t, h, target, "Accept: text/html", "Release-At-Least: r3")
		if r.status != want || want == 200 && r.header.Get("Release") != "r1" {
			t.Errorf("%s: found %d of %s", target, r.status, r.header.Get("Release"))
		}
	}
}
