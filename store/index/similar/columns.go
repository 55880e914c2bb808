package similar

import "alphanode/store"

// Columns of the index of similar posts. A vector is a set of features that
// some posts have; vectors are numbered by their length. The posts of a vector
// have positions side by side.
const (
	vectorColumn    = "similar/vector"   // ordinal → vector
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
func similarCounts(v store.View) string { return "similar/counts/" + v.Name() }

// similarCrowded is what the higher digits say: pairs of a vector and a number
// of posts, of the few vectors where it is not 0.
func similarCrowded(v store.View) string { return "similar/crowded/" + v.Name() }
