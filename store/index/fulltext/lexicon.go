package fulltext

import (
	"sync"

	"alphanode/text"
)

// LexiconMemory is how many bytes the words may take that a build numbers: some
// hundred thousands, all that most archives have. Words that come when there is no
// more room have no number: where a post has one it is told with its text.
const LexiconMemory = 32 << 20

// Lexicon numbers the words of a build, as many as it has room for, and their stems.
// A word or stem has its number for good, or never gets one. The numbers depend on
// the order of import; nothing of them reaches the file. It is safe for many
// goroutines.
type Lexicon struct {
	Stemming text.Stemming
	most     int // bytes

	mu     sync.Mutex
	words  wordTable
	stemOf []uint32 // word → see wordStem.number
	stems  wordTable
	full   bool
}

// wordStem is the stem of a word by its number, and whether a public post has
// the word: the public must not learn of a word that only others have.
type wordStem struct {
	stem   uint32
	public bool
}

// NewLexicon begins with no words; most is how many bytes they may take.
func NewLexicon(s text.Stemming, most int) *Lexicon { return &Lexicon{Stemming: s, most: most} }

// word takes a folded word of a post, public or not, and gives its stem. It reports
// false where the word has no number.
func (l *Lexicon) word(folded string, public bool) (w wordStem, ok bool) {
	l.mu.Lock()
	w, ok = l.known(folded, public)
	full := l.full
	l.mu.Unlock()
	if ok || full {
		return w, ok
	}
	stem := l.Stemming.Stem(folded)
	l.mu.Lock()
	defer l.mu.Unlock()
	if w, ok = l.known(folded, public); ok || l.full { // another goroutine was faster
		return w, ok
	}
	number, ok := l.stems.find(stem)
	if !ok {
		number = l.stems.add(stem)
	}
	w = wordStem{number, public}
	l.words.add(folded)
	l.stemOf = append(l.stemOf, w.number())
	l.full = l.size() >= l.most
	return w, true
}

func (l *Lexicon) known(folded string, public bool) (w wordStem, ok bool) {
	number, ok := l.words.find(folded)
	if !ok {
		return w, false
	}
	w = wordStemOf(l.stemOf[number])
	if public && !w.public {
		w.public = true
		l.stemOf[number] = w.number()
	}
	return w, true
}

// stem gives the stem of a word without a number. The stem may have one.
func (l *Lexicon) stem(folded string) (stem string, number uint32, ok bool) {
	stem = l.Stemming.Stem(folded)
	l.mu.Lock()
	defer l.mu.Unlock()
	number, ok = l.stems.find(stem)
	return stem, number, ok
}

// stemText gives the stem with a number.
func (l *Lexicon) stemText(number uint32) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stems.at(number)
}

// size is how many bytes of memory it takes.
func (l *Lexicon) size() int { return l.words.size() + l.stems.size() + 4*cap(l.stemOf) }

// forget ends the lexicon, whose memory is needed.
func (l *Lexicon) forget() { l.words, l.stems, l.stemOf = wordTable{}, wordTable{}, nil }

// number is how a release stores it.
func (w wordStem) number() uint32 {
	if w.public {
		return w.stem<<1 | 1
	}
	return w.stem << 1
}

func wordStemOf(number uint32) wordStem { return wordStem{number >> 1, number&1 != 0} }
