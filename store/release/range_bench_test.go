package release_test

import (
	"testing"

	"alphanode/store"
)

// BenchmarkRanges divides by scores, by months and by every field at once.
func BenchmarkRanges(b *testing.B) {
	r := benchmarkReader(b)
	var every []store.RangeBy
	for _, f := range store.RangeFields {
		every = append(every, store.RangeBy{Field: f})
	}
	for _, division := range []struct {
		name string
		by   []store.RangeBy
	}{
		{"quality", []store.RangeBy{{Field: store.FieldQuality}}},
		{"views", []store.RangeBy{{Field: store.FieldViewCount}}},
		{"months", []store.RangeBy{{Field: store.FieldUpdated, Interval: store.Month}}},
		{"days", []store.RangeBy{{Field: store.FieldUpdated, Interval: store.OneDay}}},
		{"every field", every},
	} {
		for _, question := range statisticsFilters() {
			b.Run(division.name+"/"+question.name, func(b *testing.B) {
				b.ReportAllocs()
				defer reportCPU(b)()
				for b.Loop() {
					found, err := r.Ranges(b.Context(), store.RangeQuery{Filter: question.filter, By: division.by})
					if err != nil {
						b.Skip(err)
					}
					b.ReportMetric(float64(found[0].Count), "posts")
				}
			})
		}
	}
}

// BenchmarkRelated asks about every entity and tool in turn, the commonest first.
func BenchmarkRelated(b *testing.B) {
	r := benchmarkReader(b)
	for _, kind := range []store.Kind{store.KindEntity, store.KindTool} {
		page, err := r.FindTerms(b.Context(), store.TermQuery{
			Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(100)},
		})
		if err != nil {
			b.Fatal(err)
		}
		for _, first := range []int{20, 100} {
			b.Run(string(kind)+map[int]string{20: "", 100: ", 100 of each"}[first], func(b *testing.B) {
				b.ReportAllocs()
				defer reportCPU(b)()
				for i := 0; b.Loop(); i++ {
					if _, err := r.Related(b.Context(), store.RelatedQuery{Term: page.Terms[i%len(page.Terms)].ID, First: first}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
