package fulltext

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"sort"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// The posts of a word, with what it adds to the score of each (its impact, see
// impact) and where it stands in each. The list is laid out as a column, so that a
// search checks no more of it than it reads.
//
// A short list is, after its form, the number of posts as a uvarint, the
// distance of each ordinal to the one before as uvarints, the impacts, a byte
// each, and for each post its positions: how many bytes they have, and each as the
// distance to the one before.
//
// A long list can be read anywhere. It is cut into chunks of sets.ChunkPlaces
// ordinals, and these into spans of sets.SpanPlaces, as rows are (see order.Row), but
// here a bitmap has counts of its spans too. docs/format.md shows its parts. A dense one
// has for each span the highest impact in it, so that a search for the best can
// pass it over.
const (
	listShort byte = iota
	listLong
	listDense

	// shortPosts is how many posts a short list has at most.
	shortPosts = 255
	// densePosts is how many posts a dense list has at least in a span.
	densePosts = 4
	// positionBlock is how many posts have their positions behind one offset.
	positionBlock = 64

	longHeader = 12 // form, highest impact, two bytes of nothing, posts, where the chunks begin
)

// list is the list of a word.
type list struct {
	word   uint32
	data   *file.Column
	form   byte
	most   byte // the highest impact
	count  int  // of posts, of all views
	n      int  // ordinals there are
	chunks sets.Uint32s

	// Where the parts of a long list begin.
	maxima, impacts, blocks, positions int

	// A short list is read when it is opened.
	ordinals     []uint32
	shortImpacts []byte
}

// postingForm is sets.FormOf where a bitmap has counts too.
func postingForm(count, size int) sets.Form {
	ends := 2 * sets.SpansFor(size)
	bitmap, spans, plain := sets.WordsFor(size)*8+ends, ends+count, 2*count
	switch {
	case plain < min(spans, bitmap):
		return sets.ChunkPlain
	case spans < bitmap:
		return sets.ChunkSpans
	default:
		return sets.ChunkBitmap
	}
}

// openWordPosts reads what stands first in a list, of an archive of n posts.
func openWordPosts(data *file.Column, n int) (*list, error) {
	l := &list{data: data, n: n}
	if len(data.Data) == 0 {
		return nil, fmt.Errorf("%w: %s: %w", store.ErrCorrupt, data.Name, file.ErrRecord)
	}
	if l.form = data.Byte(0); l.form == listShort {
		return l, l.openShort()
	}
	chunks := sets.ChunksFor(n)
	head := longHeader + 8*(chunks+1)
	if len(data.Data) < head {
		return nil, fmt.Errorf("%w: %s: %w", store.ErrCorrupt, data.Name, file.ErrRecord)
	}
	b := data.Span(0, head)
	l.most = b[1]
	l.count = int(binary.LittleEndian.Uint32(b[4:]))
	l.positions = int(binary.LittleEndian.Uint32(b[8:]))
	l.chunks = sets.Uint32s(b[longHeader:])
	l.maxima = head
	l.impacts = head
	if l.form == listDense {
		l.impacts += sets.SpansFor(n)
	}
	l.blocks = l.impacts + l.count
	return l, nil
}

func (l *list) openShort() error {
	corrupt := func() error { return fmt.Errorf("%w: %s: %w", store.ErrCorrupt, l.data.Name, file.ErrRecord) }
	b := l.data.Span(1, len(l.data.Data))
	count, used := binary.Uvarint(b)
	if used <= 0 || count > shortPosts {
		return corrupt()
	}
	b = b[used:]
	l.count = int(count)
	l.ordinals = make([]uint32, count)
	last := uint32(0)
	for i := range l.ordinals {
		distance, used := binary.Uvarint(b)
		if used <= 0 || uint64(last)+distance >= uint64(l.n) {
			return corrupt()
		}
		last += uint32(distance)
		l.ordinals[i], b = last, b[used:]
	}
	if len(b) < l.count {
		return corrupt()
	}
	l.shortImpacts, l.positions = b[:l.count:l.count], len(l.data.Data)-len(b)+l.count
	for _, impact := range l.shortImpacts {
		l.most = max(l.most, impact)
	}
	return nil
}

// chunk gives one of the chunks of a long list.
func (l *list) chunk(c int) sets.Chunk {
	size := min(sets.ChunkPlaces, l.n-c*sets.ChunkPlaces)
	count := int(l.chunks.At(2*c+3) - l.chunks.At(2*c+1))
	k := sets.Chunk{Form: postingForm(count, size), Data: l.data.Span(int(l.chunks.At(2*c)), int(l.chunks.At(2*c+2)))}
	if k.Form != sets.ChunkPlain {
		ends := 2 * sets.SpansFor(size)
		k.Ends, k.Data = k.Data[:ends], k.Data[ends:]
	}
	return k
}

// keep leaves of the posts of a chunk those that have the word.
func (l *list) keep(posts []uint64, chunk int) {
	if l.form != listShort {
		k := l.chunk(chunk)
		k.Fill(posts, 0, true)
		return
	}
	var room [sets.ChunkPlaces / 64]uint64
	own := room[:len(posts)]
	l.unite(own, chunk)
	for i := range posts {
		posts[i] &= own[i]
	}
}

