package release_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
)

var archives = flag.String("archives", "", "data directories, with commas between them, for BenchmarkArchive")

// BenchmarkArchive finds pages in published archives of any size, over the
// questions of alphanode bench, so that sizes can be compared:
//
//	go test ./store/release -run '^$' -bench Archive -args -archives=DIR,DIR
//
// A first time is that of a question of which the release remembers nothing.
func BenchmarkArchive(b *testing.B) {
	if *archives == "" {
		b.Skip("no -archives")
	}
	for _, dir := range strings.Split(*archives, ",") {
		c, err := catalogue.Open(dir)
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
		all := asked(b, release)
		for _, of := range []string{"list", "deep", "page", "page-filtered", "newest of an entity", "range by date"} {
			questions := all[of]
			b.Run(of+"/"+filepath.Base(dir), func(b *testing.B) {
				i := 0
				r := release.Reader(store.Public)
				for _, q := range questions {
					if _, err := r.Find(b.Context(), q); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportAllocs()
				defer reportCPU(b)()
				for b.Loop() {
					if _, err := r.Find(b.Context(), questions[i%len(questions)]); err != nil {
						b.Fatal(err)
					}
					i++
				}
			})
			b.Run(of+"/first time/"+filepath.Base(dir), func(b *testing.B) {
				i := 0
				var used, began int64
				r := release.Reader(store.Public)
				for b.Loop() {
					if i%len(questions) == 0 {
						b.StopTimer()
						if i > 0 {
							used += processorTime(b) - began
						}
						release.ForgetFound()
						began = processorTime(b)
						b.StartTimer()
					}
					if _, err := r.Find(b.Context(), questions[i%len(questions)]); err != nil {
						b.Fatal(err)
					}
					i++
				}
				b.ReportMetric(float64(used+processorTime(b)-began)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// processorTime is what the process has used so far, in nanoseconds.
func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// asked makes questions as alphanode bench does.
func asked(b *testing.B, release *release.Release) map[string][]store.PostQuery {
	const most = 512
	r := release.Reader(store.Public)
	terms := func(kind store.Kind) []*store.Term {
		page, err := r.FindTerms(b.Context(), store.TermQuery{
			Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(100)}})
		if err != nil {
			b.Fatal(err)
		}
		all := page.Terms
		for page.HasNext && len(all) < 2000 {
			page, err = r.FindTerms(b.Context(), store.TermQuery{
				Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true},
				Window: store.Window{First: ptr(100), After: page.Cursors[len(page.Cursors)-1]}})
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, page.Terms...)
		}
		return all
	}
	tools, entities, difficulties := terms(store.KindTool), terms(store.KindEntity), terms(store.KindDifficulty)
	find := func(q store.PostQuery) *store.Page {
		page, err := r.Find(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		return page
	}
	filters := func(least, n int) (found []*store.Filter) {
		narrowings := []store.Filter{{}}
		for i := range 12 {
			narrowings = append(narrowings, store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(10 + 7*i))}})
		}
		for _, d := range difficulties {
			is := &store.TermFilter{Eq: &d.Slug}
			narrowings = append(narrowings, store.Filter{Difficulty: is},
				store.Filter{Difficulty: is, Quality: &store.NumberFilter{Gte: ptr(int64(60))}})
		}
		for _, f := range narrowings {
			for _, tool := range tools {
				if tool.PostCount < least {
					break
				}
				f.Tool = &store.TermFilter{Eq: &tool.Slug}
				q := store.PostQuery{Filter: ptr(f), Order: store.DefaultOrder, Window: store.Window{First: ptr(1)}}
				if find(q).Total >= least {
					found = append(found, ptr(f))
				}
				if len(found) == n {
					return found
				}
			}
		}
		return found
	}
	quality := store.Order{Field: store.FieldQuality, Desc: true}
	first := store.Window{First: ptr(20)}
	all := map[string][]store.PostQuery{}
	add := func(name string, q store.PostQuery) {
		if q.Cursors = store.EndCursors; len(all[name]) < most {
			all[name] = append(all[name], q)
		}
	}
	// Many tools first, as bench has it, and the other half narrower.
	for _, f := range append(filters(1, most/2), tail(filters(1, 6*most), most/2)...) {
		add("list", store.PostQuery{Filter: f, Order: quality, Window: first})
	}
	depth := 5000
	if longest := tools[0].PostCount; longest < depth+40 {
		depth = longest / 2 / 20 * 20
	}
	deep := filters(depth+40, 128)
	for _, f := range deep {
		q := store.PostQuery{Filter: f, Order: quality, Window: store.Window{First: ptr(20), Offset: ptr(depth)}}
		for range (most + len(deep) - 1) / len(deep) {
			page := find(q)
			if len(page.Cursors) == 0 {
				break
			}
			q.Window = store.Window{First: ptr(20), After: page.Cursors[len(page.Cursors)-1]}
			add("deep", q)
		}
	}
	paged := filters(depth+20, 128)
	for i := range most {
		order := store.Order{Field: store.SortFields[i%len(store.SortFields)], Desc: i/len(store.SortFields)%2 == 1}
		add("page", store.PostQuery{Order: order, Window: store.Window{First: ptr(20), Offset: ptr(249 * 20)}})
		add("page-filtered", store.PostQuery{Filter: paged[i*len(paged)/most], Order: order, Window: store.Window{First: ptr(20), Offset: ptr(depth)}})
		add("newest of an entity", store.PostQuery{Order: store.DefaultOrder, Window: first,
			Filter: &store.Filter{Entity: &store.TermFilter{Eq: &entities[i*len(entities)/most].Slug}}})
		from, err := store.ParseDay(fmt.Sprintf("20%02d-%02d-01", 18+i%6, 1+i%12))
		if err != nil {
			b.Fatal(err)
		}
		add("range by date", store.PostQuery{Order: quality, Window: first, Filter: &store.Filter{
			PublishedAt: &store.DateFilter{Gte: &from, Lt: ptr(from + 200)}, Tool: &store.TermFilter{Eq: &tools[i%len(tools)].Slug}}})
	}
	return all
}

// tail gives the last n.
func tail[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }
