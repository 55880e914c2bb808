package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// discarded is a reader who takes everything at once.
type discarded struct {
	header http.Header
	bytes  int
}

func (d *discarded) Header() http.Header { return d.header }
func (d *discarded) WriteHeader(int)     {}
func (d *discarded) Write(b []byte) (int, error) {
	d.bytes += len(b)
	return len(b), nil
}

// BenchmarkStream sends 5,000 synthetic posts; MB/s are of lines, before they
// are packed.
func BenchmarkStream(b *testing.B) {
	generator := synth.New(1)
	var posts []*content.Post
	for k := range int64(5000) {
		posts = append(posts, generator.Post(k+1))
	}
	h := serve(b, onlyOne{storetest.Release(b, posts...)}, quiet)
	for _, asked := range []string{"identity", "gzip", "br", "zstd", "gzip as=summary", "br as=summary", "br include=similar&similar.limit=5", "identity fields=slug,title", "identity fields=slug,body"} {
		coding, fields, _ := strings.Cut(asked, " ")
		b.Run(asked, func(b *testing.B) {
			plain := len(get(b, h, "/v1/posts.ndjson?"+fields).body)
			b.SetBytes(int64(plain))
			b.ReportAllocs()
			r := httptest.NewRequest("GET", "/v1/posts.ndjson?"+fields, nil)
			r.Header.Set("Accept-Encoding", coding)
			for b.Loop() {
				d := &discarded{header: http.Header{}}
				h.ServeHTTP(d, r)
				if d.bytes == 0 || coding == "identity" && d.bytes != plain {
					b.Fatalf("found %d bytes, expected %d", d.bytes, plain)
				}
				b.ReportMetric(float64(d.bytes)/float64(plain), "packed")
			}
		})
	}
}
