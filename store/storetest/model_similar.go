package storetest

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
)

// Similar is one post that is like another, by the contract's formula.
type Similar struct {
	Post       *content.Post
	Similarity float64            // rounded to 9 decimals
	Shared     map[string]float64 // FeatureKey → unrounded contribution
}

// Similar compares a post with every other post that a view sees.
func (m *Model) Similar(v store.View, slug string, f *store.Filter) []Similar {
	visible := m.Visible(v)
	i := slices.IndexFunc(visible, func(p *content.Post) bool { return p.Slug == slug })
	return slices.DeleteFunc(m.similarTo(v, m.featureWeights().of(visible[i]), f), func(s Similar) bool { return s.Post.Slug == slug })
}

// SimilarToTerms compares terms with every post that a view sees.
func (m *Model) SimilarToTerms(v store.View, to store.SimilarTerms, f *store.Filter) []Similar {
	visible := m.Visible(v)
	slugs := termSlugs(visible)
	own, weights := vector{}, m.featureWeights()
	for kind, values := range map[store.Kind][]string{store.KindEntity: to.Entities, store.KindTool: to.Tools, store.KindStack: to.Stack} {
		for _, p := range visible {
			weights := weights.of(p)
			for _, t := range names(p, kind) {
				if slices.ContainsFunc(values, func(value string) bool { return meansTerm(t, kind, value, slugs) }) {
					key := FeatureKey(kind, t[1], t[0])
					own[key] = weights[key]
				}
			}
		}
	}
	return m.similarTo(v, own, f)
}

func (m *Model) similarTo(v store.View, own vector, f *store.Filter) []Similar {
	weights := m.featureWeights()
	var found []Similar
	for _, p := range m.Find(v, f, store.Order{Field: store.FieldSlug}) {
		other := weights.of(p)
		length := math.Sqrt(own.square() * other.square())
		s := Similar{Post: p, Shared: map[string]float64{}}
		var product float64
		for feature, w := range own {
			if _, ok := other[feature]; ok {
				product += w * w
				s.Shared[feature] = w * w / length
			}
		}
		if product == 0 {
			continue
		}
		if s.Similarity = math.Round(product/length*1e9) / 1e9; s.Similarity > 0 {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Similar) int {
		return cmp.Or(cmp.Compare(b.Similarity, a.Similarity),
			cmp.Compare(rankNumber(b.Post, store.FieldQuality), rankNumber(a.Post, store.FieldQuality)),
			cmp.Compare(rankNumber(b.Post, store.FieldFreshness), rankNumber(a.Post, store.FieldFreshness)),
			strings.Compare(a.Post.Slug, b.Post.Slug))
	})
	return found
}

func rankNumber(p *content.Post, f store.Field) int64 {
	if n := number(p, f); n != nil {
		return *n
	}
	return -1
}

// vector is a post's features and their weights.
type vector map[string]float64

func (v vector) square() (sum float64) {
	for _, w := range v {
		sum += w * w
	}
	return sum
}

// featureWeights counts, over public posts, how many have each feature.
type featureWeights struct {
	posts int
	have  map[string]int
}

func (m *Model) featureWeights() featureWeights {
	w := featureWeights{have: map[string]int{}}
	for _, p := range m.Visible(store.Public) {
		w.posts++
		for feature := range featuresOf(p) {
			w.have[feature]++
		}
	}
	return w
}

func (w featureWeights) of(p *content.Post) vector {
	v := vector{}
	for feature, c := range featuresOf(p) {
		r := math.Log(1 + float64(w.posts)/float64(max(1, w.have[feature])))
		v[feature] = c * math.Round(r*4) / 4
	}
	return v
}

// FeatureKey names a feature; the type is that of an entity.
func FeatureKey(kind store.Kind, name, typ string) string {
	return string(kind) + "\x00" + content.Identity(name) + "\x00" + content.Identity(typ)
}

func featuresOf(p *content.Post) vector {
	v := vector{}
	for kind, c := range map[store.Kind]float64{store.KindEntity: 1, store.KindTool: 0.5, store.KindStack: 0.5} {
		for _, t := range names(p, kind) {
			v[FeatureKey(kind, t[1], t[0])] = c
		}
	}
	return v
}
