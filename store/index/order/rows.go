package order

import (
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
)

// For the terms that many public posts have, a release holds the places of
// those posts in each order a list can have. A page of a term's posts is then
// read off, however large the archive: its members follow each other, those of
// several terms are an intersection of bitmaps, and member number k is found by
// counts. The posts of other terms are few enough to be sorted for the occasion.
//
// A row is the places of one term's posts, cut into chunks. The column
// members/FIELD begins with a directory: for each chunk of each row where it begins,
// in bytes, and how many places the row has before it; one more entry of each row
// gives the end and how many they are in all. The rows follow.

// A term gets rows where at least so many public posts have it.
const membersLeast = 64

// membersFields are the orders that have rows.
var membersFields = []store.Field{
	store.FieldSlug, store.FieldTitle, store.FieldPublishedAt, store.FieldLastReviewed, store.FieldUpdated, store.FieldQuality, store.FieldViewCount,
}

// membersTerms lists the terms that have rows, in order.
const membersTerms = "members/terms"

func membersColumn(f store.Field) string { return "members/" + string(f) }

// Row is a row.
type Row struct {
	data   *file.Column
	chunks sets.Uint32s
	n      int // places of the order
}

// Row gives the row of a term in an order of n places; none where the term or
// the order has no rows.
func (o *Orders) Row(tx *file.Tx, x *Index, n int, id store.TermID) (row Row, ok bool, err error) {
	terms, err := tx.Column(membersTerms)
	if err != nil || x.members == nil {
		return row, false, err
	}
	number := terms.Search32(0, terms.Len32(), uint32(id))
	if number == terms.Len32() || terms.Uint32(number) != uint32(id) {
		return row, false, nil
	}
	return RowAt(x.members, number, n), true, nil
}

// RowAt gives the row of this number in a column of rows of n places.
func RowAt(members *file.Column, number, n int) Row {
	size := 2 * (sets.ChunksFor(n) + 1)
	return Row{data: members, chunks: members.Span32(number*size, (number+1)*size), n: n}
}

// Total is how many places the row has.
func (r *Row) Total() int { return int(r.chunks.At(r.chunks.Len() - 1)) }

// chunk gives one of its chunks.
func (r *Row) chunk(c int) sets.Chunk {
	size := min(sets.ChunkPlaces, r.n-c*sets.ChunkPlaces)
	count := int(r.chunks.At(2*c+3) - r.chunks.At(2*c+1))
	k := sets.Chunk{Form: sets.FormOf(count, size), Data: r.data.Span(int(r.chunks.At(2*c)), int(r.chunks.At(2*c+2)))}
	if k.Form == sets.ChunkSpans {
		ends := 2 * sets.SpansFor(size)
		k.Ends, k.Data = k.Data[:ends], k.Data[ends:]
	}
	return k
}

// Has reports whether a place is in the row.
func (r *Row) Has(place int) bool {
	c, at := place/sets.ChunkPlaces, place%sets.ChunkPlaces
	if sets.FormOf(int(r.chunks.At(2*c+3)-r.chunks.At(2*c+1)), min(sets.ChunkPlaces, r.n-c*sets.ChunkPlaces)) == sets.ChunkBitmap {
		return r.data.Byte(int(r.chunks.At(2*c))+at/8)>>(at%8)&1 != 0
	}
	k := r.chunk(c)
	return k.Has(at)
}

// Before counts the places of the row before one.
func (r *Row) Before(place int) int {
	c, at := place/sets.ChunkPlaces, place%sets.ChunkPlaces
	n := int(r.chunks.At(2*c + 1))
	if at > 0 {
		k := r.chunk(c)
		n += k.Before(at)
	}
	return n
}

// Fill puts what the row has of some places, from one on, into words, or takes
// from words what it has not. The places lie in one chunk and begin with a span.
func (r *Row) Fill(dst []uint64, from int, intersect bool) {
	k := r.chunk(from / sets.ChunkPlaces)
	k.Fill(dst, from%sets.ChunkPlaces, intersect)
}

// membersOf chooses the terms that get rows.
func membersOf(g *facts.Gathered) (terms []uint32) {
	for id, stats := range g.Terms {
		if stats.Public >= membersLeast {
			terms = append(terms, uint32(id))
		}
	}
	return terms
}

// PlaceMembers makes the rows of some terms in an order of n places.
func PlaceMembers(g *facts.Gathered, terms []uint32, n int, placeOf func(ordinal int) uint32) []byte {
	chunks := sets.ChunksFor(n)
	directory := make([]uint32, 0, len(terms)*2*(chunks+1))
	begin := cap(directory) * 4 // of the rows
	var rows []byte
	members := sets.NewBits(n)
	for _, id := range terms {
		clear(members)
		g.Terms[id].Posts.Each(func(ordinal uint32) {
			if ordinal < uint32(g.Public) {
				members.Add(int(placeOf(int(ordinal))))
			}
		})
		before := 0
		for c := range chunks {
			directory = append(directory, uint32(begin+len(rows)), uint32(before))
			words := members[c*sets.ChunkPlaces/64 : min((c+1)*sets.ChunkPlaces/64, len(members))]
			size := min(sets.ChunkPlaces, n-c*sets.ChunkPlaces)
			count := words.Count(0, size)
			before += count
			rows = sets.AppendChunk(rows, words, sets.FormOf(count, size))
		}
		directory = append(directory, uint32(begin+len(rows)), uint32(before))
	}
	return append(sets.Encode32(directory), rows...)
}
