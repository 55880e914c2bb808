package query

import (
	"cmp"
	"context"
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// list is the posts that meet some conditions, in an order.
type list struct {
	ctx    context.Context // of the one read
	tx     *file.Tx
	engine *Engine
	seq    *order.Sequence
	all    conjunction // what a member must meet
	low    int         // no member stands before this place
	high   int         // or from this one on
	rows   []order.Row // of the terms each member has, as far as there are any
	rest   conjunction // what else a member must meet
	total  int

	prepaid bool // the page is paid for, however its members are found
}

// list divides conditions into what is read off in an order and the rest.
func (e *Engine) list(ctx context.Context, tx *file.Tx, all conjunction, seq *order.Sequence) (*list, error) {
	l := &list{ctx: ctx, tx: tx, engine: e, seq: seq, all: all, high: seq.N}
	for _, c := range all {
		switch c := c.(type) {
		case *interval:
			if c.Field == seq.Field {
				l.narrow(c)
				continue
			}
		case *having:
			if c.rows {
				row, ok, err := e.orders.Row(tx, seq.Index, seq.N, c.id)
				if err != nil {
					return nil, err
				}
				if ok {
					l.rows = append(l.rows, row)
					continue
				}
			}
		}
		l.rest = append(l.rest, c)
	}
	slices.SortFunc(l.rows, func(a, b order.Row) int { return cmp.Compare(a.Total(), b.Total()) })
	return l, nil
}

// narrow takes an interval of the order itself.
func (l *list) narrow(c *interval) {
	low, high := c.low, c.high
	if l.seq.Field == store.FieldSlug {
		low, high = l.seq.FromSlugs(low), l.seq.FromSlugs(high)
	}
	l.low, l.high = max(l.low, low), min(l.high, high)
}

// count finds out how many members there are.
func (l *list) count() (int, error) {
	if l.low >= l.high {
		return 0, nil
	}
	if len(l.rest) == 1 {
		// The order of a range of another field may leave nothing to ask.
		if v, ok := l.rest[0].(*interval); ok {
			seq, err := l.engine.orders.Sequence(l.tx, store.Order{Field: v.Field})
			if err != nil {
				return 0, err
			}
			other, err := l.engine.list(l.ctx, l.tx, l.all, seq)
			if err != nil {
				return 0, err
			}
			if len(other.rest) == 0 {
				return other.count()
			}
		}
	}
	if len(l.rest) > 0 {
		return l.all.countWithin(sets.Everything(l.tx.Size())), nil
	}
	return l.lazily().Count(0, l.seq.N), nil
}

// knownCount is count where the release does not remember it. The list is that
// of a question, in any order.
func (l *list) knownCount(q cursor.Question) (total int, err error) {
	var of cursor.Key
	if len(l.all) > 0 {
		of = append(q, byte(l.tx.View)).Key()
		if total, ok := l.engine.Remembered.Get(of); ok {
			return total, nil
		}
		if err := l.ctx.Err(); err != nil {
			return 0, err
		}
	}
	if total, err = l.count(); err != nil {
		return 0, err
	}
	if len(l.all) > 0 {
		l.engine.Remembered.Put(of, total)
	}
	return total, l.ctx.Err()
}

// plain reports whether all posts are members that the view sees between two
// places. Then they are counted without a look at any.
func (l *list) plain() bool { return len(l.rows) == 0 && len(l.rest) == 0 }

// priceOfCount is what it costs to count the members.
func (l *list) priceOfCount() int {
	switch {
	case l.plain() || len(l.rest) == 0 && len(l.rows) == 1:
		return 0
	case len(l.rest) == 0:
		return len(l.rows) * l.priceOfPass()
	default:
		return l.all.price().all
	}
}

// priceOfPass is what it costs to go over all chunks of a row.
func (l *list) priceOfPass() int {
	size := int(l.tx.Size())
	return 2 * file.PriceOfSets(size, size)
}

// priceOfWalk is what it costs to look at all blocks of the order.
func (l *list) priceOfWalk() int {
	return (1 + len(l.rows)) * file.PriceOfBlock * int(l.tx.Size()) / blockPlaces
}

// payForPage pays for what a page costs when its members are known to be so many,
// but for the posts that are asked one by one, which are paid for as they are. Where a
// page begins that is asked for by its number is found once and remembered, so such a
// page is paid for in full.
func (l *list) payForPage(w store.Window) error {
	if l.plain() || l.total == 0 {
		return nil
	}
	nanos := l.priceOfWalk()
	if w.Offset != nil && *w.Offset > 0 {
		l.prepaid = true
		if len(l.rest) > 0 {
			nanos += l.asks()*l.rest.price().each + l.priceOfLaying(l.total)
		} else if len(l.rows) > 1 {
			nanos += len(l.rows) * l.priceOfPass()
		}
	}
	return l.tx.Pay(l.ctx, nanos)
}

// asks is how many posts may be asked in vain before all members are laid out.
func (l *list) asks() int {
	return order.FewMembers + min(4*l.total, l.priceOfLaying(l.total)/max(l.rest.price().each, 1))
}

// payAlong pays for what was not paid for with the page.
func (l *list) payAlong(nanos int) {
	if l.prepaid {
		return
	}
	if err := l.tx.Pay(l.ctx, nanos); err != nil {
		panic(file.Fault{Err: err})
	}
}

// priceOfLaying is what it costs to lay out so many members.
func (l *list) priceOfLaying(members int) int {
	size := int(l.tx.Size())
	return l.all.price().all + 2*file.PriceOfMember*members + file.PriceOfSets(0, size)
}

// places gives the members by place, in the way that costs least if so many of
// them, from anywhere, are to be looked at.
func (l *list) places(wanted int) places {
	if l.total == 0 {
		return sets.Sorted(nil)
	}
	if l.plain() {
		return l.lazily()
	}
	// Members are thought to lie evenly.
	share := min(1, float64(wanted)/float64(l.total))
	visible := l.seq.Visible(l.low, l.high)
	lazily := share * float64(visible) / blockPlaces * float64(file.PriceOfBlock*(1+len(l.rows)))
	if len(l.rest) > 0 {
		asked := visible
		for i := range l.rows {
			asked = min(asked, l.rows[i].Total())
		}
		lazily += share * float64(asked) * float64(l.rest.price().each)
	}
	if lazily <= float64(l.priceOfLaying(l.total)) {
		return l.lazily()
	}
	return l.laidOut()
}

// lazily gives places that are found when they are asked for. Where the members do
// not lie evenly as many posts are asked in vain as it would cost to lay all out;
// then that is done.
func (l *list) lazily() *lazyPlaces {
	l.rest.byMost()
	each := l.rest.price().each
	return &lazyPlaces{
		seq: l.seq, low: l.low, high: l.high, rows: l.rows, rest: l.rest, block: -1,
		budget: l.asks(), layOut: l.laidOut, pay: func(posts int) { l.payAlong(posts * each) },
	}
}

// laidOut puts all members into their places.
func (l *list) laidOut() places {
	l.payAlong(l.priceOfLaying(l.total))
	if l.total > min(order.FewMembers, l.seq.N/512) { // else sorting is quicker than a walk over so many words
		laid := l.tx.EmptyBits()
		l.all.each(sets.Everything(l.tx.Size()), func(ordinals []uint32) {
			for _, o := range ordinals {
				laid.Add(l.seq.PlaceOf(o))
			}
		})
		return laid
	}
	few := make(sets.Sorted, 0, l.total)
	l.all.each(sets.Everything(l.tx.Size()), func(ordinals []uint32) {
		for _, o := range ordinals {
			few = append(few, uint32(l.seq.PlaceOf(o)))
		}
	})
	slices.Sort(few)
	return few
}

// priceOfSelection is what it costs to find the posts that meet the conditions, and
// at most how many those are.
func (e *Engine) priceOfSelection(tx *file.Tx, all conjunction) (nanos, most int) {
	return all.price().all, min(all.most(), int(tx.Size()))
}

// price is what a condition costs, in nanoseconds.
type price struct {
	all   int // to find all posts that meet it
	each  int // to ask about one post, when what that needs is read
	again int // to find all of them once more, likewise
}
