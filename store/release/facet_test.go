package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// facetFilter makes the filters that facets are asked for: any, none, and those
// of one condition, which a release may have counted beforehand.
func facetFilter(rnd *rand.Rand) *store.Filter {
	one := func(words ...string) *store.TermFilter {
		word := words[rnd.IntN(len(words))]
		if rnd.IntN(2) == 0 {
			return &store.TermFilter{Eq: &word}
		}
		return &store.TermFilter{In: []string{word}}
	}
	truth := rnd.IntN(2) == 0
	switch rnd.IntN(12) {
	case 0:
		return nil
	case 1:
		return &store.Filter{}
	case 2:
		return &store.Filter{Tool: one("git", "GIT", "fastapi", "c++", "none such")}
	case 3:
		return &store.Filter{Entity: one("python", "stack:python", "caching")}
	case 4:
		return &store.Filter{Difficulty: one("beginner", "advanced"), Tool: &store.TermFilter{All: []string{}}}
	case 5:
		return &store.Filter{Status: one("reviewed", "draft"), CodeLanguage: one("go")}
	case 6:
		return &store.Filter{HasImages: &truth}
	case 7:
		return &store.Filter{AIGeneratedStyle: &truth, HasImages: &truth}
	case 8:
		return &store.Filter{Topic: &store.TopicFilter{TermFilter: *one("safer steps")}}
	default:
		return storetest.RandomFilter(rnd, 3)
	}
}

// sidebarFilter has conditions of its own on several kinds, in all forms and as deep as
// and leads, and others that only look so.
func sidebarFilter(rnd *rand.Rand) *store.Filter {
	terms := func(words ...string) *store.TermFilter {
		word := func() string { return words[rnd.IntN(len(words))] }
		switch rnd.IntN(4) {
		case 0:
			return &store.TermFilter{Eq: ptr(word())}
		case 1:
			return &store.TermFilter{In: []string{word(), word()}}
		case 2:
			return &store.TermFilter{All: []string{word()}, None: []string{word()}}
		default:
			return &store.TermFilter{None: []string{word()}}
		}
	}
	var level func(depth int) store.Filter
	level = func(depth int) store.Filter {
		f := store.Filter{}
		for range 1 + rnd.IntN(4) {
			switch rnd.IntN(10) {
			case 0:
				f.Tool = terms("git", "c++", "fastapi", "none such")
			case 1:
				f.Entity = terms("python", "stack:python", "caching")
			case 2:
				f.Stack = terms("caching", "rollback")
			case 3:
				f.Difficulty = terms("beginner", "advanced")
			case 4:
				f.CodeLanguage = terms("go", "c++")
			case 5:
				f.Status = terms("reviewed", "draft")
			case 6:
				f.Scenario = terms("at night", "by day")
			case 7:
				f.Topic = &store.TopicFilter{TermFilter: *terms("safer steps", "caching / python")}
				if rnd.IntN(2) == 0 {
					f.Topic.Contains = ptr("python")
				}
			case 8:
				f.Language = terms("en", "pt-BR", "none such")
			default:
				f.Quality = &store.NumberFilter{Gte: ptr(rnd.Int64N(3))}
			}
		}
		if depth > 1 {
			switch rnd.IntN(4) {
			case 0:
				f.And = []store.Filter{level(depth - 1), level(depth - 1)}
			case 1:
				f.Or = []store.Filter{level(1), level(1)}
			case 2:
				f.Not = ptr(level(1))
			}
		}
		return f
	}
	return ptr(level(3))
}

// TestFiltersApart: what a filter asks of its own of a kind, and the rest, are together
// what it asks, for every kind.
func TestFiltersApart(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 300)
	model := storetest.NewModel(posts)
	divided := map[store.Kind]int{}
	for range storetest.Times(400) {
		f := sidebarFilter(rnd)
		before := asJSON(t, f)
		for _, kind := range store.Kinds {
			own, rest := f.Apart(kind)
			if own == nil {
				if rest != f {
					t.Fatalf("%s of %s: nothing is its own, and yet the rest is %s", kind, before, asJSON(t, rest))
				}
				continue
			}
			divided[kind]++
			if again, _ := rest.Apart(kind); again != nil {
				t.Fatalf("%s of %s: the rest still has %s", kind, before, asJSON(t, again))
			}
			found := model.Find(store.Preview, &store.Filter{And: []store.Filter{*own, *rest}}, store.DefaultOrder)
			if want := model.Find(store.Preview, f, store.DefaultOrder); !slices.Equal(found, want) {
				t.Fatalf("%s of %s: %s and %s find %d posts, expected %d", kind, before, asJSON(t, own), asJSON(t, rest), len(found), len(want))
			}
			found = model.Find(store.Preview, rest, store.DefaultOrder)
			if want := model.Find(store.Preview, storetest.WithoutOwn(f, kind), store.DefaultOrder); !slices.Equal(found, want) {
				t.Fatalf("%s of %s: the rest is %s", kind, before, asJSON(t, rest))
			}
		}
		if after := asJSON(t, f); after != before {
			t.Fatalf("%s was changed to %s", before, after)
		}
	}
	for _, kind := range store.Kinds {
		if divided[kind] == 0 && !testing.Short() {
			t.Errorf("no filter had a condition of its own on %s", kind)
		}
	}
}

