package naming

import (
	"regexp"
	"time"
)

// CutDay cuts the day off a name that begins with one, as `2014-09-15-name` does. A
// name that is nothing but a day is given back whole, beside the day.
func CutDay(name string) (day, rest string) {
	m := leadingDay.FindStringSubmatch(name)
	if m == nil {
		return "", name
	}
	if day = dayOf(m[1], m[2], m[3]); day == "" {
		return "", name
	}
	if m[4] == "" {
		return day, name
	}
	return day, m[4]
}

// The year is of four digits, as everywhere; static site generators take a month and a
// day of one digit too. Behind the day stands nothing, or what parts it from the name.
var leadingDay = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:T[\d:.]+Z?)?(?:$|[-_ ]+(.*)$)`)

// DayOfPath is the day that stands in a path or an address, as folders of their own
// (`/2014/09/15/`) or at the beginning of a name in it (`/2014-09-15-name`). The last
// one counts. It is empty where there is none.
func DayOfPath(p string) (day string) {
	for _, m := range dayInPath.FindAllStringSubmatch(p, -1) {
		if found := dayOf(m[1], m[2], m[3]); found != "" {
			day = found
		}
	}
	return day
}

var dayInPath = regexp.MustCompile(`(?:^|/)(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:\b|_)`)

// dayOf is empty for a day that does not exist.
func dayOf(year, month, day string) string {
	t, err := time.ParseInLocation("2006-1-2", year+"-"+month+"-"+day, time.UTC)
	if err != nil || t.Year() < 1 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// DaySuffix sets posts apart that would share a slug: a hyphen and the day on which a
// post was published, as its date says it. It is empty where there is no date.
func DaySuffix(publishedAt string) string {
	if len(publishedAt) < len(time.DateOnly) {
		return ""
	}
	return "-" + publishedAt[:len(time.DateOnly)]
}
