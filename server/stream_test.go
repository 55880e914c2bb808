package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// unpack gives what a body says, whatever its coding.
func unpack(t testing.TB, r reply) string {
	t.Helper()
	var from io.Reader = strings.NewReader(r.body)
	var err error
	switch coding := r.header.Get("Content-Encoding"); coding {
	case "":
	case "gzip":
		from, err = gzip.NewReader(from)
	case "zstd":
		from, err = zstd.NewReader(from)
	case "br":
		from = brotli.NewReader(from)
	default:
		t.Fatalf("found the coding %q", coding)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// getLines asks for a stream and gives its lines.
func getLines(t testing.TB, h http.Handler, query string, headers ...string) []string {
	t.Helper()
	r := get(t, h, "/v1/posts.ndjson?"+query, headers...)
	if r.status != 200 {
		t.Fatalf("%s: status %d, body %s", query, r.status, r.body)
	}
	lines := strings.SplitAfter(unpack(t, r), "\n")
	if last := len(lines) - 1; lines[last] != "" {
		t.Fatalf("%s: the last line %q does not end", query, lines[last])
	} else {
		lines = lines[:last]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	if got := r.header.Get("Post-Count"); got != strconv.Itoa(len(lines)) {
		t.Errorf("%s: found Post-Count %s and %d lines", query, got, len(lines))
	}
	return lines
}

// walked gives the rows of a list, page by page.
func walked(t testing.TB, h http.Handler, target string) []string {
	t.Helper()
	rows := []string{}
	for target != "" {
		l, r := getList(t, h, target)
		for _, row := range l.Data {
			rows = append(rows, string(row))
		}
		target = links(r)["next"]
	}
	return rows
}

var someFields = []string{
	"slug", "title", "body", "updated", "meta", "meta.tools", "meta.score", "meta.score.depth", "meta.summary", "meta.payload.paragraphs", "publishedAt",
}

// TestStreamEqualsWalk asks random questions and holds each stream against the
// walk over its pages, the scan over all posts, and each post alone.
func TestStreamEqualsWalk(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 5))
	posts := storetest.RandomPosts(rnd, 700)
	model := storetest.NewModel(posts)
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	bySlug := store.Order{Field: store.FieldSlug}
	for i := range 60 {
		filter := storetest.RandomFilter(rnd, 1)
		if i == 0 {
			filter = &store.Filter{}
		}
		q := restQuery(filter, bySlug)
		asked := url.Values{}
		for name, values := range q {
			if name != "sort" {
				asked[name] = values
			}
		}
		coding := []string{"identity", "gzip", "zstd", "br"}[rnd.IntN(4)]
		want := postSlugs(model.Find(store.Public, filter, bySlug))
		lines := getLines(t, h, asked.Encode(), "Accept-Encoding: "+coding)
		slugs := []string{}
		for _, line := range lines {
			var post struct{ Slug string }
			if err := json.Unmarshal([]byte(line), &post); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			slugs = append(slugs, post.Slug)
		}
		if !slices.Equal(slugs, want) {
			t.Fatalf("%s: found %q, expected %q", asked.Encode(), slugs, want)
		}
		q.Set("limit", "100")
		if rows := walked(t, h, "/v1/posts?"+q.Encode()); !slices.Equal(rows, lines) {
			t.Fatalf("%s: the pages differ from the stream:\n%s\n%s", asked.Encode(), rows, lines)
		}
		for n, slug := range slugs {
			if i > 0 {
				break // they were held against each other when all were asked for
			}
			if alone := data(t, get(t, h, "/v1/posts/"+url.PathEscape(slug))); alone != lines[n] {
				t.Fatalf("%s: found %s alone, %s in the stream", slug, alone, lines[n])
			}
		}
		fields := someFields[rnd.IntN(len(someFields))] + "," + someFields[rnd.IntN(len(someFields))]
		q.Set("fields", fields)
		asked.Set("fields", fields)
		if rows, parts := walked(t, h, "/v1/posts?"+q.Encode()), getLines(t, h, asked.Encode()); !slices.Equal(rows, parts) {
			t.Fatalf("%s: the pages differ from the stream:\n%s\n%s", asked.Encode(), rows, parts)
		}
	}
}

func TestStreamHidesDrafts(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, query := range []string{"status=draft", "slug=hidden", "title=hidden&fields=slug"} {
		if lines := getLines(t, h, query); len(lines) != 0 {
			t.Errorf("%s: found %q", query, lines)
		}
	}
	if all := getLines(t, h, ""); strings.Contains(strings.Join(all, ""), `"slug":"hidden"`) || len(all) < 50 {
		t.Errorf("found %d lines, one of them hidden", len(all))
	}
}

func TestStreamHeaders(t *testing.T) {
	t.Parallel()
	posts := archive(t)
	c := storetest.Catalogue(t, posts...)
	h := serve(t, storetest.Live(t, c), quiet, "max-age=5m", "tag-headers=Surrogate-Key")
	again := serve(t, storetest.Live(t, c), quiet)
	count := strconv.Itoa(len(storetest.NewModel(posts).Visible(store.Public)))
	tags := map[string]string{}
	plain := get(t, h, "/v1/posts.ndjson").body
	for _, coding := range []string{"identity", "gzip", "zstd", "br"} {
		accept := "Accept-Encoding: " + coding
		r := get(t, h, "/v1/posts.ndjson", accept)
		packed := coding
		if coding == "identity" {
			packed = ""
		}
		for name, want := range map[string]string{
			"Release": "r1", "Cache-Control": "public, max-age=300" + stale, "Cache-Status": "alphanode; fwd=miss", "Vary": varied,
			"Content-Type": "application/x-ndjson", "Content-Encoding": packed, "Content-Length": "", "Surrogate-Key": "posts",
			"X-Robots-Tag": "noindex", "Post-Count": count, "Accept-Ranges": "lines",
		} {
			if got := strings.Join(r.header.Values(name), ", "); got != want {
				t.Errorf("%s: found %s %q, expected %q", coding, name, got, want)
			}
		}
		if got := unpack(t, r); got != plain {
			t.Errorf("%s: found other lines", coding)
		}
		tag := r.header.Get("ETag")
		if len(tag) < 20 || tags[tag] != "" {
			t.Errorf("%s: found the tag %q, which is that of %q", coding, tag, tags[tag])
		}
		tags[tag] = coding
		if got := get(t, again, "/v1/posts.ndjson", accept); got.header.Get("ETag") != tag || got.body != r.body {
			t.Errorf("%s: another server has the tag %s, expected %s and the same bytes", coding, got.header.Get("ETag"), tag)
		}
		head := ask(t, h, "HEAD", "/v1/posts.ndjson", "", accept)
		if head.status != 200 || head.body != "" || !sameHeaders(head.header, r.header) {
			t.Errorf("HEAD: found %d %q %v\nexpected %v", head.status, head.body, head.header, r.header)
		}
		for _, method := range []string{"GET", "HEAD"} {
			same := ask(t, h, method, "/v1/posts.ndjson", "", accept, "If-None-Match: "+tag)
			if same.status != 304 || same.body != "" || same.header.Get("ETag") != tag || same.header.Get("Content-Encoding") != "" ||
				same.header.Get("Cache-Control") != "public, max-age=300"+stale || !strings.Contains(same.header.Get("Server-Timing"), `"0 calls"`) {
				t.Errorf("%s with the tag: found %d %v", method, same.status, same.header)
			}
		}
	}
	for _, tt := range []struct {
		query string
		same  bool // as the one before
	}{
		{"tool=git&tool=redis", false}, {"tool=redis&tool=git", true}, {"tool.all=redis&tool.all=git", false},
		{"quality=1", false}, {"quality.eq=01", true}, {"quality.gte=1", false}, {"quality.gte=1&fields=slug,title", false},
		{"fields=title,slug&quality.gte=1", true}, {"fields=slug", false}, {"fields=meta", false}, {"fields=meta.score", false},
	} {
		r := get(t, h, "/v1/posts.ndjson?"+tt.query)
		tag := r.header.Get("ETag")
		if before := tags[tag]; tt.same != (before != "") || before != "" && before != r.body {
			t.Errorf("%s: found the tag of other bytes, or another tag for the same question", tt.query)
		}
		tags[tag] = r.body
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, decode(t, `{"slug":"new","title":"New","meta":{}}`))
	next := serve(t, storetest.Live(t, c), quiet)
	if r := get(t, next, "/v1/posts.ndjson"); r.header.Get("Release") != "r2" || tags[r.header.Get("ETag")] != "" || !strings.Contains(r.body, `"slug":"new"`) {
		t.Errorf("after a publish: found %v", r.header)
	}
}

// TestStreamResumes asks for the rest of streams that ended too early.
func TestStreamResumes(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, query := range []string{"", "tool=git&fields=slug,body"} {
		target := "/v1/posts.ndjson?" + query
		all := getLines(t, h, query)
		for _, coding := range []string{"identity", "gzip", "zstd", "br"} {
			accept := "Accept-Encoding: " + coding
			tag := get(t, h, target, accept).header.Get("ETag")
			for _, first := range []string{"identity", "gzip", "zstd", "br"} { // browsers ask for the rest as identity, and the lines are the same
				r := get(t, h, target, accept, "If-Range: "+get(t, h, target, "Accept-Encoding: "+first).header.Get("ETag"), "Range: lines=1-")
				if r.status != 206 || unpack(t, r) != strings.Join(all[1:], "\n")+"\n" || r.header.Get("ETag") != tag {
					t.Errorf("%s, %s behind %s: found %d %v", query, coding, first, r.status, r.header)
				}
			}
			for _, n := range []int{1, 2, len(all) - 1} {
				r := get(t, h, target, accept, "If-Range: "+tag, fmt.Sprintf("Range: lines=%d-", n))
				if r.status != 206 || unpack(t, r) != strings.Join(all[n:], "\n")+"\n" || r.header.Get("ETag") != tag || r.header.Get("Cache-Control") != "no-store" ||
					r.header.Get("Content-Range") != fmt.Sprintf("lines %d-%d/%d", n, len(all)-1, len(all)) || r.header.Get("Post-Count") != strconv.Itoa(len(all)) {
					t.Errorf("%s, %s from %d: found %d %v", query, coding, n, r.status, r.header)
				}
			}
			for _, headers := range [][]string{
				{"Range: lines=1-"}, {"Range: lines=1-", `If-Range: "x"`}, {"Range: lines=1-", "If-Range: W/" + tag},
				{"Range: lines=0-", "If-Range: " + tag}, {"Range: lines=1-2", "If-Range: " + tag}, {"Range: lines=+1-", "If-Range: " + tag},
				{"Range: lines=-1", "If-Range: " + tag}, {"Range: lines=1-,3-", "If-Range: " + tag}, {"Range: bytes=1-", "If-Range: " + tag},
				{"Range: lines=99999999999999999999-", "If-Range: " + tag}, {fmt.Sprintf("Range: lines=%d-", len(all)), "If-Range: " + tag},
			} {
				r := get(t, h, target, append(headers, accept)...)
				if r.status != 200 || unpack(t, r) != strings.Join(all, "\n")+"\n" || r.header.Get("Content-Range") != "" {
					t.Errorf("%s, %q: found %d %v, expected everything", query, headers, r.status, r.header)
				}
			}
		}
	}
}

func TestStreamRefusals(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, name := range []string{"after", "before", "page", "sort", "include", "q"} {
		if r := get(t, h, "/v1/posts.ndjson?"+name+"=1"); r.status != 400 || !strings.Contains(r.body, `"location":"query.`+name+`"`) {
			t.Errorf("%s: found %d %s", name, r.status, r.body)
		}
	}
	if r := get(t, h, "/v1/posts.ndjson?tool=a"+strings.Repeat("&tool=a", 600)); r.status != 400 || !strings.Contains(r.body, `"TOO_COMPLEX"`) {
		t.Errorf("a filter that costs too much: found %d %s", r.status, r.body)
	}
	for header, want := range map[string]int{
		"Accept: application/x-ndjson": 200, "Accept: application/*": 200, "Accept: application/json": 406,
		"Accept-Encoding: deflate, identity;q=0": 406, "Accept-Encoding: br, identity;q=0": 200, "Accept-Encoding: deflate": 200,
	} {
		if r := get(t, h, "/v1/posts.ndjson", header); r.status != want {
			t.Errorf("%s: found %d %s", header, r.status, r.body)
		}
	}
	old := httptest.NewRequest("GET", "/v1/posts.ndjson", nil)
	old.Proto, old.ProtoMajor, old.ProtoMinor = "HTTP/1.0", 1, 0
	w := httptest.NewRecorder()
	h.ServeHTTP(w, old)
	if w.Code != 400 || !strings.Contains(w.Body.String(), `"location":"version"`) {
		t.Errorf("HTTP/1.0: found %d %s", w.Code, w.Body)
	}
}

// held is a reader who lets the server wait with every piece.
type held struct {
	*httptest.ResponseRecorder
	began chan struct{} // closed at the first piece
	let   chan struct{} // closed to let the server go on
}

func (h *held) Write(b []byte) (int, error) {
	if h.Body.Len() == 0 {
		close(h.began)
	}
	<-h.let
	return h.ResponseRecorder.Write(b)
}

// startHeld asks for a stream and waits until it is being sent.
func startHeld(t *testing.T, handler http.Handler) (h *held, ended chan struct{}) {
	t.Helper()
	h, ended = &held{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}, make(chan struct{})
	go func() {
		handler.ServeHTTP(h, httptest.NewRequest("GET", "/v1/posts.ndjson", nil))
		close(ended)
	}()
	<-h.began
	return h, ended
}

// TestMaxStreams fills the places of streams, which must not be those of other
// requests.
func TestMaxStreams(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	h := serve(t, onlyOne{storetest.Release(t, archive(t)...)}, logger, "max-streams=1", "max-in-flight=1")
	first, ended := startHeld(t, h)
	r := get(t, h, "/v1/posts.ndjson")
	if r.status != 503 || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, `"code":"OVERLOADED","retryable":true`) {
		t.Errorf("a second stream: found %d %s", r.status, r.body)
	}
	for _, target := range reads {
		if r := get(t, h, target); r.status != 200 {
			t.Errorf("%s: found %d", target, r.status)
		}
	}
	if r := ask(t, h, "HEAD", "/v1/posts.ndjson", ""); r.status != 200 {
		t.Errorf("HEAD: found %d", r.status)
	}
	if r := get(t, h, "/v1/posts.ndjson", "If-None-Match: "+first.Header().Get("ETag")); r.status != 304 {
		t.Errorf("with the tag: found %d", r.status)
	}
	log.Reset()
	close(first.let)
	<-ended
	var line struct {
		Route, Release, Cut string
		Status, Bytes       int
		Calls               int `json:"store_calls"`
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line.Route != "/v1/posts.ndjson" || line.Status != 200 || line.Bytes != first.Body.Len() || line.Bytes == 0 || line.Calls < 3 || line.Release != "r1" || line.Cut != "" {
		t.Errorf("found the log %s", log.String())
	}
	if r := get(t, h, "/v1/posts.ndjson"); r.status != 200 || r.body != first.Body.String() {
		t.Errorf("afterwards: found %d", r.status)
	}
}

// TestStreamStaysOnItsRelease publishes while a stream is sent.
func TestStreamStaysOnItsRelease(t *testing.T) {
	t.Parallel()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(6, 7)), 400)
	c := storetest.Catalogue(t, posts...)
	h := serve(t, storetest.Live(t, c), quiet)
	want := get(t, h, "/v1/posts.ndjson")
	first, ended := startHeld(t, h)
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, decode(t, `{"slug":"new","title":"New","meta":{}}`))
	for served := ""; served != "r2"; { // the deadline is the test's
		served = get(t, h, "/v1/posts").header.Get("Release")
	}
	close(first.let)
	<-ended
	if first.Body.String() != want.body || first.Header().Get("Release") != "r1" || first.Header().Get("ETag") != want.header.Get("ETag") {
		t.Errorf("found %d bytes of %s, expected %d of r1", first.Body.Len(), first.Header().Get("Release"), len(want.body))
	}
	if lines := getLines(t, h, ""); len(lines) != 1 {
		t.Errorf("afterwards: found %q", lines)
	}
}

