package fulltext

import (
	"fmt"
	"strconv"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// What a search costs follows from how many posts have its words, how long their
// positions are, and how many posts there are.
const (
	priceOfWord     = 40_000 // to find a word and its stem among all
	priceOfForm     = 8_000  // to open the list of one of its forms
	priceOfBegun    = 100    // to look at a word that begins as an unfinished one
	priceOfLonger   = 2_000  // to read one of them
	priceOfSketch   = 2      // to hold the sketch of a word against another
	priceOfHeld     = 800    // to read a word that may be near, and to hold it letter by letter
	priceOfSpan     = 300    // to open the part of a list in sets.SpanPlaces posts
	priceOfImpact   = 5      // to add up what one of its posts scores
	priceOfRank     = 30     // to put a post among the best
	priceOfSkipped  = 4      // to pass over the positions in one post
	priceOfLook     = 40     // to look at those in another
	priceOfPosition = 3      // for each byte of them
)

// priceOfWords is to find the words of a query among those of an analysis, and as many
// forms of an unfinished one as there may be.
func priceOfWords(q text.Query) (nanos int) {
	for _, c := range q.Clauses {
		for _, p := range c.Any {
			if nanos += len(p.Words) * priceOfWord; p.Prefix {
				nanos += mostUnfinished * priceOfForm
			}
		}
	}
	return nanos
}

// priceOfRun is what it costs to find the posts, of so many at most. Phrases are
// looked for in posts that have all their words, which are no more than have the
// rarest of them.
func (s *search) priceOfRun(among int) (nanos int) {
	for i := range s.queries {
		q := &s.queries[i]
		most, twice := q.most(among, s.size), 1
		if q.need < q.wanted {
			twice = 2 // those that have phrases are counted again
		}
		for j := range q.clauses {
			c := &q.clauses[j]
			for _, phrase := range c.any {
				for _, w := range phrase {
					nanos += twice * w.priceOfFilling(s.size)
				}
			}
			nanos += twice * file.PriceOfChunk * sets.ChunksFor(s.size) * max(1, len(c.any))
			phrases, _ := s.priceOfPhrases(c, most)
			nanos += phrases
		}
		nanos += file.PriceOfSets(0, s.size)
	}
	return nanos
}

// most is how many posts are found at most among so many.
func (s *search) most(among int) (most int) {
	for i := range s.queries {
		most += s.queries[i].most(among, s.size)
	}
	return min(most, among, s.size)
}

// most is how many posts meet the query at most. Each of those that do meets so many
// clauses as are needed.
func (q *weighedQuery) most(among, size int) int {
	most, all := min(among, size), 0
	for i := range q.clauses {
		if c := &q.clauses[i]; !c.not {
			any := 0
			for _, phrase := range c.any {
				any += phrase.most(size)
			}
			if all += min(any, size); q.need == q.wanted {
				most = min(most, any)
			}
		}
	}
	return min(most, all/max(1, q.need))
}

// most is how many posts have all words, of so many.
func (p weighedPhrase) most(posts int) int {
	for _, w := range p {
		posts = min(posts, w.seen)
	}
	return posts
}

// priceOfFilling is for a list as it is read to join it with others: bit by bit, or
// number by number where its posts are few.
func (w *weighedWord) priceOfFilling(size int) (nanos int) {
	chunks := sets.ChunksFor(size)
	for i := range w.forms {
		nanos += file.PriceOfChunk*chunks + min(2*w.forms[i].seen, 8192*chunks)
	}
	return nanos
}

// priceOfPhrases is for the phrases of a clause, in so many posts: also how many
// bytes of positions it is for.
func (s *search) priceOfPhrases(c *weighedClause, posts int) (nanos, bytes int) {
	if !c.exact {
		return 0, 0
	}
	for _, phrase := range c.any {
		having := phrase.most(posts)
		for _, w := range phrase {
			nanos += w.priceOfSpans(posts, s.size)
			if len(phrase) > 1 {
				nanos += min(w.seen, positionBlock*having)*priceOfSkipped + having*priceOfLook
				bytes += having * w.positionBytes() / max(w.seen, 1)
			}
		}
	}
	return nanos + bytes*priceOfPosition, bytes
}

// priceOfSpans is for the spans of a list that so many posts stand in.
func (w *weighedWord) priceOfSpans(posts, size int) (nanos int) {
	spans := sets.SpansFor(size)
	for i := range w.forms {
		nanos += min(posts, spans) * (priceOfSpan + min(sets.SpanPlaces, w.forms[i].seen/max(spans, 1)))
	}
	if !w.plain() {
		nanos += min(posts, spans)*priceOfSpan + min(w.seen, posts*sets.SpanPlaces)*priceOfImpact
	}
	return nanos
}

// priceOfBest is what it costs to find the best of the posts that are found, so many
// at most. What else might score as high is looked at too.
func (s *search) priceOfBest(found int) (nanos int) {
	spans := sets.SpansFor(s.size)
	for _, c := range s.wantedClauses() {
		for _, phrase := range c.any {
			for _, w := range phrase {
				nanos += spans*priceOfImpact*len(w.forms) + w.priceOfSpans(found, s.size) + min(w.seen, found)*priceOfImpact
			}
		}
		if len(c.any) > 1 {
			phrases, _ := s.priceOfPhrases(c, found)
			nanos += phrases
		}
	}
	return nanos + spans*priceOfLook + found*priceOfRank
}

// pay pays for the search among so many posts, and for finding the best of them where
// they are wanted, beside what else the read costs.
func (s *search) pay(beside, among int, best bool) error {
	nanos := s.priceOfRun(among)
	if best {
		nanos += s.priceOfBest(s.most(among))
	}
	if err := s.afford(nanos); err != nil {
		return err
	}
	s.prepaid(among, best)
	return s.tx.Pay(s.ctx, beside+nanos)
}

// prepaid notes how many bytes of positions are paid for.
func (s *search) prepaid(among int, best bool) {
	for i := range s.queries {
		q := &s.queries[i]
		most := q.most(among, s.size)
		for j := range q.clauses {
			c := &q.clauses[j]
			_, bytes := s.priceOfPhrases(c, most)
			if s.looks += bytes; best && !c.not && len(c.any) > 1 {
				s.looks += bytes
			}
		}
	}
}

// afford refuses a search that costs more than all that the question may cost.
func (s *search) afford(nanos int) error {
	if units := nanos / file.Unit; units > s.tx.Budget.Most() {
		return s.tooCostly(fmt.Sprintf("a search that costs %d", units))
	}
	return nil
}

func (s *search) tooCostly(found string) error {
	return &store.CostError{Argument: &store.ArgumentError{Name: s.argument, Found: found,
		Expected: "at most " + strconv.Itoa(s.tx.Budget.Most()) + ": shorter phrases, or rarer words beside them"}}
}

// looksBetween is how many bytes of positions are paid for at once, and after how many
// the context is asked.
const looksBetween = 64 << 10

// look counts bytes of positions that were read. Posts may be longer than they are on
// average: what was not paid for is, as it is read, so much at a time that it comes to the
// same in whatever order posts are looked at. It is for many goroutines.
func (s *search) look(positions int) {
	s.looking.Lock()
	defer s.looking.Unlock()
	s.tx.Stay()
	for s.looks -= positions; s.looks < 0; s.looks += looksBetween {
		if err := s.tx.Pay(s.ctx, looksBetween*priceOfPosition); err != nil {
			panic(file.Fault{Err: err})
		}
	}
}

// positionBytes is how long the positions of the word are in all posts that the view
// sees.
func (w *weighedWord) positionBytes() (bytes int) {
	for i := range w.forms {
		bytes += w.forms[i].positionBytes()
	}
	return bytes
}

// positionBytes is how long they are of a form. The posts that the view sees stand first
// in its list.
func (f *form) positionBytes() int {
	l := f.list
	if f.seen >= l.count {
		return len(l.data.Data) - l.positions
	}
	start, end, before := l.block(f.seen / positionBlock)
	rest := l.data.Span(start, end)
	for range f.seen - before {
		_, behind, ok := file.CutText(rest)
		if !ok {
			break // who looks for a phrase says so
		}
		rest = behind
	}
	return end - len(rest) - l.positions
}