// TestFacetsEqualScan holds facets of random filters against a scan over all
// posts, in archives with stored tallies and without.
func TestFacetsEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for _, size := range []int{0, 1, 70, 2500} {
		posts := storetest.RandomPosts(rnd, size)
		for i := range posts { // some of a kind of which each post has its own
			if i%3 == 0 {
				posts[i].Meta.Topic = "about " + posts[i].Slug
			}
		}
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for range storetest.Times(60) {
			view := store.View(rnd.IntN(2))
			q := store.FacetQuery{Filter: facetFilter(rnd), First: []int{0, 1, 3, 20, 100}[rnd.IntN(5)], WithoutOwn: rnd.IntN(2) == 0}
			if rnd.IntN(3) == 0 {
				q.Filter = sidebarFilter(rnd)
			}
			for _, i := range rnd.Perm(len(store.Kinds))[:rnd.IntN(len(store.Kinds)+1)] {
				q.By = append(q.By, store.Kinds[i])
			}
			facets, err := release.Reader(view).Facets(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			matched := model.Find(view, q.Filter, store.DefaultOrder)
			if len(facets) != len(q.By) {
				t.Fatalf("found %d facets of %v", len(facets), q.By)
			}
			for i, facet := range facets {
				counted := matched
				if q.WithoutOwn {
					counted = model.Find(view, storetest.WithoutOwn(q.Filter, q.By[i]), store.DefaultOrder)
				}
				want := model.Facet(view, counted, q.By[i])
				expected := store.Facet{Kind: q.By[i], Distinct: len(want), Buckets: want[:min(q.First, len(want))]}
				if found := asJSON(t, facet); found != asJSON(t, expected) {
					t.Fatalf("%d posts, view %d, first %d, without own %v, by %v, filter %s:\nfound    %s\nexpected %s",
						size, view, q.First, q.WithoutOwn, q.By, asJSON(t, q.Filter), found, asJSON(t, expected))
				}
			}
		}
	}
}

// TestScoresEqualScan holds statistics of scores against a scan over all posts.
func TestScoresEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for _, size := range []int{0, 1, 70, 2500} {
		posts := storetest.RandomPosts(rnd, size)
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for range storetest.Times(60) {
			view := store.View(rnd.IntN(2))
			filter := facetFilter(rnd)
			reader := release.Reader(view)
			matched := model.Find(view, filter, store.DefaultOrder)
			check := func(what string, got *store.ScoreStats, err error, want []*content.Post) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				if found, expected := asJSON(t, got), asJSON(t, storetest.Scores(want)); found != expected {
					t.Fatalf("%s, %d posts, view %d, filter %s:\nfound    %s\nexpected %s", what, size, view, asJSON(t, filter), found, expected)
				}
			}
			stats, err := reader.Scores(t.Context(), store.ScoreQuery{Filter: filter})
			check("scores", stats, err, matched)

			kind := store.Kinds[rnd.IntN(len(store.Kinds))]
			first := []int{0, 2, 100}[rnd.IntN(3)]
			page, err := reader.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: kind, Filter: filter, Order: store.DefaultGroupOrder, Window: store.Window{First: &first}})
			if err != nil {
				t.Fatal(err)
			}
			groups := page.Groups
			buckets := model.Facet(view, matched, kind)
			buckets = buckets[:min(first, len(buckets))]
			if len(groups) != len(buckets) {
				t.Fatalf("found %d groups by %s, expected %d", len(groups), kind, len(buckets))
			}
			for i, bucket := range buckets {
				if groups[i].Bucket != bucket {
					t.Errorf("group %d by %s: found %+v, expected %+v", i, kind, groups[i].Bucket, bucket)
				}
				check(string(kind)+" "+bucket.Slug, groups[i].Scores, nil, model.Having(view, matched, kind, bucket.Slug))
			}
			if kind == store.KindTool && len(buckets) > 0 {
				term, err := reader.FindTerm(t.Context(), kind, buckets[0].Slug)
				if err != nil {
					t.Fatal(err)
				}
				stats, err := reader.Scores(t.Context(), store.ScoreQuery{Filter: filter, Term: &term.ID})
				if err != nil || asJSON(t, stats) != asJSON(t, groups[0].Scores) {
					t.Errorf("scores of a term: found %s, %v, expected %s", asJSON(t, stats), err, asJSON(t, groups[0].Scores))
				}
			}
		}
	}
}

