package store

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"alphanode/content"
	"alphanode/text"
)

// The words of a post, as a build hands them on: the length of each field, the
// number of different stems, and for each stem its number and an occurrence.
// An occurrence is as long as it says first: a byte with a bit for each field
// the stem stands in, how often it does in each of these, and then its
// positions, each as the distance to the one before. Positions run through all
// fields. All numbers are uvarints.

// wordReader finds the words of posts. It is for one goroutine.
type wordReader struct {
	lexicon *lexicon
	known   map[string]wordStem // by words as they are written
	slots   []uint32            // by stem: its place in found, plus 1
	found   []foundStem
	packed  []byte // room
}

// foundStem is what is known of a stem in one post.
type foundStem struct {
	stem        uint32
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

func newWordReader(l *lexicon) *wordReader {
	return &wordReader{lexicon: l, known: map[string]wordStem{}}
}

// read gives the words of a post.
func (r *wordReader) read(p *content.Post) []byte {
	var lengths [len(searchFields)]uint32
	r.found = r.found[:0]
	position, public := uint32(0), p.Public()
	eachSearched(p, func(field int, piece string) {
		text.Each(piece, func(word string, _ int) {
			f := &r.found[r.slot(r.stem(word, public))]
			f.occurrences[field]++
			f.positions = binary.AppendUvarint(f.positions, uint64(position-f.last))
			f.last = position
			position++
			lengths[field]++
		})
		position++ // no word of the next piece follows one of this
	})
	size := 0
	for i := range r.found {
		size += 8 + len(r.found[i].positions) // about
	}
	words := make([]byte, 0, size)
	for _, n := range lengths {
		words = binary.AppendUvarint(words, uint64(n))
	}
	words = binary.AppendUvarint(words, uint64(len(r.found)))
	for i := range r.found {
		f := &r.found[i]
		r.packed = f.append(r.packed[:0])
		words = binary.AppendUvarint(words, uint64(f.stem))
		words = appendPart(words, r.packed)
		r.slots[f.stem] = 0
	}
	if len(words) > mostRoom {
		r.found, r.packed = nil, nil
	}
	return words
}

func (r *wordReader) stem(word string, public bool) uint32 {
	w, ok := r.known[word]
	if !ok || public && !w.public {
		if len(r.known) >= mostKnown {
			clear(r.known)
		}
		w = r.lexicon.word(text.Fold(word), public)
		if len(word) <= longestKnown {
			r.known[strings.Clone(word)] = w // the word is a part of its post
		}
	}
	return w.stem
}

// slot gives the place of a stem among those found.
func (r *wordReader) slot(stem uint32) uint32 {
	if n := int(stem) + 1; n > len(r.slots) {
		r.slots = append(r.slots, make([]uint32, n-len(r.slots)+len(r.slots)/4)...)
	}
	if slot := r.slots[stem]; slot > 0 {
		return slot - 1
	}
	slot := len(r.found)
	if slot < cap(r.found) { // its list of positions is used again
		r.found = r.found[:slot+1]
		f := &r.found[slot]
		*f = foundStem{stem: stem, positions: f.positions[:0]}
	} else {
		r.found = append(r.found, foundStem{stem: stem})
	}
	r.slots[stem] = uint32(slot) + 1
	return uint32(slot)
}

func (f *foundStem) append(dst []byte) []byte {
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

// readOccurrence reads how often a stem stands in each field, and gives the
// positions as they were laid out.
func readOccurrence(b []byte) (occurrences [len(searchFields)]uint32, positions []byte, err error) {
	if len(b) == 0 {
		return occurrences, nil, fmt.Errorf("words of a post: %w", errRecord)
	}
	mask := b[0]
	b = b[1:]
	for ; mask != 0; mask &= mask - 1 {
		field := bits.TrailingZeros8(mask)
		count, used := binary.Uvarint(b)
		if used <= 0 || field >= len(occurrences) {
			return occurrences, nil, fmt.Errorf("words of a post: %w", errRecord)
		}
		occurrences[field], b = uint32(count), b[used:]
	}
	return occurrences, b, nil
}
