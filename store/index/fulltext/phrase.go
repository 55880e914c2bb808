package fulltext

import (
	"cmp"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"alphanode/store/file"
	"alphanode/store/sets"
)

// Looking for phrases in many posts is shared out among goroutines: at most mostSifting
// of them, each of so many posts as pay for it, which take stripSpans spans at a time.
const (
	mostSifting = 4
	postsToSift = 5_000
	stripSpans  = 32
)

// siftPhrases leaves of some posts those that have any phrase of a clause, or have not
// where it is not wanted.
func (s *search) siftPhrases(c *weighedClause, posts sets.Bits) error {
	const words = stripSpans * sets.SpanWords
	var strips atomic.Int64 // that were taken
	sift := func(positions *phrasePositions) error {
		for {
			strip := int(strips.Add(1)-1) * words
			if strip >= len(posts) {
				return nil
			}
			if err := s.ctx.Err(); err != nil {
				return err
			}
			positions.sift(posts, strip, min(strip+words, len(posts)), c.not)
		}
	}
	var group errgroup.Group
	for range min(mostSifting, runtime.GOMAXPROCS(0), 1+posts.Count(0, s.size)/postsToSift) {
		positions := s.positionsOf(c.apart())
		group.Go(func() error {
			err := file.Guard(func() error { return sift(positions) })
			if err != nil {
				strips.Store(int64(len(posts))) // so that the others end
			}
			return err
		})
	}
	return group.Wait()
}

// phrasePositions looks for the phrases of a clause in posts, span by span. It is for
// one goroutine.
type phrasePositions struct {
	search  *search
	phrases []weighedPhrase
	words   [][]phraseWord // of each phrase, the rarest first, which leave least to look at
	read    int            // bytes of positions that are not paid for yet
	begins  []uint32       // room, as all that follows

	own, other [sets.SpanPlaces]extent
	first      []positions
}

// phraseWord is a word in its place in a phrase, and where it stands in posts.
type phraseWord struct {
	*weighedWord
	offset    int
	positions []wordPositions // of each form
	all       []uint32        // room
}

func (s *search) positionsOf(c *weighedClause) *phrasePositions {
	p := &phrasePositions{search: s, phrases: c.any}
	for _, phrase := range c.any {
		words := make([]phraseWord, len(phrase))
		for i, w := range phrase {
			words[i] = phraseWord{weighedWord: w, offset: i, positions: make([]wordPositions, len(w.forms))}
			for j := range w.forms {
				words[i].positions[j].list = w.forms[j].list
			}
		}
		slices.SortStableFunc(words, func(a, b phraseWord) int { return cmp.Compare(a.count(), b.count()) })
		p.words = append(p.words, words)
	}
	return p
}

// apart gives a clause for another goroutine.
func (c *weighedClause) apart() *weighedClause {
	own := *c
	own.any = make([]weighedPhrase, len(c.any))
	for i, phrase := range c.any {
		for _, w := range phrase {
			word := *w
			word.forms = slices.Clone(w.forms)
			own.any[i] = append(own.any[i], &word)
		}
	}
	return &own
}

// sift leaves of the posts in some words of a set those that have any of the phrases, or
// those that have none.
func (p *phrasePositions) sift(posts sets.Bits, from, until int, none bool) {
	for ; from < until; from += sets.SpanWords {
		own := posts[from:min(from+sets.SpanWords, until)]
		var found spanPosts
		copy(found[:], own)
		if found.none() {
			continue
		}
		p.keepAny(from/sets.SpanWords, &found)
		for i := range own {
			if none {
				own[i] &^= found[i]
			} else {
				own[i] = found[i]
			}
		}
	}
}

// keepAny leaves of some posts of a span those that have any of the phrases.
func (p *phrasePositions) keepAny(span int, posts *spanPosts) {
	var any spanPosts
	for number := range p.phrases {
		found := *posts
		for i := range found {
			found[i] &^= any[i]
		}
		p.keep(number, span, &found)
		for i := range any {
			any[i] |= found[i]
		}
	}
	*posts = any
}

// has reports whether a post has a phrase.
func (p *phrasePositions) has(number, ordinal int) bool {
	var one spanPosts
	one[ordinal%sets.SpanPlaces/64] = 1 << (ordinal % 64)
	p.keep(number, ordinal/sets.SpanPlaces, &one)
	return !one.none()
}

