package storetest

import (
	"time"

	"alphanode/content"
)

// Sent is a post as it is sent over REST: its JSON, when it was updated, and the UTC days of
// its dates, worked out from how they are written.
func Sent(p *content.Post) string {
	sent := p.AppendJSON(nil)
	sent = sent[:len(sent)-1]
	reviewed := ""
	if p.Meta.Revision != nil {
		reviewed = p.Meta.Revision.LastReviewed
	}
	for _, member := range []struct{ name, value string }{
		{"updated", p.Updated()}, {"updatedDay", Day(p.Updated())}, {"publishedDay", Day(p.PublishedAt)}, {"lastReviewedDay", Day(reviewed)},
	} {
		if member.value != "" {
			sent = append(sent, `,"`+member.name+`":"`+member.value+`"`...)
		}
	}
	return string(append(sent, '}'))
}

// Day is the UTC day of a date, "" for none: where there is no date, or where its year in UTC
// has no four digits.
func Day(date string) string {
	t, ok := content.ParseDate(date)
	if t = t.UTC(); !ok || t.Year() < 0 || t.Year() > 9999 {
		return ""
	}
	return t.Format(time.DateOnly)
}
