package fulltext

import (
	"sync"

	"alphanode/text"
)

// LexiconMemory is how many bytes the words may take that a build numbers: some
// hundred thousands, all that most archives have. Words that come when there is no
// more room have no number: where a post has one it is told with its text.
const LexiconMemory = 32 << 20

// Lexicon numbers the words of a build, as many as it has room for. A word has its
// number for good, or never gets one. The numbers depend on the order of import;
// nothing of them reaches the file. It is safe for many goroutines.
type Lexicon struct {
	most int // bytes

	mu    sync.Mutex
	words wordTable
	full  bool
}

// NewLexicon begins with no words; most is how many bytes they may take.
func NewLexicon(most int) *Lexicon { return &Lexicon{most: most} }

// number gives the number of a word, by its key. It reports false where the word has
// none.
func (l *Lexicon) number(key string) (number uint32, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number, ok = l.words.find(key); ok || l.full {
		return number, ok
	}
	number = l.words.add(key)
	l.full = l.words.size() >= l.most
	return number, true
}

// key gives the word with a number.
func (l *Lexicon) key(number uint32) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.words.at(number)
}

// A word of an archive is a folded form in posts of one analysis: the same letters are
// two words in a French and in an English post. Its key begins with a byte for the
// analysis, above 0, as in all texts of an index.
func keyOf(a text.Analysis, folded string) string { return string(rune(a+1)) + folded }

// cutKey takes a key apart.
func cutKey(key string) (a text.Analysis, folded string) {
	if key == "" {
		return text.Plain, ""
	}
	return text.Analysis(key[0] - 1), key[1:]
}
