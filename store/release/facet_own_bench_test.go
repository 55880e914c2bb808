package release_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// BenchmarkFacetsWithoutOwn counts six fields under filters that set conditions on some of
// them, each time plainly and without own conditions, in turn, over the commonest tools.
// The ratio says how many times as long the second takes, by the medians: of questions that
// are asked for the first time, and as in a sidebar, where a field's own count was made before.
func BenchmarkFacetsWithoutOwn(b *testing.B) {
	r := benchmarkReader(b)
	page, err := r.FindTerms(b.Context(), store.TermQuery{
		Kind: store.KindTool, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(100)}})
	if err != nil {
		b.Fatal(err)
	}
	tools := page.Terms
	eq := func(names ...string) *store.TermFilter { return &store.TermFilter{In: names} }
	number := func(n int) *store.NumberFilter { return &store.NumberFilter{Gte: ptr(int64(n))} }
	levels := []string{"beginner", "intermediate", "advanced"}
	for _, question := range []struct {
		name   string
		filter func(i int) *store.Filter
	}{
		{"a tool", func(i int) *store.Filter { return &store.Filter{Tool: eq(tools[i%len(tools)].Slug)} }},
		{"two tools", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug, tools[(i+1)%len(tools)].Slug)}
		}},
		{"not a tool", func(i int) *store.Filter {
			return &store.Filter{Tool: &store.TermFilter{None: []string{tools[i%len(tools)].Slug}}}
		}},
		{"a tool and a difficulty", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug), Difficulty: eq(levels[i%3])}
		}},
		{"two tools and two difficulties", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug, tools[(i+1)%len(tools)].Slug), Difficulty: eq(levels[i%3], levels[(i+1)%3])}
		}},
		{"a tool, a difficulty, a quality", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug), Difficulty: eq(levels[i%3]), Quality: number(1 + i%90)}
		}},
		{"two tools, two difficulties, a quality", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug, tools[(i+1)%len(tools)].Slug), Difficulty: eq(levels[i%3], levels[(i+1)%3]), Quality: number(1 + i%90)}
		}},
		{"a tool, a difficulty, a language, a quality", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug), Difficulty: eq(levels[i%3]), CodeLanguage: eq("go", "python"), Quality: number(1 + i%90)}
		}},
		{"a search and a tool", func(i int) *store.Filter {
			return &store.Filter{Tool: eq(tools[i%len(tools)].Slug), Search: ptr("cache ")}
		}},
	} {
		for _, again := range []bool{false, true} {
			b.Run(question.name+map[bool]string{false: "/first", true: "/again"}[again], func(b *testing.B) {
				took := [2][]time.Duration{}
				ask := func(i int, without bool) time.Duration {
					q := store.FacetQuery{Filter: question.filter(i % len(tools)), By: store.Kinds[:6], First: 10, WithoutOwn: without}
					began := time.Now()
					if _, err := r.Facets(b.Context(), q); err != nil {
						b.Fatal(err)
					}
					return time.Since(began)
				}
				for i := range tools {
					ask(i, true)
				}
				for i := 0; b.Loop(); i++ {
					for without := range 2 {
						if !again {
							r.NamedRelease().ForgetFound()
						}
						took[without] = append(took[without], ask(i, without == 1))
					}
				}
				median := func(all []time.Duration) float64 {
					slices.Sort(all)
					return float64(all[len(all)/2].Nanoseconds())
				}
				b.ReportMetric(median(took[0]), "plain-ns")
				b.ReportMetric(median(took[1]), "without-own-ns")
				b.ReportMetric(median(took[1])/median(took[0]), "ratio")
			})
		}
	}
}

// BenchmarkGroupsInOrder asks for the first groups in several orders, by the tools of the
// archive and by topics of which there are as many as half the posts.
func BenchmarkGroupsInOrder(b *testing.B) {
	r := benchmarkReader(b)
	if *archiveDir == "" {
		generator := synth.New(1)
		posts := make([]*content.Post, 20_000)
		for i := range posts {
			posts[i] = generator.Post(int64(i) + 1)
			posts[i].Meta.Topic = fmt.Sprintf("about %d", i*7919%10_000)
		}
		r = storetest.Release(b, posts...).Reader(store.Public)
	}
	half := &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(74))}}
	for _, kind := range []store.Kind{store.KindTool, store.KindTopic} {
		for _, field := range []store.GroupField{store.GroupPostCount, store.GroupName, "quality.mean", "depth.max", "quality.p90"} {
			for name, filter := range map[string]*store.Filter{"all": nil, "half": half} {
				b.Run(fmt.Sprintf("%s/%s/%s", kind, field, name), func(b *testing.B) {
					defer reportCPU(b)()
					budget := store.NewBudget(math.MaxInt, nil)
					for b.Loop() {
						page, err := r.WithBudget(budget).ScoreGroups(b.Context(), store.ScoreGroupQuery{By: kind, Filter: filter,
							Order: store.GroupOrder{Field: field, Desc: true}, MinCount: 2, Window: store.Window{First: ptr(10)}})
						if err != nil {
							b.Fatal(err)
						}
						b.ReportMetric(float64(page.Total), "groups")
					}
					b.ReportMetric(float64(budget.Paid())/float64(b.N), "units")
				})
			}
		}
	}
}
