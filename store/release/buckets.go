package release

import (
	"encoding/binary"

	"alphanode/store"
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

// Info is what a release file says of itself.
type Info struct {
	Format int `json:"format"`
	Posts  int `json:"posts"`  // N: ordinals run from 0 to N-1
	Public int `json:"public"` // P: ordinals below P are public posts, the rest are not
	Terms  int `json:"terms"`
	Titles int `json:"titles"` // distinct folded titles
	Words  int `json:"words"`  // distinct folded words
	Stems  int `json:"stems"`
	// Stemming says how words were brought to their stems.
	Stemming text.Stemming `json:"stemming"`
	Counts   store.Counts  `json:"counts"` // of what the public sees
}

func ordinalKey(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// ordinalValue is the payload of a bucket that points at posts or terms.
func ordinalValue(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
