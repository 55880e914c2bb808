package fulltext

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// wordPositions reads the positions of a word, quickly where the posts come in
// order. It begins with a list alone.
type wordPositions struct {
	list       *list
	first, end int // numbers in the list of the posts whose block is open
	block      [shortPosts + 1]extent
}

// extent is where the positions in a post lie in the data of the list, which has fewer than
// 4 GiB.
type extent struct{ from, to uint32 }

// of gives the positions in the post of a number in the list.
func (p *wordPositions) of(number int) positions {
	if number < p.first || number >= p.end {
		p.open(number / positionBlock)
	}
	return p.list.at(p.block[uint(number-p.first)%uint(len(p.block))])
}

// at gives positions of a block that was open.
func (l *list) at(e extent) positions { return positions(l.data.Data[e.from:e.to]) }

// extents says where the positions lie in some posts of a span, which have the word.
func (p *wordPositions) extents(span *wordSpan, posts *spanPosts, all *[sets.SpanPlaces]extent) {
	n := 0
	for i, rest := range posts {
		for ; rest != 0; rest &= rest - 1 {
			number := span.before + span.begins[i] + bits.OnesCount64(span.posts[i]&(rest&-rest-1))
			if number < p.first || number >= p.end {
				p.open(number / positionBlock)
			}
			all[n%sets.SpanPlaces] = p.block[uint(number-p.first)%uint(len(p.block))]
			n++
		}
	}
}

// open finds where the positions lie in all posts of a block: where one begins is known
// from where the one before ends. A short list is one block.
func (p *wordPositions) open(number int) {
	var from, to int
	from, to, p.first = p.list.block(number)
	p.end = min(p.first+positionBlock, p.list.count)
	if p.list.form == listShort {
		p.end = p.list.count
	}
	block, at := p.list.data.Span(from, to), 0
	for i := range p.end - p.first {
		size := uint64(block[at])
		at++
		if size >= 0x80 {
			var used int
			if size, used = binary.Uvarint(block[at-1:]); used <= 0 {
				panic(file.Fault{Err: fmt.Errorf("%w: %s: %w", store.ErrCorrupt, p.list.data.Name, file.ErrRecord)})
			}
			at += used - 1
		}
		begin := at
		at += int(size)
		p.block[i] = extent{uint32(from + begin), uint32(from + at)}
	}
	if at > len(block) {
		panic(file.Fault{Err: fmt.Errorf("%w: %s: %w", store.ErrCorrupt, p.list.data.Name, file.ErrRecord)})
	}
}

// block says where a block of positions lies, and how many posts stand before it.
func (l *list) block(number int) (start, end, before int) {
	start, end = l.positions, len(l.data.Data)
	if l.form == listShort {
		return start, end, 0
	}
	blocks := (l.count + positionBlock - 1) / positionBlock
	b := l.data.Span(l.blocks+4*number, l.blocks+4*min(number+2, blocks))
	if number+1 < blocks {
		end = start + int(binary.LittleEndian.Uint32(b[4:]))
	}
	return start + int(binary.LittleEndian.Uint32(b)), end, number * positionBlock
}

// positions of a word in one post, each as the distance to the one before.
type positions []byte

// next gives the distance that lies at a place, and where the next one does. It is short
// enough to be inlined.
func next(p positions, at int) (distance uint32, rest int) {
	distance, rest = uint32(p[at]), at+1
	if distance >= 0x80 {
		distance, rest = long(p, at)
	}
	return
}

// long is next for a distance that takes more than a byte: mostly two.
func long(p positions, at int) (distance uint32, rest int) {
	if rest := p[at:]; len(rest) > 1 && rest[1] < 0x80 {
		return uint32(rest[0]&0x7f) | uint32(rest[1])<<7, at + 2
	}
	long, used := binary.Uvarint(p[at:])
	if used <= 0 {
		panic(file.Fault{Err: fmt.Errorf("%w: positions: %w", store.ErrCorrupt, file.ErrRecord)})
	}
	return uint32(long), at + used
}

// appendTo appends the positions, each less by an offset, but those that are
// lower.
func (p positions) appendTo(dst []uint32, offset uint32) []uint32 {
	position := uint32(0)
	for at := 0; at < len(p); {
		var distance uint32
		distance, at = next(p, at)
		if position += distance; position >= offset {
			dst = append(dst, position-offset)
		}
	}
	return dst
}

// followedBy reports whether one of the positions stands right before one of others.
func (p positions) followedBy(others positions) bool {
	if len(p) == 0 || len(others) == 0 {
		return false
	}
	distance, at := next(p, 0)
	behind := distance + 1 // where the other word would stand
	other, to := next(others, 0)
	for {
		for other < behind {
			if to == len(others) {
				return false
			}
			distance, to = next(others, to)
			other += distance
		}
		if other == behind {
			return true
		}
		for behind < other {
			if at == len(p) {
				return false
			}
			distance, at = next(p, at)
			behind += distance
		}
		if other == behind {
			return true
		}
	}
}

// follow leaves of the beginnings those that have one of the positions so far
// behind them.
func (p positions) follow(begins []uint32, offset uint32) []uint32 {
	kept := begins[:0]
	position, at := uint32(0), 0
	for _, begin := range begins {
		for position < begin+offset || at == 0 {
			if at == len(p) {
				return kept
			}
			var distance uint32
			distance, at = next(p, at)
			position += distance
		}
		if position == begin+offset {
			kept = append(kept, begin)
		}
	}
	return kept
}