// TestStreamOverHTTP reads a stream with the client that scripts use, which
// asks for gzip by itself.
func TestStreamOverHTTP(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 500 {
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("p-%03d", i), Title: "A", Intro: strings.Repeat("abc ", i*7)})
	}
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	s := httptest.NewServer(h)
	defer s.Close()
	r, err := s.Client().Get(s.URL + "/v1/posts.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || !r.Uncompressed || string(body) != get(t, h, "/v1/posts.ndjson").body || bytes.Count(body, []byte("\n")) != 500 {
		t.Errorf("found %d bytes, uncompressed %t, %v", len(body), r.Uncompressed, err)
	}
}

// TestStreamsPerReader has one reader ask for more streams than are theirs, while
// another gets one.
func TestStreamsPerReader(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, archive(t)...)}, quiet, "max-streams=3", "max-streams-per-reader=1", "trusted-proxies=10.0.0.1")
	first, ended := startHeld(t, h)
	for range 5 {
		r := get(t, h, "/v1/posts.ndjson")
		if r.status != 429 || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, `"code":"RATE_LIMITED","retryable":true`) {
			t.Errorf("one more: found %d %s", r.status, r.body)
		}
	}
	other, w := httptest.NewRequest("GET", "/v1/posts.ndjson", nil), httptest.NewRecorder()
	other.RemoteAddr = "[2001:db8::1]:1234"
	if h.ServeHTTP(w, other); w.Code != 200 || w.Body.Len() == 0 {
		t.Errorf("another reader: found %d %s", w.Code, w.Body)
	}
	for from, want := range map[string]int{"10.0.0.1:80": 429, "10.0.0.2:80": 200} { // the first is believed that the first reader asks
		r, w := httptest.NewRequest("GET", "/v1/posts.ndjson", nil), httptest.NewRecorder()
		first, _, _ := strings.Cut(r.RemoteAddr, ":")
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", first)
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("by way of %s: found %d", from, w.Code)
		}
	}
	close(first.let)
	<-ended
	if r := get(t, h, "/v1/posts.ndjson"); r.status != 200 {
		t.Errorf("afterwards: found %d", r.status)
	}
}
