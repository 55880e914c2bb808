package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// BenchmarkReads times whole requests but for the network: 2,000 synthetic
// posts, the handler, and a writer that drops what it is given. Each answer is made
// anew, or was kept.
func BenchmarkReads(b *testing.B) {
	var posts []*content.Post
	generator := synth.New(1)
	for k := range int64(2_000) {
		posts = append(posts, generator.Post(k+1))
	}
	l := onlyOne{storetest.Release(b, posts...)}
	h, keeps := serve(b, l, quiet, "cache-size=0"), serve(b, l, quiet)
	found, _ := getList(b, h, "/v1/summaries?limit=1&page=700")
	post := "/v1/posts/" + found.slugs(b)[0]
	list, _ := getList(b, h, "/v1/summaries?sort=title")
	tools, _ := getList(b, h, "/v1/tools?sort=-postCount&limit=1")
	tool := "tool=" + url.QueryEscape(tools.slugs(b)[0])
	for _, benchmark := range []struct{ name, target string }{
		{"post", post},
		{"post with similar", post + "?include=similar"},
		{"post with html and text", post + "?include=html,text"},
		{"posts with html and text", "/v1/posts?" + tool + "&sort=-quality&include=html,text"},
		{"cards with 3 similar", "/v1/summaries?" + tool + "&sort=-quality&include=similar&similar.limit=3"},
		{"reading list", "/v1/summaries?" + url.Values{"slug": list.slugs(b)}.Encode()},
		{"total alone", "/v1/summaries?" + tool + "&limit=0"},
		{"post in part", post + "?fields=slug,title,body"},
		{"cards", "/v1/summaries?" + tool + "&sort=-quality"},
		{"page of cards", "/v1/summaries?sort=-quality&page=50"},
		{"posts", "/v1/posts?" + tool + "&sort=-quality"},
		{"posts in part", "/v1/posts?" + tool + "&sort=-quality&fields=slug,title"},
		{"similar", post + "/similar"},
	} {
		b.Run("made/"+benchmark.name, func(b *testing.B) { benchmarkRead(b, h, benchmark.target) })
		b.Run("kept/"+benchmark.name, func(b *testing.B) { benchmarkRead(b, keeps, benchmark.target) })
	}
}

func benchmarkRead(b *testing.B, h *server.Server, target string, headers ...string) {
	want := len(get(b, h, target).body)
	request := httptest.NewRequest("GET", target, http.NoBody)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	b.ReportAllocs()
	for b.Loop() {
		w := dropped{header: http.Header{}}
		h.ServeHTTP(&w, request)
		if w.status != http.StatusOK || w.bytes != want {
			b.Fatalf("found %d and %d bytes, expected 200 and %d", w.status, w.bytes, want)
		}
	}
}

// dropped counts an answer and drops it.
type dropped struct {
	header        http.Header
	status, bytes int
}

func (d *dropped) Header() http.Header    { return d.header }
func (d *dropped) WriteHeader(status int) { d.status = status }
func (d *dropped) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}
