package file

import (
	"encoding/binary"

	"alphanode/store"
	"alphanode/text"
)

// The buckets of a release file. docs/format.md shows their bytes. A change
// here is a change of FormatVersion, and TestFormatFixture fails on it: what
// stands in testdata/format7 was written by an earlier build and must stay
// readable while the number is the same, so it is never written anew to make that
// test pass. With a new number, a new folder testdata/formatN is written (a copy
// of posts.ndjson, then go test ./store/release -run Fixture -args -update) beside the old
// one, which stays: for the tests that the old format is refused by its number, and
// upgraded as long as that is.
const (
	BucketInfo       = "info"       // InfoKey → JSON of Info; DictionaryKey → s2 dictionary of the posts
	BucketPosts      = "posts"      // segment number → post records
	BucketCards      = "cards"      // segment number → card records
	BucketOverflow   = "overflow"   // bucket 00 ordinal → a record that is too large for its segment
	BucketSlugs      = "slugs"      // slug → ordinal
	BucketReferences = "references" // meta.reference → ordinal
	BucketColumns    = "columns"    // name → array of numbers with a checksum a block
	BucketTitles     = "titles"     // number → titles in the order of collation, a few hundred each
	BucketTerms      = "terms"      // term number → term record
	BucketTermIDs    = "termids"    // kind 00 identity → term number
	BucketTermSlugs  = "termslugs"  // view kind 00 slug → term number
	BucketPostings   = "postings"   // term number → roaring bitmap of ordinals
	BucketFlags      = "flags"      // flag → roaring bitmap of ordinals
	BucketTallies    = "tallies"    // view 00 group of posts → tally
	BucketWords      = "words"      // number → words of each analysis in order, a few hundred each
	BucketStems      = "stems"      // number → their stems in order, a few hundred each
	BucketWordPosts  = "wordposts"  // number of a word → its posts, with a checksum a block
	BucketAddresses  = "addresses"  // normal form of an address → ordinal of the post that stood there; since format 6
)

var buckets = []string{
	BucketInfo, BucketPosts, BucketCards, BucketOverflow, BucketSlugs, BucketReferences, BucketColumns, BucketTitles,
	BucketTerms, BucketTermIDs, BucketTermSlugs, BucketPostings, BucketFlags, BucketTallies,
	BucketWords, BucketStems, BucketWordPosts, BucketAddresses,
}

// bucketsOf gives the buckets that files of a format have.
func bucketsOf(format int) []string {
	if format < 6 {
		return buckets[:len(buckets)-1] // without BucketAddresses
	}
	return buckets
}

const (
	InfoKey       = "release"
	DictionaryKey = "dictionary"
)

// Info is what a release file says of itself.
type Info struct {
	Format int `json:"format"`
	Posts  int `json:"posts"`  // N: ordinals run from 0 to N-1
	Public int `json:"public"` // P: ordinals below P are public posts, the rest are not
	Terms  int `json:"terms"`
	Titles int `json:"titles"` // distinct ones
	Words  int `json:"words"`  // distinct folded words of each analysis
	Stems  int `json:"stems"`
	// Wording says by which language the words of each post were taken.
	text.Wording
	Analyses []AnalysisPosts `json:"analyses"` // those that posts have, in order
	// Lengths are how long the fields of public posts are on average that are searched, each
	// four times the binary logarithm of its words, rounded.
	Lengths []int `json:"lengths"`
	// Collation names the tables by which titles and names were put in order.
	Collation string       `json:"collation"`
	Counts    store.Counts `json:"counts"` // of what the public sees
}

// AnalysisPosts says how many posts have their words taken by an analysis.
type AnalysisPosts struct {
	Analysis text.Analysis `json:"analysis"`
	Posts    int           `json:"posts"`
	Public   int           `json:"public"`
}

// OrdinalKey is the key of a post or a term by its number: big endian, so that keys are in
// the order of numbers.
func OrdinalKey(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// OrdinalValue is the payload of a bucket that points at posts or terms.
func OrdinalValue(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
