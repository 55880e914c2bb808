package check_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"alphanode/check"
)

// inFront stands in front of a server as a proxy does that is set up wrong.
type inFront struct {
	when   func(*http.Request) bool            // which requests; nil for all
	before func(d *directory, r *http.Request) // changes the request
	after  func(w *httptest.ResponseRecorder)  // changes the answer
}

func (f inFront) of(d *directory) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			meant := f.when == nil || f.when(r)
			if meant && f.before != nil {
				f.before(d, r)
			}
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			if meant && f.after != nil {
				f.after(answer)
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		})
	}
}

func at(path string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.URL.Path == path }
}

func asking(words string) func(*http.Request) bool {
	return func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, words) }
}

func set(name, value string) func(*httptest.ResponseRecorder) {
	return func(w *httptest.ResponseRecorder) {
		w.Header().Del(name)
		if value != "" {
			w.Header().Set(name, value)
		}
	}
}

func status(code int) func(*httptest.ResponseRecorder) {
	return func(w *httptest.ResponseRecorder) { w.Code = code }
}

// withKey is a proxy that adds the operator's key to what it passes on.
func withKey(d *directory, r *http.Request) { r.Header.Set("Authorization", "Bearer "+d.key) }

// TestBrokenServers puts one fault after the other in front of a server with which all is
// well, and wants that, and nothing else, to be found.
func TestBrokenServers(t *testing.T) {
	t.Parallel()
	var tags atomic.Int64
	keyed := func(r *http.Request) bool {
		return strings.Contains(r.Header.Get("Authorization"), "Bearer alphanode_") && r.Header.Get("Authorization") != "Bearer alphanode_of_nobody"
	}
	tests := []struct {
		name     string
		front    inFront
		flags    map[string]string
		id       string
		severity check.Severity
		words    string
	}{
		{"nothing", inFront{}, nil, "", "", ""},
		{"everyone needs a key", inFront{}, map[string]string{"require-key": "true"}, "", "", ""},
		{"parts are switched off", inFront{}, map[string]string{"without": "graphql,search,streams"}, "", "", ""},
		{"it is not ready", inFront{when: at("/ready"), after: status(503)}, nil, "server.ready", check.Fault, "503"},
		{"its clock is wrong", inFront{after: set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))}, nil, "server.clock", check.Warning, "clocks"},
		{"no nosniff", inFront{after: set("X-Content-Type-Options", "")}, nil, "headers.nosniff", check.Fault, "nosniff"},
		{"a version", inFront{after: set("Server", "proxy/1.2.3")}, nil, "headers.version", check.Fault, "proxy/1.2.3"},
		{"credentials of other origins", inFront{after: func(w *httptest.ResponseRecorder) { w.Header().Set("Access-Control-Allow-Credentials", "true") }}, nil, "headers.cors", check.Fault, "Credentials"},
		{"any origin is repeated", inFront{after: set("Access-Control-Allow-Origin", "https://alphanode-check.example")}, nil, "headers.cors", check.Fault, "repeated"},
		{"public answers are not kept", inFront{when: func(r *http.Request) bool { return !keyed(r) && r.URL.RawQuery == "limit=1" }, after: set("Cache-Control", "private")}, nil, "cache.public", check.Fault, "private"},
		{"caches do not tell keys apart", inFront{after: set("Vary", "Accept, Release")}, nil, "cache.public", check.Fault, "Authorization"},
		{"no ETag", inFront{after: set("ETag", "")}, nil, "cache.revalidation", check.Fault, "ETag"},
		{"an ETag is never the same", inFront{when: asking("limit=1"), before: func(_ *directory, r *http.Request) { r.Header.Del("If-None-Match") },
			after: func(w *httptest.ResponseRecorder) { w.Header().Set("ETag", fmt.Sprintf(`"%d"`, tags.Add(1))) }}, nil, "cache.revalidation", check.Fault, "200"},
		{"every post is found", inFront{when: func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/v1/posts/") }, after: status(200)}, nil, "drafts.slugs", check.Fault, "does not exist"},
		{"errors are kept", inFront{when: at("/v1/posts/alphanode-check-of-no-post"), after: set("Cache-Control", "public, max-age=60")}, nil, "cache.errors", check.Fault, "no-store"},
		{"answers to keys are kept for all", inFront{when: keyed, after: set("Cache-Control", "public, max-age=60")}, nil, "cache.keyed", check.Fault, "with a key"},
		{"a key that is none is passed over", inFront{when: func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer alphanode_of_nobody" },
			before: func(_ *directory, r *http.Request) { r.Header.Del("Authorization") }}, nil, "keys.unknown", check.Fault, "200"},
		{"drafts are listed", inFront{when: asking("status=draft"), before: withKey}, nil, "drafts.lists", check.Fault, "status=draft"},
		{"a draft is found", inFront{when: func(r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, "/v1/posts/") && !strings.Contains(r.URL.Path, "of-no-post")
		}, before: withKey}, nil, "drafts.slugs", check.Fault, "/v1/posts/"},
		{"bodies of any length", inFront{when: func(r *http.Request) bool { return r.ContentLength > 1<<20 }, after: status(200)}, nil, "limits.body", check.Fault, "1 MiB"},
		{"addresses of any length", inFront{when: func(r *http.Request) bool { return len(r.URL.RawQuery) > 50_000 }, after: status(200)}, nil, "limits.url", check.Fault, "100 kB"},
		{"pages of any length", inFront{when: asking("limit=100000"), after: status(200)}, nil, "limits.page", check.Fault, "100,000"},
		{"queries of any depth", inFront{when: asked("meta { tools { posts(first: 1)"), after: body(`{"data":{}}`)}, nil, "limits.depth", check.Fault, "levels"},
		{"queries of any cost", inFront{when: asked("posts(first: 100) { nodes { slug"), after: body(`{"data":{}}`)}, nil, "limits.complexity", check.Fault, "lists in lists"},
		{"no budget", inFront{}, map[string]string{"address-budget": "0"}, "limits.budget", check.Warning, "address-budget"},
		{"metrics for the public", inFront{when: at("/metrics"), after: status(200)}, nil, "ops.hidden", check.Fault, "/metrics"},
		{"profiles for the public", inFront{when: at("/debug/pprof/heap"), after: status(200)}, nil, "ops.hidden", check.Fault, "/debug/pprof/heap"},
		{"settings for the public", inFront{when: at("/settings"), before: withKey}, nil, "settings.hidden", check.Fault, "/settings"},
		{"operators are asked from anywhere", inFront{}, map[string]string{"ops-addr": ":8081"}, "ops.address", check.Warning, ":8081"},
		{"requests have no name", inFront{after: set("Request-Id", "")}, nil, "log.requests", check.Fault, "Request-Id"},
		{"it leads elsewhere", inFront{after: func(w *httptest.ResponseRecorder) {
			w.Code = 301
			w.Header().Set("Location", "https://elsewhere.example/")
		}}, nil, "server.answers", check.Fault, "not followed"},
		{"it is something else", inFront{after: body("<html>")}, nil, "server.answers", check.Fault, "not of an alphanode"},
	}
	d := newDirectory(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := d.serve(tt.front.of(d), tt.flags)
			found, err := (&check.Server{URL: h.URL, Key: d.key, Now: d.Now}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			expect(t, found, tt.id, tt.severity, tt.words)
		})
	}
}

