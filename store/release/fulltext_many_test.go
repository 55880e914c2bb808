package release_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestPhrasesOfManyPosts: however many processors share looking for phrases, they find the
// posts that have them, for the same price; also where posts that have the words are longer
// than others, so that some is paid as it is read.
func TestPhrasesOfManyPosts(t *testing.T) {
	rnd := random(t)
	titles := []string{"alpha beta gamma", "beta alpha gamma", "gamma beta alpha", "alpha gamma alpha beta", "beta gamma", "alpha", "beta"}
	posts := make([]*content.Post, 30_000)
	having := map[string]int{}
	typed := []string{`"alpha beta"`, `"beta alpha"`, `"alpha gamma alpha"`, `"alpha beta" OR "gamma beta"`, `gamma -"alpha beta"`, `"beta gamma" alpha`}
	for i := range posts {
		title := titles[rnd.IntN(len(titles))]
		posts[i] = post(fmt.Sprintf("p-%d", i), func(p *content.Post) {
			if p.Title = title; strings.Count(title, " ") > 1 {
				p.Body = []content.Block{content.Paragraph{Text: strings.Repeat("beta of alpha of ", 20)}}
			}
		})
		has := func(words string) bool { return strings.Contains(title, words) }
		for j, found := range []bool{
			has("alpha beta"), has("beta alpha"), has("alpha gamma alpha"), has("alpha beta") || has("gamma beta"),
			has("gamma") && !has("alpha beta"), has("beta gamma") && has("alpha"),
		} {
			if found {
				having[typed[j]]++
			}
		}
	}
	r := storetest.Release(t, posts...)
	prices := map[string]int{}
	for _, processors := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(processors)
		for _, text := range typed {
			budget := store.NewBudget(1<<40, nil)
			page, err := r.Reader(store.Preview).WithBudget(budget).Search(t.Context(), store.SearchQuery{Search: store.Search{Text: text}, First: 1})
			if err != nil || page.Total != having[text] {
				t.Errorf("%d processors, %s: found %+v, %v; expected %d posts", processors, text, page, err, having[text])
			}
			if known, ok := prices[text]; ok && known != budget.Spent() {
				t.Errorf("%s costs %d with %d processors, and %d with one", text, budget.Spent(), processors, known)
			}
			prices[text] = budget.Spent()
		}
		runtime.GOMAXPROCS(before)
	}
}
