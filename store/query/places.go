package query

import (
	"math/bits"

	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// places are the members of a list by their places in an order.
type places interface {
	First(low, high int) int // the first from low to just before high, or -1
	Last(low, high int) int  // the last of them, or -1
	Count(low, high int) int // how many they are
}

// nth gives member number k, counted from 0, of those from low to just before
// high, or high. It counts ever longer stretches, and then halves the last.
func nth(p places, low, high, k int) int {
	for step := blockPlaces; low < high; step *= 2 {
		end := min(low+step, high)
		n := p.Count(low, end)
		if k < n {
			high = end
			break
		}
		k -= n
		low = end
	}
	for high-low > 1 {
		mid := int(uint(low+high) / 2)
		if n := p.Count(low, mid); k < n {
			high = mid
		} else {
			k -= n
			low = mid
		}
	}
	return low
}

// nthBack gives member number k of those before high, counted from the last
// one; -1, and how many there are, if there are fewer.
func nthBack(p places, high, k int) (place, passed int) {
	low := 0
	for step := blockPlaces; ; step *= 2 {
		if high == 0 {
			return -1, passed
		}
		low = max(high-step, 0)
		n := p.Count(low, high)
		if k < passed+n {
			break
		}
		passed += n
		high = low
	}
	for high-low > 1 {
		mid := int(uint(low+high) / 2)
		if n := p.Count(mid, high); k < passed+n {
			low = mid
		} else {
			passed += n
			high = mid
		}
	}
	return low, passed
}

// asksBetween is for how many posts is paid first, and then for twice as many each
// time. Places are asked 64 at a time, those of drafts among them: so rough a price
// says nothing of these.
const asksBetween = 256

// blockPlaces is how many places are looked at together.
const blockPlaces = 1024

// lazyPlaces are members that are found when they are asked for: the places that
// all rows have, or where there is none the posts that the view sees, as far as
// their posts meet the other conditions.
type lazyPlaces struct {
	seq       *order.Sequence
	low, high int         // no member lies outside
	rows      []order.Row // the rarest first
	rest      conjunction

	// How many posts may be asked whether they meet the rest, before all members
	// are laid out instead: they can lie far from where a walk begins.
	budget int
	layOut func() places
	laid   places

	pay  func(posts int) // for posts that are to be asked
	paid int             // posts that may be asked
	step int             // for how many was paid last

	block  int // that words are of, or -1
	words  [blockPlaces / 64]uint64
	sifted uint16     // a bit for each of words whose members all meet the rest
	posts  [64]uint32 // room
	counts []int32    // of each block where there is a rest, plus 1; 0 where not known
}

// within cuts a stretch to where members can lie.
func (l *lazyPlaces) within(low, high int) (int, int) { return max(low, l.low), min(high, l.high) }

func (l *lazyPlaces) First(low, high int) int {
	for low, high = l.within(low, high); low < high; low = (low/64 + 1) * 64 {
		if l.laid != nil {
			return l.laid.First(low, high)
		}
		if word := l.word(low/64) & (^uint64(0) << (low % 64)); word != 0 {
			if found := low/64*64 + bits.TrailingZeros64(word); found < high {
				return found
			}
			break
		}
	}
	return -1
}

func (l *lazyPlaces) Last(low, high int) int {
	for low, high = l.within(low, high); low < high; high = (high - 1) / 64 * 64 {
		if l.laid != nil {
			return l.laid.Last(low, high)
		}
		at := high - 1
		if word := l.word(at/64) & (^uint64(0) >> (63 - at%64)); word != 0 {
			if found := at/64*64 + 63 - bits.LeadingZeros64(word); found >= low {
				return found
			}
			break
		}
	}
	return -1
}

func (l *lazyPlaces) Count(low, high int) int {
	low, high = l.within(low, high)
	if low >= high {
		return 0
	}
	switch {
	case l.laid != nil:
		return l.laid.Count(low, high)
	case len(l.rest) > 0:
		return l.countSifted(low, high)
	case len(l.rows) == 0:
		return l.seq.Visible(low, high)
	case len(l.rows) == 1:
		return l.rows[0].Before(high) - l.rows[0].Before(low)
	default:
		return l.countRows(low, high)
	}
}

// countRows counts what all rows have, a chunk at a time.
func (l *lazyPlaces) countRows(low, high int) (n int) {
	var room [sets.ChunkPlaces / 64]uint64
	for from := low / blockPlaces * blockPlaces; from < high; {
		end := min((from/sets.ChunkPlaces+1)*sets.ChunkPlaces, high)
		words := room[:sets.WordsFor(end-from)]
		l.fill(words, from)
		n += sets.Bits(words).Count(max(low-from, 0), end-from)
		from = end
	}
	return n
}

// countSifted counts block by block, and remembers.
func (l *lazyPlaces) countSifted(low, high int) (n int) {
	if l.counts == nil {
		l.counts = make([]int32, l.seq.N/blockPlaces+1)
	}
	for low < high {
		if l.laid != nil {
			return n + l.laid.Count(low, high)
		}
		block := low / blockPlaces
		from, end := low, min((block+1)*blockPlaces, high)
		whole := end-from == blockPlaces
		low = end
		if whole && l.counts[block] > 0 {
			n += int(l.counts[block]) - 1
			continue
		}
		for w := from / 64; w*64 < end; w++ {
			l.word(w)
		}
		count := sets.Bits(l.words[:]).Count(from-block*blockPlaces, end-block*blockPlaces)
		if n += count; whole {
			l.counts[block] = int32(count) + 1
		}
	}
	return n
}

// word gives the members among 64 places.
func (l *lazyPlaces) word(number int) uint64 {
	if block := number / len(l.words); block != l.block {
		l.block, l.sifted = block, 0
		l.fill(l.words[:], block*blockPlaces)
	}
	i := number % len(l.words)
	word := &l.words[i]
	if len(l.rest) > 0 && l.sifted&(1<<i) == 0 {
		l.sifted |= 1 << i
		*word = l.sift(*word, number*64)
	}
	return *word
}

// sift leaves of the members among 64 places, from one on, those that meet the
// rest.
func (l *lazyPlaces) sift(word uint64, from int) uint64 {
	// Places outside have posts of which nothing need be known.
	if from < l.low {
		word &= ^uint64(0) << min(l.low-from, 64)
	}
	if from+64 > l.high {
		word &= 1<<max(l.high-from, 0) - 1
	}
	if word == 0 {
		return 0
	}
	for rest := word; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		l.posts[i%64] = l.seq.OrdinalAt(from + i)
	}
	asked := bits.OnesCount64(word)
	if l.paid -= asked; l.paid < 0 {
		l.step = max(asksBetween, 2*l.step)
		l.pay(l.step)
		l.paid += l.step
	}
	if l.budget -= asked; l.budget < 0 && l.laid == nil {
		l.laid = l.layOut()
	}
	return l.rest.sift(word, &l.posts)
}

// fill finds which places from one on, the first of a block, can have members.
// It may find some outside low and high.
func (l *lazyPlaces) fill(words []uint64, from int) {
	for i := range l.rows {
		l.rows[i].Fill(words, from, i > 0)
	}
	if len(l.rows) > 0 {
		return
	}
	for i := range words {
		words[i] = ^uint64(0)
	}
	l.seq.EachHidden(from, from+len(words)*64, func(place int) { sets.Bits(words).Remove(place - from) })
}
