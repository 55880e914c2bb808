package fulltext

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"alphanode/content"
	"alphanode/store/file"
	"alphanode/text"
)

// The words of a post, as a build hands them on: the length of each field; the
// number of stems that have a number, and for each of them its number and an
// occurrence; the number of other stems, and for each its text and an occurrence; and
// the number of words without a number, and for each its text and that of its stem,
// which is empty where it is the same.
// An occurrence is as long as it says first: a byte with a bit for each field
// the stem stands in, how often it does in each of these, and then its
// positions, each as the distance to the one before. Positions run through all
// fields. A text is as long as it says first. All numbers are uvarints.

// Reader finds the words of posts. It is for one goroutine.
type Reader struct {
	lexicon *Lexicon
	known   map[string]wordStem // by words as they are written
	slots   []uint32            // by the number of a stem: its place in found, plus 1
	found   []foundStem
	loose   looseWords
	packed  []byte // room
}

// looseWords are the words of one post that have no number.
type looseWords struct {
	words  wordTable
	stemOf []wordTarget // word → its stem
	stems  wordTable    // those without a number
	found  []foundStem  // by stem
}

// wordTarget is a stem with a number in the lexicon, or in a post alone.
type wordTarget struct {
	stem  uint32
	loose bool
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

// NewReader reads words that the lexicon numbers.
func NewReader(l *Lexicon) *Reader {
	return &Reader{lexicon: l, known: map[string]wordStem{}}
}

// Read gives the words of a post.
func (r *Reader) Read(p *content.Post) []byte {
	var lengths [len(searchFields)]uint32
	r.found = r.found[:0]
	position, public := uint32(0), p.Public()
	eachSearched(p, func(field int, piece string) {
		text.Each(piece, func(word string, _ int) {
			f := r.stem(word, public)
			f.occurrences[field]++
			f.positions = binary.AppendUvarint(f.positions, uint64(position-f.last))
			f.last = position
			position++
			lengths[field]++
		})
		position++ // no word of the next piece follows one of this
	})
	words := make([]byte, 0, r.size())
	for _, n := range lengths {
		words = binary.AppendUvarint(words, uint64(n))
	}
	words = binary.AppendUvarint(words, uint64(len(r.found)))
	for i := range r.found {
		f := &r.found[i]
		r.packed = f.append(r.packed[:0])
		words = binary.AppendUvarint(words, uint64(f.stem))
		words = file.AppendText(words, r.packed)
		r.slots[f.stem] = 0
	}
	words = r.appendLoose(words)
	if len(words) > mostRoom {
		r.found, r.packed, r.loose = nil, nil, looseWords{}
	}
	return words
}

// size is about how many bytes the words take that were found.
func (r *Reader) size() (bytes int) {
	for _, found := range [][]foundStem{r.found, r.loose.found} {
		for i := range found {
			bytes += 8 + len(found[i].positions)
		}
	}
	return bytes + 2*(len(r.loose.words.bytes)+len(r.loose.stemOf)) + len(r.loose.stems.bytes)
}

// appendLoose appends the words without a number, and forgets them.
func (r *Reader) appendLoose(dst []byte) []byte {
	l := &r.loose
	dst = binary.AppendUvarint(dst, uint64(len(l.found)))
	for i := range l.found {
		r.packed = l.found[i].append(r.packed[:0])
		dst = file.AppendText(dst, l.stems.at(uint32(i)))
		dst = file.AppendText(dst, r.packed)
	}
	dst = binary.AppendUvarint(dst, uint64(len(l.stemOf)))
	for i, target := range l.stemOf {
		word, stem := l.words.at(uint32(i)), []byte(nil)
		if target.loose {
			stem = l.stems.at(target.stem)
		} else {
			stem = r.lexicon.stemText(target.stem)
		}
		if bytes.Equal(word, stem) {
			stem = nil
		}
		dst = file.AppendText(dst, word)
		dst = file.AppendText(dst, stem)
	}
	l.words.clear()
	l.stems.clear()
	l.stemOf, l.found = l.stemOf[:0], l.found[:0]
	return dst
}

// stem gives what is known of the stem of a word, until it is called again.
func (r *Reader) stem(word string, public bool) *foundStem {
	w, ok := r.known[word]
	if ok && (w.public || !public) {
		return r.numbered(w.stem)
	}
	folded := text.Fold(word)
	if n, ok := r.loose.words.find(folded); ok {
		return r.foundOf(r.loose.stemOf[n])
	}
	if w, ok = r.lexicon.word(folded, public); !ok {
		return r.foundOf(r.addLoose(folded))
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	if len(word) <= longestKnown {
		r.known[strings.Clone(word)] = w // the word is a part of its post
	}
	return r.numbered(w.stem)
}

func (r *Reader) foundOf(t wordTarget) *foundStem {
	if t.loose {
		return &r.loose.found[t.stem]
	}
	return r.numbered(t.stem)
}

func (r *Reader) addLoose(folded string) (t wordTarget) {
	l := &r.loose
	stem, number, ok := r.lexicon.stem(folded)
	if ok {
		t = wordTarget{stem: number}
	} else {
		if number, ok = l.stems.find(stem); !ok {
			number = l.stems.add(stem)
			l.found = appendFound(l.found, number)
		}
		t = wordTarget{stem: number, loose: true}
	}
	l.words.add(folded)
	l.stemOf = append(l.stemOf, t)
	return t
}

// numbered gives what is known of a stem with a number.
func (r *Reader) numbered(stem uint32) *foundStem {
	if n := int(stem) + 1; n > len(r.slots) {
		r.slots = append(r.slots, make([]uint32, n-len(r.slots)+len(r.slots)/4)...)
	}
	if slot := r.slots[stem]; slot > 0 {
		return &r.found[slot-1]
	}
	r.found = appendFound(r.found, stem)
	r.slots[stem] = uint32(len(r.found))
	return &r.found[len(r.found)-1]
}

// appendFound appends a stem that was not found before. The list of positions that
// is in its place is used again.
func appendFound(found []foundStem, stem uint32) []foundStem {
	if n := len(found); n < cap(found) {
		found = found[:n+1]
		found[n] = foundStem{stem: stem, positions: found[n].positions[:0]}
		return found
	}
	return append(found, foundStem{stem: stem})
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
