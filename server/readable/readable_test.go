package readable_test

import (
	"math"
	"testing"

	"alphanode/server/readable"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", -7: "-7", 999: "999", -999: "-999", 1000: "1,000", -1000: "-1,000", 123456: "123,456", -123456: "-123,456", 1234567: "1,234,567",
		math.MaxInt64: "9,223,372,036,854,775,807", math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := readable.Number(n); got != want {
			t.Errorf("%d is written %s, expected %s", n, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, day, date string }{
		{"2026-03-01", "1 Mar 2026", "1 Mar 2026"},
		{"2026-03-01T00:30:00+02:00", "28 Feb 2026", "28 Feb 2026, 22:30 UTC"},
		{"one of these days", "one of these days", "one of these days"},
	} {
		if got := readable.Day(c.given); got != c.day {
			t.Errorf("the day of %s is written %s, expected %s", c.given, got, c.day)
		}
		if got := readable.Date(c.given); got != c.date {
			t.Errorf("%s is written %s, expected %s", c.given, got, c.date)
		}
	}
}
