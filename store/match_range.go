package store

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// rangeCondition is a range of values, both ends within it.
type rangeCondition struct {
	field     Field
	low, high int64
	given     bool
}

func (f *Filter) rangeConditions() []rangeCondition {
	return []rangeCondition{
		f.Quality.bounds(FieldQuality), f.Freshness.bounds(FieldFreshness), f.Depth.bounds(FieldDepth),
		f.Clarity.bounds(FieldClarity), f.ViewCount.bounds(FieldViewCount), f.ReadingTime.bounds(FieldReadingTime),
		f.Paragraphs.bounds(FieldParagraphs), f.LastReviewed.bounds(FieldLastReviewed),
		f.PublishedAt.bounds(FieldPublishedAt), f.Updated.bounds(FieldUpdated),
	}
}

func (f *NumberFilter) bounds(field Field) rangeCondition {
	r := rangeCondition{field: field, low: math.MinInt64, high: math.MaxInt64}
	if f == nil {
		return r
	}
	r.given = *f != NumberFilter{}
	// An end that no number can lie beyond leaves an empty range.
	empty := f.Gt != nil && *f.Gt == math.MaxInt64 || f.Lt != nil && *f.Lt == math.MinInt64
	for _, low := range []*int64{f.Eq, f.Gte, after(f.Gt)} {
		if low != nil {
			r.low = max(r.low, *low)
		}
	}
	for _, high := range []*int64{f.Eq, f.Lte, before(f.Lt)} {
		if high != nil {
			r.high = min(r.high, *high)
		}
	}
	if empty {
		r.low, r.high = 0, -1
	}
	return r
}

func after(n *int64) *int64 {
	if n == nil || *n == math.MaxInt64 {
		return nil
	}
	m := *n + 1
	return &m
}

func before(n *int64) *int64 {
	if n == nil || *n == math.MinInt64 {
		return nil
	}
	m := *n - 1
	return &m
}

// bounds turns UTC days into the instants from the start of the first to just
// before the end of the last.
func (f *DateFilter) bounds(field Field) rangeCondition {
	if f == nil {
		return rangeCondition{field: field}
	}
	day := func(d *Day) *int64 { return (*int64)(d) }
	r := (&NumberFilter{Eq: day(f.Eq), Gt: day(f.Gt), Gte: day(f.Gte), Lt: day(f.Lt), Lte: day(f.Lte)}).bounds(field)
	if r.low != math.MinInt64 {
		r.low *= microsPerDay
	}
	if r.high != math.MaxInt64 {
		r.high = (r.high+1)*microsPerDay - 1
	}
	return r
}

// numberRange gives the posts whose value lies between low and high, both
// within.
func (tx *readTx) numberRange(f Field, low, high int64) (set, error) {
	if low > high {
		return nothing(tx.size()), nil
	}
	values, err := tx.column(valuesColumn(f))
	if err != nil {
		return set{}, err
	}
	starts, err := tx.column(startsColumn(f))
	if err != nil {
		return set{}, err
	}
	first, end := values.search64(low), starts.len32()-1
	if high < math.MaxInt64 {
		end = values.search64(high + 1)
	}
	return tx.places(f, int(starts.uint32(first)), int(starts.uint32(end)))
}

// places gives the posts at the places from low to just before high of an
// order.
func (tx *readTx) places(f Field, low, high int) (set, error) {
	if low >= high {
		return nothing(tx.size()), nil
	}
	order, err := tx.column(orderColumn(f))
	if err != nil {
		return set{}, err
	}
	return placesOf(order, low, high, tx.size()), nil
}

// placesOf gives the ordinals below size at the places from low to just before
// high.
func placesOf(order *column, low, high int, size uint32) set {
	members := newBitset(int(size))
	for place := low; place < high; place++ {
		if ordinal := order.uint32(place); ordinal < size {
			members.add(int(ordinal))
		}
	}
	return set{size, roaring.FromDense(members, false)}
}
