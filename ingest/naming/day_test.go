package naming_test

import (
	"testing"

	"alphanode/ingest/naming"
)

func TestCutDay(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"2014-09-15-hello":  {"2014-09-15", "hello"},
		"2014-9-5-hello":    {"2014-09-05", "hello"},
		"2014-09-15_hello":  {"2014-09-15", "hello"},
		"2014-09-15":        {"2014-09-15", "2014-09-15"},
		"2014-02-30-hello":  {"", "2014-02-30-hello"},
		"2014-09-150-hello": {"", "2014-09-150-hello"},
		"hello-2014-09-15":  {"", "hello-2014-09-15"},
		"12014-09-15-hello": {"", "12014-09-15-hello"},
		"0000-00-00-hello":  {"", "0000-00-00-hello"},
	} {
		if day, rest := naming.CutDay(name); day != want[0] || rest != want[1] {
			t.Errorf("CutDay(%q) = %q, %q, expected %q", name, day, rest, want)
		}
	}
}

func TestDayOfPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/2014/09/15/hello/":                     "2014-09-15",
		"https://example.com/2014/9/5/hello":     "2014-09-05",
		"posts/2014-09-15-hello/index.md":        "2014-09-15",
		"posts/2014/09/15-hello.md":              "2014-09-15",
		"/2014/09/hello":                         "",
		"/2014/13/45/hello":                      "",
		"/2014/09/155/hello":                     "",
		"/archive/2013/01/02/2014/09/15/moved":   "2014-09-15",
		"/12014/09/15/hello":                     "",
		"posts/about-2014-09-15-and-so-on/index": "",
	} {
		if got := naming.DayOfPath(path); got != want {
			t.Errorf("DayOfPath(%q) = %q, expected %q", path, got, want)
		}
	}
}

func TestDaySuffix(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]string{
		"2014-12-25": "-2014-12-25", "2014-12-25T23:30:00-05:00": "-2014-12-25", "": "",
	} {
		if got := naming.DaySuffix(date); got != want {
			t.Errorf("DaySuffix(%q) = %q, expected %q", date, got, want)
		}
	}
}
