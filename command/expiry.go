package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// expiry reads when a key expires: a day or an instant, or how long from now. It is in
// the future.
func expiry(value string, now time.Time) (time.Time, error) {
	at, ok := instant(value)
	if !ok {
		var after time.Duration
		if after, ok = span(value); ok {
			at = now.Add(after)
		}
	}
	if !ok || !at.After(now) {
		return time.Time{}, usageError{fmt.Errorf("--expires: found %q, expected a time to come: a day such as 2027-01-31, an instant such as 2027-01-31T09:00:00Z, or a duration such as 90d or 12h", value)}
	}
	return at.UTC().Truncate(time.Second), nil
}

// instant is a day, which begins in UTC, or a time of RFC 3339.
func instant(value string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, value); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// mostDays bounds a number of days to a hundred years.
const mostDays = 36_525

// span is a number of days such as 90d, or a duration of Go such as 12h30m.
func span(value string) (time.Duration, bool) {
	if number, ok := strings.CutSuffix(value, "d"); ok {
		days, err := strconv.ParseUint(number, 10, 32)
		return time.Duration(days) * 24 * time.Hour, err == nil && days <= mostDays
	}
	d, err := time.ParseDuration(value)
	return d, err == nil
}
