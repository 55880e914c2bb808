package query

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// Complete gives what fits a text that is being typed: names of entities and tools of which
// a word begins so, and behind them titles that begin so. Of what was asked for, names have
// the first half and titles the other; what one has no use for goes to the other.
func (e *Engine) Complete(ctx context.Context, tx *file.Tx, q store.CompletionQuery) ([]store.Completion, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	plain := text.Unaccented(content.Identity(q.Typed))
	if plain == "" {
		return nil, &store.ArgumentError{Name: "query", Found: fmt.Sprintf("%.40q", q.Typed), Expected: "the beginning of a title or a name"}
	}
	names, err := e.completeNames(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	titles, err := e.completeTitles(ctx, tx, plain, q.First)
	if err != nil {
		return nil, err
	}
	names = names[:min(len(names), max((q.First+1)/2, q.First-len(titles)))]
	return append(names, titles[:min(len(titles), q.First-len(names))]...), nil
}

// completeNames gives the entities and tools, those that most posts have first; of those
// that as many have, entities, then by slug.
func (e *Engine) completeNames(ctx context.Context, tx *file.Tx, q store.CompletionQuery) ([]store.Completion, error) {
	var found []*store.Term
	for _, kind := range store.RelatedKinds {
		page, err := e.terms.List(ctx, tx, store.TermQuery{
			Kind: kind, Prefix: q.Typed, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: &q.First},
		})
		if err != nil {
			return nil, err
		}
		found = append(found, page.Terms...)
	}
	slices.SortStableFunc(found, func(a, b *store.Term) int { return cmp.Compare(b.PostCount, a.PostCount) })
	names := make([]store.Completion, min(len(found), q.First))
	for i := range names {
		names[i] = store.Completion{Kind: store.CompletionKind(found[i].Kind), Text: found[i].Name, Slug: found[i].Slug}
	}
	return names, nil
}

// completeTitles gives the titles, each once, with the best of the posts that have it: by
// quality, freshness and slug, as search has it where posts fit as well.
func (e *Engine) completeTitles(ctx context.Context, tx *file.Tx, plain string, most int) ([]store.Completion, error) {
	if err := tx.Pay(ctx, file.PriceOfTitle); err != nil {
		return nil, err
	}
	begun, err := e.orders.Begin(tx, plain)
	if err != nil {
		return nil, err
	}
	if err := tx.Pay(ctx, begun.Count*file.PriceOfBest); err != nil || most == 0 {
		return nil, err
	}
	byTitle, err := e.orders.By(tx, store.FieldTitle)
	if err != nil {
		return nil, err
	}
	ranks, err := e.orders.Ranks(tx)
	if err != nil {
		return nil, err
	}
	type titled struct {
		rank  int64
		title int // its group in the order by title
		post  store.Ref
	}
	var best []titled
	begun.Each(func(ordinal uint32) {
		if len(best) == most && ranks.Behind(ordinal, best[most-1].rank) {
			return // as nearly all
		}
		t := titled{ranks.Of(ordinal), byTitle.Group(int(byTitle.Place.Uint32(int(ordinal)))), store.Ref(ordinal)}
		best = text.KeepNearest(best, t, func(o titled) bool { return o.title == t.title },
			func(a, b titled) int { return cmp.Compare(a.rank, b.rank) }, most)
	})
	refs := make([]store.Ref, len(best))
	for i, t := range best {
		refs[i] = t.post
	}
	cards, err := e.posts.Read(ctx, tx, refs, store.Card)
	if err != nil {
		return nil, err
	}
	titles := make([]store.Completion, len(cards))
	for i, card := range cards {
		titles[i] = store.Completion{Kind: store.CompletesTitle, Text: card.Title, Slug: card.Slug}
	}
	return titles, nil
}
