package readable

import (
	"math"
	"strconv"
	"time"

	"alphanode/content"
)

// Number writes a count, its thousands apart.
func Number[N int | int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Decimal writes a number with one digit behind the point, or none where that is 0.
func Decimal(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// day is how a day is written.
const day = "2 Jan 2006"

// Day writes a day or an instant, as posts have them, as a day of UTC; what is no date
// stays as it is.
func Day(given string) string {
	at, ok := content.ParseDate(given)
	if !ok {
		return given
	}
	return at.UTC().Format(day)
}

// Date writes a day as a day, and an instant to the minute; what is no date stays as it is.
func Date(given string) string {
	at, ok := content.ParseDate(given)
	switch {
	case !ok:
		return given
	case len(given) == len(time.DateOnly):
		return at.Format(day)
	default:
		return Moment(at)
	}
}

// Moment writes an instant to the minute.
func Moment(at time.Time) string { return at.UTC().Format(day + ", 15:04 UTC") }
