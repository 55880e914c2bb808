package store

import (
	"encoding/binary"
	"slices"
)

// pager finds the members of a set by their positions in an order. It walks
// the order and looks each post up in the set, which is quick where members
// are many; where that takes too many steps it lays the set out by place once,
// which costs about a step for each member.
type pager struct {
	from   *Release // lends the memory
	seq    *sequence
	set    set
	total  int
	steps  int     // taken so far
	budget int     // of steps, before the set is laid out
	flat   *bitset // the members by ordinal, once many were looked up
	laid   *bitset // the members by place, once laid out
}

// fewSteps are taken without a thought of what else could be done.
const fewSteps = 256

// newPager makes a pager that at most doubles what laying out would cost,
// however far members lie from where a walk begins.
func newPager(from *Release, seq *sequence, s set) *pager {
	total := s.count()
	return &pager{from: from, seq: seq, set: s, total: total, budget: fewSteps + 4*total}
}

// release gives back the memory that the pager used.
func (p *pager) release() {
	for _, b := range []*bitset{p.flat, p.laid} {
		if b != nil {
			p.from.scratch.Put(b)
		}
	}
}

// window gives the positions of a page that lies from start to before end, and
// notes in the page whether there are members around it. It looks for one
// member more than the page has.
func (p *pager) window(w Window, start, end int, page *Page) []int {
	var positions []int
	if w.Last != nil {
		positions = p.backward(start, end, *w.Last+1)
		if len(positions) > *w.Last {
			page.HasPrevious = true
			positions = positions[:*w.Last]
		} else {
			page.HasPrevious = p.previous(min(start, end)-1) >= 0
		}
		page.HasNext = p.next(end) >= 0
		slices.Reverse(positions)
		return positions
	}
	skip := 0
	if w.Offset != nil {
		skip = min(*w.Offset, p.total)
		page.HasPrevious = skip > 0
	} else {
		page.HasPrevious = p.previous(start-1) >= 0
	}
	positions = p.forward(start, end, skip, *w.First+1)
	if len(positions) > *w.First {
		page.HasNext = true
		positions = positions[:*w.First]
	} else {
		page.HasNext = p.next(max(start, end)) >= 0
	}
	return positions
}

// forward gives the positions of members from start to before end: the first
// ones wanted behind those to skip.
func (p *pager) forward(start, end, skip, wanted int) []int {
	positions := make([]int, 0, wanted)
	if p.set.all() {
		if skip > 0 {
			start = p.seq.nth(skip)
		}
	} else {
		if expected := (skip + wanted) * (p.seq.n / max(p.total, 1)); expected > 2*p.total {
			p.budget = min(p.budget, fewSteps)
		}
		w := walk{pager: p, at: start, skip: skip, positions: positions}
		for w.at < end && len(w.positions) < wanted && p.walkable() {
			w.stretch(end, wanted)
		}
		start, skip, positions = w.at, w.skip, w.positions
		if skip > 0 && start < end {
			start = p.laidNth(p.laidBefore(start) + skip)
		}
	}
	for len(positions) < wanted && start < end {
		var found int
		if p.set.all() {
			found = p.nextVisible(start)
		} else {
			found = p.nextLaid(start)
		}
		if found < 0 || found >= end {
			break
		}
		positions = append(positions, found)
		start = found + 1
	}
	return positions
}

// backward gives the positions of the last members from start to before end,
// the last one first.
func (p *pager) backward(start, end, wanted int) []int {
	positions := make([]int, 0, wanted)
	for at := end - 1; len(positions) < wanted; {
		found := p.previous(at)
		if found < start {
			break
		}
		positions = append(positions, found)
		at = found - 1
	}
	return positions
}

// next gives the first member's position at or after a position, or -1.
func (p *pager) next(position int) int {
	if found := p.forward(position, p.seq.n, 0, 1); len(found) > 0 {
		return found[0]
	}
	return -1
}

// previous gives the last member's position at or before a position, or -1.
func (p *pager) previous(position int) int {
	if p.set.all() {
		return p.previousVisible(position)
	}
	for ; position >= 0 && p.walkable(); position-- {
		p.steps++
		if p.member(p.seq.at(position)) {
			return position
		}
	}
	if position < 0 {
		return -1
	}
	return p.previousLaid(position)
}

// walkable reports whether walking on is still the better way; where it is
// not, the set is laid out.
func (p *pager) walkable() bool {
	if p.laid == nil && p.steps >= p.budget {
		p.layOut()
	}
	return p.laid == nil
}

// member looks one post up.
func (p *pager) member(ordinal uint32) bool {
	if p.flat != nil {
		return p.flat.contains(int(ordinal))
	}
	if p.steps < fewSteps {
		return p.set.contains(ordinal)
	}
	p.flat = p.from.bits()
	p.set.members.WriteDenseTo(*p.flat)
	return p.flat.contains(int(ordinal))
}

