package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store/storetest"
)

// longPosts makes posts whose bodies have so many bytes, which pack well.
func longPosts(t testing.TB, n, bytes int) (posts []*content.Post) {
	for i := range n {
		text := strings.Repeat("all work and no play ", bytes/20)
		p, err := content.DecodePost(fmt.Appendf(nil, `{"slug":"long-%d","title":"Long","body":[{"type":"paragraph","text":%q}],"meta":{"topic":"Length"}}`, i, text))
		if err != nil {
			t.Fatal(err)
		}
		posts = append(posts, p)
	}
	return posts
}

// answered asks a server without a network.
func answered(t *testing.T, s *Server, target string) *route.Answer {
	t.Helper()
	r, err := http.NewRequest("GET", target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	x := &exchange{server: s, r: r, out: new(wire.Outgoing)}
	defer s.unsent.Free(x.out)
	return x.answer()
}

// TestLongAnswersAreRefused asks every kind of list for more bytes than an answer may
// have, and for less.
func TestLongAnswersAreRefused(t *testing.T) {
	t.Parallel()
	s := testServer(t, storetest.Release(t, longPosts(t, 12, 30_000)...), func() {}, map[string]string{"max-answer": "100000", "max-unsent": "200000"})
	for _, tt := range []struct {
		target string
		status int
	}{
		{"/v1/posts?limit=3", 200}, {"/v1/posts?limit=4", 400}, {"/v1/posts", 400}, {"/v1/posts?topic=length&limit=12", 400},
		{"/v1/posts?limit=12&fields=slug,title", 200}, {"/v1/posts?limit=12&fields=slug,meta.topic", 200}, {"/v1/posts?limit=12&fields=slug,body", 400},
		{"/v1/summaries", 200}, {"/v1/posts/long-3", 200}, {"/v1/posts/long-3?fields=body", 200}, {"/v1/search?q=work", 200}, {"/v1/facets", 200},
		{"/graphql?query={release{name}}", 200},
	} {
		a := answered(t, s, tt.target)
		if a.Status != tt.status {
			t.Errorf("%s: found %d, expected %d: %.300s", tt.target, a.Status, tt.status, a.Body)
			continue
		}
		if a.Status == 200 {
			continue
		}
		var p struct {
			Code, Detail string
			Retryable    bool
			Errors       []struct{ Value, Expected string }
		}
		if err := json.Unmarshal(a.Body, &p); err != nil {
			t.Fatal(err)
		}
		if p.Code != "TOO_COMPLEX" || p.Retryable || len(p.Errors) != 1 || p.Errors[0].Expected != "at most 100000 bytes" ||
			!strings.HasSuffix(p.Errors[0].Value, " bytes") || !strings.Contains(p.Detail, "limit") || !strings.Contains(p.Detail, "fields") {
			t.Errorf("%s: found %s", tt.target, a.Body)
		}
	}
	if found := s.tooLong.Load(); found != 4 {
		t.Errorf("counted %d answers that are too long, expected 4", found)
	}
	// One post alone goes through, however long it is; so does what is short of others.
	s.settings.MaxAnswer = 10_000
	for _, target := range []string{"/v1/posts/long-1", "/v1/posts?limit=1&page=2", "/v1/posts/long-1?fields=body", "/v1/posts?limit=1&page=3&fields=slug,body"} {
		if a := answered(t, s, target); a.Status != 200 || len(a.Body) < 30_000 {
			t.Errorf("%s: found %d and %d bytes", target, a.Status, len(a.Body))
		}
	}
	if a := answered(t, s, "/v1/scores"); a.Status != 200 {
		t.Errorf("found %d", a.Status)
	}
	s.settings.MaxAnswer = 50 // what has no posts is held by it too
	for _, target := range []string{"/v1/facets?by=topic&limit=5", "/v1/scores?tool=x", "/v1/summaries?limit=2", "/v1/search?q=play"} {
		if a := answered(t, s, target); a.Status != 400 || a.Code != "TOO_COMPLEX" {
			t.Errorf("%s: found %d", target, a.Status)
		}
	}
}

// TestLongPostsAreNotReadAtOnce counts the memory that lists of long posts take:
// where they are refused they are not unpacked, and where parts of them are shown they
// are unpacked one after the other.
func TestLongPostsAreNotReadAtOnce(t *testing.T) {
	const posts, each = 20, 1_500_000
	s := testServer(t, storetest.Release(t, longPosts(t, posts, each)...), func() {}, map[string]string{"cache-size": "0", "graphql-complexity": "1000000"})
	for _, tt := range []struct {
		target string
		status int
		most   uint64 // bytes of memory
	}{
		{"/v1/posts?limit=20", 400, 1 << 20},
		{"/v1/posts?limit=20&fields=slug,meta.topic", 200, 3 * each},
		{"/v1/posts?limit=8", 200, 8*each + 4<<20},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a := answered(t, s, tt.target)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; a.Status != tt.status || took > tt.most {
			t.Errorf("%s: found %d and %d bytes of memory, expected %d and at most %d", tt.target, a.Status, took, tt.status, tt.most)
		}
	}
	s.settings.GraphQL.Complexity = 80_000 // units: 30 MB cost 60,000 to read and 90,000 to take fields from
	if a := answered(t, s, "/v1/posts?limit=20&fields=slug,meta.topic"); a.Code != "TOO_COMPLEX" {
		t.Errorf("found %d %s", a.Status, a.Code)
	}
}

// TestPackingLongBodies packs bodies around the length from which less work is done.
func TestPackingLongBodies(t *testing.T) {
	t.Parallel()
	s := testServer(t, storetest.Release(t, longPosts(t, 8, 60_000)...), func() {}, nil)
	for _, tt := range []struct{ target, accept, coding string }{
		{"/v1/posts?limit=1", "gzip, br, zstd", "br"}, {"/v1/posts?limit=8", "gzip, br, zstd", "zstd"},
		{"/v1/posts?limit=8", "gzip, br", "br"}, {"/v1/posts?limit=8", "gzip", "gzip"}, {"/v1/posts?limit=8", "gzip, br, zstd;q=0.5", "br"},
	} {
		r, err := http.NewRequest("GET", tt.target, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(wire.AcceptEncoding, tt.accept)
		x := &exchange{server: s, r: r, out: new(wire.Outgoing)}
		a := x.answer()
		if a.Status != 200 || a.Header.Get("Content-Encoding") != tt.coding && (a.Sealed == nil || a.Sealed.Fields.Get("Content-Encoding") != tt.coding) {
			t.Errorf("%s as %s: found %d, %v", tt.target, tt.accept, a.Status, a.Header)
		}
	}
}
