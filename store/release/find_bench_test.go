package release_test

import (
	"fmt"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/storetest"
)

// BenchmarkFind times the reads that lists are made of, each over many
// arguments, and reports how many times as long a scan over all posts in
// memory takes (scan-ratio), measured in the same run.
func BenchmarkFind(b *testing.B) {
	const n = 20_000
	posts := syntheticPosts(n)
	r := storetest.Release(b, posts...).Reader(store.Public)
	model := storetest.NewModel(posts)
	tools, err := r.FindTerms(b.Context(), store.TermQuery{Kind: store.KindTool, Window: store.Window{First: ptr(100)}})
	if err != nil {
		b.Fatal(err)
	}
	quality := store.Order{Field: store.FieldQuality, Desc: true}
	byTool := func(i int) *store.Filter {
		return &store.Filter{Tool: &store.TermFilter{Eq: &tools.Terms[i%len(tools.Terms)].Slug}}
	}
	for _, question := range []struct {
		name string
		at   func(i int) store.PostQuery
	}{
		{"newest", func(int) store.PostQuery {
			return store.PostQuery{Order: store.DefaultOrder, Window: store.Window{First: ptr(20)}}
		}},
		{"tool by quality", func(i int) store.PostQuery {
			return store.PostQuery{Filter: byTool(i), Order: quality, Window: store.Window{First: ptr(20)}}
		}},
		{"page by number", func(i int) store.PostQuery {
			return store.PostQuery{Order: quality, Window: store.Window{First: ptr(20), Offset: ptr(i % 15_000)}}
		}},
		{"range", func(i int) store.PostQuery {
			f := &store.Filter{ViewCount: &store.NumberFilter{Gte: ptr(int64(i % 10_000))}}
			return store.PostQuery{Filter: f, Order: quality, Window: store.Window{First: ptr(20)}}
		}},
	} {
		b.Run(question.name, func(b *testing.B) {
			q := question.at(1)
			began := time.Now()
			want := model.Find(store.Public, q.Filter, q.Order)
			scan := time.Since(began)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				i++
				page, err := r.Find(b.Context(), question.at(i))
				if err != nil {
					b.Fatal(err)
				}
				rows, err := r.PostsJSON(b.Context(), page.Refs, store.Card)
				if err != nil || len(rows) == 0 {
					b.Fatal(fmt.Errorf("%d rows: %w", len(rows), err))
				}
			}
			if page, err := r.Find(b.Context(), q); err != nil || page.Total != len(want) {
				b.Fatalf("found %+v, %v, expected %d", page, err, len(want))
			}
			b.ReportMetric(float64(scan)/(float64(b.Elapsed())/float64(b.N)), "scan-ratio")
		})
	}
}

func ptr[T any](v T) *T { return &v }
