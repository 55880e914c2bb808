package store_test

import (
	"flag"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var archiveDir = flag.String("archive", "", "a data directory whose release r1 is measured, instead of 20,000 posts made for it")

// benchmarkReader reads the release that is measured.
func benchmarkReader(b *testing.B) *store.Reader {
	b.Helper()
	if *archiveDir == "" {
		generator := synth.New(1)
		posts := make([]*content.Post, 20_000)
		for i := range posts {
			posts[i] = generator.Post(int64(i) + 1)
		}
		return storetest.Release(b, posts...).Reader(store.Public)
	}
	c, err := store.OpenCatalogue(*archiveDir)
	if err != nil {
		b.Fatal(err)
	}
	r, err := c.Open("r1")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() })
	return r.Reader(store.Public)
}

// statisticsFilters go from those whose answer is stored to those for which
// half the archive is counted.
func statisticsFilters() []struct {
	name   string
	filter *store.Filter
} {
	tool := &store.TermFilter{Eq: ptr("redis")}
	quality := func(n int64) *store.NumberFilter { return &store.NumberFilter{Gte: &n} }
	return []struct {
		name   string
		filter *store.Filter
	}{
		{"all", nil},
		{"tool", &store.Filter{Tool: tool}},
		{"tool and difficulty", &store.Filter{Tool: tool, Difficulty: &store.TermFilter{Eq: ptr("advanced")}}},
		{"tool and quality", &store.Filter{Tool: tool, Quality: quality(75)}},
		{"quality of few", &store.Filter{Quality: quality(90)}},
		{"quality of half", &store.Filter{Quality: quality(74)}},
		{"difficulty and quality", &store.Filter{Difficulty: &store.TermFilter{Eq: ptr("advanced")}, Quality: quality(70)}},
		{"flag and language", &store.Filter{HasImages: ptr(true), CodeLanguage: &store.TermFilter{In: []string{"go", "python"}}}},
	}
}

// reportCPU reports how much of the processors an operation takes: on a busy
// machine that says more than how long it takes.
func reportCPU(b *testing.B) func() {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	began := used()
	return func() { b.ReportMetric(float64(used()-began)/float64(b.N), "cpu-ns/op") }
}

func BenchmarkFacets(b *testing.B) {
	r := benchmarkReader(b)
	six := store.Kinds[:6]
	for _, question := range statisticsFilters() {
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := r.Facets(b.Context(), store.FacetQuery{Filter: question.filter, By: six, First: 10}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScores(b *testing.B) {
	r := benchmarkReader(b)
	for _, question := range statisticsFilters() {
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := r.Scores(b.Context(), store.ScoreQuery{Filter: question.filter}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("groups, "+question.name, func(b *testing.B) {
			b.ReportAllocs()
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := r.ScoreGroups(b.Context(), store.ScoreGroupQuery{By: store.KindTool, Filter: question.filter, First: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("filter, "+question.name, func(b *testing.B) { // what finding the posts costs of it
			defer reportCPU(b)()
			for b.Loop() {
				if _, err := r.Find(b.Context(), store.PostQuery{Filter: question.filter, Order: store.DefaultOrder, Window: store.Window{First: ptr(0)}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
