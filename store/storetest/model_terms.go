package storetest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/text"
)

// Terms gives all terms of a list, in order: those that the view's posts have.
func (m *Model) Terms(v store.View, q store.TermQuery) []store.Bucket {
	all := slices.DeleteFunc(m.Facet(v, m.Visible(v), q.Kind), func(b store.Bucket) bool {
		return q.Type != "" && content.Identity(b.Type) != content.Identity(q.Type) || !BeginsWord(b.Value, q.Prefix)
	})
	slices.SortFunc(all, func(a, b store.Bucket) int {
		c := m.compareNames(a.Value, b.Value)
		if q.Order.ByPostCount {
			c = cmp.Compare(a.Count, b.Count)
		}
		if q.Order.Desc {
			c = -c
		}
		return cmp.Or(c, strings.Compare(a.Slug, b.Slug))
	})
	return all
}

// BeginsWord reports whether a word of a name begins with what was typed, or the name, or
// what stands behind one of its spaces.
func BeginsWord(name, typed string) bool {
	name, typed = plain(name), plain(typed)
	begins := strings.HasPrefix(name, typed)
	for i := range name {
		begins = begins || i > 0 && name[i-1] == ' ' && strings.HasPrefix(name[i:], typed)
	}
	text.Each(name, func(_ string, start int) { begins = begins || strings.HasPrefix(name[start:], typed) })
	return begins
}

// EntityTypes gives the types of entities that a view's posts have, those of the most
// entities first.
func (m *Model) EntityTypes(v store.View) []store.EntityType {
	found := map[string]store.EntityType{} // by the type, folded
	commonest := m.Terms(v, store.TermQuery{Kind: store.KindEntity, Order: store.TermOrder{ByPostCount: true, Desc: true}})
	for _, b := range commonest {
		t, known := found[content.Identity(b.Type)]
		if !known {
			t.Type = b.Type
		}
		t.EntityCount++
		found[content.Identity(b.Type)] = t
	}
	var all []store.EntityType
	for _, t := range found {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b store.EntityType) int {
		return cmp.Or(cmp.Compare(b.EntityCount, a.EntityCount), strings.Compare(content.Identity(a.Type), content.Identity(b.Type)))
	})
	return all
}

// Meant gives those of some terms of a kind that a name in an address means: the one that
// has it as its slug, else all that a filter takes it for.
func Meant(all []store.Bucket, kind store.Kind, value string) (meant []store.Bucket) {
	if i := slices.IndexFunc(all, func(b store.Bucket) bool { return b.Slug == content.NormalSlug(value) }); i >= 0 {
		return all[i : i+1]
	}
	for _, b := range all {
		if means := meansTerm([2]string{b.Type, b.Value}, kind, value, nil); means && content.NormalSlug(value) != "" {
			meant = append(meant, b)
		}
	}
	return meant
}

var nameWords = []string{
	"kafka", "Apache", "node.js", "Next.js", ".NET", "Core", "c++", "C#", "ci/cd", "k8s", "pg_stat", "l'art", "Straße", "don't", "@angular/core",
	"データベース設計", "東京", "ภาษาไทย", "데이터 베이스", "क्षि", "(beta)", "v2.0", "Éclair", "L’été", "“Quoted”", "ÆRØ", "Ёлка", "ガス", "e\u0301cole", "–", "...",
}

// RandomName makes a name of some words.
func RandomName(r *rand.Rand) string {
	words := some(r, nameWords, 3)
	return strings.Join(append(words, pick(r, nameWords)), pick(r, []string{" ", "  ", "-", " ", ""}))
}
