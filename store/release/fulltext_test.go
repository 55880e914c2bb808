package release_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/build"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/text"
)

// TestSearchEqualsScan holds searches against a look at every word of every
// post: which posts, in what order, with what score, how many.
func TestSearchEqualsScan(t *testing.T) {
	for _, archive := range []struct {
		name     string
		stemming text.Stemming
		posts    func(*rand.Rand) []*content.Post
	}{
		{"words of many frequencies", text.EnglishStemming, func(r *rand.Rand) []*content.Post { return wordyPosts(r, 1200) }},
		{"by language", text.ByLanguage, func(r *rand.Rand) []*content.Post { return polyglot(r, wordyPosts(r, 500)) }},
		{"without stemming", text.NoStemming, func(r *rand.Rand) []*content.Post { return wordyPosts(r, 300) }},
		{"hard on indexes", text.EnglishStemming, func(r *rand.Rand) []*content.Post { return storetest.RandomPosts(r, 400) }},
		{"synthetic", text.EnglishStemming, func(*rand.Rand) []*content.Post { return syntheticPosts(300) }},
		{"nothing public", text.EnglishStemming, func(r *rand.Rand) []*content.Post {
			posts := wordyPosts(r, 20)
			for _, p := range posts {
				draft(p)
			}
			return posts
		}},
	} {
		t.Run(archive.name, func(t *testing.T) {
			t.Parallel()
			rnd := random(t)
			posts := archive.posts(rnd)
			model := storetest.NewModel(posts)
			model.Wording = text.Wording{Stemming: archive.stemming}
			release := storetest.ReleaseOf(t, catalogue.ImportOptions{Stemming: archive.stemming}, posts...)
			for range storetest.Times(60) {
				view := store.View(rnd.IntN(2))
				typed := randomSearch(rnd, posts)
				if _, err := text.Parse(typed); err != nil {
					continue // of words that are not wanted alone
				}
				q := store.SearchQuery{Search: store.Search{Text: typed, Match: append(store.Matches, store.MatchUsual)[rnd.IntN(4)]}}
				if rnd.IntN(5) == 0 {
					q.Language = []string{"en", "fr", "de-CH", "ja"}[rnd.IntN(4)]
				}
				if rnd.IntN(3) == 0 {
					q.Filter = storetest.RandomFilter(rnd, 2)
				}
				want := model.Search(view, q.Search, q.Filter)
				compareFound(t, rnd, release.Reader(view), q, want)
				if t.Failed() {
					t.Fatalf("view %d, %q, %s", view, typed, asJSON(t, q))
				}
			}
		})
	}
}

// TestSearchUnderAnEmptyAlternative: one of several filters that asks for nothing lets
// every post through, and the search is not taken for a dear one.
func TestSearchUnderAnEmptyAlternative(t *testing.T) {
	t.Parallel()
	posts := wordyPosts(random(t), 200)
	r := storetest.Release(t, posts...).Reader(store.Public)
	under := &store.Filter{Or: []store.Filter{{HasImages: new(false)}, {Difficulty: &store.TermFilter{}}}}
	for _, typed := range []string{"deploy", `"deploy cache" rollback`, `"the of" deploy`} {
		all, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 1})
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 1, Filter: under})
		if err != nil || found.Total != all.Total {
			t.Errorf("%s: found %v, %v, expected %d posts", typed, found, err, all.Total)
		}
	}
}

// polyglot gives posts languages: with stemmers, without, and none.
func polyglot(r *rand.Rand, posts []*content.Post) []*content.Post {
	for _, p := range posts {
		p.Meta.Language = []string{"", "en", "fr", "de", "pt-BR", "ja", "sw"}[r.IntN(7)]
	}
	return posts
}

