package synth

import "sort"

// The distributions imitate what archives of articles look like. They are
// integers, so that every machine draws the same.
const (
	// Chances out of a thousand.
	draftChance       = 20 // not ready
	inReviewChance    = 12 // waiting for an editor
	archivedChance    = 10 // taken out of the public archive
	noStatusChance    = 10 // imported from before there was a status
	noRevisionChance  = 20 // likewise, without any revision
	humanReviewChance = 30 // public, but not to be indexed yet
	noScoreChance     = 25 // never scored
	noDateChance      = 30 // date of publication lost
	dateTimeChance    = 300
	extraChance       = 25 // carries meta of an older system
	quoteChance       = 200
	orderedChance     = 150
	tableChance       = 40
	emphasisChance    = 120 // of a paragraph
	aiStyleChance     = 900 // the rest was written by hand

	// A technology at rank i is written about in proportion to 1/(i+zipfOffset):
	// Zipf's law, flattened at the top as it is where editors choose topics.
	zipfOffset = 3

	// An article has from fewestParagraphs to mostParagraphs paragraphs; the sum
	// of two draws puts most in between.
	fewestParagraphs = 4
	mostParagraphs   = 14

	// Views are long-tailed: half the posts have from leastViews to twice that,
	// a quarter up to four times that, and so on, viewDoublings times.
	leastViews    = 60
	viewDoublings = 14

	// Posts were published from firstDay on, within daysPublished days; the later
	// of two draws makes recent ones more common. Days count from 1970-01-01.
	firstDay      = 16436 // 2015-01-01
	daysPublished = 4200
	lastDay       = firstDay + daysPublished
)

// cumulative is a discrete distribution: entry i is the sum of the weights up
// to i.
type cumulative []uint64

// zipf gives the distribution of n ranks.
func zipf(n int) cumulative {
	const unit = 1 << 40 // so that integer division loses nothing that matters
	sums := make(cumulative, n)
	var sum uint64
	for i := range sums {
		sum += unit / uint64(i+zipfOffset)
		sums[i] = sum
	}
	return sums
}

func (c cumulative) draw(r *random) int {
	x := r.below(c[len(c)-1])
	return sort.Search(len(c), func(i int) bool { return c[i] > x })
}

// random is a stream of numbers that depends on a seed and a post's number
// alone: SplitMix64 (Steele, Lea and Flood, 2014).
type random struct{ state uint64 }

const goldenGamma = 0x9e3779b97f4a7c15

func newRandom(seed, number uint64) random {
	r := random{state: seed}
	r.state = r.next() ^ number*goldenGamma
	r.next()
	return r
}

func (r *random) next() uint64 {
	r.state += goldenGamma
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 to n-1. For the small n of this package the bias
// of the remainder does not matter.
func (r *random) below(n uint64) uint64 { return r.next() % n }

func (r *random) intn(n int) int { return int(r.below(uint64(n))) }

// chance is true so many times out of a thousand.
func (r *random) chance(perThousand int) bool { return r.intn(1000) < perThousand }

func (r *random) pick(from []string) string { return from[r.intn(len(from))] }

// some gives n different texts of a list, in the order of the list.
func (r *random) some(from []string, n int) []string {
	chosen := make([]string, 0, n)
	for i, left := range from {
		if r.intn(len(from)-i) < n-len(chosen) {
			chosen = append(chosen, left)
		}
	}
	return chosen
}
