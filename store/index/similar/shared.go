package similar

import (
	"math"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// hits gives the results as they are sent, each with its reasons.
func (p *Index) hits(tx *file.Tx, s *search, results []result) ([]store.SimilarHit, error) {
	if len(results) == 0 {
		return nil, nil
	}
	features := slices.Grow(s.room.features[:0], len(s.own))[:len(s.own)]
	s.room.features = features
	for i, own := range s.room.byPlace {
		var err error
		if features[i], err = p.feature(tx, s.index, s.own[own].id); err != nil {
			return nil, err
		}
	}
	hits := make([]store.SimilarHit, len(results))
	shared, ends := s.room.shared[:0], s.room.ends[:0]
	in := sets.NewBits(len(features))
	for i, r := range results {
		vector := s.index.vectorOf(r.ref)
		length := math.Sqrt(s.norm * float64(s.index.norm(vector)))
		for others := s.index.featuresOf(vector); len(others) >= 4; others = others[4:] {
			if own := s.table.find(others.At(0) + 1); own.key != 0 {
				in.Add(int(own.index))
			}
		}
		for j := in.Next(0); j >= 0; j = in.Next(j + 1) {
			square := s.own[s.room.byPlace[j]].square
			shared = append(shared, store.SharedFeature{Feature: features[j], Contribution: store.Decimals9(float64(square) / length)})
		}
		clear(in)
		hits[i] = store.SimilarHit{Ref: r.ref, Similarity: r.similarity}
		ends = append(ends, len(shared))
	}
	s.room.shared, s.room.ends = shared, ends
	shared = slices.Clone(shared)
	first := 0
	for i, end := range ends {
		hits[i].Shared, first = shared[first:end:end], end
	}
	return hits, nil
}

// namedFeature is a feature as a view spells it, which the index remembers:
// the same few features are read for each answer.
type namedFeature struct {
	id store.TermID
	store.Feature
}

func (p *Index) feature(tx *file.Tx, x *vectors, id store.TermID) (*store.Feature, error) {
	slot := &x.named[int(id)%len(x.named)]
	if known := slot.Load(); known != nil && known.id == id {
		return &known.Feature, nil
	}
	payload, err := tx.Must(file.BucketTerms, file.OrdinalKey(uint32(id)))
	if err != nil {
		return nil, err
	}
	named := &namedFeature{id: id}
	if named.Kind, named.Name, named.Type, err = terms.ReadName(payload, tx.View); err != nil {
		return nil, err
	}
	slot.Store(named)
	return &named.Feature, nil
}