// wordyPosts have words that few, some and most posts have, in all fields, some
// of them in several forms.
func wordyPosts(r *rand.Rand, n int) []*content.Post {
	stems := []string{"deploy", "cache", "rollback", "measure", "node.js", "c++", "café", "Straße", "don't", "缓存", "the", "of", "pg_stat"}
	word := func() string {
		if r.IntN(3) == 0 {
			return stems[r.IntN(len(stems))]
		}
		w := "w" + string(rune('a'+int(8*math.Pow(r.Float64(), 3)))) + string(rune('a'+int(20*math.Pow(r.Float64(), 3))))
		return w + []string{"", "", "s", "ed", "ing"}[r.IntN(5)]
	}
	words := func(most int) string {
		var all []string
		for range r.IntN(most + 1) {
			all = append(all, word())
		}
		return strings.Join(all, []string{" ", " ", ", "}[r.IntN(3)])
	}
	posts := make([]*content.Post, n)
	for i := range posts {
		p := post(fmt.Sprintf("p-%d-%d", uint32(i)*2654435761%1_000_003, i))
		p.Title = "t " + words(4)
		p.Intro = words(8)
		p.Meta.Summary = words(8)
		for range r.IntN(3) {
			p.Meta.Tools = append(p.Meta.Tools, "a"+word())
			p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: "b " + word() + " " + word(), Type: "kind"})
		}
		for range r.IntN(4) {
			p.Body = append(p.Body,
				content.Paragraph{Text: "x " + words(12)}, content.Heading{Level: 2, Text: "y " + words(3)},
				content.List{Items: []content.ListItem{{Text: "z " + words(3)}, {Text: "z " + words(3)}}},
				content.Code{Source: "c " + words(3)}, content.Figure{URL: "https://example.org/a.png", Caption: words(3)},
				content.Quote{Text: "q " + words(3)}, content.HTML{HTML: "<table><tr><td>" + word() + "</td><td>" + word() + "</td></tr></table>"})
		}
		if r.IntN(4) > 0 {
			p.Meta.Score = &content.Score{Quality: ptr(60 + r.IntN(4)*10), Freshness: ptr(r.IntN(3))}
		}
		if r.IntN(8) == 0 {
			draft(p)
		}
		p.Settle()
		posts[i] = p
	}
	return posts
}

// randomSearch asks with words of any posts, and some that no post has.
func randomSearch(r *rand.Rand, posts []*content.Post) string {
	var parts []string
	for range 1 + r.IntN(3) {
		p := posts[r.IntN(len(posts))]
		all := strings.Fields(p.Title + " " + p.Intro + " " + p.Text())
		at := r.IntN(len(all))
		part := all[at]
		switch r.IntN(8) {
		case 0:
			part = `"` + strings.Join(all[at:min(at+2+r.IntN(2), len(all))], " ") + `"`
		case 1:
			part = "-" + part
		case 2:
			part += " OR " + all[r.IntN(len(all))]
		case 3:
			part = "-" + `"` + strings.Join(all[at:min(at+2, len(all))], " ") + `"`
		case 4:
			part = `"` + strings.Join(all[at:min(at+2, len(all))], " ") + `" OR ` + all[r.IntN(len(all))]
		case 5:
			part = part[:1+r.IntN(len(part))]
		}
		parts = append(parts, part)
	}
	if r.IntN(20) == 0 {
		parts = append(parts, "nowhere")
	}
	return strings.Join(parts, " ") + []string{"", " "}[r.IntN(2)]
}

func compareFound(t *testing.T, rnd *rand.Rand, r *release.Reader, q store.SearchQuery, want []storetest.Found) {
	t.Helper()
	filter := store.Filter{Search: &q.Text, SearchMatch: q.Match, SearchLanguage: q.Language}
	if q.Filter != nil {
		filter.And = []store.Filter{*q.Filter}
	}
	none := 0
	list, err := r.Find(t.Context(), store.PostQuery{Filter: &filter, Order: store.DefaultOrder, Window: store.Window{First: &none}})
	if err != nil || list.Total != len(want) {
		t.Errorf("as a filter: found %v, %v; expected %d", list, err, len(want))
	}
	q.First = min(1+rnd.IntN(50)+len(want)/20, store.MaxLimit)
	for start := 0; ; {
		page, err := r.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != len(want) || page.HasNext != (start+q.First < len(want)) || len(page.Hits) != min(q.First, len(want)-start) {
			t.Errorf("found total %d, next %t, %d hits; expected %d from %d", page.Total, page.HasNext, len(page.Hits), len(want), start)
			return
		}
		for i, hit := range page.Hits {
			expected := want[start+i]
			if slug := slugsOf(t, r, []store.Ref{hit.Ref})[0]; slug != expected.Post.Slug || hit.Score != expected.Score {
				t.Errorf("number %d: found %s %v, expected %s %v", start+i, slug, hit.Score, expected.Post.Slug, expected.Score)
			}
			// Rounding an impact moves it by 1/510 at most, of a word that has next to
			// none by 1/255, and a weight by 1/32, of one that has next to none by 1/16.
			if off := math.Abs(expected.Score - expected.Exact); off > float64(expected.Words)*(1./16+15./255) {
				t.Errorf("number %d: found %v, without rounding it is %v", start+i, hit.Score, expected.Exact)
			}
		}
		if !page.HasNext || t.Failed() {
			return
		}
		last := rnd.IntN(len(page.Hits))/2 + len(page.Hits)/2
		q.After, start = page.Hits[last].Cursor, start+last+1
	}
}