// keep leaves of some posts of a span those that have a phrase.
func (p *phrasePositions) keep(number, span int, posts *spanPosts) {
	words := p.words[number]
	for i := range words {
		if posts.none() {
			return
		}
		words[i].look(span)
		for j := range posts {
			posts[j] &= words[i].posts[j]
		}
	}
	switch {
	case len(words) == 1 || posts.none():
		return
	case len(words) == 2 && words[0].offset < words[1].offset:
		p.keepPair(&words[0], &words[1], posts)
	case len(words) == 2:
		p.keepPair(&words[1], &words[0], posts)
	default:
		eachOf(posts, func(at int) {
			if !p.hasAll(words, at) {
				posts[at/64] &^= 1 << (at % 64)
			}
		})
	}
	p.search.look(p.read)
	p.read = 0
}

// keepPair leaves of some posts of a span, which have both words, those in which one stands
// right behind the other. It is what nearly all phrases are.
func (p *phrasePositions) keepPair(first, second *phraseWord, posts *spanPosts) {
	if len(first.forms) > 1 || len(second.forms) > 1 {
		eachOf(posts, func(at int) {
			if !p.hasPair(first, second, at) {
				posts[at/64] &^= 1 << (at % 64)
			}
		})
		return
	}
	first.positions[0].extents(&first.forms[0].span, posts, &p.own)
	second.positions[0].extents(&second.forms[0].span, posts, &p.other)
	n, ownList, otherList := 0, first.forms[0].list, second.forms[0].list
	for i, rest := range posts {
		for ; rest != 0; rest &= rest - 1 {
			own, other := ownList.at(p.own[n%sets.SpanPlaces]), otherList.at(p.other[n%sets.SpanPlaces])
			p.pay(len(own) + len(other))
			if !own.followedBy(other) {
				posts[i] &^= rest & -rest
			}
			n++
		}
	}
}

// hasPair is for words of several forms, any of which may stand behind any.
func (p *phrasePositions) hasPair(first, second *phraseWord, at int) bool {
	p.first = p.first[:0]
	first.each(at, func(own positions) { p.first = append(p.first, own) })
	found := false
	second.each(at, func(other positions) {
		for _, own := range p.first {
			if !found {
				p.pay(len(own) + len(other))
				found = own.followedBy(other)
			}
		}
	})
	return found
}

// hasAll reports whether a post of the span, which has all the words, has them one behind
// the other.
func (p *phrasePositions) hasAll(words []phraseWord, at int) bool {
	begins := p.begins[:0] // where the phrase can begin
	for i := range words {
		if begins = words[i].follow(begins, i == 0, at, p.pay); len(begins) == 0 {
			break
		}
	}
	p.begins = begins
	return len(begins) > 0
}

// pay pays for bytes of positions, many at a time.
func (p *phrasePositions) pay(bytes int) {
	if p.read += bytes; p.read > looksBetween {
		p.search.look(p.read)
		p.read = 0
	}
}

// each calls a function with the positions of each form that a post of the span has.
func (w *phraseWord) each(at int, f func(positions)) {
	for i := range w.forms {
		if s := &w.forms[i].span; s.has(at) {
			f(w.positions[i].of(s.before + s.place(at)))
		}
	}
}

// follow leaves of the beginnings of a phrase those that have the word in its place; the
// first word gives them.
func (w *phraseWord) follow(begins []uint32, first bool, at int, pay func(bytes int)) []uint32 {
	offset := uint32(w.offset)
	if len(w.forms) == 1 && !first {
		s := &w.forms[0].span
		own := w.positions[0].of(s.before + s.place(at))
		pay(len(own))
		return own.follow(begins, offset)
	}
	all := w.all[:0]
	w.each(at, func(own positions) {
		pay(len(own))
		all = own.appendTo(all, offset)
	})
	if len(w.forms) > 1 {
		slices.Sort(all)
	}
	w.all = all
	if first {
		return append(begins, all...)
	}
	kept, i := begins[:0], 0
	for _, begin := range begins {
		for i < len(all) && all[i] < begin {
			i++
		}
		if i < len(all) && all[i] == begin {
			kept = append(kept, begin)
		}
	}
	return kept
}