// TestScoresOfEachTerm: those of many terms are read in one call, each as by itself.
func TestScoresOfEachTerm(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 400)
	model := storetest.NewModel(posts)
	for _, view := range []store.View{store.Public, store.Preview} {
		reader := storetest.Release(t, posts...).Reader(view)
		visible := model.Visible(view)
		for _, kind := range store.RelatedKinds {
			page, err := reader.FindTerms(t.Context(), store.TermQuery{Kind: kind, Window: store.Window{First: ptr(100)}})
			if err != nil {
				t.Fatal(err)
			}
			var ids []store.TermID
			for _, term := range page.Terms {
				ids = append(ids, term.ID)
			}
			before, _ := reader.Stats()
			stats, err := reader.ScoresOfEach(t.Context(), ids)
			if calls, _ := reader.Stats(); err != nil || calls != before+1 || len(stats) != len(ids) {
				t.Fatalf("found %d statistics in %d calls, %v, expected %d in one", len(stats), calls-before, err, len(ids))
			}
			for i, term := range page.Terms {
				want := storetest.Scores(model.Having(view, visible, kind, term.Slug))
				if found, expected := asJSON(t, stats[i]), asJSON(t, want); found != expected {
					t.Errorf("view %d, %s %s:\nfound    %s\nexpected %s", view, kind, term.Slug, found, expected)
				}
			}
		}
	}
}

// TestFacetsRefuse: what cannot be answered says which argument is at fault.
func TestFacetsRefuse(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a")).Reader(store.Public)
	long := &store.Filter{Tool: &store.TermFilter{In: make([]string, store.MaxFilterCost)}}
	for name, ask := range map[string]func() error{
		"by": func() error {
			_, err := r.Facets(t.Context(), store.FacetQuery{By: []store.Kind{"title"}})
			return err
		},
		"by ": func() error {
			_, err := r.Facets(t.Context(), store.FacetQuery{By: []store.Kind{store.KindTool, store.KindTool}})
			return err
		},
		"by  ": func() error {
			_, err := r.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: "quality", Order: store.DefaultGroupOrder, Window: store.Window{First: ptr(1)}})
			return err
		},
		"first": func() error {
			_, err := r.Facets(t.Context(), store.FacetQuery{First: store.MaxLimit + 1})
			return err
		},
		"first ": func() error {
			_, err := r.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: store.KindTool, Order: store.DefaultGroupOrder, Window: store.Window{First: ptr(-1)}})
			return err
		},
		"filter": func() error {
			_, err := r.Facets(t.Context(), store.FacetQuery{Filter: long})
			return err
		},
		"filter ": func() error {
			_, err := r.Scores(t.Context(), store.ScoreQuery{Filter: long})
			return err
		},
	} {
		var bad *store.ArgumentError
		if err := ask(); !errors.As(err, &bad) || bad.Name != name[:len(bad.Name)] {
			t.Errorf("%s: found %v", name, err)
		}
	}
}

