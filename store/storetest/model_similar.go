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
	weights := m.featureWeights()
	visible := m.Visible(v)
	i := slices.IndexFunc(visible, func(p *content.Post) bool { return p.Slug == slug })
	own := weights.of(visible[i])
	var found []Similar
	for _, p := range m.Find(v, f, store.Order{Field: store.FieldSlug}) {
		if p.Slug == slug {
			continue
		}
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
