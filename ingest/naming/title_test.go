package naming_test

import (
	"testing"

	"alphanode/ingest/naming"
)

func TestTitle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Plain":                   "Plain",
		"  two\n\tlines ":         "two lines",
		"a\u0007bell\u0000":       "abell",
		"Bonjour\u00a0!":          "Bonjour\u00a0!",
		"Bonjour \u00a0 !":        "Bonjour !",
		"\ufeffmark":              "mark",
		"\u200b\u00ad":            "",
		"bro\xffken":              "bro\uFFFDken",
		"👩\u200d💻 at work":        "👩\u200d💻 at work",
		"line\u2028separator":     "line separator",
		"a <b>stays</b> &amp; so": "a <b>stays</b> &amp; so",
	} {
		if got := naming.Title(text); got != want {
			t.Errorf("Title(%q) = %q, expected %q", text, got, want)
		}
	}
}

func TestTitleOfHTML(t *testing.T) {
	t.Parallel()
	for markup, want := range map[string]string{
		"Fish &amp; Chips":            "Fish & Chips",
		"&amp;amp; once":              "&amp; once",
		"It&#8217;s <em>here</em>":    "It’s here",
		"One<br>two<br/>three":        "One two three",
		"Vec<T> and 1 < 2":            "Vec<T> and 1 < 2",
		"unended <em":                 "unended <em",
		"AT&T":                        "AT&T",
		"<b></b>":                     "",
		"a<!-- hidden -->b":           "ab",
		"&nbsp;&nbsp;space":           "space",
		"<script>alert(1)</script> x": "alert(1) x",
	} {
		if got := naming.TitleOfHTML(markup); got != want {
			t.Errorf("TitleOfHTML(%q) = %q, expected %q", markup, got, want)
		}
	}
}

func TestTitleOfSlug(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]string{
		"hello-world": "Hello world", "über_uns": "Über uns", "v1.2-is-out": "V1.2 is out", "日本": "日本", "--": "--",
	} {
		if got := naming.TitleOfSlug(slug); got != want {
			t.Errorf("TitleOfSlug(%q) = %q, expected %q", slug, got, want)
		}
	}
}
