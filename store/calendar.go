package store

import (
	"strings"
	"time"
)

// DateInterval is a unit of the calendar.
type DateInterval string

// The intervals that dates can be divided by. A week begins on Monday.
const (
	Year    DateInterval = "year"
	Quarter DateInterval = "quarter"
	Month   DateInterval = "month"
	Week    DateInterval = "week"
	OneDay  DateInterval = "day"
)

// DateIntervals are all intervals, the longest first.
var DateIntervals = []DateInterval{Year, Quarter, Month, Week, OneDay}

func intervalNames() string {
	names := make([]string, len(DateIntervals))
	for i, interval := range DateIntervals {
		names[i] = string(interval)
	}
	return strings.Join(names, ", ")
}

// Start gives the first day of the interval that a day lies in.
func (i DateInterval) Start(d Day) Day {
	year, month := d.Month()
	switch i {
	case Year:
		return FirstOf(year, time.January)
	case Quarter:
		return FirstOf(year, (month-1)/3*3+1)
	case Month:
		return FirstOf(year, month)
	case Week:
		const monday = 4 // 1970-01-05
		return Day(FloorDiv(int64(d)-monday, 7))*7 + monday
	default:
		return d
	}
}

// Next gives the first day of the interval behind the one that begins with a day.
func (i DateInterval) Next(d Day) Day {
	year, month := d.Month()
	switch i {
	case Year:
		return FirstOf(year+1, time.January)
	case Quarter:
		return FirstOf(year, month+3)
	case Month:
		return FirstOf(year, month+1)
	case Week:
		return d + 7
	default:
		return d + 1
	}
}

// Month gives the year and the month that the day lies in.
func (d Day) Month() (int, time.Month) {
	year, month, _ := time.UnixMicro(int64(d) * microsPerDay).UTC().Date()
	return year, month
}

// FirstOf gives the first day of a month.
func FirstOf(year int, month time.Month) Day {
	return DayOf(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
}

// DayOf gives the day of an instant.
func DayOf(instant int64) Day { return Day(FloorDiv(instant, microsPerDay)) }