func TestSearchThatIsWrong(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a", func(p *content.Post) { p.Title = "one word" })).Reader(store.Public)
	for _, typed := range []string{
		"", " ", `""`, "()", "-word", "NOT word", "OR", strings.Repeat("a ", 10_000), strings.Repeat("a ", 65), strings.Repeat("a", 1025),
	} {
		wrong := (*store.ArgumentError)(nil)
		if _, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 1}); !errors.As(err, &wrong) || wrong.Name != "query" {
			t.Errorf("%.20q: found %v", typed, err)
		}
		q := store.PostQuery{Filter: &store.Filter{Search: &typed}, Order: store.DefaultOrder, Window: store.Window{First: ptr(1)}}
		if _, err := r.Find(t.Context(), q); !errors.As(err, &wrong) || wrong.Name != "filter.search" {
			t.Errorf("as a filter: %.20q: found %v", typed, err)
		}
	}
	for _, typed := range []string{`"one word`, `one "`, "((one", "one)", "OR one", "one OR", "- one", "one --word", "a-b-c OR OR one", "“one word”", "one AND word", "\x00one", "the one"} {
		page, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 0})
		if err != nil || len(page.Hits) != 0 || page.HasNext != (page.Total > 0) {
			t.Errorf("%q: found %+v, %v", typed, page, err)
		}
		if want := !strings.HasPrefix(typed, "\x00x") && typed != "one --word"; want && page.Total != 1 && typed != "one OR" {
			t.Errorf("%q: found %d posts", typed, page.Total)
		}
	}
	for _, q := range []store.SearchQuery{{Search: store.Search{Text: "one"}, First: -1}, {Search: store.Search{Text: "one"}, First: 101}, {Search: store.Search{Text: "one"}, First: 1, After: "nonsense"}} {
		if _, err := r.Search(t.Context(), q); !errors.As(err, new(*store.ArgumentError)) {
			t.Errorf("%+v: found %v", q, err)
		}
	}
}

// TestWordsOfDraftsStayHidden: what the public is told does not depend on posts
// it does not see.
func TestWordsOfDraftsStayHidden(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := wordyPosts(rnd, 300)
	public := slices.DeleteFunc(slices.Clone(posts), func(p *content.Post) bool { return !p.Public() })
	with, without := storetest.Release(t, posts...).Reader(store.Public), storetest.Release(t, public...).Reader(store.Public)
	for range storetest.Times(200) {
		q := store.SearchQuery{Search: store.Search{Text: randomSearch(rnd, posts)}, First: 100}
		a, err := with.Search(t.Context(), q)
		b, errB := without.Search(t.Context(), q)
		if err != nil || errB != nil {
			if fmt.Sprint(err) != fmt.Sprint(errB) {
				t.Errorf("%q: found %v and %v", q.Text, err, errB)
			}
			continue
		}
		if a.Total != b.Total || len(a.Hits) != len(b.Hits) {
			t.Errorf("%q: found %d posts and %d", q.Text, a.Total, b.Total)
			continue
		}
		for i := range a.Hits {
			if a.Hits[i].Score != b.Hits[i].Score || slugsOf(t, with, []store.Ref{a.Hits[i].Ref})[0] != slugsOf(t, without, []store.Ref{b.Hits[i].Ref})[0] {
				t.Errorf("%q: number %d differs", q.Text, i)
			}
		}
	}
}

