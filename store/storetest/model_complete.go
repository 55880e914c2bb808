package storetest

import (
	"cmp"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
)

// Complete gives what fits a text that is being typed, by looking at every name and title.
func (m *Model) Complete(v store.View, q store.CompletionQuery) []store.Completion {
	type name struct {
		store.Completion
		posts int
	}
	var names []name
	for _, kind := range []store.Kind{store.KindEntity, store.KindTool} {
		for _, b := range m.Facet(v, m.Visible(v), kind) {
			if BeginsWord(b.Value, q.Typed) {
				names = append(names, name{store.Completion{Kind: store.CompletionKind(kind), Text: b.Value, Slug: b.Slug}, b.Count})
			}
		}
	}
	slices.SortFunc(names, func(a, b name) int {
		return cmp.Or(cmp.Compare(b.posts, a.posts), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Slug, b.Slug))
	})
	posts := slices.DeleteFunc(m.Visible(v), func(p *content.Post) bool { return !beginsTitle(p.Title, q.Typed) })
	score := func(p *content.Post, f store.Field) int64 {
		if n := number(p, f); n != nil {
			return *n
		}
		return -1
	}
	slices.SortFunc(posts, func(a, b *content.Post) int {
		return cmp.Or(cmp.Compare(score(b, store.FieldQuality), score(a, store.FieldQuality)),
			cmp.Compare(score(b, store.FieldFreshness), score(a, store.FieldFreshness)), strings.Compare(a.Slug, b.Slug))
	})
	var titles []store.Completion
	shown := map[string]bool{}
	for _, p := range posts {
		if title := content.Identity(p.Title); !shown[title] {
			shown[title] = true
			titles = append(titles, store.Completion{Kind: store.CompletesTitle, Text: p.Title, Slug: p.Slug})
		}
	}
	all := []store.Completion{}
	forNames := max((q.First+1)/2, q.First-len(titles))
	for _, n := range names[:min(forNames, len(names))] {
		all = append(all, n.Completion)
	}
	return append(all, titles[:min(q.First-len(all), len(titles))]...)
}
