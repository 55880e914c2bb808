package store

import (
	"bytes"
	"slices"
)

const (
	// maxSamples and maxSample bound the time and memory that a dictionary takes:
	// how many posts it is made of, and how many bytes of each.
	maxSamples = 600
	maxSample  = 16 << 10
)

// sampler keeps the beginnings of the posts with the smallest fingerprints: a
// sample that does not depend on the order of import.
type sampler struct {
	samples []sample // in the order of fingerprints
}

type sample struct {
	print fingerprint
	json  []byte
}

// wants reports whether a sample with this fingerprint would be kept.
func (s *sampler) wants(print fingerprint) bool {
	return len(s.samples) < maxSamples || slices.Compare(print[:], s.samples[len(s.samples)-1].print[:]) < 0
}

func (s *sampler) offer(print fingerprint, json []byte) {
	compare := func(a sample, b fingerprint) int { return slices.Compare(a.print[:], b[:]) }
	i, _ := slices.BinarySearchFunc(s.samples, print, compare)
	if i >= maxSamples {
		return
	}
	s.samples = slices.Insert(s.samples, i, sample{print, bytes.Clone(json[:min(len(json), maxSample)])})
	s.samples = s.samples[:min(len(s.samples), maxSamples)]
}

func (s *sampler) posts() [][]byte {
	posts := make([][]byte, len(s.samples))
	for i, sample := range s.samples {
		posts[i] = sample.json
	}
	return posts
}
