package store

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sort"
)

// For the terms that many public posts have, a release holds the places of
// those posts in each order a list can have. A page of a term's posts is then
// read off, however large the archive: its members follow each other, those of
// several terms are an intersection of bitmaps, and member number k is found by
// counts. The posts of other terms are few enough to be sorted for the occasion.
//
// A row is the places of one term's posts. It is cut into chunks, each in the
// form that is the shortest: a bitmap; a list by spans, which is for each span
// of spanPlaces places how many of the chunk's stand before its end, in 16 bits,
// and then for each place its number in its span, in 8; or a plain list of
// numbers of 16 bits. The column members/FIELD begins with a directory: for each
// chunk of each row where it begins, in bytes, and how many places the row has
// before it; one more entry of each row gives the end and how many they are in
// all. The rows follow.
const (
	chunkPlaces = 1 << 16
	spanPlaces  = 1 << 8
	spanWords   = spanPlaces / 64 // words of a bitmap

	// A term gets rows where at least so many public posts have it.
	membersLeast = 64
)

// membersFields are the orders that have rows.
var membersFields = []Field{
	FieldSlug, FieldTitle, FieldPublishedAt, FieldLastReviewed, FieldUpdated, FieldQuality, FieldViewCount,
}

// membersTerms lists the terms that have rows, in order.
const membersTerms = "members/terms"

func membersColumn(f Field) string { return "members/" + string(f) }

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

// termPlaces is a row.
type termPlaces struct {
	data   *column
	chunks numbers32
	n      int // places of the order
}

// rowOf gives the row of a term in an order of n places; none where the term or
// the order has no rows.
func (o *orders) rowOf(tx *readTx, x *orderIndex, n int, id TermID) (row termPlaces, ok bool, err error) {
	terms, err := tx.column(membersTerms)
	if err != nil || x.members == nil {
		return row, false, err
	}
	number := terms.search32(0, terms.len32(), uint32(id))
	if number == terms.len32() || terms.uint32(number) != uint32(id) {
		return row, false, nil
	}
	size := 2 * (chunksFor(n) + 1)
	return termPlaces{data: x.members, chunks: x.members.span32(number*size, (number+1)*size), n: n}, true, nil
}

// total is how many places the row has.
func (r *termPlaces) total() int { return int(r.chunks.at(r.chunks.len() - 1)) }

// chunk gives one of its chunks.
func (r *termPlaces) chunk(c int) rowChunk {
	size := min(chunkPlaces, r.n-c*chunkPlaces)
	count := int(r.chunks.at(2*c+3) - r.chunks.at(2*c+1))
	k := rowChunk{form: formOf(count, size), data: r.data.span(int(r.chunks.at(2*c)), int(r.chunks.at(2*c+2)))}
	if k.form == chunkSpans {
		ends := 2 * spansFor(size)
		k.ends, k.data = k.data[:ends], k.data[ends:]
	}
	return k
}

// has reports whether a place is in the row.
func (r *termPlaces) has(place int) bool {
	c, at := place/chunkPlaces, place%chunkPlaces
	if formOf(int(r.chunks.at(2*c+3)-r.chunks.at(2*c+1)), min(chunkPlaces, r.n-c*chunkPlaces)) == chunkBitmap {
		return r.data.byte(int(r.chunks.at(2*c))+at/8)>>(at%8)&1 != 0
	}
	k := r.chunk(c)
	return k.has(at)
}

// before counts the places of the row before one.
func (r *termPlaces) before(place int) int {
	c, at := place/chunkPlaces, place%chunkPlaces
	n := int(r.chunks.at(2*c + 1))
	if at > 0 {
		k := r.chunk(c)
		n += k.before(at)
	}
	return n
}

// fill puts what the row has of some places, from one on, into words, or takes
// from words what it has not. The places lie in one chunk and begin with a span.
func (r *termPlaces) fill(dst []uint64, from int, intersect bool) {
	k := r.chunk(from / chunkPlaces)
	k.fill(dst, from%chunkPlaces, intersect)
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

// numbers16 is a list of ascending 16-bit numbers.
type numbers16 []byte

func (l numbers16) len() int     { return len(l) / 2 }
func (l numbers16) at(i int) int { return int(binary.LittleEndian.Uint16(l[i*2:])) }

// search gives the first i with number i ≥ x, or the length.
func (l numbers16) search(x int) int {
	return sort.Search(l.len(), func(i int) bool { return l.at(i) >= x })
}

// before counts the members of a bitmap below a number.
func (w words) before(n int) (count int) {
	for i := range n / 64 {
		count += bits.OnesCount64(w.at(i))
	}
	if n%64 != 0 {
		count += bits.OnesCount64(w.at(n/64) << (64 - n%64))
	}
	return count
}

// membersOf chooses the terms that get rows.
func membersOf(g *gathered) (terms []uint32) {
	for id, stats := range g.terms {
		if stats.public >= membersLeast {
			terms = append(terms, uint32(id))
		}
	}
	return terms
}

// placeMembers makes the rows of some terms in an order of n places.
func placeMembers(g *gathered, terms []uint32, n int, placeOf func(ordinal int) uint32) []byte {
	chunks := chunksFor(n)
	directory := make([]uint32, 0, len(terms)*2*(chunks+1))
	begin := cap(directory) * 4 // of the rows
	var rows []byte
	members := newBitset(n)
	for _, id := range terms {
		clear(members)
		g.terms[id].posts.each(func(ordinal uint32) {
			if ordinal < uint32(g.public) {
				members.add(int(placeOf(int(ordinal))))
			}
		})
		before := 0
		for c := range chunks {
			directory = append(directory, uint32(begin+len(rows)), uint32(before))
			words := members[c*chunkPlaces/64 : min((c+1)*chunkPlaces/64, len(members))]
			size := min(chunkPlaces, n-c*chunkPlaces)
			count := words.count(0, size)
			before += count
			rows = appendChunk(rows, words, formOf(count, size))
		}
		directory = append(directory, uint32(begin+len(rows)), uint32(before))
	}
	return append(encode32(directory), rows...)
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
