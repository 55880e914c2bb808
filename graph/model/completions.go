package model

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"alphanode/store"
)

// CompletionKinds are what completions can be.
var CompletionKinds = Enum[store.CompletionKind]{"TITLE": store.CompletesTitle, "ENTITY": store.CompletesEntity, "TOOL": store.CompletesTool}

// MarshalCompletionKind names what a completion is.
func MarshalCompletionKind(k store.CompletionKind) graphql.Marshaler {
	return CompletionKinds.marshal(k)
}

// UnmarshalCompletionKind reads what a completion is.
func UnmarshalCompletionKind(v any) (store.CompletionKind, error) {
	return CompletionKinds.unmarshal(v)
}

// CompletionQuery is what a list of what fits a text asks.
func CompletionQuery(typed string, first *int) store.CompletionQuery {
	q := store.CompletionQuery{Typed: typed, First: store.DefaultCompletions}
	if first != nil {
		q.First = *first
	}
	return q
}

// Suggest gives what fits a text that is being typed.
func (QueryResolver) Suggest(ctx context.Context, query string, first *int) ([]store.Completion, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.Complete(ctx, CompletionQuery(query, first))
}
