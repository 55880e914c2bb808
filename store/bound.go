package store

import "strconv"

// Bound is where a range begins or ends: a number, or a UTC day.
type Bound struct {
	n   int64 // the number, or the day
	day bool
}

// NumberBound is a bound of numbers.
func NumberBound(n int64) Bound { return Bound{n: n} }

// DayBound is a bound of dates.
func DayBound(d Day) Bound { return Bound{int64(d), true} }

// String is the number, or the day as 2006-01-02.
func (b Bound) String() string {
	if b.day {
		return Day(b.n).String()
	}
	return strconv.FormatInt(b.n, 10)
}

// AppendJSON appends a number, or a day as a text.
func (b Bound) AppendJSON(dst []byte) []byte {
	if b.day {
		return append(append(append(dst, '"'), b.String()...), '"')
	}
	return strconv.AppendInt(dst, b.n, 10)
}

// MarshalJSON is a number, or a day as a text.
func (b Bound) MarshalJSON() ([]byte, error) { return b.AppendJSON(nil), nil }

// Value is the least value that is not below the bound.
func (b Bound) Value() int64 {
	if b.day {
		return b.n * microsPerDay
	}
	return b.n
}

// Writable gives nil for a day that cannot be written as 2006-01-02, as the end of
// the year 9999: nothing lies behind it.
func (b *Bound) Writable() *Bound {
	if b == nil {
		return nil
	}
	if _, err := ParseDay(b.String()); b.day && err != nil {
		return nil
	}
	return b
}
