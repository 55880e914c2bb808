package similar

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// featureWeight is the weight of a feature that df of n public posts have, in
// units of 1/8: c·r, where c is 1 for entities and 0.5 for tools and stack
// terms and r is ln(1 + n/df) rounded to the nearest quarter. It is an integer,
// so sums of products are exact and do not depend on their order.
func featureWeight(kind store.Kind, n, df int) int64 {
	quarters := int64(math.Round(4 * math.Log(1+float64(n)/float64(max(df, 1)))))
	if kind == store.KindEntity {
		return 2 * quarters
	}
	return quarters
}

func isFeature(k store.Kind) bool {
	return k == store.KindEntity || k == store.KindTool || k == store.KindStack
}

// vectorRecord is what the index of similar posts holds of a vector: four 32-bit
// numbers.
type vectorRecord struct {
	norm     uint32 // its squared length, in units of 1/64
	features uint32 // where its features begin in similarFeatures
	posts    uint32 // its first position
	public   uint32 // how many of its posts are public
}

const vectorRecordSize = 16 // bytes

// termEntry is what the index of similar posts holds of a term: two 16-bit and
// three 32-bit numbers, all 0 where it is no feature.
type termEntry struct {
	id      store.TermID // is not held
	weight  uint32       // in units of 1/8
	flags   uint32
	vectors uint32 // how many have it
	start   uint32 // of its list in similarLists, or the number of its bitmap in similarBitmaps
	place   uint32 // among all features: what weighs most first, then by kind and identity
}

func (e *termEntry) square() uint32 { return e.weight * e.weight }

const (
	termEntrySize = 16 // bytes

	entryBitmap  = 1 // it has a bitmap instead of a list
	entryImplied = 2 // every post that has it has another feature that says so much
)

// bitmapShare decides which features have a bitmap: those of one vector in so
// many, and more. A bitmap then takes at most twice the room of the list.
const bitmapShare = 64

// Build makes the columns by which similar posts are found.
func Build(g *facts.Gathered, bySlug []uint32, c *file.Columns) {
	features, ends := featuresOf(g)
	weights := make([]uint32, len(g.Terms))
	for id, t := range g.Terms {
		if isFeature(t.Sample.Kind) {
			weights[id] = uint32(featureWeight(t.Sample.Kind, g.Public, t.Public))
		}
	}
	of := func(ordinal uint32) []uint32 { return features[ends[ordinal]:ends[ordinal+1]] }
	members := byVector(g, bySlug, weights, of)

	vector, ordinals := make([]uint32, len(members)), make([]uint32, len(members))
	ranks := make([]int64, len(members))
	var records []vectorRecord
	var flat []uint32
	for position, m := range members {
		if position == 0 || members[position-1].compareVector(&m, of) != 0 {
			records = append(records, vectorRecord{norm: m.norm, features: uint32(len(flat)), posts: uint32(position)})
			flat = append(flat, of(m.ordinal)...)
		}
		if m.ordinal < uint32(g.Public) {
			records[len(records)-1].public++
		}
		vector[m.ordinal] = uint32(len(records) - 1)
		ordinals[position], ranks[position] = m.ordinal, m.rank
	}
	vectors := len(records)
	records = append(records, vectorRecord{features: uint32(len(flat)), posts: uint32(len(members))})
	c.Put(vectorColumn, sets.Encode32(vector))
	c.Put(similarVectors, encodeRecords(records))
	c.Put(similarOrdinals, sets.Encode32(ordinals))
	c.Put(similarRanks, sets.Encode64(ranks))
	c.Put(similarFeatures, sets.Encode32(flat))

	inverted := invert(g.Terms, weights, records, flat)
	c.Put(similarTerms, inverted.terms)
	c.Put(similarLists, sets.Encode32(inverted.lists))
	c.Put(similarBitmaps, encodeBitsets(inverted.bitmaps))
	for _, v := range []store.View{store.Public, store.Preview} {
		size := len(members)
		if v == store.Public {
			size = g.Public
		}
		digits, crowded := binaryDigits(vectors, vector[:size])
		c.Put(similarCounts(v), encodeBitsets(digits))
		c.Put(similarCrowded(v), sets.Encode32(crowded))
	}
}

