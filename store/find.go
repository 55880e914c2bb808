package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// find gives one page of a list of posts.
func (tx *readTx) find(ctx context.Context, q PostQuery) (*Page, error) {
	if !slices.Contains(SortFields, q.Order.Field) {
		return nil, &ArgumentError{"sort", strconv.Quote(string(q.Order.Field)), "a sort field"}
	}
	if err := q.Window.check(); err != nil {
		return nil, err
	}
	matched, err := tx.match(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	var termIdentity string
	if q.Term != nil {
		has, err := tx.postings(bucketPostings, ordinalKey(uint32(*q.Term)))
		if err != nil {
			return nil, err
		}
		rec, err := tx.termRecord(*q.Term)
		if err != nil {
			return nil, err
		}
		matched = matched.and(has)
		termIdentity = string(rec.kind) + rec.identity
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	seq, err := tx.sequence(q.Order)
	if err != nil {
		return nil, err
	}
	question := questionHash(q.Order, q.Filter, termIdentity)
	pager := pager{seq: seq, set: matched, total: matched.count()}
	start, end := 0, seq.n // positions between which the page lies
	if q.Window.After != "" {
		if start, err = tx.cursorPosition("after", q.Window.After, question, q.Order, seq, true); err != nil {
			return nil, err
		}
	}
	if q.Window.Before != "" {
		if end, err = tx.cursorPosition("before", q.Window.Before, question, q.Order, seq, false); err != nil {
			return nil, err
		}
	}
	var positions []int
	if q.Window.Last != nil {
		positions = pager.backward(start, end, *q.Window.Last)
	} else {
		if q.Window.Offset != nil {
			start = pager.nth(*q.Window.Offset)
		}
		positions = pager.forward(start, end, *q.Window.First)
	}
	page := &Page{Total: pager.total}
	first, behind := start, start // an empty page stands where it was asked for
	if q.Window.Last != nil {
		first, behind = end, end
	}
	if len(positions) > 0 {
		first, behind = positions[0], positions[len(positions)-1]+1
	}
	page.HasPrevious = pager.previous(first-1) >= 0
	page.HasNext = pager.next(behind) >= 0
	page.Refs, page.Cursors = make([]Ref, len(positions)), make([]string, len(positions))
	for i, position := range positions {
		ordinal := seq.at(position)
		page.Refs[i] = Ref(ordinal)
		if !q.Cursors.of(i, len(positions)) {
			continue
		}
		c, err := tx.cursorAt(ordinal, question, q.Order, seq)
		if err != nil {
			return nil, err
		}
		page.Cursors[i] = c.String()
	}
	return page, nil
}

// check finds what is wrong with a window by itself.
func (w Window) check() error {
	if w.First != nil && w.Last != nil {
		return &ArgumentError{"last", "first and last together", "one of the two"}
	}
	if w.First == nil && w.Last == nil {
		return &ArgumentError{"first", "neither first nor last", "one of the two"}
	}
	for _, limit := range []struct {
		name  string
		value *int
	}{{"first", w.First}, {"last", w.Last}} {
		if limit.value != nil && (*limit.value < 0 || *limit.value > MaxLimit) {
			return &ArgumentError{limit.name, strconv.Itoa(*limit.value), fmt.Sprintf("an integer from 0 to %d", MaxLimit)}
		}
	}
	if w.Offset != nil {
		if *w.Offset < 0 {
			return &ArgumentError{"offset", strconv.Itoa(*w.Offset), "an integer of at least 0"}
		}
		if w.After != "" || w.Before != "" || w.Last != nil {
			return &ArgumentError{"offset", "an offset beside a cursor or last", "offset with first alone"}
		}
	}
	return nil
}

// pager walks the members of a set in an order. It first tries to walk the
// order and look each post up in the set, which is quick where members are
// many; when that has taken too many steps it lays the set out by position
// once, which costs a step for each member.
type pager struct {
	seq   *sequence
	set   set
	total int
	steps int    // taken so far
	laid  bitset // the members' positions, once laid out
}

// stepsBeforeLayout is how many steps in vain cost about as much as starting
// to lay out.
const stepsBeforeLayout = 2048

// walkable reports whether walking on is still the better way.
func (p *pager) walkable() bool {
	if p.laid != nil {
		return false
	}
	if p.set.all() || p.steps < stepsBeforeLayout && p.steps < 2*p.total+64 {
		return true
	}
	p.layOut()
	return false
}

func (p *pager) layOut() {
	p.laid = newBitset(p.seq.n)
	for it := p.set.members.Iterator(); it.HasNext(); {
		p.laid.add(p.seq.position(it.Next()))
	}
}

// patience is how many hidden posts in a row are passed over one by one before
// they are counted instead.
const patience = 64

// next gives the first member's position at or after a position, or -1.
func (p *pager) next(position int) int {
	start := position
	for ; position < p.seq.n && p.walkable(); position++ {
		p.steps++
		if p.set.all() && position-start > patience {
			return p.visible(position - p.seq.hiddenBefore(position))
		}
		if p.set.contains(p.seq.at(position)) {
			return position
		}
	}
	if position >= p.seq.n {
		return -1
	}
	return p.laid.next(position)
}

// previous gives the last member's position at or before a position, or -1.
func (p *pager) previous(position int) int {
	start := position
	for ; position >= 0 && p.walkable(); position-- {
		p.steps++
		if p.set.all() && start-position > patience {
			return p.visible(position - p.seq.hiddenBefore(position+1))
		}
		if p.set.contains(p.seq.at(position)) {
			return position
		}
	}
	if position < 0 {
		return -1
	}
	return p.laid.previous(position)
}

// visible gives the position of post number k of those the view sees, or -1.
func (p *pager) visible(k int) int {
	if k < 0 || k >= p.total {
		return -1
	}
	return p.seq.nth(k)
}

// nth gives the position of member number k, or the end.
func (p *pager) nth(k int) int {
	if k >= p.total {
		return p.seq.n
	}
	if p.set.all() {
		return p.seq.nth(k)
	}
	if p.laid == nil {
		p.layOut()
	}
	return p.laid.nth(k)
}

// forward gives the positions of the first members from start to before end.
func (p *pager) forward(start, end, limit int) []int {
	var positions []int
	for at := start; len(positions) < limit; {
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
// in order.
func (p *pager) backward(start, end, limit int) []int {
	var positions []int
	for at := end - 1; len(positions) < limit; {
		found := p.previous(at)
		if found < start {
			break
		}
		positions = append(positions, found)
		at = found - 1
	}
	slices.Reverse(positions)
	return positions
}

// cursorAt makes the cursor of a post.
func (tx *readTx) cursorAt(ordinal uint32, question uint64, o Order, seq *sequence) (cursor, error) {
	c := cursor{question: question}
	_, card, err := tx.cardRecord(Ref(ordinal))
	if err != nil {
		return c, err
	}
	if c.slug, err = cardSlug(card); err != nil {
		return c, err
	}
	if o.Field == FieldSlug {
		return c, nil
	}
	place := int(seq.place.uint32(int(ordinal)))
	if place >= seq.valued {
		c.absent = true
		return c, nil
	}
	group := seq.starts.search32(0, seq.starts.len32(), uint32(place)+1) - 1
	if o.Field == FieldTitle {
		c.text, err = tx.titleNumber(group)
		return c, err
	}
	values, err := tx.column(valuesColumn(o.Field))
	if err != nil {
		return c, err
	}
	c.number = values.int64(group)
	return c, nil
}

// cursorPosition gives the position at which the posts behind a cursor begin,
// or, where behind is false, the posts not before it. The cursor's own post may
// have changed or left since.
func (tx *readTx) cursorPosition(argument, s string, question uint64, o Order, seq *sequence, behind bool) (int, error) {
	c, err := parseCursor(argument, s, question)
	if err != nil {
		return 0, err
	}
	// The order by slug turns around as a whole; every other order keeps the
	// posts of one value by ascending slug.
	descendingSlugs := o.Field == FieldSlug && o.Desc
	key := c.slug
	if behind != descendingSlugs {
		key += "\x00" // the next possible slug
	}
	slugs, err := tx.slugPlace([]byte(key))
	if err != nil {
		return 0, err
	}
	if descendingSlugs {
		return seq.n - slugs, nil
	}
	if o.Field == FieldSlug {
		return slugs, nil
	}
	low, high, err := tx.cursorGroup(c, o, seq)
	if err != nil {
		return 0, err
	}
	// Inside the group the posts stand by slug.
	bySlug, err := tx.column(placeColumn(FieldSlug))
	if err != nil {
		return 0, err
	}
	place := low
	for left, right := low, high; left < right; {
		mid := int(uint(left+right) / 2)
		if int(bySlug.uint32(int(seq.order.uint32(mid)))) < slugs {
			left = mid + 1
		} else {
			right = mid
		}
		place = left
	}
	if !o.Desc || c.absent {
		return place, nil
	}
	return seq.valued - high + place - low, nil
}

// cursorGroup gives the places of the posts that have the cursor's value; an
// empty range, where they would stand, if there are none.
func (tx *readTx) cursorGroup(c cursor, o Order, seq *sequence) (low, high int, err error) {
	if c.absent {
		return seq.valued, seq.n, nil
	}
	var first, after int
	if o.Field == FieldTitle {
		if first, err = tx.searchTitle(func(t string) bool { return t >= c.text }); err != nil {
			return 0, 0, err
		}
		if after, err = tx.searchTitle(func(t string) bool { return t > c.text }); err != nil {
			return 0, 0, err
		}
	} else {
		values, err := tx.column(valuesColumn(o.Field))
		if err != nil {
			return 0, 0, err
		}
		first = values.search64(c.number)
		after = first
		if first < len(values.data)/8 && values.int64(first) == c.number {
			after++
		}
	}
	return int(seq.starts.uint32(first)), int(seq.starts.uint32(after)), nil
}
