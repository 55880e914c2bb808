package query

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// maxBuckets is how many buckets an interval can make at most.
const maxBuckets = 1000

// Ranges divides posts by numbers and dates.
func (e *Engine) Ranges(ctx context.Context, tx *file.Tx, q store.RangeQuery) ([]store.RangeFacet, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	matched := Matching{Engine: e, Tx: tx, Filter: q.Filter}
	err := matched.Pay(ctx, func(most int) int { return e.priceOfRanges(tx, q.By, most) })
	if err != nil {
		return nil, err
	}
	posts := matched.Posts()
	facets := make([]store.RangeFacet, len(q.By))
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
func (e *Engine) priceOfRanges(tx *file.Tx, fields []store.RangeBy, posts int) int {
	nanos := file.PriceOfRead
	for _, by := range fields {
		bounds := file.PriceOfDefaultBounds
		switch {
		case by.Bounds != nil:
			bounds = len(by.Bounds)
		case by.Interval != "":
			bounds = maxBuckets
		}
		nanos += bounds * file.PriceOfBound
		if posts > 0 && posts < int(tx.Size()) {
			nanos += file.PriceOfCuts*file.PriceOfSets(posts, int(tx.Size()))/2 + file.PriceOfMember*int(tx.Size())
		}
	}
	return nanos
}

func (e *Engine) rangeFacet(tx *file.Tx, by store.RangeBy, posts sets.Set) (store.RangeFacet, error) {
	x, err := e.orders.By(tx, by.Field)
	if err != nil {
		return store.RangeFacet{}, err
	}
	s := e.spread(tx, x, posts)
	bounds, open, err := boundsOf(by, x, s)
	if err != nil {
		return store.RangeFacet{}, err
	}
	f := store.RangeFacet{Field: by.Field, Buckets: []store.RangeBucket{}}
	var from *store.Bound
	add := func(to *store.Bound, below int) {
		f.Buckets = append(f.Buckets, store.RangeBucket{From: from.Writable(), To: to.Writable(), Count: below - f.Count})
		from, f.Count = to, below
	}
	if !open && len(bounds) > 0 {
		from, bounds = &bounds[0], bounds[1:]
	}
	for i := range bounds {
		add(&bounds[i], s.before(x.StartOf(bounds[i].Value())))
	}
	if open {
		add(nil, s.before(x.Valued))
	}
	f.Missing = posts.Count() - f.Count
	return f, nil
}

// boundsOf gives the bounds of the buckets, and whether there is a bucket before
// the first and behind the last of them too.
func boundsOf(by store.RangeBy, x *order.Index, s distribution) (bounds []store.Bound, open bool, err error) {
	if by.Bounds != nil {
		return by.Bounds, true, nil
	}
	if slices.Contains(order.ScoreFields[:], by.Field) {
		for n := int64(10); n < order.MaxScore; n += 10 {
			bounds = append(bounds, store.NumberBound(n))
		}
		return bounds, true, nil
	}
	first, last := s.ends()
	if first < 0 {
		return nil, false, nil
	}
	low, high := x.ValueAt(first), x.ValueAt(last)
	if !by.Field.Dated() {
		return steps(low, high), true, nil
	}
	bounds, err = days(by, store.DayOf(low), store.DayOf(high))
	return bounds, false, err
}

// steps gives those of 1, 2, 5, 10, 20, 50 and so on that divide numbers from low
// to high.
func steps(low, high int64) (bounds []store.Bound) {
	for ten := int64(1); ; ten *= 10 {
		for _, n := range []int64{ten, 2 * ten, 5 * ten} {
			if n > high {
				return bounds
			}
			if n > low {
				bounds = append(bounds, store.NumberBound(n))
			}
		}
		if ten > math.MaxInt64/10 {
			return bounds
		}
	}
}

// days gives where the intervals begin that hold the days from first to last, and
// where the last of them ends.
func days(by store.RangeBy, first, last store.Day) ([]store.Bound, error) {
	if by.Interval == "" {
		return years(first, last), nil
	}
	interval := by.Interval
	day := interval.Start(first)
	bounds := []store.Bound{store.DayBound(day)}
	for day <= last {
		if len(bounds) > maxBuckets {
			return nil, &store.ArgumentError{
				Name: "by." + string(by.Field) + ".interval", Found: fmt.Sprintf("more than %d buckets of a %s from %s to %s", maxBuckets, interval, first, last),
				Expected: fmt.Sprintf("at most %d: a longer interval, or bounds, or a filter by date", maxBuckets),
			}
		}
		day = interval.Next(day)
		bounds = append(bounds, store.DayBound(day))
	}
	return bounds, nil
}

// years gives where the years begin that hold the days from first to last, and
// where the last of them ends; where a date is so far off that they would be too
// many, decades, centuries or more.
func years(first, last store.Day) []store.Bound {
	from, _ := first.Month()
	to, _ := last.Month()
	step := 1
	for (to-from)/step >= maxBuckets {
		step *= 10
	}
	var bounds []store.Bound
	for year := int(store.FloorDiv(int64(from), int64(step))) * step; ; year += step {
		bounds = append(bounds, store.DayBound(store.FirstOf(year, time.January)))
		if year > to {
			return bounds
		}
	}
}
