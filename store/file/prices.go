package file

import "alphanode/store/sets"

// What a read costs is known before it is done, from what the release knows without
// reading lists: how many posts there are, how many have a word or a term, how long
// the positions of a word are. It is counted here in nanoseconds of one processor, of
// a release whose pages are in memory, and taken from the budget in units of a
// thousand. docs/search.md has the table.
//
// A price rests on the question and the release alone, never on what is remembered:
// the same question must not be refused now and answered a moment later. So what is
// remembered costs what finding it did. And for a view it rests on what the view sees,
// so that no price tells the public of drafts.
//
// Each price is what a step took at most, with its memory and its first reading,
// over random questions to archives of 20,000 and 100,000 posts: see TestPricesHold.
const (
	Unit = 1000 // nanoseconds

	PriceOfRead          = 25_000 // to begin with: to look up a cursor, to prepare what is found
	PriceOfPlaceInList   = 400    // to find a row of a page
	PriceOfBlock         = 60     // to look at a block of places, with each row
	PriceOfRow           = 5_000  // to make the cursor of a row, or read its slug
	PriceOfTermRow       = 5_000  // to read a term for a list, with its cursor
	PriceOfBucket        = 2_000  // to read how a term is spelled
	PriceOfLookup        = 3_000  // to look something up by its name
	PriceOfNear          = 200    // to hold a word against one that is not there
	PriceOfTitle         = 90_000 // to look for a place among titles or names, by the sort keys on the way
	PriceOfTyped         = 60     // to fold a byte that was typed
	PriceOfChunk         = 2_500  // to join two sets of posts, for each sets.ChunkPlaces posts
	PriceOfTitleRead     = 150    // to look into the title of a post
	PriceOfReference     = 260    // to look into a reference
	PriceOfTopic         = 400    // to look into a topic
	PriceOfCounted       = 12     // to count the terms of a kind that a post has
	PriceOfMeasured      = 40     // to measure a score of a post for each term of a kind
	PriceOfOrdered       = 120    // to put a term in an order of what was measured
	PriceOfBound         = 800    // to look up a bound of ranges
	PriceOfDefaultBounds = 50     // how many bounds there are where none are given
	PriceOfCuts          = 16     // how many cuts are looked at
	PriceOfRelated       = 1_400  // to read a term that is related
	PriceOfText          = 4_000  // to read a post as it is stored
	PriceOfUnpacked      = 2      // for each byte of it
	PriceOfDays          = 1_000  // to read the days of its dates
	PriceOfPost          = 6_000  // to decode a card
	PriceOfDecoded       = 15     // for each byte of a whole post
	PriceOfSearched      = 3      // to read its texts alone, for each byte of a whole post
	PriceOfMarked        = 30     // for each byte in which words are marked
	PriceOfListed        = 6      // to add a feature to a vector that has it
	PriceOfVector        = 400    // to compare with a vector
	PriceOfHit           = 3_000  // to say why a post is similar
	PriceOfDiscount      = 50     // to hold a vector against one that was picked
	PriceOfPair          = 300    // to compare a post of one release with another's
	MostForComparing     = 30_000_000
	PriceOfMember        = 5      // to handle one of many posts
	PriceOfBest          = 30     // to hold a post against the best so far
	PriceOfContains      = 25     // to ask whether one has a term, or is in a range
	PriceOfPlace         = 10     // to look up its place in an order
	PriceOfPostings      = 3_000  // to find the posts of a term
	PriceOfStats         = 18_000 // to sum up histograms
)

// PriceOfSets is what it costs to join sets of so many posts of a view.
func PriceOfSets(posts, size int) int {
	chunks := sets.ChunksFor(size)
	return PriceOfChunk*chunks + min(3*posts, 8192*chunks)
}
