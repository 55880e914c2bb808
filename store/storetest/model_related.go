package storetest

import (
	"cmp"
	"slices"
	"strings"

	"alphanode/store"
)

// Related is an entity or a tool that stands in the same posts as another.
type Related struct {
	store.Bucket // its count is of the posts that have both
	Kind         store.Kind
	PostCount    int
	Lift         float64
}

// Related gives all entities and tools that stand in the same posts as the term
// of a kind that a view sees under a slug, in the contract's order. Of some kinds
// only, where they are given.
func (m *Model) Related(v store.View, kind store.Kind, slug string, kinds ...store.Kind) []Related {
	visible := m.Visible(v)
	having := m.Having(v, visible, kind, slug)
	related := []Related{}
	for _, other := range []store.Kind{store.KindEntity, store.KindTool} {
		if len(kinds) > 0 && !slices.Contains(kinds, other) {
			continue
		}
		totals := map[string]int{}
		for _, b := range m.Facet(v, visible, other) {
			totals[b.Slug] = b.Count
		}
		for _, b := range m.Facet(v, having, other) {
			if other != kind || b.Slug != slug {
				lift := float64(b.Count) * float64(len(visible)) / (float64(len(having)) * float64(totals[b.Slug]))
				related = append(related, Related{b, other, totals[b.Slug], lift})
			}
		}
	}
	slices.SortFunc(related, func(a, b Related) int {
		// Entities come before tools, as the words do.
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.Lift, a.Lift), strings.Compare(string(a.Kind), string(b.Kind)),
			m.compareNames(a.Value, b.Value), strings.Compare(a.Slug, b.Slug))
	})
	return related
}
