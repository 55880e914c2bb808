package content

import (
	"strings"
	"time"
)

// ParseDate reads a date (2006-01-02, taken as midnight UTC) or a date-time of
// RFC 3339 with its offset. It reports false for anything else, days that do
// not exist included.
func ParseDate(s string) (time.Time, bool) {
	if len(s) == len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, s)
		return t, err == nil
	}
	t, err := time.Parse(time.RFC3339, s)
	// time.Parse also takes an hour of one digit and a decimal comma.
	return t, err == nil && s[len("2006-01-02T15")] == ':' && !strings.Contains(s, ",")
}

// expectedDate words what ParseDate accepts, for faults.
const expectedDate = "a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ"

// Updated is the later of publishedAt and lastReviewed, as it was given; where
// both are the same instant, publishedAt. It is empty where there is neither.
func (p *Post) Updated() string {
	var reviewed string
	if p.Meta.Revision != nil {
		reviewed = p.Meta.Revision.LastReviewed
	}
	published, okP := ParseDate(p.PublishedAt)
	last, okR := ParseDate(reviewed)
	switch {
	case okP && okR && last.After(published), okR && !okP:
		return reviewed
	case okP:
		return p.PublishedAt
	default:
		return ""
	}
}
