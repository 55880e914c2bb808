package store

import "math"

// rangeCondition is a range of values, both ends within it.
type rangeCondition struct {
	field     Field
	low, high int64
	given     bool
}

func (f *Filter) rangeConditions() [len(numberFields)]rangeCondition {
	return [...]rangeCondition{
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
	from := func(n int64) { r.low = max(r.low, n) }
	to := func(n int64) { r.high = min(r.high, n) }
	if f.Eq != nil {
		from(*f.Eq)
		to(*f.Eq)
	}
	if f.Gte != nil {
		from(*f.Gte)
	}
	if f.Lte != nil {
		to(*f.Lte)
	}
	// An end that no number can lie beyond leaves an empty range.
	empty := false
	if f.Gt != nil {
		empty = *f.Gt == math.MaxInt64
		from(*f.Gt + 1)
	}
	if f.Lt != nil {
		empty = empty || *f.Lt == math.MinInt64
		to(*f.Lt - 1)
	}
	if empty {
		r.low, r.high = 0, -1
	}
	return r
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

// numberRange is met by the posts whose value lies between low and high, both
// within.
func (e *engine) numberRange(tx *readTx, f Field, low, high int64) (*interval, error) {
	x, err := e.orders.orderBy(tx, f)
	if err != nil {
		return nil, err
	}
	if low > high {
		return e.interval(tx, x, 0, 0), nil
	}
	first, end := x.values.search64(low), x.starts.len32()-1
	if high < math.MaxInt64 {
		end = x.values.search64(high + 1)
	}
	return e.interval(tx, x, int(x.starts.uint32(first)), int(x.starts.uint32(end))), nil
}

func (e *engine) interval(tx *readTx, x *orderIndex, low, high int) *interval {
	v := &interval{orderIndex: x, tx: tx, view: tx.view, size: tx.size(), low: low, high: max(low, high)}
	v.seen = v.total()
	return v
}
