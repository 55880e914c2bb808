package release_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/release"
)

// BenchmarkSearch finds the first 20 posts for many different texts: words taken
// from sentences of the archive, so common and rare ones as they come. Each
// answer is held against how many posts the same text finds as a filter. With
// -benchtime 512x each text is asked once, which is enough for percentiles of a large
// archive:
//
//	go test ./store/release -run '^$' -bench Search -benchtime 512x -args -archive DIR
func BenchmarkSearch(b *testing.B) {
	r := benchmarkReader(b)
	words := sentenceWords(b, r)
	text := func(join func(rnd *rand.Rand, sentence []string) string) (texts []string) {
		rnd := rand.New(rand.NewPCG(1, 2))
		for len(texts) < 512 {
			if sentence := words[rnd.IntN(len(words))]; len(sentence) > 8 {
				texts = append(texts, join(rnd, sentence))
			}
		}
		return texts
	}
	some := func(n int, end string) func(*rand.Rand, []string) string {
		return func(rnd *rand.Rand, sentence []string) string {
			var chosen []string
			for range n {
				chosen = append(chosen, sentence[rnd.IntN(len(sentence))])
			}
			return strings.Join(chosen, " ") + end
		}
	}
	filter := &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(75))}}
	for _, question := range []struct {
		name   string
		texts  []string
		filter *store.Filter
	}{
		{"one word", text(some(1, " ")), nil},
		{"two words", text(some(2, " ")), nil},
		{"two words, the last unfinished", text(some(2, "")), nil},
		{"two words and a filter", text(some(2, " ")), filter},
		{"four words", text(some(4, " ")), nil},
		{"six words", text(some(6, " ")), nil},
		{"either of two", text(func(rnd *rand.Rand, s []string) string { return some(1, " OR ")(rnd, s) + some(1, " ")(rnd, s) }), nil},
		{"a phrase of two words", text(func(rnd *rand.Rand, s []string) string {
			at := rnd.IntN(len(s) - 1)
			return `"` + s[at] + " " + s[at+1] + `"`
		}), nil},
		{"two letters", text(func(rnd *rand.Rand, s []string) string { return s[rnd.IntN(len(s))][:2] }), nil},
	} {
		b.Run(question.name, func(b *testing.B) {
			totals, posts := make([]int, len(question.texts)), 0
			for i, typed := range question.texts {
				filter := &store.Filter{Search: &typed}
				if question.filter != nil {
					filter.And = []store.Filter{*question.filter}
				}
				page, err := r.Find(b.Context(), store.PostQuery{Filter: filter, Window: store.Window{First: ptr(0)}, Order: store.DefaultOrder})
				if err != nil {
					b.Fatal(err)
				}
				totals[i] = page.Total
				posts += page.Total
			}
			measure(b, func(i int) error {
				i %= len(question.texts)
				page, err := r.Search(b.Context(), store.SearchQuery{
					Search: store.Search{Text: question.texts[i]}, Filter: question.filter, First: 20, Cursors: store.LastCursor,
				})
				if err == nil && page.Total != totals[i] {
					err = fmt.Errorf("%q finds %d posts, and %d as a filter", question.texts[i], page.Total, totals[i])
				}
				return err
			})
			b.ReportMetric(float64(posts)/float64(len(totals)), "posts")
		})
	}
	b.Run("highlights", func(b *testing.B) {
		texts := text(some(2, " "))
		found := make([][]store.Ref, len(texts))
		for i, typed := range texts {
			page, err := r.Search(b.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 20})
			if err != nil {
				b.Fatal(err)
			}
			for _, hit := range page.Hits {
				found[i] = append(found[i], hit.Ref)
			}
		}
		measure(b, func(i int) error {
			i %= len(texts)
			_, err := r.Highlights(b.Context(), store.Search{Text: texts[i]}, found[i])
			return err
		})
	})
}

// sentenceWords gives the words of titles and first paragraphs, those of two
// letters and less left out.
func sentenceWords(b *testing.B, r *release.Reader) (all [][]string) {
	b.Helper()
	for page := range 200 {
		found, err := r.Find(b.Context(), store.PostQuery{
			Order: store.Order{Field: store.FieldSlug}, Window: store.Window{First: ptr(1), Offset: ptr(page * 97)},
		})
		if err != nil {
			b.Fatal(err)
		}
		posts, err := r.Posts(b.Context(), found.Refs, store.Whole)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range posts {
			for _, s := range []string{p.Title, p.Intro, p.Text()} {
				for _, sentence := range strings.Split(s, ".") {
					var words []string
					for _, word := range strings.FieldsFunc(sentence, func(r rune) bool { return r < 'a' || r > 'z' }) {
						if len(word) > 2 {
							words = append(words, word)
						}
					}
					all = append(all, words)
				}
			}
		}
	}
	return all
}
