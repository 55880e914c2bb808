package similar

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"alphanode/store"
	"alphanode/store/sets"
)

// total is how many posts of a view are at least so similar to a vector.
type total struct {
	vector int
	least  float64
	posts  int
}

// total counts the posts that are results. Where nothing but the own vector
// decides, it remembers some totals: the pages of one list need the same.
func (s *search) total(ctx context.Context, vector int) (posts int, err error) {
	if !s.posts.candidates.All() {
		posts, err = s.countCandidates(ctx)
	} else if vector < 0 {
		posts, err = s.countAll(ctx)
	} else {
		slot := (uint64(vector) + math.Float64bits(s.least)*0x9e3779b97f4a7c15>>32) % uint64(len(s.index.totals))
		known := s.index.totals[slot].Load()
		if known == nil || known.vector != vector || known.least != s.least {
			if posts, err = s.countAll(ctx); err != nil {
				return 0, err
			}
			known = &total{vector, s.least, posts}
			s.index.totals[slot].Store(known)
		}
		posts = known.posts
	}
	for _, ref := range s.posts.excluded {
		if s.posts.candidates.Contains(uint32(ref)) {
			if v := s.index.vectorOf(ref); s.enough(s.table.product(s.index.featuresOf(v)), s.index.norm(v)) {
				posts--
			}
		}
	}
	return posts, err
}

// enough reports whether a product makes a vector a result.
func (s *search) enough(product, norm uint32) bool {
	return product > 0 && similarity(product, s.norm*float64(norm)) >= s.least
}

// any reports whether to have one of the own features is enough.
func (s *search) any() bool {
	if s.least == 0 {
		return true
	}
	least := slices.MinFunc(s.own, func(a, b dimension) int { return int(a.square) - int(b.square) })
	return s.enough(least.square, s.index.norm(s.index.size-1))
}

// countAll counts among all posts of the view.
func (s *search) countAll(ctx context.Context) (posts int, err error) {
	if s.any() {
		count := s.index.counting()
		err = s.uniteAll(ctx, func(block []uint64, from int) { posts += count.posts(block, from) })
		return posts, err
	}
	err = s.eachEnough(ctx, func(vector int) {
		r := s.index.record(vector)
		if s.index.view == store.Public {
			posts += int(r.public)
		} else {
			posts += int(s.index.record(vector+1).posts - r.posts)
		}
	})
	return posts, err
}

// narrow is how small a part of the posts a filter must leave for it to be
// worthwhile to know which vectors they have.
const narrow = 8

// countCandidates counts among the posts that a filter left, by a set of the
// vectors that are similar enough. Of a narrow filter it keeps the vectors that
// the results can have.
func (s *search) countCandidates(ctx context.Context) (posts int, err error) {
	size := sets.WordsFor(s.index.size)
	if len(s.room.vectors) < size {
		s.room.vectors, s.room.hosts = make(sets.Bits, size), make(sets.Bits, size)
	}
	similar, hosts := s.room.vectors[:size], s.room.hosts[:size]
	if s.any() {
		if err := s.uniteAll(ctx, func(block []uint64, from int) { copy(similar[from:], block) }); err != nil {
			return 0, err
		}
	} else {
		clear(similar)
		if err := s.eachEnough(ctx, func(vector int) { similar.Add(vector) }); err != nil {
			return 0, err
		}
	}
	candidates := s.posts.candidates.Count()
	if candidates < int(s.posts.candidates.Size)/narrow {
		s.hosts = hosts
		clear(hosts)
	}
	vectors := s.index.vector
	vectors.CheckFor(candidates)
	s.posts.candidates.Each(func(ordinals []uint32) {
		vectors.CheckAt(ordinals, 4)
		for _, ordinal := range ordinals {
			v := binary.LittleEndian.Uint32(vectors.Data[ordinal*4:])
			is := similar[v/64] >> (v % 64) & 1
			posts += int(is)
			if s.hosts != nil {
				hosts[v/64] |= is << (v % 64)
			}
		}
	})
	return posts, ctx.Err()
}