// asked finds requests by words in their body.
func asked(words string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		text, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(text))
		return bytes.Contains(text, []byte(words))
	}
}

func body(text string) func(*httptest.ResponseRecorder) {
	return func(w *httptest.ResponseRecorder) {
		w.Code, w.Body = 200, bytes.NewBufferString(text)
		w.Header().Del("Content-Length")
	}
}

// TestSkippedIsNotPassed asks as who has neither a key nor the operators' address, and
// wants that to be said.
func TestSkippedIsNotPassed(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	found, err := (&check.Server{URL: d.serve(nil, nil).URL, Now: d.Now}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	skipped := map[string]bool{}
	for _, f := range found {
		skipped[f.ID] = f.Severity == check.Skipped
	}
	for _, id := range []string{"cache.keyed", "drafts.slugs", "limits.budget", "ops.metrics", "ops.release", "ops.webhooks", "ops.keys", "ops.address", "tls.certificate", "headers.hsts", "log.requests"} {
		if !skipped[id] {
			t.Errorf("found %s passed, expected it skipped", id)
		}
	}
}

// TestHostileServers asks servers that want to keep who asks, and wants an end.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	tests := map[string]http.HandlerFunc{
		"endless": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		},
		"endless headers": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) },
		"a circle":        func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
		"a broken line":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			h := httptest.NewServer(handler)
			defer h.Close()
			found, err := (&check.Server{URL: h.URL, Now: time.Now()}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			expect(t, found, "server.answers", check.Fault, "")
		})
	}
}

