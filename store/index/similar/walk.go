package similar

import (
	"context"
	"math"
	"math/bits"

	"alphanode/store"
	"alphanode/store/sets"
)

// similarWalk finds the vectors that may be similar enough. It looks at far
// from all: it walks the lists of vectors that have the features, as MaxScore
// does (Turtle and Flood, 1995), and as vectors are numbered by their length,
// only those of lengths at which a vector can still be similar enough.
//
// Let x be the own vector, W a sum of squared weights, and t the similarity that
// is needed. A vector y that has none of the first features of x but at most
// those that weigh W together is similar by at most W/(|x|·|y|); where that is
// below t those features need no walk. And no y is more similar than |y|/|x| or
// |x|/|y|.
type similarWalk struct {
	*search
	unrounded float64 // what cannot be as similar as this is passed over
}

// Vectors are looked at in windows. The first are small, as what is found there
// tells how similar others must be.
const (
	fewestVectors = 1 << 9
	mostVectors   = 1 << 15
)

// roundingSlack is more than what rounding to 9 decimals can add.
const roundingSlack = 1e-9

// similarRoom is memory for one search at a time.
type similarRoom struct {
	own      []dimension
	byPlace  []int // the own dimensions in the order of an answer
	rest     []uint32
	walks    []listWalk
	table    ownFeatures
	excluded []store.Ref
	results  []result
	picks    diversePicks
	products [mostVectors]uint32 // all 0 between windows
	touched  []uint32            // whose products are not 0
	vectors  sets.Bits           // of any content, as are hosts
	hosts    sets.Bits
	features []*store.Feature
	shared   []store.SharedFeature
	ends     []int // in shared, of each result
}

// listWalk is how far the list of a dimension has been walked in each direction.
type listWalk struct {
	up, down int
	begun    bool
}

// run looks at vectors in both directions from those as long as the own, and
// calls a function with those that may be similar enough.
func (w *similarWalk) run(ctx context.Context, found func(vector int, product, norm uint32)) error {
	clear(w.room.walks)
	up, down, size := w.start, w.start, fewestVectors
	for up < w.index.size || down > 0 {
		above, below := -1.0, -1.0 // how similar, squared, what is left can be
		if up < w.index.size {
			above = w.norm / float64(w.index.norm(up))
		}
		if down > 0 {
			below = float64(w.index.norm(down-1)) / w.norm
		}
		if w.unrounded > 0 && max(above, below) < w.unrounded*w.unrounded {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if above >= below {
			from := up
			up = min(up+size, w.index.size)
			w.window(from, up, true, found)
		} else {
			to := down
			down = max(down-size, 0)
			w.window(down, to, false, found)
		}
		size = min(2*size, mostVectors)
	}
	return nil
}

// needed is the least product with which a vector of a length can be similar
// enough.
func (w *similarWalk) needed(norm uint32) uint32 {
	return uint32(max(1, math.Ceil(w.unrounded*math.Sqrt(w.norm*float64(norm)))))
}

// window looks at the vectors from one to another. It adds up their products
// with the own vector, feature by feature, and soon drops those that cannot be
// similar enough. What is left has its features read where that is less work.
func (w *similarWalk) window(from, to int, upward bool, found func(vector int, product, norm uint32)) {
	needed := w.needed(w.index.norm(from)) // by the shortest
	products := &w.room.products
	touched := w.room.touched[:0]
	next := 0
	for ; next < len(w.own) && w.rest[next] >= needed; next++ { // who has none of these is no result
		if d := &w.own[next]; d.bitmap != nil {
			touched = d.walkBitmap(products, touched, from, to)
		} else {
			touched = walkList(products, touched, w.inWindow(next, from, to, upward), from, d.square)
		}
	}
	if w.hosts != nil {
		touched = w.hosting(products, touched, from)
	}
	for ; next < len(w.own) && len(touched) > 4; next++ {
		d, rest := &w.own[next], w.rest[next+1]
		if d.bitmap == nil {
			list := w.inWindow(next, from, to, upward)
			if list.Len() > 16*len(touched) {
				break
			}
			for ; len(list) >= 4; list = list[4:] {
				if p := &products[int(list.At(0))-from]; *p != 0 {
					*p += d.square
				}
			}
		}
		left := touched[:0]
		for _, i := range touched {
			p := products[i]
			if d.bitmap != nil {
				p += d.square * d.bitmap.Bit(from+int(i))
			}
			if p+rest >= needed {
				products[i] = p
				left = append(left, i)
			} else {
				products[i] = 0
			}
		}
		touched = left
	}
	known := w.unrounded
	for _, i := range touched {
		p := products[i]
		products[i] = 0
		if p+w.rest[next] < needed {
			continue
		}
		vector := from + int(i)
		norm := w.index.norm(vector)
		if next < len(w.own) {
			p = w.table.product(w.index.featuresOf(vector))
		}
		if least := w.unrounded * w.unrounded * w.norm; float64(p)*float64(p) < least*float64(norm) {
			continue
		}
		found(vector, p, norm)
		if w.unrounded > known {
			known, needed = w.unrounded, w.needed(w.index.norm(from))
		}
	}
	w.room.touched = touched[:0]
}

// hosting drops the vectors that no result has.
func (w *similarWalk) hosting(products *[mostVectors]uint32, touched []uint32, from int) []uint32 {
	left := touched[:0]
	for _, i := range touched {
		if w.hosts.Contains(from + int(i)) {
			left = append(left, i)
		} else {
			products[i] = 0
		}
	}
	return left
}

// walkList adds a feature to the products of a window, and gives those that
// were 0 with those touched before.
func walkList(products *[mostVectors]uint32, touched []uint32, list sets.Uint32s, from int, square uint32) []uint32 {
	for ; len(list) >= 4; list = list[4:] {
		i := list.At(0) - uint32(from)
		p := &products[i]
		if *p == 0 {
			touched = append(touched, i)
		}
		*p += square
	}
	return touched
}

// walkBitmap is walkList for a feature that has a bitmap.
func (d *dimension) walkBitmap(products *[mostVectors]uint32, touched []uint32, from, to int) []uint32 {
	for w := from / 64; w*64 < to; w++ {
		word := d.bitmap.At(w)
		if w*64 < from {
			word &= ^uint64(0) << (from % 64)
		}
		if w*64+64 > to {
			word &= 1<<(to%64) - 1
		}
		for ; word != 0; word &= word - 1 {
			i := w*64 + bits.TrailingZeros64(word) - from
			p := &products[i]
			if *p == 0 {
				touched = append(touched, uint32(i))
			}
			*p += d.square
		}
	}
	return touched
}

// inWindow gives the part of a list that falls into a window. Windows go away
// from where the search began, so each walk goes on where the last ended.
func (w *similarWalk) inWindow(i, from, to int, upward bool) sets.Uint32s {
	list, walk := w.own[i].list, &w.room.walks[i]
	if !walk.begun {
		walk.up = list.Search(0, list.Len(), uint32(w.start))
		walk.down, walk.begun = walk.up, true
	}
	if upward {
		low := list.Gallop(walk.up, uint32(from))
		walk.up = list.Gallop(low, uint32(to))
		return list[low*4 : walk.up*4]
	}
	high := list.GallopBack(walk.down, uint32(to))
	walk.down = list.GallopBack(high, uint32(from))
	return list[walk.down*4 : high*4]
}
