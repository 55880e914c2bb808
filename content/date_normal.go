package content

import (
	"regexp"
	"strings"
	"time"
)

// NormalDate gives a date as it is kept: what [ParseDate] reads, as it is; other spellings of
// one day or one moment as such. Those are ISO 8601 with a space, with small letters, without
// seconds or with another offset than `+01:00`; the date of an e-mail (RFC 2822); and days
// that begin with their year or name their month in English. The moment is never shifted.
//
// A time without an offset is taken as UTC, and local says so. ok is false for what could be
// more than one day or moment: 02/03/2006, other names of zones than those of RFC 2822, a
// weekday that the day is not.
func NormalDate(s string) (normal string, local, ok bool) {
	if _, ok := ParseDate(s); ok {
		return s, false, true
	}
	if len(s) > maxDate {
		return "", false, false
	}
	text := collapsed(s)
	if m := yearLast.FindStringSubmatch(text); m != nil { // as the C library writes it
		text = strings.TrimSpace(m[1] + " " + m[4] + " " + m[2] + " " + m[3])
	}
	m := dayAndTime.FindStringSubmatch(text)
	if m == nil {
		return "", false, false
	}
	weekday, day, clock, zone := m[1], m[2], m[3], m[4]
	t, ok := readDay(day)
	if !ok || weekday != "" && !strings.EqualFold(weekday, t.Weekday().String()[:3]) {
		return "", false, false
	}
	normal = t.Format(time.DateOnly)
	if clock != "" {
		offset, known := offsetOf(zone)
		if !known {
			return "", false, false
		}
		if local = offset == ""; local {
			offset = "Z"
		}
		normal += "T" + wholeClock(clock) + offset
	}
	_, ok = ParseDate(normal)
	return normal, local && ok, ok
}

// maxDate bounds what is looked at, in bytes.
const maxDate = 100

var (
	// yearLast is `Mon Jan 2 15:04:05 MST 2006`.
	yearLast = regexp.MustCompile(`(?i)^([a-z]{3} [a-z]{3} [0-9]{1,2}) ([0-9:]{7,8})(?: ([a-z]+))? ([0-9]{4})$`)
	// dayAndTime is a weekday, a day, a time and a zone, all but the day optional.
	dayAndTime = regexp.MustCompile(`(?i)^(?:(sun|mon|tue|wed|thu|fri|sat)(?:day|sday|nesday|rsday|urday)?,? )?` +
		`([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{8}|[0-9]{1,2}[ -][a-z]{3,9}\.?,?[ -][0-9]{4}|[a-z]{3,9}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4})` +
		`(?:(?:t|,? )([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?|(?:[0-9]{6}|[0-9]{4}))` +
		` ?(z|[a-z]{1,3}|(?:gmt|utc)?[-+][0-9]{2}(?::?[0-9]{2})?)?(?: \([^()]*\))?)?$`)
	ordinal = regexp.MustCompile(`(?i)([0-9])(?:st|nd|rd|th)\b`)
	unsaid  = strings.NewReplacer("-", " ", ",", "", ".", "")
)

// readDay reads a day that begins with its year, or names its month.
func readDay(s string) (time.Time, bool) {
	layouts := []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102"}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' }) {
		s = unsaid.Replace(ordinal.ReplaceAllString(s, "$1"))
		s = strings.Replace(s, "Sept ", "Sep ", 1)
		layouts = []string{"2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006"}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// wholeClock is a time with its seconds.
func wholeClock(s string) string {
	if !strings.Contains(s, ":") { // of ISO 8601's basic form
		s = s[:2] + ":" + s[2:]
		if len(s) > 5 {
			s = s[:5] + ":" + s[5:]
		}
	}
	if s[1] == ':' {
		s = "0" + s
	}
	if len(s) == len("15:04") {
		s += ":00"
	}
	return strings.Replace(s, ",", ".", 1)
}

// offsetOf reads a zone: an offset, or a name of RFC 2822, 4.3. Its other letters mean
// different things to different writers, and so do names it does not have (IST, BST).
func offsetOf(zone string) (offset string, known bool) {
	zone = strings.ToUpper(zone)
	if named, ok := zones[zone]; ok {
		return named, true
	}
	digits := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(zone, "GMT"), "UTC"), ":", "")
	switch len(digits) {
	case len("+01"):
		digits += "00"
	case len("+0100"):
	default:
		return "", false
	}
	return digits[:3] + ":" + digits[3:], digits[0] == '+' || digits[0] == '-'
}

var zones = map[string]string{
	"": "", "Z": "Z", "UT": "Z", "UTC": "Z", "GMT": "Z",
	"EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
}

// SettleDates brings the dates of a post into the spelling in which they are kept, where that
// takes no guess; others are left for [Post.Validate] to refuse. It gives the paths of those
// that had a time without an offset, which is taken as UTC. Settling twice changes nothing.
func (p *Post) SettleDates() (local []string) {
	settle := func(path string, date *string) {
		if normal, isLocal, ok := NormalDate(*date); ok {
			*date = normal
			if isLocal {
				local = append(local, path)
			}
		}
	}
	settle("publishedAt", &p.PublishedAt)
	if r := p.Meta.Revision; r != nil {
		settle("meta.revision.lastReviewed", &r.LastReviewed)
	}
	return local
}
