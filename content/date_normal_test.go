package content_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"alphanode/content"
)

func TestNormalDate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		given, want string
		local       bool
	}{
		{"2006-01-02", "2006-01-02", false},
		{"2006-01-02T15:04:05.5+01:00", "2006-01-02T15:04:05.5+01:00", false},
		{"2006-01-02t15:04:05z", "2006-01-02T15:04:05Z", false},
		{"2006-01-02 15:04:05", "2006-01-02T15:04:05Z", true},
		{" 2006-01-02\u00a015:04 ", "2006-01-02T15:04:00Z", true},
		{"2006-01-02T15:04:05", "2006-01-02T15:04:05Z", true},
		{"2006-01-02T15:04:05,123", "2006-01-02T15:04:05.123Z", true},
		{"2006-01-02 15:04:05 +0100", "2006-01-02T15:04:05+01:00", false},
		{"2006-01-02 15:04:05-03", "2006-01-02T15:04:05-03:00", false},
		{"2006-01-02 15:04:05 UTC", "2006-01-02T15:04:05Z", false},
		{"2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000Z", false},
		{"20060102T150405Z", "2006-01-02T15:04:05Z", false},
		{"20060102T1504", "2006-01-02T15:04:00Z", true},
		{"20060102", "2006-01-02", false},
		{"2006-1-2", "2006-01-02", false},
		{"2006/01/02 9:04", "2006-01-02T09:04:00Z", true},
		{"2006.01.02", "2006-01-02", false},
		{"Mon, 02 Jan 2006 15:04:05 +0100", "2006-01-02T15:04:05+01:00", false},
		{"2 Jan 2006 15:04 EST", "2006-01-02T15:04:00-05:00", false},
		{"Mon, 2 Jan 2006 15:04:05 GMT (winter time)", "2006-01-02T15:04:05Z", false},
		{"mon, 02 JAN 2006 15:04:05 pdt", "2006-01-02T15:04:05-07:00", false},
		{"Mon, 02 Jan 2006 15:04:05 -0000", "2006-01-02T15:04:05-00:00", false},
		{"Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05Z", true},
		{"Mon Jan  2 15:04:05 UTC 2006", "2006-01-02T15:04:05Z", false},
		{"Mon Jan 02 2006 15:04:05 GMT+0100 (Central European Standard Time)", "2006-01-02T15:04:05+01:00", false},
		{"January 2, 2006", "2006-01-02", false},
		{"Monday, January 2nd, 2006", "2006-01-02", false},
		{"2 January 2006, 15:04", "2006-01-02T15:04:00Z", true},
		{"02-Jan-2006", "2006-01-02", false},
		{"Sept. 2, 2006", "2006-09-02", false},
	}
	for _, test := range tests {
		normal, local, ok := content.NormalDate(test.given)
		if normal != test.want || local != test.local || !ok {
			t.Errorf("%q: found %q, local %v, %v", test.given, normal, local, ok)
		}
	}
	for _, given := range []string{
		"", "now", "02/03/2006", "2/3/06", "02.03.2006", "2006-13-01", "2006-02-30", "0000-00-00", "0000-00-00 00:00:00", "2006-01", "2006", "1136214245",
		"Tue, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 06 15:04:05 GMT", "02 Jan 2006 15:04:05 IST", "02 Jan 2006 15:04:05 A", "2006-01-02T25:04:05Z", "2006-01-02T15:04:05+25:00",
		"2006-01-02 3:04 PM", "2006-W01-1", "2006-01-02T15", "15:04:05", "Foo 2, 2006", "2006-01-02T15:04:05 Europe/Paris",
	} {
		if normal, _, ok := content.NormalDate(given); ok {
			t.Errorf("%q: found %q, expected nothing", given, normal)
		}
	}
}

// A moment stays the moment that it was, however it is written.
func TestNormalDateShiftsNothing(t *testing.T) {
	t.Parallel()
	layouts := []string{time.RFC3339Nano, time.RFC1123Z, "2006-01-02 15:04:05 -0700", "2 January 2006 15:04:05 -0700", "20060102T150405-0700", "Mon Jan 02 2006 15:04:05 GMT-0700 (here)"}
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", 900*rapid.IntRange(-48, 56).Draw(t, "quarters"))
		moment := time.Unix(rapid.Int64Range(-50e9, 200e9).Draw(t, "seconds"), 0).In(zone)
		normal, local, ok := content.NormalDate(moment.Format(rapid.SampledFrom(layouts).Draw(t, "layout")))
		parsed, valid := content.ParseDate(normal)
		if !ok || local || !valid || !parsed.Equal(moment) {
			t.Fatalf("%v: found %q, local %v, %v", moment, normal, local, ok)
		}
		if again, _, _ := content.NormalDate(normal); again != normal {
			t.Fatalf("%q became %q", normal, again)
		}
	})
}

func TestSettleDates(t *testing.T) {
	t.Parallel()
	p := content.Post{PublishedAt: "2006-01-02 15:04", Meta: content.Meta{Revision: &content.Revision{LastReviewed: "Mon, 02 Jan 2006 15:04:05 GMT"}}}
	if local := p.SettleDates(); !slices.Equal(local, []string{"publishedAt"}) {
		t.Errorf("found %v, expected publishedAt", local)
	}
	if p.PublishedAt != "2006-01-02T15:04:00Z" || p.Meta.Revision.LastReviewed != "2006-01-02T15:04:05Z" {
		t.Errorf("found %q and %q", p.PublishedAt, p.Meta.Revision.LastReviewed)
	}
	if local := p.SettleDates(); len(local) > 0 {
		t.Errorf("settled again it finds %v", local)
	}
	p.PublishedAt = "02/03/2006"
	if p.SettleDates(); p.PublishedAt != "02/03/2006" {
		t.Errorf("found %q, expected what could be two days as it was", p.PublishedAt)
	}
}
