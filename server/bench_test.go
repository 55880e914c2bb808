package server_test

import (
	"net/http/httptest"
	"testing"
)

func BenchmarkReads(b *testing.B) {
	h := serving(b)
	for _, target := range []string{"/v1/posts/measuring-a-cache", "/v1/summaries", "/v1/posts", "/v1/posts?fields=slug,title", "/v1/summaries?tool=git&quality.gte=1"} {
		b.Run(target, func(b *testing.B) {
			b.ReportAllocs()
			want := get(b, h, target).body
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
				if w.Body.String() != want {
					b.Fatalf("found %s, expected %s", w.Body, want)
				}
			}
		})
	}
}