// TestTalliesEqualCounts asks questions that a release of enough posts has
// tallied, once so and once in words that it has not.
func TestTalliesEqualCounts(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 27_000)
	for i, p := range posts { // ranges and pairs are tallied of many posts only
		if i%8 > 0 {
			p.Meta.Revision = nil
		}
		if p.Meta.Score == nil || p.Meta.Score.Quality == nil {
			p.Meta.Score = &content.Score{Quality: ptr(i % 4), Depth: ptr(100)}
		}
		if i%10 > 0 {
			p.Meta.Tools = append(p.Meta.Tools, "git")
		}
		if i%11 > 0 {
			p.Meta.Difficulty = "beginner"
		}
	}
	release := storetest.Release(t, posts...)
	git, beginner := &store.TermFilter{Eq: ptr("git")}, &store.TermFilter{In: []string{"Beginner"}}
	from := func(n int64) *store.NumberFilter { return &store.NumberFilter{Gte: &n} }
	many := map[string]store.Filter{ // of so many posts that they are tallied
		"all": {}, "images": {HasImages: ptr(true)}, "no review": {NeedsHumanReview: ptr(false)}, "git": {Tool: git},
		"quality from 0": {Quality: from(0)}, "quality from 1": {Quality: &store.NumberFilter{Gt: ptr(int64(0))}},
		"git and beginner": {Tool: git, Difficulty: beginner}, "git twice": {Tool: &store.TermFilter{Eq: git.Eq, All: []string{"GIT"}}},
		"git and range": {Tool: git, Quality: from(0)}, "git and less": {Tool: git, Quality: from(1)},
		"beginner and range": {Difficulty: beginner, Quality: from(-7)},
	}
	few := map[string]store.Filter{
		"quality to 2": {Quality: &store.NumberFilter{Lte: ptr(int64(2))}}, "quality 1 to 2": {Quality: &store.NumberFilter{Gte: ptr(int64(1)), Lt: ptr(int64(3))}},
		"freshness between values": {Freshness: &store.NumberFilter{Lt: ptr(int64(1000))}}, "no freshness": {Freshness: &store.NumberFilter{Gt: ptr(int64(100))}},
		"depth of 1": {Depth: &store.NumberFilter{Eq: ptr(int64(1))}}, "published": {PublishedAt: &store.DateFilter{Gte: ptr(store.Day(-8000))}},
		"read in a minute": {ReadingTime: &store.NumberFilter{Lte: ptr(int64(1))}}, "two ranges": {Quality: from(0), Depth: from(0)},
		"not git": {Tool: &store.TermFilter{None: []string{"git"}}}, "git or csharp": {Tool: &store.TermFilter{In: []string{"git", "c#"}}},
		"two tools": {Tool: &store.TermFilter{All: []string{"git", "fastapi"}}}, "git and none such": {Tool: git, Stack: &store.TermFilter{Eq: ptr("none such")}},
		"two entities": {Entity: &store.TermFilter{Eq: ptr("python")}}, "no tool at all": {Tool: &store.TermFilter{In: []string{}}},
		"git and high range": {Tool: git, Quality: from(3)}, "git and up to": {Tool: git, Quality: &store.NumberFilter{Lte: ptr(int64(2))}},
		"git and read in a minute": {Tool: git, ReadingTime: from(1)}, "git and images": {Tool: git, HasImages: ptr(true)},
		"git, beginner and range": {Tool: git, Difficulty: beginner, Quality: from(1)}, "git and two ranges": {Tool: git, Quality: from(1), Depth: from(1)},
	}
	for _, view := range []store.View{store.Public, store.Preview} {
		r := release.Reader(view)
		check := func(name string, f *store.Filter, least int) {
			t.Helper()
			by := store.Kinds[rnd.IntN(len(store.Kinds))]
			ask := func(f *store.Filter) string {
				facets, err := r.Facets(t.Context(), store.FacetQuery{Filter: f, By: store.Kinds, First: 100})
				if err != nil {
					t.Fatal(err)
				}
				scores, err := r.Scores(t.Context(), store.ScoreQuery{Filter: f})
				if err != nil {
					t.Fatal(err)
				}
				if scores.Count < least {
					t.Fatalf("view %d, %s: found only %d posts", view, name, scores.Count)
				}
				groups, err := r.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: by, Filter: f, Order: store.DefaultGroupOrder, Window: store.Window{First: ptr(5)}})
				if err != nil {
					t.Fatal(err)
				}
				return asJSON(t, []any{facets, scores, groups.Groups})
			}
			if got, want := ask(f), ask(&store.Filter{And: []store.Filter{*f}}); got != want {
				t.Errorf("view %d, %s, by %s:\nfound    %s\nexpected %s", view, name, by, got, want)
			}
		}
		for name, filter := range many {
			least := 16 << 10
			if name == "images" { // half of them
				least = 1024
			}
			check(name, &filter, least)
		}
		for name, filter := range few {
			check(name, &filter, 0)
		}
	}
}

// TestScoresOfManySets: posts with more different sets of tools than are
// counted apart.
func TestScoresOfManySets(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 3000)
	for _, p := range posts {
		p.Meta.Tools = nil
		for n := range 12 {
			if rnd.IntN(2) == 0 {
				p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("tool %d", n))
			}
		}
	}
	r, model := storetest.Release(t, posts...).Reader(store.Public), storetest.NewModel(posts)
	filter := &store.Filter{ImageHeavy: ptr(false)}
	matched := model.Find(store.Public, filter, store.DefaultOrder)
	page, err := r.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: store.KindTool, Filter: filter, Order: store.DefaultGroupOrder, Window: store.Window{First: ptr(12)}})
	if err != nil || len(page.Groups) != 12 {
		t.Fatalf("found %+v, %v", page, err)
	}
	for _, group := range page.Groups {
		want := storetest.Scores(model.Having(store.Public, matched, store.KindTool, group.Slug))
		if found, expected := asJSON(t, group.Scores), asJSON(t, want); found != expected {
			t.Errorf("%s:\nfound    %s\nexpected %s", group.Slug, found, expected)
		}
	}
}
