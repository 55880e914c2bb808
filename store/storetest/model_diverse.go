package storetest

import (
	"fmt"
	"math"
	"slices"

	"alphanode/store"
)

// Diverse picks a diverse list out of similar posts in the plain order, by
// comparing every candidate with each post that is picked.
func (m *Model) Diverse(similar []Similar, diversity float64) []Similar {
	weights := m.featureWeights()
	type candidate struct {
		Similar
		features vector
		worth    float64
	}
	var left []*candidate
	posts := map[string]int{} // by set of features
	for _, s := range similar {
		features := weights.of(s.Post)
		set := fmt.Sprint(features) // prints maps in the order of their keys
		if posts[set] == 0 && len(posts) == 200 || posts[set] == 20 {
			continue
		}
		posts[set]++
		left = append(left, &candidate{s, features, s.Similarity})
	}
	var list []Similar
	for len(left) > 0 && len(list) < 200 {
		best := 0
		for i, c := range left {
			if c.worth > left[best].worth {
				best = i
			}
		}
		picked := left[best]
		list = append(list, picked.Similar)
		left = slices.Delete(left, best, best+1)
		for _, c := range left {
			alike := c.features.product(picked.features) / math.Sqrt(c.features.square()*picked.features.square())
			c.worth *= 1 - float64(diversity*(math.Round(alike*1e9)/1e9))
		}
	}
	return list
}

// List leaves of similar posts what a query asks for, in its order.
func (m *Model) List(similar []Similar, q store.SimilarQuery) []Similar {
	similar = slices.DeleteFunc(similar, func(s Similar) bool {
		return s.Similarity < q.MinSimilarity || slices.Contains(q.Exclude, s.Post.Slug)
	})
	if q.Diversity > 0 {
		return m.Diverse(similar, q.Diversity)
	}
	return similar
}

func (v vector) product(o vector) (sum float64) {
	for feature, w := range v {
		if _, ok := o[feature]; ok {
			sum += w * w
		}
	}
	return sum
}
