package when_test

import (
	"os"
	"os/exec"
	"testing"

	"alphanode/ingest/when"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want string
		local      bool
	}{
		{"2014-09-15", "2014-09-15", false},
		{"2014-09-15T10:00:00Z", "2014-09-15T10:00:00Z", false},
		{" 2014-09-15 10:00:00 ", "2014-09-15T10:00:00Z", true},                  // MySQL
		{"2014-09-15 10:00:00 -0500", "2014-09-15T10:00:00-05:00", false},        // Jekyll
		{"2014-09-15T10:00:00", "2014-09-15T10:00:00Z", true},                    // TOML
		{"2014-09-15t10:00:00z", "2014-09-15T10:00:00Z", false},                  // small letters
		{"2014-09-15T10:00:00.123+0000", "2014-09-15T10:00:00.123+00:00", false}, // Contentful, Jackson
		{"Mon, 15 Sep 2014 10:00:00 +0200", "2014-09-15T10:00:00+02:00", false},
		{"Mon, 15 Sep 2014 10:00:00 EST", "2014-09-15T10:00:00-05:00", false},
		{"Mon Sep 15 2014 10:00:00 GMT-0500 (Central Daylight Time)", "2014-09-15T10:00:00-05:00", false}, // JavaScript
		{"September 15, 2014", "2014-09-15", false},
		{"2014/09/15", "2014-09-15", false},
		{"0000-00-00 00:00:00", "", false},
		{"0000-00-00", "", false},
		{"-0001-11-30T00:00:00+00:00", "", false},
		{"", "", false},
	} {
		date, local, ok := when.Parse(c.text)
		if !ok || date != c.want || local != c.local {
			t.Errorf("Parse(%q) = %q, %v, %v, expected %q, %v", c.text, date, local, ok, c.want, c.local)
		}
	}
	for _, text := range []string{"02/03/2006", "yesterday", "2014-02-30", "2014-09-15 10:00:00 IST", "1410775200", "2014", "2014-00-00", "99:99"} {
		if date, _, ok := when.Parse(text); ok {
			t.Errorf("Parse(%q) = %q, expected no date", text, date)
		}
	}
}

func TestUnix(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"1410775200": "2014-09-15T10:00:00Z", "1410775200.5": "2014-09-15T10:00:00.5Z", "1.4107752e9": "2014-09-15T10:00:00Z",
		"0": "1970-01-01T00:00:00Z", "-1": "1969-12-31T23:59:59Z", "-0.25": "1969-12-31T23:59:59.75Z", " 1410775200 ": "2014-09-15T10:00:00Z",
		"": "", "x": "", "1e400": "", "0x10": "", "1/2": "", "99999999999999": "", "NaN": "", "1410775200000000000000000": "",
	} {
		if date, ok := when.Unix(number); date != want || ok != (want != "") {
			t.Errorf("Unix(%q) = %q, %v, expected %q", number, date, ok, want)
		}
	}
	if date, _ := when.UnixMillis("1410775200123"); date != "2014-09-15T10:00:00.123Z" {
		t.Errorf("UnixMillis = %q, expected 2014-09-15T10:00:00.123Z", date)
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		layout, text, want string
		local              bool
	}{
		{"2006/01/02", "2014/09/15", "2014-09-15", false},
		{"02.01.2006", "15.09.2014", "2014-09-15", false},
		{"1/2/2006 3:04 PM", "9/15/2014 1:30 PM", "2014-09-15T13:30:00Z", true},
		{"02/01/2006 15:04 -0700", "15/09/2014 23:30 -0500", "2014-09-15T23:30:00-05:00", false},
		{"02/01/2006 15:04 MST", "15/09/2014 23:30 PDT", "2014-09-15T23:30:00-07:00", false},
		{"02/01/2006 15:04 MST", "15/09/2014 23:30 UTC", "2014-09-15T23:30:00Z", false},
		{"20060102T150405Z0700", "20140915T233000Z", "2014-09-15T23:30:00Z", false},
		{"2006-01-02 15:04:05", "0000-00-00 00:00:00", "", false},
	} {
		layout, err := when.NewLayout(c.layout)
		if err != nil {
			t.Errorf("NewLayout(%q): %v", c.layout, err)
			continue
		}
		if date, local, ok := layout.Parse(c.text); !ok || date != c.want || local != c.local {
			t.Errorf("%q by %q: %q, %v, %v, expected %q, %v", c.text, c.layout, date, local, ok, c.want, c.local)
		}
	}
	layout, err := when.NewLayout("02/01/2006 15:04 MST")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"15/09/2014 23:30 IST", "2014-09-15", "31/02/2014 10:00 EST"} {
		if date, _, ok := layout.Parse(text); ok {
			t.Errorf("%q: %q, expected no date", text, date)
		}
	}
	for _, layout := range []string{"", "YYYY-MM-DD", "%Y-%m-%d", "15:04", "2006-01", "2006-01-02 03:04", "Jan 2"} {
		if _, err := when.NewLayout(layout); err == nil {
			t.Errorf("NewLayout(%q): no error", layout)
		}
	}
}

// TestAtBothEndsOfTheWorld runs the other tests where the clocks show another day.
func TestAtBothEndsOfTheWorld(t *testing.T) {
	if os.Getenv("AT_ONE_END") != "" {
		return
	}
	t.Parallel()
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "TZ="+zone, "AT_ONE_END=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("TZ=%s: %v\n%s", zone, err, out)
		}
	}
}
