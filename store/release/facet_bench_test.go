package release_test

import (
	"flag"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var archiveDir = flag.String("archive", "", "a data directory whose release r1 is measured, instead of 20,000 posts made for it")

// benchmarkReader reads the release that is measured.
func benchmarkReader(b *testing.B) *release.Reader {
	b.Helper()
	if *archiveDir == "" {
		generator := synth.New(1)
		posts := make([]*content.Post, 20_000)
		for i := range posts {
			posts[i] = generator.Post(int64(i) + 1)
		}
		return storetest.Release(b, posts...).Reader(store.Public)
	}
	c, err := catalogue.Open(*archiveDir)
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
				if _, err := r.ScoreGroups(b.Context(), store.ScoreGroupQuery{By: store.KindTool, Filter: question.filter, Order: store.DefaultGroupOrder, Window: store.Window{First: ptr(20)}}); err != nil {
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

// BenchmarkStatisticsOfTools asks about the posts of every tool, and of the
// commonest with further conditions, in turn, as alphanode bench does.
func BenchmarkStatisticsOfTools(b *testing.B) {
	r := benchmarkReader(b)
	const common = 145
	var slugs []string
	for after := ""; ; {
		page, err := r.FindTerms(b.Context(), store.TermQuery{
			Kind: store.KindTool, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(100), After: after},
		})
		if err != nil {
			b.Fatal(err)
		}
		for _, tool := range page.Terms {
			slugs = append(slugs, tool.Slug)
		}
		if !page.HasNext {
			break
		}
		after = page.Cursors[len(page.Cursors)-1]
	}
	slugs = slugs[:min(len(slugs), 512)]
	number := func(n int64) *store.NumberFilter { return &store.NumberFilter{Gte: &n} }
	tool := func(i int) *store.TermFilter { return &store.TermFilter{Eq: &slugs[i]} }
	for _, question := range []struct {
		name   string
		tools  int
		filter func(i int) *store.Filter
	}{
		{"alone", len(slugs), func(i int) *store.Filter { return &store.Filter{Tool: tool(i)} }},
		{"and quality of most", common, func(i int) *store.Filter { return &store.Filter{Tool: tool(i), Quality: number(10)} }},
		{"and quality of half", common, func(i int) *store.Filter { return &store.Filter{Tool: tool(i), Quality: number(74)} }},
		{"and difficulty", common, func(i int) *store.Filter {
			return &store.Filter{Tool: tool(i), Difficulty: &store.TermFilter{Eq: ptr("advanced")}}
		}},
		{"and another", common, func(i int) *store.Filter {
			return &store.Filter{Tool: &store.TermFilter{All: []string{slugs[i], slugs[0]}}}
		}},
		{"difficulty and quality", common, func(i int) *store.Filter {
			return &store.Filter{Tool: tool(i), Difficulty: &store.TermFilter{Eq: ptr("advanced")}, Quality: number(74)}
		}},
	} {
		tools := min(question.tools, len(slugs))
		b.Run("facets/"+question.name, func(b *testing.B) {
			defer reportCPU(b)()
			for i := 0; b.Loop(); i++ {
				q := store.FacetQuery{Filter: question.filter(i % tools), By: store.Kinds[i%8 : i%8+1], First: 10}
				if _, err := r.Facets(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("scores/"+question.name, func(b *testing.B) {
			defer reportCPU(b)()
			for i := 0; b.Loop(); i++ {
				if _, err := r.Scores(b.Context(), store.ScoreQuery{Filter: question.filter(i % tools)}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("filter/"+question.name, func(b *testing.B) { // what finding the posts costs of it
			defer reportCPU(b)()
			for i := 0; b.Loop(); i++ {
				q := store.PostQuery{Filter: question.filter(i % tools), Order: store.DefaultOrder, Window: store.Window{First: ptr(0)}}
				if _, err := r.Find(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
