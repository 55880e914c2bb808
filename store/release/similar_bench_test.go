package release_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// similarArchive is what similar posts are measured on.
type similarArchive struct {
	name    string
	release func(b *testing.B) *release.Release
}

// similarArchives are synthetic ones, where many posts have the same features,
// and varied ones, where nearly none have.
//
// Two settings ask for more: SIMILAR_POSTS=1000000 for archives of that size
// too, which takes minutes, and SIMILAR_DATA for the current release of a data
// directory, and no others.
func similarArchives(b *testing.B) (all []similarArchive) {
	if dir := os.Getenv("SIMILAR_DATA"); dir != "" {
		return []similarArchive{{"current", func(b *testing.B) *release.Release { return currentRelease(b, dir) }}}
	}
	sizes := []int{10_000, 100_000}
	if more := os.Getenv("SIMILAR_POSTS"); more != "" {
		n, err := strconv.Atoi(more)
		if err != nil {
			b.Fatal(err)
		}
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		all = append(all, similarArchive{fmt.Sprintf("synthetic/%d", n), func(b *testing.B) *release.Release {
			return storetest.Release(b, syntheticPosts(n)...)
		}}, similarArchive{fmt.Sprintf("varied/%d", n), func(b *testing.B) *release.Release {
			return storetest.Release(b, variedPosts(rand.New(rand.NewPCG(1, 2)), n, 20_000)...)
		}})
	}
	return all
}

func currentRelease(b *testing.B, dir string) *release.Release {
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
	b.Cleanup(func() { _ = release.Close() })
	return release
}

// BenchmarkSimilar finds the first 20 posts similar to one of many posts. "new"
// asks of so many posts that hardly any total is remembered.
func BenchmarkSimilar(b *testing.B) {
	for _, archive := range similarArchives(b) {
		b.Run(archive.name, func(b *testing.B) { benchmarkSimilar(b, archive.release(b)) })
	}
}

func benchmarkSimilar(b *testing.B, release *release.Release) {
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
		{"diverse", few, store.SimilarQuery{First: 20, Diversity: 0.3, Cursors: store.LastCursor}},
		{"diverse/100", few, store.SimilarQuery{First: 100, Diversity: 0.3, Cursors: store.LastCursor}},
		{"diverse/filtered", few, store.SimilarQuery{First: 20, Diversity: 0.3, Filter: filter}},
		{"diverse/narrow", few, store.SimilarQuery{First: 20, Diversity: 0.3, Filter: narrow}},
		{"filtered", few, store.SimilarQuery{First: 20, Filter: filter}},
		{"narrow", few, store.SimilarQuery{First: 20, Filter: narrow}},
		{"atLeast/0.5", few, store.SimilarQuery{First: 20, MinSimilarity: 0.5}},
		{"atLeast/0.01", refs, store.SimilarQuery{First: 20, MinSimilarity: 0.01}},
	} {
		b.Run(question.name, func(b *testing.B) {
			measure(b, func(i int) error {
				_, err := r.Similar(b.Context(), question.refs[i%len(question.refs)], question.q)
				return err
			})
		})
	}
}

// measure asks again and again, and reports the median and the 99th percentile
// in microseconds, and the processor time.
func measure(b *testing.B, ask func(i int) error) {
	times := make([]time.Duration, 0, 1024)
	b.ReportAllocs()
	defer reportCPU(b)()
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		if err := ask(i); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e3, "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100])/1e3, "p99-µs")
}

// BenchmarkSimilarToTerms finds the posts most like the term that about a
// quarter of all posts have, alone and with others, and of an entity that is
// misspelled.
func BenchmarkSimilarToTerms(b *testing.B) {
	for _, archive := range similarArchives(b) {
		b.Run(archive.name, func(b *testing.B) {
			r := archive.release(b).Reader(store.Public)
			terms := func(kind store.Kind) []*store.Term {
				page, err := r.FindTerms(b.Context(), store.TermQuery{
					Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(store.MaxLimit)},
				})
				if err != nil {
					b.Fatal(err)
				}
				return page.Terms
			}
			posts := r.NamedRelease().Manifest().Public.Posts
			tools, entities := terms(store.KindTool), terms(store.KindEntity)
			quarter := slices.MinFunc(tools, func(x, y *store.Term) int { return abs(4*x.PostCount-posts) - abs(4*y.PostCount-posts) })
			for name, to := range map[string]func(i int) store.SimilarTerms{
				"quarter": func(int) store.SimilarTerms { return store.SimilarTerms{Tools: []string{quarter.Slug}} },
				"unknown": func(i int) store.SimilarTerms {
					entity := entities[i%len(entities)]
					return store.SimilarTerms{Entities: []string{entity.Type + ":" + entity.Name[1:]}}
				},
				"several": func(i int) store.SimilarTerms {
					return store.SimilarTerms{
						Tools:    []string{quarter.Slug, tools[i*7%len(tools)].Slug},
						Entities: []string{entities[i%len(entities)].Slug, entities[i*31%len(entities)].Slug},
					}
				},
			} {
				b.Run(name, func(b *testing.B) {
					measure(b, func(i int) error {
						_, err := r.SimilarToTerms(b.Context(), to(i), store.SimilarQuery{First: 20, Cursors: store.LastCursor, Suggest: true})
						return err
					})
				})
			}
		})
	}
}

func abs(n int) int { return max(n, -n) }
