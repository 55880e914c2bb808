package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Suggestions(ctx context.Context, filter *store.Filter) ([]store.Suggestion, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Suggest(ctx, filter)
}

// Suggest gives the suggestions of a list under a filter, behind those that the list has
// for itself; none where a need does not show them.
func (n Need) Suggest(ctx context.Context, r Reads, filter *store.Filter, own []store.Suggestion) ([]store.Suggestion, error) {
	if !n.Suggestions {
		return nil, nil
	}
	ofFilter, err := r.Suggest(ctx, filter)
	return store.MergeSuggestions(own, ofFilter), err
}

// SuggestTerms gives the suggestions of a list of terms, which only an empty one has; none
// where a need does not show them.
func (n Need) SuggestTerms(ctx context.Context, r Reads, q store.TermQuery, page *store.TermPage) ([]store.Suggestion, error) {
	if !n.Suggestions || page.Total > 0 {
		return nil, nil
	}
	return r.SuggestTerms(ctx, q)
}
