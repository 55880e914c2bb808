package store

import (
	"encoding/binary"
	"slices"

	"alphanode/text"
)

// The buckets of a release file. docs/format.md shows their bytes. A change
// here is a change of FormatVersion, and TestFormatFixture fails on it: what
// stands in testdata/format4 was written by an earlier build and must stay
// readable while the number is the same, so it is never written anew to make that
// test pass. With a new number, a new folder testdata/formatN is written (a copy
// of posts.ndjson, then go test ./store -run Fixture -args -update) beside the old
// one, which stays: for the test that the old format is refused by its number, or
// read where a build reads both.
const (
	bucketInfo       = "info"       // infoKey → JSON of info; dictionaryKey → s2 dictionary of the posts
	bucketPosts      = "posts"      // segment number → post records
	bucketCards      = "cards"      // segment number → card records
	bucketOverflow   = "overflow"   // bucket 00 ordinal → a record that is too large for its segment
	bucketSlugs      = "slugs"      // slug → ordinal
	bucketReferences = "references" // meta.reference → ordinal
	bucketColumns    = "columns"    // name → array of numbers with a checksum a block
	bucketTitles     = "titles"     // number → folded titles in order, a few hundred each
	bucketTerms      = "terms"      // term number → term record
	bucketTermIDs    = "termids"    // kind 00 identity → term number
	bucketTermSlugs  = "termslugs"  // view kind 00 slug → term number
	bucketPostings   = "postings"   // term number → roaring bitmap of ordinals
	bucketFlags      = "flags"      // flag → roaring bitmap of ordinals
	bucketTallies    = "tallies"    // view 00 group of posts → tally
	bucketWords      = "words"      // number → folded words in order, a few hundred each
	bucketStems      = "stems"      // number → stems in order, a few hundred each
	bucketWordPosts  = "wordposts"  // number of a stem → its posts, with a checksum a block
)

var buckets = []string{
	bucketInfo, bucketPosts, bucketCards, bucketOverflow, bucketSlugs, bucketReferences, bucketColumns, bucketTitles,
	bucketTerms, bucketTermIDs, bucketTermSlugs, bucketPostings, bucketFlags, bucketTallies,
	bucketWords, bucketStems, bucketWordPosts,
}

const (
	infoKey       = "release"
	dictionaryKey = "dictionary"
)

// info is what a release file says of itself.
type info struct {
	Format int `json:"format"`
	Posts  int `json:"posts"`  // N: ordinals run from 0 to N-1
	Public int `json:"public"` // P: ordinals below P are public posts, the rest are not
	Terms  int `json:"terms"`
	Titles int `json:"titles"` // distinct folded titles
	Words  int `json:"words"`  // distinct folded words
	Stems  int `json:"stems"`
	// Stemming says how words were brought to their stems.
	Stemming text.Stemming `json:"stemming"`
	Counts   Counts        `json:"counts"` // of what the public sees
}

func ordinalKey(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// ordinalValue is the payload of a bucket that points at posts or terms.
func ordinalValue(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

// Names of columns. Places and starts belong to the ascending order; what a
// descending order looks like follows from them.
func orderColumn(f Field) string  { return "order/" + string(f) }  // place → ordinal
func placeColumn(f Field) string  { return "place/" + string(f) }  // ordinal → place
func startsColumn(f Field) string { return "starts/" + string(f) } // group of equal values → its first place
func valuesColumn(f Field) string { return "values/" + string(f) } // group of equal values → the value
func hiddenColumn(f Field) string { return "hidden/" + string(f) } // the places of posts that are not public, in order

// Columns of the index of similar posts. A vector is a set of features that
// some posts have; vectors are numbered by their length. The posts of a vector
// have positions side by side.
const (
	similarVector   = "similar/vector"   // ordinal → vector
	similarVectors  = "similar/vectors"  // vector → vectorRecord; one more entry is the end
	similarOrdinals = "similar/ordinals" // position → ordinal
	similarRanks    = "similar/ranks"    // position → rank
	similarFeatures = "similar/features" // the features of all vectors, each vector's in order
	similarTerms    = "similar/terms"    // term number → termEntry
	similarLists    = "similar/lists"    // the vectors that have a feature, in order, of rare features
	similarBitmaps  = "similar/bitmaps"  // a bitmap of the vectors that have a feature, of frequent ones
)

// similarCounts is, for each vector, how many posts of a view have it: a bitmap
// of the vectors for each of the lowest binary digits of that number.
func similarCounts(v View) string { return "similar/counts/" + v.name() }

// similarCrowded is what the higher digits say: pairs of a vector and a number
// of posts, of the few vectors where it is not 0.
func similarCrowded(v View) string { return "similar/crowded/" + v.name() }

// termColumn lists the terms of a view and kind (and of entities perhaps of
// one type) in an order.
func termColumn(v View, k Kind, typ string, o TermOrder) string {
	name := "terms/" + v.name() + "/" + string(k) + "/"
	if o.ByPostCount {
		name += "count"
	} else {
		name += "name"
	}
	if o.Desc {
		name += "-desc"
	}
	if typ != "" {
		name += "/" + typ
	}
	return name
}

func (v View) name() string {
	if v == Preview {
		return "preview"
	}
	return "public"
}

func termIDKey(k Kind, identity string) []byte {
	return slices.Concat([]byte(k), []byte{0}, []byte(identity))
}

func termSlugKey(v View, k Kind, slug string) []byte {
	return slices.Concat([]byte(v.name()), []byte{0}, []byte(k), []byte{0}, []byte(slug))
}
