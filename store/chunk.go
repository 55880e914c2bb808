package store

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A list of numbers is cut into chunks of chunkPlaces, each in the form that is the
// shortest: a bitmap; a list by spans, which is for each span of spanPlaces places how
// many of the chunk's stand before its end, in 16 bits, and then for each place its
// number in its span, in 8; or a plain list of numbers of 16 bits.
const (
	chunkPlaces = 1 << 16
	spanPlaces  = 1 << 8
	spanWords   = spanPlaces / 64 // words of a bitmap
)

func chunksFor(n int) int { return (n + chunkPlaces - 1) / chunkPlaces }

func spansFor(n int) int { return (n + spanPlaces - 1) / spanPlaces }

// chunkForm is how a chunk is laid out.
type chunkForm uint8

const (
	chunkBitmap chunkForm = iota
	chunkSpans
	chunkPlain
)

// formOf gives the form of a chunk of so many places, of which a row has count.
func formOf(count, size int) chunkForm {
	bitmap, spans, plain := wordsFor(size)*8, 2*spansFor(size)+count, 2*count
	switch {
	case plain < min(spans, bitmap):
		return chunkPlain
	case spans < bitmap:
		return chunkSpans
	default:
		return chunkBitmap
	}
}

// rowChunk is a chunk of a row. Its places are counted from its first.
type rowChunk struct {
	form chunkForm
	ends []byte // of a list by spans
	data []byte
}

// span gives the places of a span, in a list by spans, and how many stand before
// them.
func (k *rowChunk) span(i int) (places []byte, before int) {
	if i > 0 {
		before = int(binary.LittleEndian.Uint16(k.ends[2*(i-1):]))
	}
	return k.data[before:binary.LittleEndian.Uint16(k.ends[2*i:])], before
}

// has is for lists.
func (k *rowChunk) has(at int) bool {
	if k.form == chunkSpans {
		places, _ := k.span(at / spanPlaces)
		return bytes.IndexByte(places, byte(at%spanPlaces)) >= 0
	}
	list := numbers16(k.data)
	i := list.search(at)
	return i < list.len() && list.at(i) == at
}

func (k *rowChunk) before(at int) int {
	switch k.form {
	case chunkBitmap:
		return words(k.data).before(at)
	case chunkPlain:
		return numbers16(k.data).search(at)
	}
	places, n := k.span(at / spanPlaces)
	for _, place := range places {
		if int(place) >= at%spanPlaces {
			break
		}
		n++
	}
	return n
}

func (k *rowChunk) fill(dst []uint64, at int, intersect bool) {
	list := numbers16(k.data)
	next := 0 // of a plain list
	if k.form == chunkPlain {
		next = list.search(at)
	}
	var room [spanWords]uint64
	for ; len(dst) > 0; at += spanPlaces {
		room = [spanWords]uint64{}
		switch k.form {
		case chunkBitmap:
			bitmap := words(k.data[min(at/8, len(k.data)):])
			for i := range min(spanWords, len(bitmap)/8) {
				room[i] = bitmap.at(i)
			}
		case chunkSpans:
			if i := at / spanPlaces; 2*i < len(k.ends) {
				places, _ := k.span(i)
				for _, place := range places {
					room[place/64] |= 1 << (place % 64)
				}
			}
		case chunkPlain:
			for ; next < list.len() && list.at(next) < at+spanPlaces; next++ {
				place := list.at(next) - at
				room[place/64%spanWords] |= 1 << (place % 64)
			}
		}
		part := dst[:min(spanWords, len(dst))]
		dst = dst[len(part):]
		for i := range part {
			if intersect {
				part[i] &= room[i]
			} else {
				part[i] = room[i]
			}
		}
	}
}

// appendEnds appends for each span how many members stand before its end.
func appendEnds(dst []byte, words bitset) []byte {
	n := 0
	for w, word := range words {
		n += bits.OnesCount64(word)
		if (w+1)%spanWords == 0 || w == len(words)-1 {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
		}
	}
	return dst
}

func appendChunk(dst []byte, words bitset, form chunkForm) []byte {
	if form == chunkSpans {
		dst = appendEnds(dst, words)
	}
	for w, word := range words {
		if form == chunkBitmap {
			dst = binary.LittleEndian.AppendUint64(dst, word)
			continue
		}
		for ; word != 0; word &= word - 1 {
			if i := bits.TrailingZeros64(word); form == chunkSpans {
				dst = append(dst, byte(w%spanWords*64+i))
			} else {
				dst = binary.LittleEndian.AppendUint16(dst, uint16(w*64+i))
			}
		}
	}
	return dst
}