// TestLanguagesOfDraftsStayHidden: a language that only drafts have decides nothing that the
// public is told, such as which words say nothing.
func TestLanguagesOfDraftsStayHidden(t *testing.T) {
	t.Parallel()
	public := post("a", func(p *content.Post) { p.Title = "a redis cache" })
	hidden := post("b", func(p *content.Post) { p.Title, p.Meta.Language = "en cache och redis", "sv" }, draft)
	with, without := storetest.Release(t, public, hidden).Reader(store.Public), storetest.Release(t, public).Reader(store.Public)
	for _, typed := range []string{"och ", "och redis ", "cache och redis inte ", "cacher "} {
		q := store.SearchQuery{Search: store.Search{Text: typed}, First: 10, Suggest: true}
		a, err := with.Search(t.Context(), q)
		b, errB := without.Search(t.Context(), q)
		if err != nil || errB != nil || a.Match != b.Match || a.Total != b.Total || !reflect.DeepEqual(a.Suggestions, b.Suggestions) {
			t.Errorf("%q: found %+v and %+v, %v, %v", typed, a, b, err, errB)
		}
	}
}

// TestSearchGoesOnAcrossReleases: what is behind a post is behind it in the next
// release too, though every score is another.
func TestSearchGoesOnAcrossReleases(t *testing.T) {
	t.Parallel()
	posts := syntheticPosts(400)
	more := syntheticPosts(700)
	before, after := storetest.Release(t, posts...).Reader(store.Public), storetest.Release(t, more[1:]...).Reader(store.Public)
	walks := 0
	for _, typed := range []string{"redis ", "rollback plan ", "postgresql ", "cache ", "nginx OR git "} {
		q := store.SearchQuery{Search: store.Search{Text: typed}, First: 7}
		page, err := before.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		q.First = 100
		whole, err := after.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		q.After = page.Hits[len(page.Hits)-1].Cursor
		rest, err := after.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(whole.Hits, func(h store.SearchHit) bool {
			return slugsOf(t, after, []store.Ref{h.Ref})[0] == slugsOf(t, before, []store.Ref{page.Hits[len(page.Hits)-1].Ref})[0]
		})
		if at < 0 {
			continue // it is far down now
		}
		walks++
		if want := whole.Hits[at+1:]; len(rest.Hits) < len(want) || len(want) > 0 && rest.Hits[0].Ref != want[0].Ref {
			t.Errorf("%q: the walk does not go on behind number %d", typed, at)
		}
	}
	if walks < 2 && !testing.Short() {
		t.Errorf("found %d walks: too few to tell", walks)
	}
}

// TestSameWordsSameFile: neither the order of import, nor how often words were
// written to disk, nor how many of them were numbered shows in a release.
func TestSameWordsSameFile(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := append(wordyPosts(rnd, 200), syntheticPosts(100)...)
	sums := map[string]bool{}
	for _, memory := range []struct{ gathered, numbered int }{
		{1 << 30, 1 << 30}, {20 << 10, 1 << 30}, {1, 1 << 30}, {1 << 30, 1}, {20 << 10, 4 << 10}, {60 << 10, 16 << 10},
	} {
		c, err := catalogue.Make(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Import(t.Context(), catalogue.ImportOptions{Memory: build.Memory{Words: memory.gathered, Lexicon: memory.numbered}})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range rnd.Perm(len(posts)) {
			if err := b.Add(content.Record{Post: posts[i]}, catalogue.Origin{}); err != nil {
				t.Fatal(err)
			}
		}
		m, err := b.Finish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sums[m.SHA256] = true
		if _, err := c.Verify(t.Context(), m.Name); err != nil {
			t.Error(err)
		}
	}
	if len(sums) != 1 {
		t.Errorf("found %d different releases of the same posts", len(sums))
	}
}

// impatient is a context that ends when it was asked so often.
type impatient struct {
	context.Context
	left atomic.Int64
}

func (c *impatient) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestPhrasesInLongPosts: looking for a phrase ends when its caller leaves, even
// in few posts, if they are long; and costs no more than it may.
func TestPhrasesInLongPosts(t *testing.T) {
	t.Parallel()
	long := func(p *content.Post) {
		p.Body = []content.Block{content.Paragraph{Text: strings.Repeat("of the ", 200_000)}}
	}
	r := storetest.Release(t, post("a", long), post("b", long), post("c", long)).Reader(store.Public)
	q := store.SearchQuery{Search: store.Search{Text: `"` + strings.Repeat("of the ", 8) + `of of"`}, First: 1}
	ctx := &impatient{Context: t.Context()}
	ctx.left.Store(12)
	if _, err := r.Search(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
	if page, err := r.Search(t.Context(), q); err != nil || page.Total != 0 {
		t.Errorf("found %+v, %v", page, err)
	}
}
