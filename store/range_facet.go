package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"alphanode/store/sets"
)

// maxBuckets is how many buckets an interval can make at most.
const maxBuckets = 1000

func (e *engine) ranges(ctx context.Context, tx *readTx, q RangeQuery) ([]RangeFacet, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	matched := matching{engine: e, tx: tx, filter: q.Filter}
	err := matched.pay(ctx, func(most int) int { return e.priceOfRanges(tx, q.By, most) })
	if err != nil {
		return nil, err
	}
	posts := matched.posts()
	facets := make([]RangeFacet, len(q.By))
	for i, by := range q.By {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if facets[i], err = e.rangeFacet(tx, by, posts); err != nil {
			return nil, err
		}
	}
	return facets, nil
}

// priceOfRanges is what it costs to divide so many posts: to look up each bound, and
// to go once over all places between bounds, or over the cuts of the order.
func (e *engine) priceOfRanges(tx *readTx, fields []RangeBy, posts int) int {
	nanos := priceOfRead
	for _, by := range fields {
		bounds := priceOfDefaultBounds
		switch {
		case by.Bounds != nil:
			bounds = len(by.Bounds)
		case by.Interval != "":
			bounds = maxBuckets
		}
		nanos += bounds * priceOfBound
		if posts > 0 && posts < int(tx.size()) {
			nanos += priceOfCuts*priceOfSets(posts, int(tx.size()))/2 + priceOfMember*int(tx.size())
		}
	}
	return nanos
}

func (e *engine) rangeFacet(tx *readTx, by RangeBy, posts sets.Set) (RangeFacet, error) {
	x, err := e.orders.orderBy(tx, by.Field)
	if err != nil {
		return RangeFacet{}, err
	}
	s := e.spread(tx, x, posts)
	bounds, open, err := boundsOf(by, x, s)
	if err != nil {
		return RangeFacet{}, err
	}
	f := RangeFacet{Field: by.Field, Buckets: []RangeBucket{}}
	var from *Bound
	add := func(to *Bound, below int) {
		f.Buckets = append(f.Buckets, RangeBucket{from.writable(), to.writable(), below - f.Count})
		from, f.Count = to, below
	}
	if !open && len(bounds) > 0 {
		from, bounds = &bounds[0], bounds[1:]
	}
	for i := range bounds {
		add(&bounds[i], s.before(x.startOf(bounds[i].value())))
	}
	if open {
		add(nil, s.before(x.valued))
	}
	f.Missing = posts.Count() - f.Count
	return f, nil
}

// boundsOf gives the bounds of the buckets, and whether there is a bucket before
// the first and behind the last of them too.
func boundsOf(by RangeBy, x *orderIndex, s spread) (bounds []Bound, open bool, err error) {
	if by.Bounds != nil {
		return by.Bounds, true, nil
	}
	if slices.Contains(scoreFields[:], by.Field) {
		for n := int64(10); n < maxScore; n += 10 {
			bounds = append(bounds, NumberBound(n))
		}
		return bounds, true, nil
	}
	first, last := s.ends()
	if first < 0 {
		return nil, false, nil
	}
	low, high := x.valueAt(first), x.valueAt(last)
	if !by.Field.Dated() {
		return steps(low, high), true, nil
	}
	bounds, err = days(by, dayOf(low), dayOf(high))
	return bounds, false, err
}

// steps gives those of 1, 2, 5, 10, 20, 50 and so on that divide numbers from low
// to high.
func steps(low, high int64) (bounds []Bound) {
	for ten := int64(1); ; ten *= 10 {
		for _, n := range []int64{ten, 2 * ten, 5 * ten} {
			if n > high {
				return bounds
			}
			if n > low {
				bounds = append(bounds, NumberBound(n))
			}
		}
		if ten > math.MaxInt64/10 {
			return bounds
		}
	}
}

// days gives where the intervals begin that hold the days from first to last, and
// where the last of them ends.
func days(by RangeBy, first, last Day) ([]Bound, error) {
	if by.Interval == "" {
		return years(first, last), nil
	}
	interval := by.Interval
	day := interval.start(first)
	bounds := []Bound{DayBound(day)}
	for day <= last {
		if len(bounds) > maxBuckets {
			return nil, &ArgumentError{
				"by." + string(by.Field) + ".interval", fmt.Sprintf("more than %d buckets of a %s from %s to %s", maxBuckets, interval, first, last),
				fmt.Sprintf("at most %d: a longer interval, or bounds, or a filter by date", maxBuckets),
			}
		}
		day = interval.next(day)
		bounds = append(bounds, DayBound(day))
	}
	return bounds, nil
}

// years gives where the years begin that hold the days from first to last, and
// where the last of them ends; where a date is so far off that they would be too
// many, decades, centuries or more.
func years(first, last Day) []Bound {
	from, _ := first.month()
	to, _ := last.month()
	step := 1
	for (to-from)/step >= maxBuckets {
		step *= 10
	}
	var bounds []Bound
	for year := int(floorDiv(int64(from), int64(step))) * step; ; year += step {
		bounds = append(bounds, DayBound(firstOf(year, time.January)))
		if year > to {
			return bounds
		}
	}
}
