package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
)

// Suggest says what may have been meant by the terms that a filter names and that none of
// this view's posts has, and by words that it searches for and that are in none.
func (r *Reader) Suggest(ctx context.Context, f *store.Filter) ([]store.Suggestion, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	searches := searchesOf(f)
	if footprint.KindsIn(f) == 0 && searches == nil {
		return nil, nil
	}
	return call(ctx, r, func(tx *file.Tx) ([]store.Suggestion, error) {
		unknown, known, err := r.release.terms.Unknown(ctx, tx, f)
		if err != nil {
			return nil, err
		}
		r.note(func(p *footprint.Footprint) {
			p.Relies(known)
			for _, u := range unknown {
				p.ListsTerms(u.Kind)
			}
			if searches != nil {
				p.Whole(footprint.SearchedFields)
			}
		})
		suggested, err := r.release.terms.Suggest(ctx, tx, unknown)
		if err != nil || len(suggested) == store.MaxSuggestions {
			return suggested, err
		}
		words, err := r.release.words.Suggest(ctx, tx, searches)
		return store.MergeSuggestions(suggested, words), err
	})
}

// searchesOf are the texts that a filter searches for.
func searchesOf(f *store.Filter) (typed []store.Search) {
	for inside := range f.Within() {
		if inside.Search != nil {
			typed = append(typed, inside.Searching())
		}
	}
	return typed
}

// SuggestTerms says what may have been meant by a list of terms that is empty: by its type,
// where no entity has it, and by the beginning of names, where it is no name.
func (r *Reader) SuggestTerms(ctx context.Context, q store.TermQuery) ([]store.Suggestion, error) {
	if q.Type == "" && q.Prefix == "" {
		return nil, nil
	}
	r.note(func(f *footprint.Footprint) { f.ListsTerms(q.Kind) })
	return call(ctx, r, func(tx *file.Tx) ([]store.Suggestion, error) { return r.release.terms.SuggestListed(ctx, tx, q) })
}

// Complete gives titles, entities and tools that fit a text that is being typed: names of
// which a word begins so, those that most posts have first, then titles that begin so.
func (r *Reader) Complete(ctx context.Context, q store.CompletionQuery) ([]store.Completion, error) {
	r.note(func(f *footprint.Footprint) {
		f.ListsTerms(store.RelatedKinds...)
		f.Question(footprint.Asked{
			Filter: &store.Filter{Title: &store.TextFilter{Prefix: &q.Typed}},
			Fields: footprint.FieldsOf(store.FieldTitle) | footprint.FieldsOf(store.FieldQuality) | footprint.FieldsOf(store.FieldFreshness),
		})
	})
	return call(ctx, r, func(tx *file.Tx) ([]store.Completion, error) { return r.release.engine.Complete(ctx, tx, q) })
}
