package fulltext

import (
	"fmt"
	"strconv"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// What a search costs follows from how many posts have its words, how long their
// positions are, and how many posts there are.
const (
	priceOfWord     = 40_000 // to find a word among all, and open its list
	priceOfBegun    = 100    // to look at a word that begins as an unfinished one
	priceOfSpan     = 300    // to open the part of a list in sets.SpanPlaces posts
	priceOfImpact   = 5      // to add up what one of its posts scores
	priceOfRank     = 30     // to put a post among the best
	priceOfSkipped  = 4      // to pass over the positions in one post
	priceOfLook     = 40     // to look at those in another
	priceOfPosition = 3      // for each byte of them
)

// priceOfRun is what it costs to find the posts, of so many at most. Phrases are
// looked for in posts that have all their words, which are no more than have the
// rarest of them.
func (s *search) priceOfRun(among int) (nanos int) {
	most := s.most(among)
	for i := range s.clauses {
		c := &s.clauses[i]
		for _, phrase := range c.any {
			for _, w := range phrase {
				nanos += w.priceOfFilling(s.size)
			}
		}
		nanos += file.PriceOfChunk * sets.ChunksFor(s.size) * len(c.any)
		phrases, _ := s.priceOfPhrases(c, most)
		nanos += phrases
	}
	return nanos + file.PriceOfSets(0, s.size)
}

// most is how many posts are found at most among so many.
func (s *search) most(among int) int {
	most := min(among, s.size)
	for i := range s.clauses {
		if c := &s.clauses[i]; !c.not {
			any := 0
			for _, phrase := range c.any {
				any += phrase.most(s.size)
			}
			most = min(most, any)
		}
	}
	return most
}

// most is how many posts have all words, of so many.
func (p weighedPhrase) most(posts int) int {
	for _, w := range p {
		posts = min(posts, w.posts)
	}
	return posts
}

// priceOfFilling is for a list as it is read to join it with others: bit by bit, or
// number by number where its posts are few.
func (w *weighedWord) priceOfFilling(size int) int {
	chunks := sets.ChunksFor(size)
	return file.PriceOfChunk*chunks + min(2*w.posts, 8192*chunks)
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
				nanos += min(w.posts, positionBlock*having)*priceOfSkipped + having*priceOfLook
				bytes += having * w.positionBytes() / max(w.posts, 1)
			}
		}
	}
	return nanos + bytes*priceOfPosition, bytes
}

// priceOfSpans is for the spans of a list that so many posts stand in.
func (w *weighedWord) priceOfSpans(posts, size int) int {
	spans := sets.SpansFor(size)
	return min(posts, spans) * (priceOfSpan + min(sets.SpanPlaces, w.posts/max(spans, 1)))
}

// priceOfBest is what it costs to find the best of the posts that are found, so many
// at most. What else might score as high is looked at too.
func (s *search) priceOfBest(found int) (nanos int) {
	spans := sets.SpansFor(s.size)
	for i := range s.clauses {
		c := &s.clauses[i]
		if c.not {
			continue
		}
		for _, phrase := range c.any {
			for _, w := range phrase {
				nanos += spans*priceOfImpact + w.priceOfSpans(found, s.size) + min(w.posts, found)*priceOfImpact
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
	most := s.most(among)
	for i := range s.clauses {
		c := &s.clauses[i]
		_, bytes := s.priceOfPhrases(c, most)
		if s.looks += bytes; best && !c.not && len(c.any) > 1 {
			s.looks += bytes
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

// looksBetween is how many bytes of positions are paid for at once, at least, and
// after how many the context is asked.
const looksBetween = 64 << 10

// look counts bytes of positions that are to be read. Posts may be longer than they
// are on average: what was not paid for is, as it is read.
func (s *search) look(positions int) {
	if s.looked += positions; s.looked > looksBetween {
		s.looked = 0
		s.tx.Stay()
	}
	if s.looks -= positions; s.looks >= 0 {
		return
	}
	more := max(looksBetween, -s.looks)
	s.looks += more
	if err := s.tx.Pay(s.ctx, more*priceOfPosition); err != nil {
		panic(file.Fault{Err: err})
	}
}

// positionBytes is how long the positions of the word are in all posts that the view
// sees, which stand first in its list.
func (w *weighedWord) positionBytes() int {
	l := w.list
	if w.posts >= l.count {
		return len(l.data.Data) - l.positions
	}
	start, end, before := l.block(w.posts / positionBlock)
	rest := l.data.Span(start, end)
	for range w.posts - before {
		_, behind, ok := file.CutText(rest)
		if !ok {
			break // who looks for a phrase says so
		}
		rest = behind
	}
	return end - len(rest) - l.positions
}
