package sets

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A chunk is up to ChunkPlaces places, in the form that is the shortest: a bitmap; a
// list by spans, which is for each span of SpanPlaces places how many of the chunk's
// stand before its end, in 16 bits, and then for each place its number in its span,
// in 8; or a plain list of numbers of 16 bits.
const (
	ChunkPlaces = 1 << 16
	SpanPlaces  = 1 << 8
	SpanWords   = SpanPlaces / 64 // words of a bitmap
)

// Form is how a chunk is laid out.
type Form uint8

const (
	ChunkBitmap Form = iota
	ChunkSpans
	ChunkPlain
)

// FormOf gives the form of a chunk of so many places, of which a row has count.
func FormOf(count, size int) Form {
	bitmap, spans, plain := WordsFor(size)*8, 2*SpansFor(size)+count, 2*count
	switch {
	case plain < min(spans, bitmap):
		return ChunkPlain
	case spans < bitmap:
		return ChunkSpans
	default:
		return ChunkBitmap
	}
}

// ChunksFor is how many chunks n places take.
func ChunksFor(n int) int { return (n + ChunkPlaces - 1) / ChunkPlaces }

// SpansFor is how many spans n places take.
func SpansFor(n int) int { return (n + SpanPlaces - 1) / SpanPlaces }

// Chunk is a chunk of a row. Its places are counted from its first.
type Chunk struct {
	Form Form
	Ends []byte // of a list by spans
	Data []byte
}

// Span gives the places of a span, in a list by spans, and how many stand before
// them.
func (k *Chunk) Span(i int) (places []byte, before int) {
	if i > 0 {
		before = int(binary.LittleEndian.Uint16(k.Ends[2*(i-1):]))
	}
	return k.Data[before:binary.LittleEndian.Uint16(k.Ends[2*i:])], before
}

// Has is for lists.
func (k *Chunk) Has(at int) bool {
	if k.Form == ChunkSpans {
		places, _ := k.Span(at / SpanPlaces)
		return bytes.IndexByte(places, byte(at%SpanPlaces)) >= 0
	}
	list := Uint16s(k.Data)
	i := list.Search(at)
	return i < list.Len() && list.At(i) == at
}

// Before counts the places before one.
func (k *Chunk) Before(at int) int {
	switch k.Form {
	case ChunkBitmap:
		return Bitmap(k.Data).before(at)
	case ChunkPlain:
		return Uint16s(k.Data).Search(at)
	}
	places, n := k.Span(at / SpanPlaces)
	for _, place := range places {
		if int(place) >= at%SpanPlaces {
			break
		}
		n++
	}
	return n
}

// Fill puts the places from one on, which begins a span, into words; or takes from words
// what the chunk has not.
func (k *Chunk) Fill(dst []uint64, at int, intersect bool) {
	list := Uint16s(k.Data)
	next := 0 // of a plain list
	if k.Form == ChunkPlain {
		next = list.Search(at)
	}
	var room [SpanWords]uint64
	for ; len(dst) > 0; at += SpanPlaces {
		room = [SpanWords]uint64{}
		switch k.Form {
		case ChunkBitmap:
			bitmap := Bitmap(k.Data[min(at/8, len(k.Data)):])
			for i := range min(SpanWords, len(bitmap)/8) {
				room[i] = bitmap.At(i)
			}
		case ChunkSpans:
			if i := at / SpanPlaces; 2*i < len(k.Ends) {
				places, _ := k.Span(i)
				for _, place := range places {
					room[place/64] |= 1 << (place % 64)
				}
			}
		case ChunkPlain:
			for ; next < list.Len() && list.At(next) < at+SpanPlaces; next++ {
				place := list.At(next) - at
				room[place/64%SpanWords] |= 1 << (place % 64)
			}
		}
		part := dst[:min(SpanWords, len(dst))]
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

// Unite adds the places to words, but for those behind them.
func (k *Chunk) Unite(dst []uint64) {
	switch k.Form {
	case ChunkBitmap:
		bitmap := Bitmap(k.Data)
		for i := range min(len(dst), len(bitmap)/8) {
			dst[i] |= bitmap.At(i)
		}
	case ChunkSpans:
		for i := 0; i*SpanWords < len(dst) && 2*i < len(k.Ends); i++ {
			places, _ := k.Span(i)
			for _, place := range places {
				if word := i*SpanWords + int(place/64); word < len(dst) {
					dst[word] |= 1 << (place % 64)
				}
			}
		}
	case ChunkPlain:
		list := Uint16s(k.Data)
		for i := range list.Len() {
			place := list.At(i)
			if place/64 >= len(dst) {
				return
			}
			dst[place/64] |= 1 << (place % 64)
		}
	}
}

// AppendEnds appends for each span how many members stand before its end.
func AppendEnds(dst []byte, words Bits) []byte {
	n := 0
	for w, word := range words {
		n += bits.OnesCount64(word)
		if (w+1)%SpanWords == 0 || w == len(words)-1 {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
		}
	}
	return dst
}

// AppendChunk lays out the places in a bitmap in a form.
func AppendChunk(dst []byte, words Bits, form Form) []byte {
	if form == ChunkSpans {
		dst = AppendEnds(dst, words)
	}
	for w, word := range words {
		if form == ChunkBitmap {
			dst = binary.LittleEndian.AppendUint64(dst, word)
			continue
		}
		for ; word != 0; word &= word - 1 {
			if i := bits.TrailingZeros64(word); form == ChunkSpans {
				dst = append(dst, byte(w%SpanWords*64+i))
			} else {
				dst = binary.LittleEndian.AppendUint16(dst, uint16(w*64+i))
			}
		}
	}
	return dst
}
