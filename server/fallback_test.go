package server_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestDamageIsToldAndNothingIsKept flips what stands in the file that is served: the
// server goes back, says so, and gives no answer that it kept of the damaged release;
// nor does it when that is mended and published again.
func TestDamageIsToldAndNothingIsKept(t *testing.T) {
	t.Parallel()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(*seed, 11)), 200)
	h := openHouse(t, posts)
	h.publish(h.build("second"))
	path := filepath.Join(h.catalogue.Dir(), "releases", "r2", "release.db")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte) { // where it lies
		t.Helper()
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(data, 0); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	const list = "/v1/posts?limit=100"
	for range 2 {
		get(t, h, list)
	}
	if a := get(t, h, list); !strings.Contains(a.header.Get("Cache-Status"), "hit") || a.header.Get("Release") != "r2" {
		t.Fatalf("found %v", a.header)
	}
	spoilt := append([]byte(nil), sound...)
	for i := 2 << 14; i < len(spoilt)*3/4; i += 16 {
		spoilt[i] ^= 0x40
	}
	write(spoilt)
	until(t, "r1 is served", func() bool {
		a := get(t, h, "/v1/search?q=caching")
		if a.status != 200 && (a.status != 500 || !strings.Contains(a.body, `"retryable":true`)) {
			t.Fatalf("found %d %s", a.status, a.body)
		}
		return a.header.Get("Release") == "r1"
	})
	if a := get(t, h, "/ready"); a.status != 200 ||
		a.body != `{"ok":true,"release":"r1","problem":"release r2 is damaged, so r1, which was current before it, is served until a publish or a rollback"}` {
		t.Errorf("found %d %s", a.status, a.body)
	}
	if a := get(t, h, list); a.status != 200 || strings.Contains(a.header.Get("Cache-Status"), "hit") || a.header.Get("Release") != "r1" {
		t.Errorf("found %d %v", a.status, a.header)
	}
	if a := get(t, h, list, "Release: r2"); a.status != 500 || !strings.Contains(a.body, "Release r2 is damaged") {
		t.Errorf("found %d %s", a.status, a.body)
	}
	if a := get(t, h, "/v1/releases", h.as(store.ScopeAdmin)...); !strings.Contains(a.body, `"problem":"it is damaged, so r1 is served in its place"`) {
		t.Errorf("found %s", a.body)
	}
	if n := strings.Count(h.log.String(), "a release is damaged"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, h.log.String())
	}
	write(sound)
	if a := get(t, h, list); a.header.Get("Release") != "r1" {
		t.Errorf("found %v", a.header)
	}
	if a := ask(t, h, "POST", "/v1/releases/r2/publish", "", h.as(store.ScopeAdmin)...); a.status != 200 {
		t.Errorf("found %d %s", a.status, a.body)
	}
	until(t, "r2 is served again", func() bool { return get(t, h, list).header.Get("Release") == "r2" })
	if a := get(t, h, "/ready"); a.body != `{"ok":true,"release":"r2"}` {
		t.Errorf("found %s", a.body)
	}
	if a := get(t, h, "/v1/posts/second"); a.status != 200 {
		t.Errorf("found %d %s", a.status, a.body)
	}
}
