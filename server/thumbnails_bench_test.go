package server_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// BenchmarkThumbnails times GraphQL lists of 100 cards, made anew: plain, and with their first
// image or with days, by turns. It reports how many times as long each takes as the plain list.
func BenchmarkThumbnails(b *testing.B) {
	var posts []*content.Post
	generator := synth.New(1)
	for k := range int64(2_000) {
		posts = append(posts, generator.Post(k+1))
	}
	h := serve(b, onlyOne{storetest.Release(b, posts...)}, quiet, "cache-size=0")
	const fields = `slug title updated meta { summary readingTime difficulty score { quality } toolNames }`
	plain := graphQLList(fields)
	for _, with := range []struct{ name, fields string }{
		{"image", `slug title updated meta { summary readingTime difficulty score { quality } toolNames image { url caption alt width height } }`},
		{"days", `updatedDay publishedDay lastReviewedDay ` + fields},
		{"whole", `slug title updated meta { summary readingTime difficulty score { quality } toolNames images { url caption } }`},
	} {
		b.Run(with.name, func(b *testing.B) {
			more := graphQLList(with.fields)
			var took, tookMore []time.Duration
			for b.Loop() {
				took, tookMore = append(took, timed(b, h, plain)), append(tookMore, timed(b, h, more))
			}
			slices.Sort(took)
			slices.Sort(tookMore)
			median := len(took) / 2 // of machines that do other work too
			b.ReportMetric(float64(tookMore[median])/float64(took[median]), "times")
			b.ReportMetric(float64(took[median]), "plain-ns")
		})
	}
}

func graphQLList(fields string) string {
	return `{"query":"{ posts(first: 100) { nodes { ` + fields + ` } } }"}`
}

func timed(b *testing.B, h *server.Server, body string) time.Duration {
	r := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := dropped{header: http.Header{}}
	began := time.Now()
	h.ServeHTTP(&w, r)
	took := time.Since(began)
	if w.status != http.StatusOK || w.bytes < 20_000 {
		b.Fatalf("found %d and %d bytes", w.status, w.bytes)
	}
	return took
}