// TestServerThatGoesAway is not one that refuses what is too much.
func TestServerThatGoesAway(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	var leaving atomic.Pointer[httptest.Server]
	h := d.serve(inFront{when: at("/v1/posts/alphanode-check-of-no-post"), after: func(*httptest.ResponseRecorder) { leaving.Load().Listener.Close() }}.of(d), nil)
	h.Config.SetKeepAlivesEnabled(false)
	leaving.Store(h)
	found, err := (&check.Server{URL: h.URL, Now: d.Now}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if strings.HasPrefix(f.ID, "limits.") && f.Severity == check.OK {
			t.Errorf("found %+v of a server that is gone", f)
		}
	}
}

func TestTLSFaultsAreTold(t *testing.T) {
	t.Parallel()
	h := httptest.NewTLSServer(http.NotFoundHandler())
	defer h.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for url, words := range map[string]string{h.URL: "signed by nobody whom this machine trusts", "https" + strings.TrimPrefix(plain.URL, "http"): "answers without it"} {
		found, err := (&check.Server{URL: url, Now: time.Now()}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		expect(t, found, "server.answers", check.Fault, words)
	}
}

func TestWrongAddresses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://user:secret@h.example", "ftp://h.example", "h.example", "http://h.example/?q=1"} {
		if _, err := (&check.Server{URL: url}).Run(t.Context()); err == nil {
			t.Errorf("%s: found it taken", url)
		}
	}
}

// TestComparedServers holds two servers against each other.
func TestComparedServers(t *testing.T) {
	t.Parallel()
	many := "https://a-1.example"
	for i := range 20 {
		many += fmt.Sprintf(",https://site-%d.example", i)
	}
	tests := []struct {
		name     string
		front    inFront
		flags    map[string]string
		id       string
		severity check.Severity
		words    string
		here     map[string]string
	}{
		{"alike", inFront{}, nil, "", "", "", nil},
		{"another address", inFront{}, map[string]string{"addr": ":9", "public-url": "https://staging.example"}, "", "", "", nil},
		{"another limit", inFront{}, map[string]string{"graphql-depth": "9"}, "compare.settings", check.Fault, "20 here, 9 there", nil},
		{"another end of a long value", inFront{}, map[string]string{"cors-origin": many + ",https://b.example"}, "compare.settings", check.Fault, "cors-origin",
			map[string]string{"cors-origin": many + ",https://c.example"}},
		{"another header", inFront{when: at("/health"), after: set("X-Content-Type-Options", "")}, nil, "compare.headers", check.Fault, "X-Content-Type-Options: nosniff is here alone", nil},
		{"another status", inFront{when: at("/openapi.json"), after: status(403)}, nil, "compare.headers", check.Fault, "status 200 here, 403 there", nil},
	}
	d := newDirectory(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := check.Compared{URL: d.serve(nil, tt.here).URL, Key: d.key, Against: d.serve(tt.front.of(d), tt.flags).URL, AgainstKey: d.key}
			found, err := c.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			expect(t, found, tt.id, tt.severity, tt.words)
			c.AgainstKey = ""
			found, err = c.Run(t.Context())
			if err != nil || found[0].ID != "compare.settings" || found[0].Severity != check.Skipped {
				t.Errorf("found %+v and %v without the key of one, expected the settings skipped", found[0], err)
			}
		})
	}
}
