package fulltext

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// A word is near to one that was typed where few edits lead to it, whatever it begins
// with. Of all words those are looked at whose sketch says that they may be: most of them
// are passed over for a comparison of eight bytes. docs/decisions.md has what that costs
// beside an automaton and beside lists of words with letters left out.

// nearWord is a word that may have been meant.
type nearWord struct {
	word  string
	stem  string
	posts uint32 // public ones that have it, of one language
	edits int
	// away is how unlike it is: twice the edits, one less where the letters are the same and one
	// more where it begins with another.
	away int
}

func (n nearWord) compare(o nearWord) int {
	return cmp.Or(cmp.Compare(n.away, o.away), cmp.Compare(o.posts, n.posts), strings.Compare(n.word, o.word), strings.Compare(n.stem, o.stem))
}

// typedShape is a word that was typed, as others are held against it.
type typedShape struct {
	word    string
	runes   []rune
	sketch  text.Sketch
	letters int
}

func shapeOf(word string) *typedShape {
	t := &typedShape{word: word, runes: []rune(word)}
	t.sketch, t.letters = text.SketchOf(word)
	return t
}

// mostEdits is how many edits a word may be away from this one.
func (t *typedShape) mostEdits() int { return min(max(1, t.letters/3), text.MaxEdits) }

// number reports whether it is a number rather than a word: nothing is near to one.
func (t *typedShape) number() bool {
	digits := 0
	for _, r := range t.runes {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return 2*digits > len(t.runes)
}

// price is what it costs to hold a word against this one letter by letter.
func (t *typedShape) price() int { return priceOfHeld * max(1, t.letters/8) }

// hold reports whether a word is so many edits away at most, and how far.
func (t *typedShape) hold(of text.Analysis, word string, posts uint32, most int) (n nearWord, ok bool) {
	runes := []rune(word)
	n = nearWord{posts: posts, edits: text.Edits(t.runes, runes, most)}
	if n.edits == 0 || n.edits > most {
		return n, false
	}
	n.word, n.stem = word, of.Stem(word)
	n.away = 2 * n.edits
	if text.SameLetters(t.runes, runes) {
		n.away--
	}
	if runes[0] != t.runes[0] {
		n.away++
	}
	return n, true
}

// heldBetween is how many words are held and paid for at once.
const heldBetween = 1024

// nearest gives the words of the view, of all languages, that are at most so many edits
// away from one and good enough, the nearest first: store.MaxNearest of them, and of each stem one.
// What there is nothing left for is not looked at.
func (l *lookout) nearest(t *typedShape, most int, good func(nearWord) bool) ([]nearWord, error) {
	if t.letters < 2 || t.letters > text.MaxLetters {
		return nil, nil
	}
	words, err := l.index.words(l.tx)
	if err != nil {
		return nil, err
	}
	byEdits, err := l.sketched(words, t, most)
	if err != nil {
		return nil, err
	}
	var near, best []nearWord
	for edits, numbers := range byEdits {
		if len(best) == store.MaxNearest && best[len(best)-1].away < 2*edits-1 {
			break // which is how near a word of these can be
		}
		numbers = numbers[:min(len(numbers), l.left/t.price())]
		for some := range slices.Chunk(numbers, heldBetween) {
			if err := l.spend(len(some) * t.price()); err != nil {
				return nil, err
			}
			err := words.EachOf(some, func(number int, key []byte) {
				of, word := cutKey(string(key))
				if n, ok := t.hold(of, word, words.posts.Uint32(number), most); ok && (good == nil || good(n)) {
					near = append(near, n)
				}
			})
			if err != nil {
				return nil, err
			}
		}
		best = nearestOf(near)
	}
	return best, nil
}

// spend pays for work on what is near.
func (l *lookout) spend(nanos int) error {
	l.left -= nanos
	return cmp.Or(l.ctx.Err(), l.tx.Pay(l.ctx, nanos))
}

// sketched gives the numbers of the words that can be near to one, by how many edits they
// are away at least; none where that is too dear.
func (l *lookout) sketched(w knownWords, t *typedShape, most int) (byEdits [text.MaxEdits + 1][]uint32, err error) {
	ends, err := l.tx.Column(nearEnds)
	if err != nil {
		return byEdits, err
	}
	words, err := l.tx.Column(nearWords)
	if err != nil {
		return byEdits, err
	}
	sketches, err := l.tx.Column(nearSketches)
	if err != nil {
		return byEdits, err
	}
	lengths := func(f func(letters, from, until int)) {
		for letters := max(t.letters-most, 1); letters <= min(t.letters+most, text.MaxLetters); letters++ {
			until := 2 * letters
			if l.tx.View == store.Preview {
				until++
			}
			f(letters, int(ends.Uint32(2*letters-1)), int(ends.Uint32(until)))
		}
	}
	price := 0
	lengths(func(_, from, until int) { price += (until - from) * priceOfSketch })
	if price > l.left {
		return byEdits, nil
	}
	if err := l.spend(price); err != nil {
		return byEdits, err
	}
	lengths(func(letters, from, until int) {
		longer := max(letters-t.letters, t.letters-letters)
		data := sketches.Span(8*from, 8*until)
		for i := from; len(data) >= 8; i++ {
			sketch := text.Sketch(binary.LittleEndian.Uint64(data))
			data = data[8:]
			if edits := t.sketch.Edits(sketch, longer); edits <= most {
				byEdits[edits] = append(byEdits[edits], words.Uint32(i))
			}
		}
	})
	for _, numbers := range byEdits {
		slices.Sort(numbers) // as they lie in the file
	}
	return byEdits, nil
}

// nearestOf gives the nearest of some words, each word and each stem once. A word that several
// languages have counts as in the one in which most posts have it.
func nearestOf(near []nearWord) (best []nearWord) {
	slices.SortFunc(near, nearWord.compare)
	for _, n := range near {
		if len(best) < store.MaxNearest && !slices.ContainsFunc(best, func(o nearWord) bool { return o.word == n.word || o.stem == n.stem }) {
			best = append(best, n)
		}
	}
	return best
}

// begunBy adds to the words near to one, where there may be more, those that begin as it does:
// those that most posts have first.
func (x *Index) begunBy(ctx context.Context, tx *file.Tx, word string, near []nearWord) ([]nearWord, error) {
	words, err := x.words(tx)
	if err != nil {
		return nil, err
	}
	for _, of := range tx.Analyses() {
		numbers, err := words.begun(ctx, of.Analysis, word, 2*store.MaxNearest)
		if err != nil {
			return nil, err
		}
		for _, number := range numbers {
			key, err := words.At(number)
			if err != nil {
				return nil, err
			}
			_, begun := cutKey(key)
			near = append(near, nearWord{word: begun, stem: of.Analysis.Stem(begun), posts: words.posts.Uint32(number), away: farAway})
		}
	}
	return nearestOf(near), nil
}

// farAway is how unlike words are that only begin as what was typed does.
const farAway = 1 << 10
