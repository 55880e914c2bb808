package fulltext

import (
	"math"

	"alphanode/content"
	"alphanode/store"
)

// searchField says how much a word counts that stands there.
type searchField struct {
	name store.SearchField
	// weight is how many words of a body one word here is worth.
	weight float64
	// byLength is b of BM25: how far long fields make each of their words count
	// less, from 0 to 1.
	byLength float64
}

// searchFields in the order in which their words are numbered. The words of a
// body, which is long, count by its length most.
var searchFields = [...]searchField{
	{store.SearchTitle, 3, 0.75},
	{store.SearchSummary, 2, 0.75},
	{store.SearchIntro, 1.5, 0.75},
	{store.SearchEntities, 2, 0.5},
	{store.SearchTools, 2, 0.5},
	{store.SearchBody, 1, 0.75},
}

const (
	fieldTitle = iota
	fieldSummary
	fieldIntro
	fieldEntities
	fieldTools
	fieldBody
)

// eachSearched calls a function with every piece of text of a post that is
// searched, field by field. A phrase does not go from one piece to the next.
func eachSearched(t *content.Texts, f func(field int, piece content.Piece)) {
	one := func(field int, s string) { f(field, content.Piece{Written: s}) }
	one(fieldTitle, t.Title)
	if t.Summary != t.Intro { // else it only stands in for one
		one(fieldSummary, t.Summary)
	}
	one(fieldIntro, t.Intro)
	for _, name := range t.Entities {
		one(fieldEntities, name)
	}
	for _, name := range t.Tools {
		one(fieldTools, name)
	}
	for _, piece := range t.Body {
		f(fieldBody, piece)
	}
}

// The measure is BM25F (Zaragoza, Craswell, Taylor, Saria and Robertson, 2004):
// how often a word stands in a post, field by field and by their lengths, is
// added up and then saturated. It is kept in 1/255, and the weight of a word in
// 1/16, so that scores are integers and no order of adding changes one; and an
// average length is kept to a quarter of a doubling, so that a small release
// changes hardly any score.
const (
	saturation  = 2.5 // k1 of BM25
	impactOne   = 255
	wordWeights = 16 // to 1
)

// averageLength rounds the average length of a field, in words, and gives it as four
// times its binary logarithm.
func averageLength(words, posts int) int {
	if posts == 0 || words == 0 {
		return 0
	}
	return int(math.Round(4 * math.Log2(float64(words)/float64(posts))))
}

// lengthOf is the length that averageLength gave.
func lengthOf(average int) float64 { return math.Exp2(float64(average) / 4) }

// impact gives what the occurrences of a word add up to, above 0 and below impactOne:
// how often it stands in each field, how long the fields are, in words, and how
// long they are on average.
func impact(occurrences, lengths *[len(searchFields)]uint32, averages *[len(searchFields)]float64) byte {
	var sum float64
	for i, n := range occurrences {
		if n > 0 {
			sum += fieldSum(i, n, lengths[i], averages[i])
		}
	}
	return byte(min(max(1, math.Round(impactOne*sum/(saturation+sum))), impactOne-1))
}

// fieldSum is what the occurrences in one field add.
func fieldSum(field int, n, length uint32, average float64) float64 {
	f := &searchFields[field]
	return f.weight * float64(n) / (1 - f.byLength + f.byLength*float64(length)/average)
}

// wordWeight is the weight of a word that so many of all posts have, in
// 1/wordWeights, at least 1.
func wordWeight(posts, of int) uint32 {
	n := float64(posts)
	return uint32(max(1, math.Round(wordWeights*math.Log(1+(float64(of)-n+0.5)/(n+0.5)))))
}
