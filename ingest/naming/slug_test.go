package naming_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest/naming"
)

func TestGivenSlug(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Hello-World":                 "Hello-World",
		"v1.2.3-is-out":               "v1.2.3-is-out",
		"caf%C3%A9":                   "café",
		"%E6%97%A5%E6%9C%AC":          "日本",
		"%e6%97%a5%e6%9c":             "日", // cut off inside a character
		"%e6%97%a5%e6%9":              "日", // and inside an escape
		"/blog/a-post/":               "a-post",
		"two words":                   "two-words",
		"what?-100%":                  "what-100",
		"cafe\u0301":                  "café",
		"zero\u200bwidth":             "zerowidth",
		"a%2Fb":                       "a-b",
		"":                            "",
		"/":                           "",
		"..":                          "",
		"???":                         "",
		strings.Repeat("x", 600):      strings.Repeat("x", 512),
		strings.Repeat("é", 300):      strings.Repeat("é", 256),
		"\u0000bell\u0007":            "bell",
		"index.html":                  "index.html", // as it was given
		"\xff\xfebroken":              "broken",
		" padded ":                    "padded",
		"%D0%9F%D1%80%D0%B8%D0%B2%D0": "При" + "в",
	} {
		if got := naming.GivenSlug(given); got != want {
			t.Errorf("GivenSlug(%q) = %q, expected %q", given, got, want)
		}
	}
}

func TestSlugOfAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://example.com/2014/09/15/hello-world/":             "hello-world",
		"https://example.com/2014/09/15/hello-world/?utm_x=1#top": "hello-world",
		"/archive/Some.Page.html":                                 "Some.Page",
		"http://example.com/old/story.PHP":                        "story",
		"https://example.com/?p=12":                               "",
		"https://example.com":                                     "",
		"https://example.com/":                                    "",
		"//example.com/under/here":                                "here",
		"blog/caf%C3%A9":                                          "café",
		"/a%2Fb/":                                                 "a-b",
		"/section/index.html":                                     "section",
		"/index":                                                  "index",
		"/:categories/:title/":                                    "",
		"/v1.5":                                                   "v1.5",
		"/go//double":                                             "double",
		"mailto":                                                  "mailto",
	} {
		if got := naming.SlugOfAddress(address); got != want {
			t.Errorf("SlugOfAddress(%q) = %q, expected %q", address, got, want)
		}
	}
}

func TestSlugOfFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"_posts/2014-09-15-hello-world.md":   "hello-world",
		"posts/2014-9-5_Hello.markdown":      "Hello",
		"posts/Hello.World.md":               "Hello.World",
		"posts/my-post/index.mdx":            "my-post",
		"posts/2014-09-15-bundle/index.md":   "bundle",
		"posts/section/_index.md":            "section",
		"index.md":                           "",
		"posts/2014-09-15.md":                "2014-09-15",
		"posts/2014-13-45-no-day.md":         "2014-13-45-no-day",
		"posts/v1.2.md":                      "v1.2",
		`posts\windows\name.md`:              "name",
		"posts/Ünï cödé.md":                  "Ünï-cödé",
		"posts/2018-10-10T12:00:00Z-zola.md": "zola",
	} {
		if got := naming.SlugOfFile(file); got != want {
			t.Errorf("SlugOfFile(%q) = %q, expected %q", file, got, want)
		}
	}
}

func TestSlugOfTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Hello, World!": "hello-world",
		"Über uns":      "über-uns",
		"日本 の 記事":       "日本-の-記事",
		"!!!":           "",
	} {
		if got := naming.SlugOfTitle(title); got != want {
			t.Errorf("SlugOfTitle(%q) = %q, expected %q", title, got, want)
		}
	}
}

// TestSlugsMayBeKept: whatever the source says, what comes out is a slug as it is kept,
// and gives itself again.
func TestSlugsMayBeKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.OneOf(rapid.String(), rapid.StringMatching(`(/?[a-zé.%? 0-9A-F:\x{200b}-]{0,8}){0,4}`)).Draw(t, "given")
		for name, slug := range map[string]string{
			"given": naming.GivenSlug(given), "address": naming.SlugOfAddress(given), "file": naming.SlugOfFile(given),
		} {
			if slug == "" {
				continue
			}
			if fault := content.CheckSlug(slug); fault != nil {
				t.Fatalf("%s: %v", name, fault)
			}
			if slug != content.NormalSlug(slug) || slug != naming.GivenSlug(slug) {
				t.Fatalf("%s: %q is not in the form in which it is kept", name, slug)
			}
		}
	})
}
