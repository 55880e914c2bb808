package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/storetest"
)

// BenchmarkSimilar finds the first 20 posts similar to one of many posts, and
// reports the median and the 99th percentile in microseconds. In a synthetic
// archive many posts have the same features; in a varied one nearly none have.
//
// Two settings ask for more: SIMILAR_POSTS=1000000 for archives of that size
// too, which takes minutes, and SIMILAR_DATA for the current release of a data
// directory.
func BenchmarkSimilar(b *testing.B) {
	sizes := []int{10_000, 100_000}
	if more := os.Getenv("SIMILAR_POSTS"); more != "" {
		n, err := strconv.Atoi(more)
		if err != nil {
			b.Fatal(err)
		}
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprintf("synthetic/%d", n), func(b *testing.B) {
			benchmarkSimilar(b, storetest.Release(b, syntheticPosts(n)...))
		})
		b.Run(fmt.Sprintf("varied/%d", n), func(b *testing.B) {
			benchmarkSimilar(b, storetest.Release(b, variedPosts(rand.New(rand.NewPCG(1, 2)), n, 20_000)...))
		})
	}
	if dir := os.Getenv("SIMILAR_DATA"); dir != "" {
		b.Run("current", func(b *testing.B) {
			c, err := store.OpenCatalogue(dir)
			if err != nil {
				b.Fatal(err)
			}
			name, err := c.Current()
			if err != nil {
				b.Fatal(err)
			}
			release, err := c.Open(name)
			if err != nil {
				b.Fatal(err)
			}
			defer release.Close()
			benchmarkSimilar(b, release)
		})
	}
}

func benchmarkSimilar(b *testing.B, release *store.Release) {
	r := release.Reader(store.Public)
	rnd := rand.New(rand.NewPCG(1, 2))
	find := func(place int) *store.Page {
		page, err := r.Find(b.Context(), store.PostQuery{
			Order: store.Order{Field: store.FieldSlug}, Window: store.Window{First: ptr(1), Offset: &place},
		})
		if err != nil {
			b.Fatal(err)
		}
		return page
	}
	posts := find(0).Total
	var refs []store.Ref
	for _, place := range rnd.Perm(posts)[:min(posts, 20_000)] {
		refs = append(refs, find(place).Refs...)
	}
	few := refs[:500]
	narrow := &store.Filter{Quality: &store.NumberFilter{Eq: ptr(int64(90))}}
	filter := &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(75))}}
	for _, question := range []struct {
		name string
		refs []store.Ref
		q    store.SimilarQuery
	}{
		{"first", few, store.SimilarQuery{First: 20, Cursors: store.LastCursor}},
		{"new", refs, store.SimilarQuery{First: 20, Cursors: store.LastCursor}},
		{"filtered", few, store.SimilarQuery{First: 20, Filter: filter}},
		{"narrow", few, store.SimilarQuery{First: 20, Filter: narrow}},
		{"atLeast/0.5", few, store.SimilarQuery{First: 20, MinSimilarity: 0.5}},
		{"atLeast/0.01", refs, store.SimilarQuery{First: 20, MinSimilarity: 0.01}},
	} {
		b.Run(question.name, func(b *testing.B) {
			times := make([]time.Duration, 0, 1024)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				began := time.Now()
				if _, err := r.Similar(b.Context(), question.refs[i%len(question.refs)], question.q); err != nil {
					b.Fatal(err)
				}
				i++
				times = append(times, time.Since(began))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2])/1e3, "p50-µs")
			b.ReportMetric(float64(times[len(times)*99/100])/1e3, "p99-µs")
		})
	}
}