func (p *pager) layOut() {
	p.laid = p.from.bits()
	p.set.each(func(ordinals []uint32) {
		for _, o := range ordinals {
			p.laid.add(int(p.seq.place.uint32(int(o))))
		}
	})
}

// walk goes through an order from a position on.
type walk struct {
	*pager
	at        int
	skip      int // members still to pass over
	positions []int
}

// stretch walks through one stretch of the order, or as much of it as the
// budget allows, and notes the positions of the members that it meets.
func (w *walk) stretch(end, wanted int) {
	place, length := w.seq.stretch(w.at)
	length = min(length, end-w.at, w.budget-w.steps)
	for length > 0 {
		run := w.seq.order.run32(place, length)
		n := len(run) / 4
		for i := range n {
			w.at++
			w.steps++
			if !w.member(binary.LittleEndian.Uint32(run[i*4:])) {
				continue
			}
			if w.skip > 0 {
				w.skip--
				continue
			}
			if w.positions = append(w.positions, w.at-1); len(w.positions) == wanted {
				return
			}
		}
		place, length = place+n, length-n
	}
}

// nextLaid is next in a set that is laid out.
func (p *pager) nextLaid(position int) int {
	for position < p.seq.n {
		place, length := p.seq.stretch(position)
		if found := p.laid.next(place); found >= 0 && found < place+length {
			return position + found - place
		}
		if position+length >= p.seq.n {
			break
		}
		// The rest of a group has no member. The next group that has one has
		// lower places; behind the last group stand the posts without a value.
		position = p.seq.valued
		if low, _ := p.seq.group(place); low > 0 {
			if found := p.laid.previous(low - 1); found >= 0 {
				_, high := p.seq.group(found)
				position = p.seq.valued - high
			}
		}
	}
	return -1
}

// previousLaid is previous in a set that is laid out.
func (p *pager) previousLaid(position int) int {
	if !p.seq.desc {
		return p.laid.previous(position)
	}
	if position >= p.seq.valued {
		if found := p.laid.previous(position); found >= p.seq.valued {
			return found
		}
		position = p.seq.valued - 1
	}
	if position < 0 {
		return -1
	}
	low, high := p.seq.group(p.seq.valued - 1 - position)
	if found := p.laid.previous(low + position - (p.seq.valued - high)); found >= low {
		return p.seq.positionOf(found)
	}
	// The group has no member up to here: the one before has higher places.
	found := p.laid.next(high)
	if found < 0 || found >= p.seq.valued {
		return -1
	}
	_, high = p.seq.group(found)
	return p.seq.positionOf(p.laid.previous(high - 1))
}

// laidBefore counts the members before a position.
func (p *pager) laidBefore(position int) int {
	if !p.seq.desc || position >= p.seq.valued {
		return p.laid.count(0, position)
	}
	low, high := p.seq.group(p.seq.valued - 1 - position)
	return p.laid.count(high, p.seq.valued) + p.laid.count(low, low+position-(p.seq.valued-high))
}

// laidNth gives the position of member number k, or the end.
func (p *pager) laidNth(k int) int {
	if k >= p.total {
		return p.seq.n
	}
	valued := 0
	if p.seq.desc {
		valued = p.laid.count(0, p.seq.valued)
	}
	if k >= valued {
		return p.laid.nth(k)
	}
	// Counted from the highest place down, the member lies in this group; the
	// members of higher groups stand before it, and its own by ascending place.
	low, high := p.seq.group(p.laid.nth(valued - 1 - k))
	k -= p.laid.count(high, p.seq.valued)
	return p.seq.positionOf(p.laid.nth(p.laid.count(0, low) + k))
}

// patience is how many hidden posts in a row are passed over one by one before
// they are counted instead.
const patience = 64

// nextVisible is next where every post the view sees is a member.
func (p *pager) nextVisible(position int) int {
	for at := position; at < p.seq.n; at++ {
		if at-position > patience {
			return p.visible(at - p.seq.hiddenBefore(at))
		}
		if p.set.contains(p.seq.at(at)) {
			return at
		}
	}
	return -1
}

// previousVisible is previous where every post the view sees is a member.
func (p *pager) previousVisible(position int) int {
	for at := position; at >= 0; at-- {
		if position-at > patience {
			return p.visible(at - p.seq.hiddenBefore(at+1))
		}
		if p.set.contains(p.seq.at(at)) {
			return at
		}
	}
	return -1
}

// visible gives the position of post number k of those the view sees, or -1.
func (p *pager) visible(k int) int {
	if k < 0 || k >= p.total {
		return -1
	}
	return p.seq.nth(k)
}
