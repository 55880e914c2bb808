package store

import (
	"cmp"
	"context"
	"slices"
)

// list is the posts that meet some conditions, in an order.
type list struct {
	tx    *readTx
	seq   *sequence
	all   conjunction  // what a member must meet
	low   int          // no member stands before this place
	high  int          // or from this one on
	rows  []termPlaces // of the terms each member has, as far as there are any
	rest  conjunction  // what else a member must meet
	total int
}

// list divides conditions into what is read off in an order and the rest.
func (tx *readTx) list(all conjunction, seq *sequence) (*list, error) {
	l := &list{tx: tx, seq: seq, all: all, high: seq.n}
	for _, c := range all {
		switch c := c.(type) {
		case *interval:
			if c.field == seq.field {
				l.narrow(c)
				continue
			}
		case *having:
			if c.rows {
				row, ok, err := tx.rowOf(seq.orderIndex, seq.n, c.id)
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
	slices.SortFunc(l.rows, func(a, b termPlaces) int { return cmp.Compare(a.total(), b.total()) })
	return l, nil
}

// narrow takes an interval of the order itself.
func (l *list) narrow(c *interval) {
	low, high := c.low, c.high
	if l.seq.field == FieldSlug {
		low, high = l.seq.fromSlugs(low), l.seq.fromSlugs(high)
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
			seq, err := l.tx.sequence(Order{Field: v.field})
			if err != nil {
				return 0, err
			}
			other, err := l.tx.list(l.all, seq)
			if err != nil {
				return 0, err
			}
			if len(other.rest) == 0 {
				return other.count()
			}
		}
	}
	if len(l.rest) > 0 {
		return l.all.countWithin(everything(l.tx.size())), nil
	}
	return l.lazily().count(0, l.seq.n), nil
}

// knownCount is count where the release does not remember it. The list is that
// of a question, in any order.
func (l *list) knownCount(ctx context.Context, q question) (total int, err error) {
	var of questionKey
	if len(l.all) > 0 {
		of = append(q, byte(l.tx.view)).key()
		if total, ok := l.tx.release.findings.get(of); ok {
			return total, nil
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
	}
	if total, err = l.count(); err != nil {
		return 0, err
	}
	if len(l.all) > 0 {
		l.tx.release.findings.put(of, total)
	}
	return total, ctx.Err()
}

// plain reports whether all posts are members that the view sees between two
// places. Then they are counted without a look at any.
func (l *list) plain() bool { return len(l.rows) == 0 && len(l.rest) == 0 }

// What one step costs, roughly, in nanoseconds.
const (
	costBlock   = 40 // to have a look at a block of places, with each row
	costMeets   = 10 // to ask about one post
	costPlace   = 5  // to put a member into its place
	costPosting = 1  // to read half a word of a bitmap
)

// places gives the members by place, in the way that costs least if so many of
// them, from anywhere, are to be looked at.
func (l *list) places(wanted int) places {
	if l.total == 0 {
		return sortedPlaces(nil)
	}
	if l.plain() {
		return l.lazily()
	}
	laid, least := costPlace*l.total, l.all.most()
	for _, c := range l.all {
		bulk := costPosting * l.seq.n / 32
		if v, ok := c.(*interval); ok {
			bulk += costPlace * v.bulk()
		}
		laid += min(costMeets*least, bulk)
	}
	// Members are thought to lie evenly.
	share := min(1, float64(wanted)/float64(l.total))
	lazily := share * float64(l.high-l.low) / blockPlaces * float64(costBlock*(1+len(l.rows)))
	if len(l.rest) > 0 {
		asked := l.high - l.low
		for i := range l.rows {
			asked = min(asked, l.rows[i].total())
		}
		lazily += share * float64(asked) * costMeets * float64(len(l.rest))
	}
	if lazily <= float64(laid) {
		return l.lazily()
	}
	return l.laidOut()
}

func (l *list) lazily() *lazyPlaces {
	l.rest.byMost()
	return &lazyPlaces{
		seq: l.seq, low: l.low, high: l.high, rows: l.rows, rest: l.rest, block: -1,
		budget: fewMembers + 4*l.total, layOut: l.laidOut,
	}
}

// laidOut puts all members into their places.
func (l *list) laidOut() places {
	if l.total > min(fewMembers, l.seq.n/512) { // else sorting is quicker than a walk over so many words
		laid := l.tx.emptyBitset()
		l.all.each(everything(l.tx.size()), func(ordinals []uint32) {
			for _, o := range ordinals {
				laid.add(l.seq.placeOf(o))
			}
		})
		return laid
	}
	few := make(sortedPlaces, 0, l.total)
	l.all.each(everything(l.tx.size()), func(ordinals []uint32) {
		for _, o := range ordinals {
			few = append(few, uint32(l.seq.placeOf(o)))
		}
	})
	slices.Sort(few)
	return few
}
