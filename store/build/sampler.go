package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"

	"alphanode/store"
	"alphanode/store/posts"
)

const (
	// maxSamples and maxSample bound the time and memory that a dictionary takes:
	// how many posts it is made of, and how many bytes of each.
	maxSamples = 600
	maxSample  = 16 << 10
)

// Fingerprint stands for a slug or reference: 128 bits of its SHA-256.
type Fingerprint [16]byte

// FingerprintOf gives the fingerprint of a slug or a reference.
func FingerprintOf(s string) Fingerprint {
	sum := sha256.Sum256([]byte(s))
	return Fingerprint(sum[:16])
}

// sampler keeps the beginnings of the posts with the smallest fingerprints: a
// sample that does not depend on the order of import.
type sampler struct {
	samples []sample // in the order of fingerprints
}

type sample struct {
	print Fingerprint
	json  []byte
}

// wants reports whether a sample with this fingerprint would be kept.
func (s *sampler) wants(print Fingerprint) bool {
	return len(s.samples) < maxSamples || slices.Compare(print[:], s.samples[len(s.samples)-1].print[:]) < 0
}

func (s *sampler) offer(print Fingerprint, json []byte) {
	compare := func(a sample, b Fingerprint) int { return slices.Compare(a.print[:], b[:]) }
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

// offerAll offers all posts of a release but some.
func (s *sampler) offerAll(ctx context.Context, p Parent, without []string) error {
	passing := p.Tx.File.Passing()
	return posts.EachSlug(p.Tx, func(slug []byte, ref store.Ref) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		print := FingerprintOf(string(slug))
		if !s.wants(print) || slices.Contains(without, string(slug)) {
			return nil
		}
		text, err := p.Posts.Canonical(p.Tx, ref, nil)
		if err != nil {
			return err
		}
		s.offer(print, text)
		passing.Pass(len(text))
		return nil
	})
}
