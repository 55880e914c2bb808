package fulltext

import (
	"encoding/binary"
	"fmt"
	"slices"

	"alphanode/store/file"
	"alphanode/store/sets"
)

// maxList is how many bytes a list may have: bbolt takes values of up to 2 GiB,
// of which a thousandth is checksums.
const maxList = 2_100_000_000

// wordList gathers the posts of one word, in the order of ordinals, and lays
// them out as a list is read.
type wordList struct {
	n         int // ordinals there are
	ordinals  []uint32
	impacts   []byte
	positions [][]byte // in pieces, each in place of what it was made of
	size      int      // of all positions
	blocks    []uint32 // where the positions of each positionBlock posts begin
}

// begin begins a piece of the positions, in the memory of a part of the list: a
// common word has too many of them to be held twice. A post takes less room there
// than in the part.
func (l *wordList) begin(part gatheredPart) { l.positions = append(l.positions, part[:0]) }

func (l *wordList) add(ordinal uint32, impact byte, positions []byte) {
	if len(l.ordinals)%positionBlock == 0 {
		l.blocks = append(l.blocks, uint32(l.size))
	}
	l.ordinals = append(l.ordinals, ordinal)
	l.impacts = append(l.impacts, impact)
	piece := &l.positions[len(l.positions)-1]
	before := len(*piece)
	*piece = file.AppendText(*piece, positions)
	l.size += len(*piece) - before
}

// appendPositions appends the positions, and leaves room for the checksums of a
// column.
func (l *wordList) appendPositions(dst []byte) []byte {
	all := len(dst) + l.size
	dst = slices.Grow(dst, l.size+(all/file.BlockSize+1)*file.ChecksumSize)
	for _, piece := range l.positions {
		dst = append(dst, piece...)
	}
	return dst
}

func (l *wordList) append(dst []byte) ([]byte, error) {
	if len(l.ordinals) <= shortPosts {
		return l.appendShort(dst), nil
	}
	return l.appendLong(dst)
}

func (l *wordList) appendShort(dst []byte) []byte {
	dst = append(dst, listShort)
	dst = binary.AppendUvarint(dst, uint64(len(l.ordinals)))
	last := uint32(0)
	for _, ordinal := range l.ordinals {
		dst = binary.AppendUvarint(dst, uint64(ordinal-last))
		last = ordinal
	}
	dst = append(dst, l.impacts...)
	return l.appendPositions(dst)
}

func (l *wordList) appendLong(dst []byte) ([]byte, error) {
	form := listLong
	if len(l.ordinals) >= densePosts*sets.SpansFor(l.n) {
		form = listDense
	}
	var most byte
	for _, impact := range l.impacts {
		most = max(most, impact)
	}
	head := len(dst)
	dst = append(dst, form, most, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(l.ordinals)))
	dst = append(dst, make([]byte, 4+8*(sets.ChunksFor(l.n)+1))...) // filled below
	if form == listDense {
		maxima := len(dst)
		dst = append(dst, make([]byte, sets.SpansFor(l.n))...)
		for i, ordinal := range l.ordinals {
			m := &dst[maxima+int(ordinal)/sets.SpanPlaces]
			*m = max(*m, l.impacts[i])
		}
	}
	dst = append(dst, l.impacts...)
	for _, start := range l.blocks {
		dst = binary.LittleEndian.AppendUint32(dst, start)
	}
	i := 0
	members := sets.NewBits(sets.ChunkPlaces)
	var entries []uint32
	for c := range sets.ChunksFor(l.n) {
		entries = append(entries, uint32(len(dst)-head), uint32(i))
		clear(members)
		first := i
		for ; i < len(l.ordinals) && int(l.ordinals[i])/sets.ChunkPlaces == c; i++ {
			members.Add(int(l.ordinals[i]) % sets.ChunkPlaces)
		}
		size := min(sets.ChunkPlaces, l.n-c*sets.ChunkPlaces)
		form := postingForm(i-first, size)
		if form == sets.ChunkBitmap {
			dst = sets.AppendEnds(dst, members[:sets.WordsFor(size)])
		}
		dst = sets.AppendChunk(dst, members[:sets.WordsFor(size)], form)
	}
	entries = append(entries, uint32(len(dst)-head), uint32(i))
	if size := len(dst) - head + l.size; size > maxList {
		return nil, fmt.Errorf("a word that stands in %d posts: found a list of %d bytes, expected at most %d", len(l.ordinals), size, maxList)
	}
	binary.LittleEndian.PutUint32(dst[head+8:], uint32(len(dst)-head))
	for i, entry := range entries {
		binary.LittleEndian.PutUint32(dst[head+longHeader+4*i:], entry)
	}
	return l.appendPositions(dst), nil
}
