package release_test

import (
	"fmt"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// BenchmarkTermsByPrefix asks as a field that completes what is typed does, of
// an archive of 120,000 tools.
func BenchmarkTermsByPrefix(b *testing.B) {
	posts := make([]*content.Post, 20_000)
	for i := range posts {
		p := &content.Post{Slug: fmt.Sprintf("post-%d", i), Title: "Post"}
		for n := range 6 {
			p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("t%06d", 6*i+n))
		}
		p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("t%06d", i/3))
		p.Settle()
		posts[i] = p
	}
	r := storetest.Release(b, posts...).Reader(store.Public)
	for _, prefix := range []string{"t", "t0", "t01", "t0123", "t012345"} {
		for _, order := range []store.TermOrder{{}, {Desc: true}, {ByPostCount: true}, {ByPostCount: true, Desc: true}} {
			b.Run(fmt.Sprintf("%s/by count %t, descending %t", prefix, order.ByPostCount, order.Desc), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					q := store.TermQuery{Kind: store.KindTool, Prefix: prefix, Order: order, Window: store.Window{First: ptr(10)}}
					page, err := r.FindTerms(b.Context(), q)
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(page.Total), "terms")
				}
			})
		}
	}
}