func encodeRecords(records []vectorRecord) []byte {
	numbers := make([]uint32, 0, 4*len(records))
	for _, r := range records {
		numbers = append(numbers, r.norm, r.features, r.posts, r.public)
	}
	return sets.Encode32(numbers)
}

// featuresOf gives the features of all posts by number: those of an ordinal, in
// order, stand from ends[ordinal] to ends[ordinal+1].
func featuresOf(g *facts.Gathered) (features, ends []uint32) {
	ends = make([]uint32, g.Posts+2) // of the posts two before, until all are filled in
	for _, t := range g.Terms {
		if isFeature(t.Sample.Kind) {
			t.Posts.Each(func(ordinal uint32) { ends[ordinal+2]++ })
		}
	}
	for i := 2; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	features = make([]uint32, ends[g.Posts+1])
	for id, t := range g.Terms {
		if isFeature(t.Sample.Kind) {
			t.Posts.Each(func(ordinal uint32) {
				features[ends[ordinal+1]] = uint32(id)
				ends[ordinal+1]++
			})
		}
	}
	return features, ends[:g.Posts+1]
}

// member is a post with what it is ordered by: its vector's length, the vector,
// and its rank among the posts that share the vector.
type member struct {
	norm    uint32
	ordinal uint32
	hash    uint64 // of the features, so that few need to be compared
	rank    int64
}

func (m *member) compareVector(o *member, of func(uint32) []uint32) int {
	if c := cmp.Or(cmp.Compare(m.norm, o.norm), cmp.Compare(m.hash, o.hash)); c != 0 {
		return c
	}
	return slices.Compare(of(m.ordinal), of(o.ordinal))
}

// byVector gives all posts in the order of their vectors, those of one by their ranks.
func byVector(g *facts.Gathered, bySlug, weights []uint32, of func(uint32) []uint32) []member {
	qualities, freshnesses := g.NumbersOf(store.FieldQuality), g.NumbersOf(store.FieldFreshness)
	members := make([]member, len(bySlug))
	for place, ordinal := range bySlug {
		m := member{ordinal: ordinal, rank: order.Rank(qualities[ordinal], freshnesses[ordinal], place)}
		for _, id := range of(ordinal) {
			m.norm += weights[id] * weights[id]
			m.hash = (m.hash ^ uint64(id)) * 0x9e3779b97f4a7c15
			m.hash ^= m.hash >> 32
		}
		members[place] = m
	}
	slices.SortFunc(members, func(m, o member) int {
		return cmp.Or(m.compareVector(&o, of), cmp.Compare(m.rank, o.rank))
	})
	return members
}

// inverted gives for each feature the vectors that have it.
type inverted struct {
	terms   []byte // of termEntry
	lists   []uint32
	bitmaps []sets.Bits
}

func invert(terms []*facts.TermStats, weights []uint32, records []vectorRecord, flat []uint32) (x inverted) {
	entries := make([]termEntry, len(weights))
	for _, id := range flat {
		entries[id].vectors++
	}
	vectors := len(records) - 1
	own := func(v int) []uint32 { return flat[records[v].features:records[v+1].features] }
	listed := uint32(0)
	for id := range entries {
		e := &entries[id]
		e.id, e.weight = store.TermID(id), weights[id]
		if int(e.vectors)*bitmapShare >= vectors && e.vectors > 0 {
			e.start, e.flags = uint32(len(x.bitmaps)), entryBitmap
			x.bitmaps = append(x.bitmaps, sets.NewBits(vectors))
		} else {
			e.start = listed
			listed += e.vectors
		}
	}
	x.lists = make([]uint32, listed)
	filled := make([]uint32, len(entries))
	for v := range vectors {
		for _, id := range own(v) {
			if e := &entries[id]; e.flags&entryBitmap != 0 {
				x.bitmaps[e.start].Add(v)
			} else {
				x.lists[e.start+filled[id]] = uint32(v)
				filled[id]++
			}
		}
	}
	for id, implied := range x.impliedFeatures(entries, own) {
		if implied {
			entries[id].flags |= entryImplied
		}
	}
	for place, id := range inAnswers(terms, weights) {
		entries[id].place = uint32(place)
	}
	for _, e := range entries {
		x.terms = binary.LittleEndian.AppendUint16(x.terms, uint16(e.weight))
		x.terms = binary.LittleEndian.AppendUint16(x.terms, uint16(e.flags))
		for _, n := range []uint32{e.vectors, e.start, e.place} {
			x.terms = binary.LittleEndian.AppendUint32(x.terms, n)
		}
	}
	return x
}

