package model

import "alphanode/store"

// What the arguments of a field ask of a release, for the resolvers and for the plans.

// DefaultFirst is the length of a page that was not asked for any.
const DefaultFirst = 20

// PostQuery is what a list of posts asks, of those with a term where one is given.
func PostQuery(term *store.TermID, filter *store.Filter, orderBy *store.Order, w store.Window, n Need) store.PostQuery {
	q := store.PostQuery{Filter: filter, Term: term, Window: w, Cursors: n.Cursors}
	if orderBy != nil {
		q.Order = *orderBy
	}
	return q
}

// Window is the part of a list that was asked for.
func Window(first *int, after *string, last *int, before *string, offset *int) store.Window {
	w := store.Window{First: first, Last: last, After: given(after), Before: given(before), Offset: offset}
	if first == nil && last == nil {
		n := DefaultFirst
		w.First = &n
	}
	return w
}

// TermQuery is what a list of terms of a kind asks.
func TermQuery(kind store.Kind, typ, prefix *string, orderBy *store.TermOrder, w store.Window) store.TermQuery {
	q := store.TermQuery{Kind: kind, Type: given(typ), Prefix: given(prefix), Window: w}
	if orderBy != nil {
		q.Order = *orderBy
	}
	return q
}

// RelatedQuery is what a list of the terms that are related to one asks.
func RelatedQuery(t *store.Term, first *int, kind store.Kind) store.RelatedQuery {
	return store.RelatedQuery{Term: t.ID, Kind: kind, First: FirstOrDefault(first)}
}

// FacetQuery is what a count by the terms of some kinds asks.
func FacetQuery(filter *store.Filter, by []store.Kind, first *int, own *bool) store.FacetQuery {
	return store.FacetQuery{Filter: filter, By: by, First: FirstOrDefault(first), WithoutOwn: own != nil && !*own}
}

// ScoreGroupQuery is what statistics of scores by the terms of a kind ask.
func ScoreGroupQuery(by store.Kind, filter *store.Filter, orderBy *store.GroupOrder, minCount *int, w store.Window) store.ScoreGroupQuery {
	q := store.ScoreGroupQuery{By: by, Filter: filter, Order: store.DefaultGroupOrder, Window: w}
	if orderBy != nil {
		q.Order = *orderBy
	}
	if minCount != nil {
		q.MinCount = *minCount
	}
	return q
}

// SimilarQuery is what a list of similar posts asks.
func SimilarQuery(first *int, after *string, filter *store.Filter, exclude []string, minSimilarity, diversity *float64) store.SimilarQuery {
	q := store.SimilarQuery{First: FirstOrDefault(first), After: given(after), Filter: filter, Exclude: exclude}
	if minSimilarity != nil {
		q.MinSimilarity = *minSimilarity
	}
	if diversity != nil {
		q.Diversity = *diversity
	}
	return q
}

// ChangeQuery is what a list of what changed asks.
func ChangeQuery(since string, filter *store.Filter, first *int, after *string, n Need) store.ChangeQuery {
	return store.ChangeQuery{Since: since, Filter: filter, First: FirstOrDefault(first), After: given(after), Cursors: n.Cursors}
}

// FirstOrDefault is how many entries were asked for.
func FirstOrDefault(first *int) int {
	if first == nil {
		return DefaultFirst
	}
	return *first
}

// given is the text, empty where none was given.
func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
