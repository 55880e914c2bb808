package query

import (
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
)

// pager finds the members of a list by their positions in its sequence.
type pager struct {
	*list
	asked   cursor.Question // list, order and view
	members places
}

// window gives the positions of a page that lies from start to before end, and
// notes in the page whether there are members around it. It looks for one
// member more than the page has.
func (p *pager) window(w store.Window, start, end int, page *store.Page) []int {
	if p.total == 0 {
		return nil
	}
	if w.Last != nil {
		p.members = p.places(*w.Last + 2)
		positions := p.backward(start, end, *w.Last+1)
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
	}
	start, known := p.startOf(skip, start)
	if known {
		p.members = p.places(*w.First + 2)
	} else {
		p.members = p.places(skip + *w.First + 2)
		start = p.nth(skip)
	}
	page.HasPrevious = skip > 0 || start > 0 && p.previous(start-1) >= 0
	// Where it is known what stands before the page, the total says how many are
	// left.
	wanted := *w.First + 1
	if skip > 0 || !page.HasPrevious {
		wanted = min(wanted, p.total-skip)
	}
	positions := p.forward(start, end, wanted)
	switch {
	case len(positions) > *w.First:
		page.HasNext = true
		if w.Offset != nil {
			p.remember(skip+*w.First, positions[*w.First])
		}
		positions = positions[:*w.First]
	case end < p.seq.N:
		page.HasNext = p.next(max(start, end)) >= 0
	}
	if w.Offset != nil && !known && len(positions) > 0 {
		p.remember(skip, positions[0])
	}
	return positions
}

// startOf gives the position from which the members behind those to skip stand,
// if that is known without a count.
func (p *pager) startOf(skip, start int) (position int, known bool) {
	if skip == 0 {
		return start, true
	}
	if skip == p.total {
		return p.seq.N, true
	}
	if p.plain() {
		return 0, false
	}
	return p.engine.Remembered.Get(p.pageKey(skip))
}

// remember keeps where the members behind so many begin: where the page is asked
// for again, or the next one.
func (p *pager) remember(skip, position int) {
	if p.plain() {
		return
	}
	p.engine.Remembered.Put(p.pageKey(skip), position)
}

func (p *pager) pageKey(skip int) cursor.Key { return p.asked.Number(int64(skip)).Key() }

// forward gives the positions of the first members from start to before end.
func (p *pager) forward(start, end, wanted int) []int {
	positions := make([]int, 0, wanted)
	for at := start; len(positions) < wanted; {
		found := p.next(at)
		if found < 0 || found >= end {
			break
		}
		positions = append(positions, found)
		at = found + 1
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
	for position < p.seq.N {
		place, length := p.seq.Stretch(position)
		if found := p.members.First(place, place+length); found >= 0 {
			return position + found - place
		}
		if position+length >= p.seq.N {
			break
		}
		// The rest of a group has no member. The next group that has one has
		// lower places; behind the last group stand the posts without a value.
		low, _ := p.seq.Group(place)
		position = p.seq.Valued
		if found := p.members.Last(0, low); found >= 0 {
			_, high := p.seq.Group(found)
			position = p.seq.Valued - high
		}
	}
	return -1
}

// previous gives the last member's position at or before a position, or -1.
func (p *pager) previous(position int) int {
	if position < 0 {
		return -1
	}
	if !p.seq.Desc {
		return p.members.Last(0, position+1)
	}
	if position >= p.seq.Valued {
		if found := p.members.Last(p.seq.Valued, position+1); found >= 0 {
			return found
		}
		if position = p.seq.Valued - 1; position < 0 {
			return -1
		}
	}
	low, high := p.seq.Group(p.seq.Valued - 1 - position)
	if found := p.members.Last(low, low+position-(p.seq.Valued-high)+1); found >= 0 {
		return p.seq.PositionOf(found)
	}
	// The group has no member up to here: the one before has higher places.
	found := p.members.First(high, p.seq.Valued)
	if found < 0 {
		return -1
	}
	low, high = p.seq.Group(found)
	return p.seq.PositionOf(p.members.Last(low, high))
}

// nth gives the position of member number k, counted from 0, or the end.
func (p *pager) nth(k int) int {
	if k >= p.total {
		return p.seq.N
	}
	if !p.seq.Desc {
		return nth(p.members, 0, p.seq.N, k)
	}
	place, passed := nthBack(p.members, p.seq.Valued, k)
	if place < 0 {
		return nth(p.members, p.seq.Valued, p.seq.N, k-passed)
	}
	// Counted from the highest place down, the member lies in this group; the
	// members of higher groups stand before it, and its own by ascending place.
	low, high := p.seq.Group(place)
	k -= p.members.Count(high, p.seq.Valued)
	return p.seq.PositionOf(nth(p.members, low, high, k))
}