// inAnswers gives the features in the order in which an answer lists them.
func inAnswers(terms []*facts.TermStats, weights []uint32) []int {
	var features []int
	for id, t := range terms {
		if isFeature(t.Sample.Kind) {
			features = append(features, id)
		}
	}
	slices.SortFunc(features, func(i, j int) int {
		x, y := terms[i], terms[j]
		return cmp.Or(cmp.Compare(weights[j], weights[i]), cmp.Compare(x.Sample.Kind, y.Sample.Kind), cmp.Compare(x.Identity, y.Identity))
	})
	return features
}

// impliedFeatures marks the features that can be left out where the vectors
// that have any of some features are counted: each vector that has one of them
// has another, more frequent feature too. Of two that are always together the
// one with the lower number is kept. One feature is looked at after the other, so
// that not what all of them imply is in memory at a time.
func (x *inverted) impliedFeatures(entries []termEntry, of func(int) []uint32) []bool {
	implied := make([]bool, len(entries))
	var always []uint32 // what all vectors so far with the feature have
	for id := range entries {
		always = always[:0]
		x.eachVector(&entries[id], func(v int) bool {
			own := of(v)
			if len(always) == 0 {
				always = append(always, own...)
				return true
			}
			both := always[:0]
			for _, other := range always {
				for len(own) > 0 && own[0] < other {
					own = own[1:]
				}
				if len(own) > 0 && own[0] == other {
					both = append(both, other)
				}
			}
			always = both
			return len(always) > 1 // else only itself
		})
		for _, other := range always {
			n, m := entries[id].vectors, entries[other].vectors
			implied[id] = implied[id] || m > n || m == n && other < uint32(id)
		}
	}
	return implied
}

// eachVector calls a function with each vector that has a feature, in order, until it
// returns false.
func (x *inverted) eachVector(e *termEntry, f func(v int) bool) {
	if e.flags&entryBitmap == 0 {
		for _, v := range x.lists[e.start : e.start+e.vectors] {
			if !f(int(v)) {
				return
			}
		}
		return
	}
	for v := x.bitmaps[e.start].Next(0); v >= 0 && f(v); v = x.bitmaps[e.start].Next(v + 1) {
	}
}

// sparseDigit decides how the digits of counts are held: as a bitmap where one
// vector in so many has the digit.
const sparseDigit = 128

// binaryDigits counts how often each number below n occurs and gives, for each
// of the lowest binary digits of the counts, a bitmap of the numbers. What the
// higher digits say, which few numbers have, stands in pairs.
func binaryDigits(n int, numbers []uint32) (digits []sets.Bits, crowded []uint32) {
	counts := make([]uint32, n)
	for _, i := range numbers {
		counts[i]++
	}
	var having [32]int // how many counts have a digit
	for _, count := range counts {
		for ; count != 0; count &= count - 1 {
			having[bits.TrailingZeros32(count)]++
		}
	}
	for digit, members := range having {
		for members*sparseDigit > n && len(digits) <= digit {
			digits = append(digits, sets.NewBits(n))
		}
	}
	for i, count := range counts {
		for digit := range digits {
			if count>>digit&1 != 0 {
				digits[digit].Add(i)
			}
		}
		if more := count >> len(digits) << len(digits); more != 0 {
			crowded = append(crowded, uint32(i), more)
		}
	}
	return digits, crowded
}

// encodeBitsets lays bitmaps one behind the other, with room to append the
// checksums of a column.
func encodeBitsets(sets []sets.Bits) []byte {
	if len(sets) == 0 {
		return nil
	}
	n := len(sets) * len(sets[0]) * 8
	data := make([]byte, 0, n+n/1000+8)
	for _, s := range sets {
		for _, word := range s {
			data = binary.LittleEndian.AppendUint64(data, word)
		}
	}
	return data
}
