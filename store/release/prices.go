package release

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
	unit = 1000 // nanoseconds

	priceOfRead          = 25_000 // to begin with: to look up a cursor, to prepare what is found
	priceOfPlaceInList   = 400    // to find a row of a page
	priceOfBlock         = 60     // to look at a block of places, with each row
	priceOfRow           = 5_000  // to make the cursor of a row, or read its slug
	priceOfTermRow       = 5_000  // to read a term for a list, with its cursor
	priceOfBucket        = 2_000  // to read how a term is spelled
	priceOfLookup        = 3_000  // to look something up by its name
	priceOfNear          = 200    // to hold a word against one that is not there
	priceOfTitle         = 45_000 // to look for a place among titles
	priceOfTyped         = 60     // to fold a byte that was typed
	priceOfChunk         = 2_500  // to join two sets of posts, for each chunkPlaces posts
	priceOfTitleRead     = 150    // to look into the title of a post
	priceOfReference     = 260    // to look into a reference
	priceOfTopic         = 400    // to look into a topic
	priceOfCounted       = 12     // to count the terms of a kind that a post has
	priceOfBound         = 800    // to look up a bound of ranges
	priceOfDefaultBounds = 50     // how many bounds there are where none are given
	priceOfCuts          = 16     // how many cuts are looked at
	priceOfRelated       = 1_400  // to read a term that is related
	priceOfText          = 4_000  // to read a post as it is stored
	priceOfUnpacked      = 2      // for each byte of it
	priceOfPost          = 6_000  // to decode a card
	priceOfDecoded       = 15     // for each byte of a whole post
	priceOfMarked        = 60     // for each byte in which words are marked
	priceOfListed        = 6      // to add a feature to a vector that has it
	priceOfVector        = 400    // to compare with a vector
	priceOfHit           = 3_000  // to say why a post is similar
	priceOfDiscount      = 50     // to hold a vector against one that was picked
	priceOfPair          = 300    // to compare a post of one release with another's
	mostForComparing     = 30_000_000
	priceOfMember        = 5      // to handle one of many posts
	priceOfContains      = 25     // to ask whether one has a term, or is in a range
	priceOfPlace         = 10     // to look up its place in an order
	priceOfPostings      = 3_000  // to find the posts of a term
	priceOfStats         = 18_000 // to sum up histograms
)

// priceOfSets is what it costs to join sets of so many posts of a view.
func priceOfSets(posts, size int) int {
	chunks := sets.ChunksFor(size)
	return priceOfChunk*chunks + min(3*posts, 8192*chunks)
}
