package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"alphanode/content"
	"alphanode/store"
)

// MaxBuckets is how many buckets an interval may make.
const MaxBuckets = 1000

// Ranges divides posts by the values of a field. It reports false where that
// would make more buckets than there may be.
func Ranges(posts []*content.Post, by store.RangeBy) (f store.RangeFacet, ok bool) {
	var values []int64
	for _, p := range posts {
		if n := number(p, by.Field); n != nil {
			values = append(values, *n)
		}
	}
	slices.Sort(values)
	f = store.RangeFacet{Field: by.Field, Count: len(values), Missing: len(posts) - len(values), Buckets: []store.RangeBucket{}}
	bounds := by.Bounds
	switch {
	case bounds != nil:
	case slices.Contains([]store.Field{store.FieldQuality, store.FieldFreshness, store.FieldDepth, store.FieldClarity}, by.Field):
		for n := int64(1); n < 10; n++ {
			bounds = append(bounds, store.NumberBound(10*n))
		}
	case len(values) == 0:
		return f, true
	case by.Field.Dated():
		f.Buckets, ok = calendar(values, by.Interval)
		return f, ok
	default:
		var steps []int64
		for power, ten := 0, int64(1); power <= 18; power, ten = power+1, ten*10 {
			steps = append(steps, ten, 2*ten, 5*ten)
		}
		for _, n := range steps {
			if values[0] < n && n <= values[len(values)-1] {
				bounds = append(bounds, store.NumberBound(n))
			}
		}
	}
	below := func(n int64, b store.Bound) bool {
		if by.Field.Dated() { // days sort as texts
			return utc(n).Format(time.DateOnly) < b.String()
		}
		var bound int64
		if _, err := fmt.Sscan(b.String(), &bound); err != nil {
			panic(err)
		}
		return n < bound
	}
	for i := range len(bounds) + 1 {
		var bucket store.RangeBucket
		if i > 0 {
			bucket.From = &bounds[i-1]
		}
		if i < len(bounds) {
			bucket.To = &bounds[i]
		}
		for _, n := range values {
			if (bucket.From == nil || !below(n, *bucket.From)) && (bucket.To == nil || below(n, *bucket.To)) {
				bucket.Count++
			}
		}
		f.Buckets = append(f.Buckets, bucket)
	}
	return f, true
}

func utc(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// calendar walks day by day from the first of some instants to the last; where
// the words for a day differ from those for the day before, a bucket begins.
func calendar(instants []int64, interval store.DateInterval) (buckets []store.RangeBucket, ok bool) {
	words := func(day time.Time) string {
		week, number := day.ISOWeek()
		switch interval {
		case store.Quarter:
			return fmt.Sprint(day.Year(), " ", (int(day.Month())+2)/3)
		case store.Month:
			return day.Format("2006-01")
		case store.Week:
			return fmt.Sprint(week, " ", number)
		case store.OneDay:
			return day.Format(time.DateOnly)
		default:
			return day.Format("2006")
		}
	}
	bound := func(day time.Time) *store.Bound {
		d, err := store.ParseDay(day.Format(time.DateOnly))
		if err != nil {
			panic(err)
		}
		b := store.DayBound(d)
		return &b
	}
	day := utc(instants[0])
	day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	for before := day.AddDate(0, 0, -1); words(before) == words(day); before = before.AddDate(0, 0, -1) {
		day = before
	}
	for i := 0; i < len(instants); {
		if len(buckets) == MaxBuckets {
			return nil, false
		}
		bucket := store.RangeBucket{From: bound(day)}
		next := day
		for words(next) == words(day) {
			next = next.AddDate(0, 0, 1)
		}
		bucket.To = bound(next)
		for ; i < len(instants) && utc(instants[i]).Before(next); i++ {
			bucket.Count++
		}
		buckets = append(buckets, bucket)
		day = next
	}
	return buckets, true
}

// RandomRanges makes divisions of some fields, each once, that can be asked for.
func RandomRanges(r *rand.Rand) []store.RangeBy {
	var by []store.RangeBy
	for _, i := range r.Perm(len(store.RangeFields))[:1+r.IntN(4)] {
		one := store.RangeBy{Field: store.RangeFields[i]}
		switch {
		case r.IntN(4) == 0:
		case r.IntN(2) == 0 && one.Field.Dated():
			one.Interval = store.DateIntervals[r.IntN(len(store.DateIntervals))]
		default:
			at := int64(r.IntN(40)) - 20
			for range 1 + r.IntN(12) {
				if at += 1 + int64(r.IntN(30)); one.Field.Dated() {
					one.Bounds = append(one.Bounds, store.DayBound(store.Day(at*300)))
				} else {
					one.Bounds = append(one.Bounds, store.NumberBound(at))
				}
			}
		}
		by = append(by, one)
	}
	return by
}