// eachEnough calls a function with each vector that is similar enough.
func (s *search) eachEnough(ctx context.Context, f func(vector int)) error {
	walk := similarWalk{search: s, unrounded: s.least - roundingSlack}
	sure := (s.least + roundingSlack) * (s.least + roundingSlack) * s.norm
	return walk.run(ctx, func(vector int, product, norm uint32) {
		if p := float64(product); p*p >= sure*float64(norm) || s.enough(product, norm) {
			f(vector)
		}
	})
}

// uniteAll calls a function with the vectors that have any of the own
// features, a block of them at a time, from word number from on.
func (s *search) uniteAll(ctx context.Context, f func(block []uint64, from int)) error {
	var bitmaps []sets.Bitmap
	var lists []sets.Uint32s
	for i := range s.own {
		switch d := &s.own[i]; {
		case d.flags&entryImplied != 0 && s.whole:
		case d.bitmap != nil:
			bitmaps = append(bitmaps, d.bitmap)
		default:
			lists = append(lists, d.list)
		}
	}
	size := sets.WordsFor(s.index.size)
	var room [512]uint64
	for from := 0; from < size; from += len(room) {
		if err := ctx.Err(); err != nil {
			return err
		}
		block := room[:min(len(room), size-from)]
		unite(block, bitmaps, from)
		for i, list := range lists {
			lists[i] = mark(block, list, from*64)
		}
		f(block, from)
	}
	return nil
}

// unite fills a block with the union of bitmaps, from their word number from.
func unite(block []uint64, bitmaps []sets.Bitmap, from int) {
	part := func(w sets.Bitmap) sets.Bitmap { return w[from*8:][:len(block)*8] }
	clear(block)
	for ; len(bitmaps) >= 3; bitmaps = bitmaps[3:] {
		a, b, c := part(bitmaps[0]), part(bitmaps[1]), part(bitmaps[2])
		for i := range block {
			block[i] |= a.At(i) | b.At(i) | c.At(i)
		}
	}
	for _, w := range bitmaps {
		a := part(w)
		for i := range block {
			block[i] |= a.At(i)
		}
	}
}

// mark adds to a block, which stands for the numbers from one on, the numbers
// of a list that fall into it, and gives the rest of the list.
func mark(block []uint64, list sets.Uint32s, from int) sets.Uint32s {
	end := from + len(block)*64
	for ; len(list) >= 4; list = list[4:] {
		v := int(list.At(0))
		if v >= end {
			break
		}
		block[(v-from)/64] |= 1 << (v % 64)
	}
	return list
}

// similarCounting counts the posts of vectors, block after block.
type similarCounting struct {
	digits  sets.Bitmap
	size    int          // words of a digit
	crowded sets.Uint32s // what is left of the pairs
}

func (x *vectors) counting() *similarCounting {
	return &similarCounting{
		sets.Bitmap(x.counts.Span(0, len(x.counts.Data))), sets.WordsFor(x.size), x.crowded.Span32(0, x.crowded.Len32()),
	}
}

func (c *similarCounting) posts(block []uint64, from int) (posts int) {
	for digit := 0; digit*c.size*8 < len(c.digits); digit++ {
		members := c.digits[(digit*c.size+from)*8:][:len(block)*8]
		n := 0
		for _, word := range block {
			n += bits.OnesCount64(word & binary.LittleEndian.Uint64(members))
			members = members[8:]
		}
		posts += n << digit
	}
	end := uint32(from+len(block)) * 64
	for ; len(c.crowded) >= 8 && c.crowded.At(0) < end; c.crowded = c.crowded[8:] {
		v := c.crowded.At(0) - uint32(from)*64
		posts += int(block[v/64]>>(v%64)&1) * int(c.crowded.At(1))
	}
	return posts
}
