package model

import (
	"context"

	"alphanode/store"
)

// Term is an *Entity or a *Tool.
type Term interface {
	Node
	term() *store.Term
}

func (e *Entity) term() *store.Term { return e.Term }
func (t *Tool) term() *store.Term   { return t.Term }

// RelatedTerm is a term that stands in the same posts as another.
type RelatedTerm struct{ store.RelatedTerm }

// Node is the entity or the tool.
func (r *RelatedTerm) Node() Term {
	if r.Term.Kind == store.KindEntity {
		return &Entity{r.Term}
	}
	return &Tool{r.Term}
}

func (EntityResolver) Related(ctx context.Context, e *Entity, first *int, kind *store.Kind) ([]RelatedTerm, error) {
	return related(ctx, e.Term, first, kind)
}

func (ToolResolver) Related(ctx context.Context, t *Tool, first *int, kind *store.Kind) ([]RelatedTerm, error) {
	return related(ctx, t.Term, first, kind)
}

func related(ctx context.Context, t *store.Term, first *int, kind *store.Kind) ([]RelatedTerm, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	q := RelatedQuery(t, first, "")
	if kind != nil {
		q.Kind = *kind
	}
	found, err := r.Related(ctx, q)
	if err != nil {
		return nil, err
	}
	terms := make([]RelatedTerm, len(found))
	for i := range found {
		terms[i] = RelatedTerm{found[i]}
	}
	return terms, nil
}