// unite adds the posts of a chunk that have the word.
func (l *list) unite(posts []uint64, chunk int) {
	if l.form != listShort {
		k := l.chunk(chunk)
		k.Unite(posts)
		return
	}
	from := uint32(chunk * sets.ChunkPlaces)
	for i := l.search(from); i < l.count && int(l.ordinals[i]-from) < len(posts)*64; i++ {
		posts[(l.ordinals[i]-from)/64] |= 1 << ((l.ordinals[i] - from) % 64)
	}
}

// search gives the place of the first post of a short list that is not below an
// ordinal.
func (l *list) search(ordinal uint32) int {
	return sort.Search(l.count, func(i int) bool { return l.ordinals[i] >= ordinal })
}

// spanMaxima gives the highest impact in each span, 0 where no post has the word. A list that
// does not have them is short, or has few posts in a span: they are made in the room.
func (l *list) spanMaxima(room []byte) []byte {
	if l.form == listDense {
		return l.data.Span(l.maxima, l.impacts)
	}
	clear(room)
	if l.form == listShort {
		for i, ordinal := range l.ordinals {
			most := &room[ordinal/sets.SpanPlaces]
			*most = max(*most, l.shortImpacts[i])
		}
		return room
	}
	for c := range sets.ChunksFor(l.n) {
		k := l.chunk(c)
		own := room[c*(sets.ChunkPlaces/sets.SpanPlaces):]
		impacts := l.data.Span(l.impacts+int(l.chunks.At(2*c+1)), l.impacts+int(l.chunks.At(2*c+3)))
		if k.Form == sets.ChunkPlain {
			places := sets.Uint16s(k.Data)
			for i, impact := range impacts {
				most := &own[places.At(i)/sets.SpanPlaces]
				*most = max(*most, impact)
			}
			continue
		}
		before := 0
		for i := range len(k.Ends) / 2 {
			end := int(binary.LittleEndian.Uint16(k.Ends[2*i:]))
			for ; before < end; before++ {
				own[i] = max(own[i], impacts[before])
			}
		}
	}
	return room
}

// spanPosts are some of the posts of a span.
type spanPosts [sets.SpanWords]uint64

func (p *spanPosts) none() bool { return *p == spanPosts{} }

// eachOf calls a function with each post of a span.
func eachOf(posts *spanPosts, f func(at int)) {
	for i, word := range posts {
		for ; word != 0; word &= word - 1 {
			f(i*64 + bits.TrailingZeros64(word))
		}
	}
}

// wordSpan is the part of a list that falls into a span.
type wordSpan struct {
	number  int
	posts   spanPosts
	begins  [sets.SpanWords]int // posts of the span before those of each word
	before  int                 // posts of the list before the span
	impacts []byte
}

// span reads the part of the list in a span.
func (l *list) span(number int, s *wordSpan) {
	s.number, s.posts, s.before = number, spanPosts{}, 0
	if l.form == listShort {
		l.shortSpan(s)
	} else {
		l.longSpan(s)
	}
	n := 0
	for i, word := range s.posts {
		s.begins[i] = n
		n += bits.OnesCount64(word)
	}
	if l.form == listShort {
		s.impacts = l.shortImpacts[s.before : s.before+n]
	} else {
		s.impacts = l.data.Span(l.impacts+s.before, l.impacts+s.before+n)
	}
}

func (l *list) shortSpan(s *wordSpan) {
	from := uint32(s.number * sets.SpanPlaces)
	s.before = l.search(from)
	for _, ordinal := range l.ordinals[s.before:] {
		at := ordinal - from
		if at >= sets.SpanPlaces {
			break
		}
		s.posts[at/64] |= 1 << (at % 64)
	}
}

func (l *list) longSpan(s *wordSpan) {
	const spansInChunk = sets.ChunkPlaces / sets.SpanPlaces
	c, at := s.number/spansInChunk, s.number%spansInChunk
	k := l.chunk(c)
	switch k.Form {
	case sets.ChunkPlain:
		list := sets.Uint16s(k.Data)
		s.before = list.Search(at * sets.SpanPlaces)
		for i := s.before; i < list.Len() && list.At(i) < (at+1)*sets.SpanPlaces; i++ {
			place := list.At(i) - at*sets.SpanPlaces
			s.posts[place/64%sets.SpanWords] |= 1 << (place % 64)
		}
	case sets.ChunkSpans:
		var places []byte
		places, s.before = k.Span(at)
		for _, place := range places {
			s.posts[place/64] |= 1 << (place % 64)
		}
	default:
		if at > 0 {
			s.before = int(binary.LittleEndian.Uint16(k.Ends[2*(at-1):]))
		}
		bitmap := sets.Bitmap(k.Data[at*sets.SpanPlaces/8:])
		for i := range min(sets.SpanWords, len(bitmap)/8) {
			s.posts[i] = bitmap.At(i)
		}
	}
	s.before += int(l.chunks.At(2*c + 1))
}

// has reports whether a post of the span has the word.
func (s *wordSpan) has(at int) bool { return s.posts[at/64%sets.SpanWords]>>(at%64)&1 != 0 }

// impact on a post of the span that has the word.
func (s *wordSpan) impact(at int) byte { return s.impacts[s.place(at)] }

// place counts the posts of the span that have the word before one.
func (s *wordSpan) place(at int) int {
	i := at / 64 % sets.SpanWords
	return s.begins[i] + bits.OnesCount64(s.posts[i]&(1<<(at%64)-1))
}
