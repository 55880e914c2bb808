package server_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"alphanode/store"
)

// TestPin names releases, of every kind and with the key of every scope, to
// both faces.
func TestPin(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))    // r2, which leaves within the window
	h.publish(h.build("third"))     // r3
	h.publish(h.build("withdrawn")) // r4
	if _, err := h.catalogue.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	h.served("r3")
	h.build("staged")  // r5
	h.build("gone")    // r6
	h.build("damaged") // r7
	if err := os.RemoveAll(filepath.Join(h.catalogue.Dir(), "releases", "r6")); err != nil {
		t.Fatal(err)
	}
	damage(t, h, "r7")
	everyone, previewers := []store.Scope{"", store.ScopeRead}, []store.Scope{store.ScopePreview, store.ScopeAdmin}
	tests := []struct {
		name   string
		scopes []store.Scope
		status int
		code   string
	}{
		{"r3", append(everyone, previewers...), 200, ""},
		{"r2", append(everyone, previewers...), 200, ""},
		{"r1", append(everyone, previewers...), 200, ""},
		{"r4", []store.Scope{""}, 401, "UNAUTHENTICATED"},
		{"r4", []store.Scope{store.ScopeRead}, 403, "FORBIDDEN"},
		{"r4", previewers, 200, ""},
		{"r5", []store.Scope{""}, 401, "UNAUTHENTICATED"},
		{"r5", []store.Scope{store.ScopeRead}, 403, "FORBIDDEN"},
		{"r5", previewers, 200, ""},
		{"r6", append(everyone, previewers...), 410, "RELEASE_GONE"},
		{"r7", []store.Scope{""}, 401, "UNAUTHENTICATED"},
		{"r7", previewers, 500, "INTERNAL"},
		{"r8", append(everyone, previewers...), 404, "NOT_FOUND"},
		{"r99999999999", append(everyone, previewers...), 404, "NOT_FOUND"},
		{"", everyone, 400, "BAD_REQUEST"},
		{"r0", everyone, 400, "BAD_REQUEST"},
		{"r01", everyone, 400, "BAD_REQUEST"},
		{"R1", everyone, 400, "BAD_REQUEST"},
		{"latest", everyone, 400, "BAD_REQUEST"},
		{"../r1", previewers, 400, "BAD_REQUEST"},
		{"r1, r2", previewers, 400, "BAD_REQUEST"},
		{"r99999999999999999999", previewers, 400, "BAD_REQUEST"},
	}
	for _, tt := range tests {
		for _, scope := range tt.scopes {
			for _, target := range append(bothFaces, "/v1/posts.ndjson") {
				r := get(t, h, target, append(h.as(scope), "Release: "+tt.name)...)
				if r.status != tt.status || tt.code != "" && !strings.Contains(r.body, `"code":"`+tt.code+`"`) {
					t.Errorf("%q, %s as %q: found %d %s", tt.name, target, scope, r.status, r.body)
					continue
				}
				caching := map[store.Scope]string{"": "public, max-age=60" + stale, store.ScopeRead: "private, max-age=60"}[scope]
				if caching == "" || tt.status != 200 {
					caching = "no-store"
				}
				if got := r.header.Get("Cache-Control"); strings.TrimPrefix(got, "private, ") != strings.TrimPrefix(caching, "private, ") ||
					strings.HasPrefix(got, "private") != (scope != "") || !strings.HasSuffix(strings.Join(r.header.Values("Vary"), ", "), varied) {
					t.Errorf("%q, %s as %q: found %v", tt.name, target, scope, r.header)
				}
				if tt.status == 200 && (r.header.Get("Release") != tt.name || target != "/v1/posts.ndjson" && !strings.Contains(r.body, `"name":"`+tt.name+`"`)) {
					t.Errorf("%q, %s as %q: found the release %s, %s", tt.name, target, scope, r.header.Get("Release"), r.body)
				}
				if tt.status == 401 && r.header.Get("WWW-Authenticate") != "Bearer" {
					t.Errorf("%q, %s as %q: found %v", tt.name, target, scope, r.header)
				}
			}
		}
	}
	for target, has := range map[string]bool{"/v1/posts/staged": true, "/v1/posts/withdrawn": false, "/v1/posts/third": true} {
		if r := get(t, h, target, append(h.as(store.ScopePreview), "Release: r5")...); (r.status == 200) != has {
			t.Errorf("%s of r5: found %d", target, r.status)
		}
	}
	for _, tag := range []string{"r3", "r5"} { // conditional requests are about the release that is named
		first := get(t, h, "/v1/posts", append(h.as(store.ScopeAdmin), "Release: "+tag)...)
		again := get(t, h, "/v1/posts", append(h.as(store.ScopeAdmin), "Release: "+tag, "If-None-Match: "+first.header.Get("ETag"))...)
		other := get(t, h, "/v1/posts", append(h.as(store.ScopeAdmin), "Release: r1", "If-None-Match: "+first.header.Get("ETag"))...)
		if again.status != 304 || again.header.Get("Release") != tag || other.status != 200 {
			t.Errorf("%s: found %d, and %d of another", tag, again.status, other.status)
		}
	}
	manifest := filepath.Join(h.catalogue.Dir(), "releases", "r7", "manifest.json")
	if text, err := os.ReadFile(manifest); err != nil {
		t.Fatal(err)
	} else if err := os.WriteFile(manifest, bytes.Replace(text, fmt.Appendf(nil, `"format": %d`, store.FormatVersion), []byte(`"format": 3`), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := get(t, h, "/v1/posts", append(h.as(store.ScopeAdmin), "Release: r7")...); r.status != 500 || !strings.Contains(r.body, "Release r7 cannot be opened. The server's log says why.") ||
		!strings.Contains(h.log.String(), "release r7 has format 3") {
		t.Errorf("of another format: found %d %s", r.status, r.body)
	}
	if r := get(t, h, "/v1/posts"); r.status != 200 || r.header.Get("Release") != "r3" {
		t.Errorf("after the damaged release was asked for: found %d %s", r.status, r.body)
	}
	if r := get(t, h, "/ready"); r.body != `{"ok":true,"release":"r3"}` {
		t.Errorf("found %s", r.body)
	}
}

// damage makes a release file one that cannot be opened.
func damage(t testing.TB, h *house, name string) {
	t.Helper()
	path := filepath.Join(h.catalogue.Dir(), "releases", name, "release.db")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(make([]byte, 64<<10), 0); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNoPinWindow(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "pin-window=0s")
	h.publish(h.build("second"))
	for name, want := range map[string]int{"r1": 401, "r2": 200} {
		if r := get(t, h, "/v1/posts", "Release: "+name); r.status != want {
			t.Errorf("%s: found %d", name, r.status)
		}
	}
}

// TestPinsUnderLoad publishes and rolls back while readers name releases, and
// while others do not: no answer fails, and none is of another release than it
// says.
func TestPinsUnderLoad(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "max-streams=17", "max-streams-per-reader=16")
	for _, text := range []string{"new-2", "new-3", "new-4"} {
		h.publish(h.build(text))
	}
	total := map[string]string{} // by release, as who sees all counts
	for _, name := range []string{"r1", "r2", "r3", "r4"} {
		total[name] = get(t, h, "/v1/posts?limit=1&fields=slug", append(h.as(store.ScopeAdmin), "Release: "+name)...).body
	}
	if len(total) != 4 || total["r1"] == total["r2"] {
		t.Fatalf("found %v", total)
	}
	var readers sync.WaitGroup
	done := make(chan struct{})
	for i := range 6 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				name := fmt.Sprintf("r%d", 1+(i+n)%4)
				headers := append(h.as(store.ScopeAdmin), "Release: "+name)
				if n%3 == 0 {
					headers = h.as(store.ScopeAdmin)
				}
				r := get(t, h, "/v1/posts?limit=1&fields=slug", headers...)
				from := r.header.Get("Release")
				if r.status != 200 || n%3 != 0 && from != name || r.body != total[from] {
					t.Errorf("asked for %s: found %d of %s: %s", name, r.status, from, r.body)
				}
				if lines := getLines(t, h, "fields=slug", headers...); len(lines) == 0 {
					t.Error("a stream is empty")
				}
			}
		})
	}
	for range 4 {
		if _, err := h.catalogue.Rollback("r1", store.RollbackOptions{By: "test"}); err != nil {
			t.Error(err)
		}
		h.served("r1")
		for _, name := range []string{"r2", "r4"} {
			h.publish(name)
		}
	}
	close(done)
	readers.Wait()
}
