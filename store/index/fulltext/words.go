package fulltext

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"alphanode/content"
	"alphanode/store/file"
	"alphanode/text"
)

// The words of a post, as a build hands them on: the analysis; the length of each field; the
// number of words that have a number, and for each of them its number and an
// occurrence; and the number of other words, and for each its key and an occurrence.
// An occurrence is as long as it says first: a byte with a bit for each field
// the word stands in, how often it does in each of these, and then its
// positions, each as the distance to the one before. Positions run through all
// fields. A key is as long as it says first. All numbers are uvarints.

// Reader finds the words of posts. It is for one goroutine.
type Reader struct {
	lexicon *Lexicon
	known   [text.Analyses]map[string][]uint32 // numbers of the forms of a word as it is written
	slots   []uint32                           // by the number of a word: its place in found, plus 1
	found   []foundWord
	loose   looseWords
	numbers []uint32 // room, as packed is
	packed  []byte
}

// looseWords are the words of one post that have no number.
type looseWords struct {
	keys  wordTable
	found []foundWord // by their place in keys
}

// foundWord is what is known of a word in one post.
type foundWord struct {
	number      uint32
	occurrences [len(searchFields)]uint32
	last        uint32 // position
	positions   []byte // as they are laid out
}

// mostKnown bounds how many words a reader remembers, and longestKnown how many
// bytes each of them has. mostRoom is how many bytes the words of a post may have
// for a reader to keep its room for the next.
const (
	mostKnown    = 1 << 16
	longestKnown = 128
	mostRoom     = 1 << 20
)

// NewReader reads words that the lexicon numbers.
func NewReader(l *Lexicon) *Reader { return &Reader{lexicon: l} }

// Read gives the words of a post, as an analysis takes them.
func (r *Reader) Read(p *content.Post, a text.Analysis) []byte {
	var lengths [len(searchFields)]uint32
	r.found = r.found[:0]
	position := uint32(0)
	eachSearched(content.TextsOf(p), func(field int, piece content.Piece) {
		text.Each(piece.Text(), func(word string, _ int) {
			r.take(word, a, field, position)
			position++
			lengths[field]++
		})
		position++ // no word of the next piece follows one of this
	})
	words := append(make([]byte, 0, 1+r.size()), byte(a))
	for _, n := range lengths {
		words = binary.AppendUvarint(words, uint64(n))
	}
	words = binary.AppendUvarint(words, uint64(len(r.found)))
	for i := range r.found {
		f := &r.found[i]
		r.packed = f.append(r.packed[:0])
		words = binary.AppendUvarint(words, uint64(f.number))
		words = file.AppendText(words, r.packed)
		r.slots[f.number] = 0
	}
	words = r.appendLoose(words)
	if len(words) > mostRoom {
		r.found, r.packed, r.loose = nil, nil, looseWords{}
	}
	return words
}

// size is about how many bytes the words take that were found.
func (r *Reader) size() (bytes int) {
	for _, found := range [][]foundWord{r.found, r.loose.found} {
		for i := range found {
			bytes += 8 + len(found[i].positions)
		}
	}
	return bytes + len(r.loose.keys.bytes)
}

// appendLoose appends the words without a number, and forgets them.
func (r *Reader) appendLoose(dst []byte) []byte {
	l := &r.loose
	dst = binary.AppendUvarint(dst, uint64(len(l.found)))
	for i := range l.found {
		r.packed = l.found[i].append(r.packed[:0])
		dst = file.AppendText(dst, l.keys.at(uint32(i)))
		dst = file.AppendText(dst, r.packed)
	}
	l.keys.clear()
	l.found = l.found[:0]
	return dst
}

// take notes that a word stands somewhere, under each of its forms.
func (r *Reader) take(word string, a text.Analysis, field int, position uint32) {
	if numbers, ok := r.known[a][word]; ok {
		for _, n := range numbers {
			r.numbered(n).add(field, position)
		}
		return
	}
	r.numbers = r.numbers[:0]
	forms := text.Forms(word)
	for _, form := range forms {
		key := keyOf(a, form)
		n, ok := r.lexicon.number(key)
		if !ok {
			r.loose.of(key).add(field, position)
			continue
		}
		r.numbered(n).add(field, position)
		r.numbers = append(r.numbers, n)
	}
	if len(r.numbers) < len(forms) || len(word) > longestKnown {
		return
	}
	if r.known[a] == nil || len(r.known[a]) >= mostKnown {
		r.known[a] = map[string][]uint32{}
	}
	r.known[a][strings.Clone(word)] = append([]uint32(nil), r.numbers...) // the word is a part of its post
}

// of gives what is known of a word without a number.
func (l *looseWords) of(key string) *foundWord {
	n, ok := l.keys.find(key)
	if !ok {
		n = l.keys.add(key)
		l.found = appendFound(l.found, n)
	}
	return &l.found[n]
}

// numbered gives what is known of a word with a number, until it is called again.
func (r *Reader) numbered(word uint32) *foundWord {
	if n := int(word) + 1; n > len(r.slots) {
		r.slots = append(r.slots, make([]uint32, n-len(r.slots)+len(r.slots)/4)...)
	}
	if slot := r.slots[word]; slot > 0 {
		return &r.found[slot-1]
	}
	r.found = appendFound(r.found, word)
	r.slots[word] = uint32(len(r.found))
	return &r.found[len(r.found)-1]
}

// appendFound appends a word that was not found before. The list of positions that
// is in its place is used again.
func appendFound(found []foundWord, word uint32) []foundWord {
	if n := len(found); n < cap(found) {
		found = found[:n+1]
		found[n] = foundWord{number: word, positions: found[n].positions[:0]}
		return found
	}
	return append(found, foundWord{number: word})
}

func (f *foundWord) add(field int, position uint32) {
	f.occurrences[field]++
	f.positions = binary.AppendUvarint(f.positions, uint64(position-f.last))
	f.last = position
}

func (f *foundWord) append(dst []byte) []byte {
	mask := len(dst)
	dst = append(dst, 0)
	for field, n := range f.occurrences {
		if n > 0 {
			dst[mask] |= 1 << field
			dst = binary.AppendUvarint(dst, uint64(n))
		}
	}
	return append(dst, f.positions...)
}

// readOccurrence reads how often a word stands in each field, and gives the
// positions as they were laid out.
func readOccurrence(b []byte) (occurrences [len(searchFields)]uint32, positions []byte, err error) {
	if len(b) == 0 {
		return occurrences, nil, fmt.Errorf("words of a post: %w", file.ErrRecord)
	}
	mask := b[0]
	b = b[1:]
	for ; mask != 0; mask &= mask - 1 {
		field := bits.TrailingZeros8(mask)
		count, used := binary.Uvarint(b)
		if used <= 0 || field >= len(occurrences) {
			return occurrences, nil, fmt.Errorf("words of a post: %w", file.ErrRecord)
		}
		occurrences[field], b = uint32(count), b[used:]
	}
	return occurrences, b, nil
}
