package model

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"alphanode/store"
)

// FormKinds are how a form can be one of a word.
var FormKinds = Enum[store.FormKind]{"TYPED": store.FormTyped, "STEM": store.FormStem, "BEGINS": store.FormBegins}

// MarshalFormKind names how a form is one of a word.
func MarshalFormKind(k store.FormKind) graphql.Marshaler { return FormKinds.marshal(k) }

// UnmarshalFormKind reads how a form is one of a word.
func UnmarshalFormKind(v any) (store.FormKind, error) { return FormKinds.unmarshal(v) }

// Explain says why a search gives a post its score: nil where the reader sees no such post.
func Explain(ctx context.Context, r Reads, slug string, s store.Search) (*store.Explanation, error) {
	refs, err := r.Lookup(ctx, slug)
	if err != nil || refs[0] == store.NoRef {
		return nil, err
	}
	return r.Explain(ctx, refs[0], s)
}

// ExplainSearch says why a search gives a post its score.
func (QueryResolver) ExplainSearch(ctx context.Context, slug, query string, match *store.Match, language *string) (*store.Explanation, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return Explain(ctx, r, slug, SearchFor(query, match, language))
}
