package store

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// For the terms that many public posts have, a release holds the places of
// those posts in each order a list can have. A page of a term's posts is then
// read off, however large the archive: its members follow each other, those of
// several terms are an intersection of bitmaps, and member number k is found by
// counts. The posts of other terms are few enough to be sorted for the occasion.
//
// A row is the places of one term's posts. It is cut into chunks, each of which
// is a bitmap or, where that is shorter, a list: for each spanPlaces places how
// many of the chunk's stand before their end, in 16 bits, and then for each place
// its number among those, in 8. The column members/FIELD begins with a directory:
// for each chunk of each row where it begins, in bytes, and how many places the
// row has before it; one more entry of each row gives the end and how many they
// are in all. The rows follow.
const (
	chunkPlaces = 1 << 16
	spanPlaces  = 1 << 8

	// A term gets rows where at least so many posts have it, and one in
	// membersOneIn.
	membersLeast = 256
	membersOneIn = 128
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

// chunkDense reports whether a chunk of so many places, of which a row has
// count, is a bitmap.
func chunkDense(count, size int) bool { return wordsFor(size)*8 <= 2*spansFor(size)+count }

// termPlaces is a row.
type termPlaces struct {
	data   *column
	chunks numbers32
	n      int // places of the order
}

// rowOf gives the row of a term in an order of n places; none where the term or
// the order has no rows.
func (tx *readTx) rowOf(x *orderIndex, n int, id TermID) (row termPlaces, ok bool, err error) {
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

// chunk gives a chunk: a bitmap or a list.
func (r *termPlaces) chunk(c int) (bitmap words, list placeList) {
	size := min(chunkPlaces, r.n-c*chunkPlaces)
	count := int(r.chunks.at(2*c+3) - r.chunks.at(2*c+1))
	data := r.data.span(int(r.chunks.at(2*c)), int(r.chunks.at(2*c+2)))
	if chunkDense(count, size) {
		return words(data), placeList{}
	}
	ends := 2 * spansFor(size)
	return nil, placeList{ends: data[:ends], places: data[ends:]}
}

// has reports whether a place is in the row.
func (r *termPlaces) has(place int) bool {
	c, at := place/chunkPlaces, place%chunkPlaces
	begin, size := int(r.chunks.at(2*c)), min(chunkPlaces, r.n-c*chunkPlaces)
	if chunkDense(int(r.chunks.at(2*c+3)-r.chunks.at(2*c+1)), size) {
		return r.data.byte(begin+at/8)>>(at%8)&1 != 0
	}
	_, list := r.chunk(c)
	places, _ := list.span(at / spanPlaces)
	return bytes.IndexByte(places, byte(at%spanPlaces)) >= 0
}

// before counts the places of the row before one.
func (r *termPlaces) before(place int) int {
	c, at := place/chunkPlaces, place%chunkPlaces
	n := int(r.chunks.at(2*c + 1))
	if at == 0 {
		return n
	}
	if bitmap, list := r.chunk(c); bitmap != nil {
		return n + bitmap.before(at)
	} else {
		return n + list.before(at)
	}
}

// fill puts what the row has of some places, from one on, into words, or takes
// from words what it has not. The places lie in one chunk and begin with a span.
func (r *termPlaces) fill(dst []uint64, from int, intersect bool) {
	bitmap, list := r.chunk(from / chunkPlaces)
	at := from % chunkPlaces
	if bitmap == nil {
		list.fill(dst, at/spanPlaces, intersect)
		return
	}
	bitmap = bitmap[at/8:]
	n := min(len(dst), len(bitmap)/8)
	clear(dst[n:])
	dst = dst[:n]
	if intersect {
		for i := range dst {
			dst[i] &= bitmap.at(i)
		}
		return
	}
	for i := range dst {
		dst[i] = bitmap.at(i)
	}
}

// placeList is a chunk that is a list.
type placeList struct {
	ends   []byte // 16 bits for each span
	places []byte
}

// span gives the places of a span, and how many stand before them.
func (l *placeList) span(i int) (places []byte, before int) {
	if i > 0 {
		before = int(binary.LittleEndian.Uint16(l.ends[2*(i-1):]))
	}
	return l.places[before:binary.LittleEndian.Uint16(l.ends[2*i:])], before
}

func (l *placeList) before(at int) int {
	places, n := l.span(at / spanPlaces)
	for _, place := range places {
		if int(place) >= at%spanPlaces {
			break
		}
		n++
	}
	return n
}

func (l *placeList) fill(dst []uint64, span int, intersect bool) {
	for ; len(dst) > 0; span++ {
		var words [spanPlaces / 64]uint64
		if 2*span < len(l.ends) {
			places, _ := l.span(span)
			for _, place := range places {
				words[place/64] |= 1 << (place % 64)
			}
		}
		part := dst[:min(len(words), len(dst))]
		dst = dst[len(part):]
		for i := range part {
			if intersect {
				part[i] &= words[i]
			} else {
				part[i] = words[i]
			}
		}
	}
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
func (a *assembler) membersOf() (terms []uint32) {
	least := max(membersLeast, a.index.public/membersOneIn)
	for id, stats := range a.index.terms {
		if stats.public >= least {
			terms = append(terms, uint32(id))
		}
	}
	return terms
}

// placeMembers makes the rows of some terms in an order of n places.
func (a *assembler) placeMembers(terms []uint32, n int, placeOf func(ordinal int) uint32) []byte {
	chunks := chunksFor(n)
	directory := make([]uint32, 0, len(terms)*2*(chunks+1))
	begin := cap(directory) * 4 // of the rows
	var rows []byte
	members := newBitset(n)
	for _, id := range terms {
		clear(members)
		a.index.terms[id].posts.each(func(ordinal uint32) {
			if ordinal < uint32(a.index.public) {
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
			rows = appendChunk(rows, words, chunkDense(count, size))
		}
		directory = append(directory, uint32(begin+len(rows)), uint32(before))
	}
	return append(encode32(directory), rows...)
}

func appendChunk(dst []byte, words bitset, dense bool) []byte {
	if dense {
		for _, word := range words {
			dst = binary.LittleEndian.AppendUint64(dst, word)
		}
		return dst
	}
	n := 0
	for w, word := range words {
		n += bits.OnesCount64(word)
		if (w+1)%(spanPlaces/64) == 0 || w == len(words)-1 {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
		}
	}
	for w, word := range words {
		for ; word != 0; word &= word - 1 {
			dst = append(dst, byte(w%(spanPlaces/64)*64+bits.TrailingZeros64(word)))
		}
	}
	return dst
}
