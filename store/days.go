package store

import (
	"math"
	"time"
)

// Days are the UTC days of the dates of a post: those by which it is filtered and
// ordered. A date is kept as it was given, so that its own first ten characters can
// be another day.
type Days struct {
	Updated, Published, LastReviewed Day // NoDay where there is none
}

// NoDay is the day of a date that is not there, or whose day in UTC cannot be written
// as 2006-01-02, for lack of a year of four digits.
const NoDay Day = math.MinInt64

// lastDay is the last that can be written, firstDay the first.
var (
	firstDay = DayOf(time.Date(0, time.January, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	lastDay  = DayOf(time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC).UnixMicro())
)

// DaysOf are the days of a post that was published and reviewed on these, NoDay for
// never. It was updated on the later of the two.
func DaysOf(published, lastReviewed Day) Days {
	written := func(d Day) Day {
		if d < firstDay || d > lastDay {
			return NoDay
		}
		return d
	}
	return Days{written(max(published, lastReviewed)), written(published), written(lastReviewed)}
}

// OfCard are those that a card shows.
func (d Days) OfCard() Days {
	d.LastReviewed = NoDay
	return d
}

// The members of a post's JSON that say its days, each up to the day.
const (
	updatedDay      = `,"updatedDay":"`
	publishedDay    = `,"publishedDay":"`
	lastReviewedDay = `,"lastReviewedDay":"`
)

// AppendMembers appends the days as members of a JSON object that has others before
// them. What is not there is left out.
func (d Days) AppendMembers(dst []byte) []byte {
	dst = appendDay(dst, updatedDay, d.Updated)
	dst = appendDay(dst, publishedDay, d.Published)
	return appendDay(dst, lastReviewedDay, d.LastReviewed)
}

// Len is how many bytes AppendMembers appends.
func (d Days) Len() int {
	return lenOfDay(updatedDay, d.Updated) + lenOfDay(publishedDay, d.Published) + lenOfDay(lastReviewedDay, d.LastReviewed)
}

func lenOfDay(name string, d Day) int {
	if d == NoDay {
		return 0
	}
	return len(name) + len(`2006-01-02"`)
}

func appendDay(dst []byte, name string, d Day) []byte {
	if d == NoDay {
		return dst
	}
	return append(d.Append(append(dst, name...)), '"')
}

// Append appends a day that can be written as 2006-01-02.
func (d Day) Append(dst []byte) []byte {
	year, month, day := time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
	digits := func(n int) (tens, ones byte) { return '0' + byte(n/10), '0' + byte(n%10) }
	y1, y2 := digits(year / 100)
	y3, y4 := digits(year % 100)
	m1, m2 := digits(int(month))
	d1, d2 := digits(day)
	return append(dst, y1, y2, y3, y4, '-', m1, m2, '-', d1, d2)
}

const secondsPerDay = int64(24 * time.Hour / time.Second)
