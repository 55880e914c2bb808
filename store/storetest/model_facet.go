package storetest

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
)

// Facet counts the terms of a kind over posts that a view sees: all of them, in
// the contract's order.
func (m *Model) Facet(v store.View, posts []*content.Post, kind store.Kind) []store.Bucket {
	terms := m.terms(v, kind)
	counts := map[termKey]int{}
	for _, p := range posts {
		for key := range termsOf(p, kind) {
			counts[key]++
		}
	}
	buckets := []store.Bucket{}
	for key, n := range counts {
		b := terms[key]
		b.Count = n
		buckets = append(buckets, b)
	}
	slices.SortFunc(buckets, func(a, b store.Bucket) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), m.compareNames(a.Value, b.Value), strings.Compare(a.Slug, b.Slug))
	})
	return buckets
}

// WithoutOwn gives the filter that a kind is counted under where the filter's own
// conditions on it do not count: without its key, in the filter and wherever and leads.
func WithoutOwn(f *store.Filter, kind store.Kind) *store.Filter {
	if f == nil {
		return nil
	}
	rest := *f
	reflect.ValueOf(&rest).Elem().FieldByName(strings.ToUpper(string(kind[:1])) + string(kind[1:])).SetZero()
	rest.And = nil
	for i := range f.And {
		rest.And = append(rest.And, *WithoutOwn(&f.And[i], kind))
	}
	return &rest
}

// ScoreGroups gives all groups that some posts make by the terms of a kind, of at least
// so many posts, in an order.
func (m *Model) ScoreGroups(v store.View, posts []*content.Post, kind store.Kind, o store.GroupOrder, least int) []store.ScoreGroup {
	groups := []store.ScoreGroup{}
	for _, b := range m.Facet(v, posts, kind) {
		if b.Count >= least {
			stats := Scores(m.Having(v, posts, kind, b.Slug))
			groups = append(groups, store.ScoreGroup{Bucket: b, Scores: &stats})
		}
	}
	m.SortGroups(groups, o)
	return groups
}

// SortGroups puts groups of scores in order; equal ones stay as they are.
func (m *Model) SortGroups(groups []store.ScoreGroup, o store.GroupOrder) {
	turn := 1
	if o.Desc {
		turn = -1
	}
	slices.SortStableFunc(groups, func(a, b store.ScoreGroup) int {
		byValue := cmp.Or(m.compareNames(a.Value, b.Value), strings.Compare(a.Slug, b.Slug))
		switch o.Field {
		case store.GroupName:
			return cmp.Or(turn*m.compareNames(a.Value, b.Value), strings.Compare(a.Slug, b.Slug))
		case store.GroupPostCount:
			return cmp.Or(turn*cmp.Compare(a.Count, b.Count), byValue)
		}
		x, y := statistic(a.Scores, o.Field), statistic(b.Scores, o.Field)
		switch {
		case x != nil && y != nil:
			return cmp.Or(turn*cmp.Compare(*x, *y), byValue)
		case x != nil:
			return -1
		case y != nil:
			return 1
		default:
			return byValue
		}
	})
}

// statistic is what groups are ordered by; nil where no post has the score.
func statistic(s *store.ScoreStats, f store.GroupField) *float64 {
	score, name, _ := strings.Cut(string(f), ".")
	sum := map[string]store.ScoreSummary{"quality": s.Quality, "freshness": s.Freshness, "depth": s.Depth, "clarity": s.Clarity}[score]
	if name == "mean" {
		return sum.Mean
	}
	n := map[string]*int{"min": sum.Min, "max": sum.Max, "p50": sum.P50, "p90": sum.P90, "p99": sum.P99}[name]
	if n == nil {
		return nil
	}
	return new(float64(*n))
}

// Having gives those of some posts that have the term of a kind that a view
// sees under a slug.
func (m *Model) Having(v store.View, posts []*content.Post, kind store.Kind, slug string) (having []*content.Post) {
	terms := m.terms(v, kind)
	for _, p := range posts {
		for key := range termsOf(p, kind) {
			if terms[key].Slug == slug {
				having = append(having, p)
			}
		}
	}
	return having
}

// termsOf gives the terms of a kind that a post has, each as the post first
// spells it.
func termsOf(p *content.Post, kind store.Kind) map[termKey][2]string {
	terms := map[termKey][2]string{}
	for _, t := range names(p, kind) {
		key := termKey{kind, content.Identity(t[1]) + "\x00" + content.Identity(t[0])}
		if _, ok := terms[key]; !ok {
			terms[key] = t
		}
	}
	return terms
}

// terms gives the terms of a kind that a view sees, as most of its posts spell
// them. They are found once.
func (m *Model) terms(v store.View, kind store.Kind) map[termKey]store.Bucket {
	if known, ok := m.known[v][kind]; ok {
		return known
	}
	visible := m.Visible(v)
	slugs := termSlugs(visible)
	spellings := map[termKey]map[[2]string]int{}
	for _, p := range visible {
		for key, spelled := range termsOf(p, kind) {
			if spellings[key] == nil {
				spellings[key] = map[[2]string]int{}
			}
			spellings[key][spelled]++
		}
	}
	terms := map[termKey]store.Bucket{}
	for key, counts := range spellings {
		var best [2]string
		most := 0
		for s, n := range counts {
			if n > most || n == most && cmp.Or(strings.Compare(s[1], best[1]), strings.Compare(s[0], best[0])) < 0 {
				best, most = s, n
			}
		}
		terms[key] = store.Bucket{Value: best[1], Type: best[0], Slug: slugs[key]}
	}
	m.known[v][kind] = terms
	return terms
}

// Scores sums up the scores of posts.
func Scores(posts []*content.Post) store.ScoreStats {
	return store.ScoreStats{
		Count: len(posts), Quality: summary(posts, store.FieldQuality), Freshness: summary(posts, store.FieldFreshness),
		Depth: summary(posts, store.FieldDepth), Clarity: summary(posts, store.FieldClarity),
	}
}

func summary(posts []*content.Post, f store.Field) store.ScoreSummary {
	var scores []int
	sum := 0
	for _, p := range posts {
		if n := number(p, f); n != nil {
			scores = append(scores, int(*n))
			sum += int(*n)
		}
	}
	slices.Sort(scores)
	s := store.ScoreSummary{Count: len(scores)}
	for from := 0; from < 100; from += 10 {
		bin := store.ScoreBin{From: from, To: from + 10}
		for _, n := range scores {
			if n >= bin.From && (n < bin.To || n == 100 && bin.To == 100) {
				bin.Count++
			}
		}
		s.Histogram = append(s.Histogram, bin)
	}
	if len(scores) == 0 {
		return s
	}
	// The nearest rank: the first score that at least p of a hundred do not exceed.
	percentile := func(p int) *int {
		for i, n := range scores {
			if (i+1)*100 >= p*len(scores) {
				return &n
			}
		}
		return nil
	}
	mean := float64(sum) / float64(len(scores))
	s.Min, s.Max, s.Mean = &scores[0], &scores[len(scores)-1], &mean
	s.P50, s.P90, s.P99 = percentile(50), percentile(90), percentile(99)
	return s
}
