package content_test

import (
	"testing"

	"alphanode/content"
)

func TestKnownPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"":                                   "",
		"title":                              "title",
		"meta.score.quality":                 "meta.score.quality",
		"body[3].items[12].html":             "body[3].items[12].html",
		"meta.images[0].caption":             "meta.images[0].caption",
		"meta.revision.lastReviewed":         "meta.revision.lastReviewed",
		"meta.language":                      "meta.language",
		"meta.urls[2]":                       "meta.urls[2]",
		"a secret":                           "",
		"a secret.title":                     "",
		"meta.a secret":                      "meta",
		"meta.extra.a.secret":                "meta.extra",
		"meta.score.a secret[1]":             "meta.score",
		"body[3].title[a secret]":            "body[3]",
		"meta.notes[7].a secret.text":        "meta.notes[7]",
		"meta.payload[1][2].seed[3][secret]": "meta.payload[1][2]",
	} {
		if got := content.KnownPath(path); got != want {
			t.Errorf("%q: found %q, expected %q", path, got, want)
		}
	}
}
