package store

import (
	"slices"
	"strings"
	"sync"

	"alphanode/text"
)

// lexicon numbers the words of a build. The numbers depend on the order of
// import; nothing of them reaches the file. It is safe for many goroutines.
type lexicon struct {
	stemming text.Stemming

	mu     sync.Mutex
	words  map[string]wordStem
	byStem map[string]uint32
	stems  []string
}

// wordStem is the stem of a word by its number, and whether a public post has
// the word: the public must not learn of a word that only others have.
type wordStem struct {
	stem   uint32
	public bool
}

func newLexicon(s text.Stemming) *lexicon {
	return &lexicon{stemming: s, words: map[string]wordStem{}, byStem: map[string]uint32{}}
}

// word takes a folded word of a post, public or not, and gives its stem.
func (l *lexicon) word(folded string, public bool) wordStem {
	stem := l.stemming.Stem(folded)
	l.mu.Lock()
	defer l.mu.Unlock()
	w, known := l.words[folded]
	if known && (w.public || !public) {
		return w
	}
	w.public = public
	if !known {
		number, ok := l.byStem[stem]
		if !ok {
			stem = strings.Clone(stem) // it may be a part of a post
			number = uint32(len(l.stems))
			l.byStem[stem] = number
			l.stems = append(l.stems, stem)
		}
		w.stem = number
		folded = strings.Clone(folded)
	}
	l.words[folded] = w
	return w
}

// stemText gives the stem with a number.
func (l *lexicon) stemText(number uint32) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stems[number]
}

// sorted gives all words and all stems in order, and of each word the stem by
// its place among them. It ends the lexicon, whose memory is needed.
func (l *lexicon) sorted() (words []string, stemOf []wordStem, stems []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	place := make([]uint32, len(l.stems))
	stems = slices.Clone(l.stems)
	slices.Sort(stems)
	for i, stem := range stems {
		place[l.byStem[stem]] = uint32(i)
	}
	words = make([]string, 0, len(l.words))
	for word := range l.words {
		words = append(words, word)
	}
	slices.Sort(words)
	stemOf = make([]wordStem, len(words))
	for i, word := range words {
		w := l.words[word]
		stemOf[i] = wordStem{place[w.stem], w.public}
	}
	l.words, l.byStem, l.stems = nil, nil, nil
	return words, stemOf, stems
}

// number is how a release stores it.
func (w wordStem) number() uint32 {
	if w.public {
		return w.stem<<1 | 1
	}
	return w.stem << 1
}

func wordStemOf(number uint32) wordStem { return wordStem{number >> 1, number&1 != 0} }
