package facts

import (
	"strings"
	"sync"
)

// Vocabulary numbers the names that posts spell, so that a build looks at each
// spelling once and not in every post. The numbers depend on the order of import;
// nothing of them reaches the file. It is safe for many goroutines.
type Vocabulary struct {
	mu      sync.Mutex
	numbers map[Term]uint32
	words   []word
}

// word is one spelling of a term, and the identity by which it is the same term
// as others.
type word struct {
	Term
	identity string
}

// NewVocabulary begins with no names.
func NewVocabulary() *Vocabulary { return &Vocabulary{numbers: map[Term]uint32{}} }

// numbersOf gives the number of each spelling.
func (v *Vocabulary) numbersOf(terms []Term) []uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	numbers := make([]uint32, len(terms))
	for i, t := range terms {
		n, ok := v.numbers[t]
		if !ok {
			// A post's texts may lie in one piece, which must not be kept.
			t.Name, t.Typ = strings.Clone(t.Name), strings.Clone(t.Typ)
			n = uint32(len(v.words))
			v.numbers[t] = n
			v.words = append(v.words, word{t, t.Identity()})
		}
		numbers[i] = n
	}
	return numbers
}

func (v *Vocabulary) word(number uint32) word {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.words[number]
}
