package when

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"alphanode/content"
)

// Parse reads a date in any spelling that means one day or one moment
// ([content.NormalDate]). A time without an offset is taken as UTC, and local says so. What
// says that there is no date, as nothing or `0000-00-00 00:00:00`, is an empty date and ok.
func Parse(text string) (date string, local, ok bool) {
	text = strings.TrimSpace(text)
	if none(text) {
		return "", false, true
	}
	return content.NormalDate(text)
}

// none reports whether a text is what databases and programs write where there is no date:
// `0000-00-00`, also with a time, or `-0001-11-30T00:00:00`, which is that in other words.
func none(text string) bool {
	return strings.Trim(text, "0-: TZ.+") == "" || strings.HasPrefix(text, "-0001-11-30")
}

// Unix reads a number of seconds since 1970, perhaps with a fraction, and gives the moment in
// UTC, to the nanosecond. It reports false for what is no number and for years that are none
// of four digits.
func Unix(number string) (date string, ok bool) { return unix(number, 1) }

// UnixMillis reads a number of milliseconds since 1970 likewise.
func UnixMillis(number string) (date string, ok bool) { return unix(number, 1000) }

// numeral bounds what is read: an exponent of a million would be worked out.
var numeral = regexp.MustCompile(`^-?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?$`)

func unix(number string, perSecond int64) (string, bool) {
	number = strings.TrimSpace(number)
	if !numeral.MatchString(number) {
		return "", false
	}
	n, ok := new(big.Rat).SetString(number)
	if !ok {
		return "", false
	}
	n.Mul(n, big.NewRat(int64(time.Second)/perSecond, 1))
	nanos := new(big.Int).Div(n.Num(), n.Denom()) // Euclidean: what is below a nanosecond is cut
	seconds, rest := new(big.Int).DivMod(nanos, big.NewInt(int64(time.Second)), new(big.Int))
	if !seconds.IsInt64() {
		return "", false
	}
	return rfc3339(time.Unix(seconds.Int64(), rest.Int64()).UTC())
}

// rfc3339 reports false for a year that is not of four digits.
func rfc3339(t time.Time) (string, bool) {
	if t.Year() < 1 || t.Year() > 9999 {
		return "", false
	}
	return t.Format(time.RFC3339Nano), true
}

// Layout reads dates by a layout of Go's time package, such as `2006/01/02 15:04`.
type Layout struct {
	layout string
	clock  bool // it has a time
	offset bool // and that an offset or the name of a zone
}

// NewLayout takes a layout that has a year, a month and a day, and a time in full or none.
func NewLayout(layout string) (Layout, error) {
	zone := time.FixedZone("EST", -5*60*60)
	sample := time.Date(2014, 12, 25, 22, 23, 0, 0, zone)
	read, err := time.ParseInLocation(layout, sample.Format(layout), zone)
	switch {
	case err != nil || read.Format(time.DateOnly) != "2014-12-25":
		return Layout{}, fmt.Errorf("found %q, expected how 2006-01-02 15:04:05 -0700 would be written, with its year, month and day", layout)
	case read.Hour() != 22 && read.Hour() != 0:
		return Layout{}, fmt.Errorf("found %q, expected hours as 15, or as 03 with PM", layout)
	}
	elsewhere, err := time.ParseInLocation(layout, sample.Format(layout), time.UTC)
	return Layout{layout: layout, clock: read.Hour() == 22, offset: err == nil && elsewhere.Location() != time.UTC}, nil
}

// Parse reads a date as [Parse] does, by the layout.
func (l Layout) Parse(text string) (date string, local, ok bool) {
	text = strings.TrimSpace(text)
	if none(text) {
		return "", false, true
	}
	t, err := time.ParseInLocation(l.layout, text, time.UTC)
	switch {
	case err != nil || t.Year() < 1 || t.Year() > 9999:
		return "", false, false
	case !l.clock:
		return t.Format(time.DateOnly), false, true
	case !l.offset:
		return t.Format(time.RFC3339Nano), true, true
	}
	// A name of a zone that Go does not know it takes for UTC; content knows those that
	// mean one offset everywhere.
	if name, seconds := t.Zone(); seconds == 0 && name != "UTC" && name != "" {
		return content.NormalDate(t.Format("2006-01-02 15:04:05.999999999 ") + name)
	}
	date, ok = rfc3339(t)
	return date, false, ok
}
