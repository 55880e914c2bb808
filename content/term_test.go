package content_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"alphanode/content"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                       "",
		"redis":                  "redis",
		"Redis":                  "redis",
		"  Rate \t limiting\n":   "rate limiting",
		"rate\u00a0limiting":     "rate limiting",
		"STRASSE":                "strasse",
		"straße":                 "strasse",
		"Cafe\u0301":             "café", // composed
		"ΣΊΣΥΦΟΣ":                "σίσυφοσ",
		"C++":                    "c++",
		"two  spaces":            "two spaces",
		"trailing ":              "trailing",
		"\ufb01le":               "file", // a ligature folds to its letters
		"İ":                      "i̇",
		"already simple, ok/yes": "already simple, ok/yes",
		// What does not show is no part of it, wherever it stands.
		"git\u200b": "git", "\ufeffgit": "git", "g\u00adit": "git", "\u202egit\u202c": "git", "gi\u2060t": "git", "git\ufe0f": "git",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645",
		"\u0915\u094d\u200d\u0937":                         "\u0915\u094d\u0937",
		"\U0001f469\u200d\U0001f4bb":                       "\U0001f469\U0001f4bb",
		"e\u034f\u0301":                                    "\u00e9", // nothing stands between the two any more
		"a \u200b b":                                       "a b",
		"a\u115fb\U000e0041\u3164":                         "ab",
		"\u200b":                                           "",
		"\ufe0f \u00ad":                                    "",
		// Compatible characters stay apart, and marks are in their order.
		"ｇｉｔ": "ｇｉｔ", "a\u0323\u0307": "\u1ea1\u0307", "a\u0307\u0323": "\u1ea1\u0307", "ΣΑΣ": "σασ", "σας": "σασ", "ẞ": "ss", "ı": "ı",
	}
	for name, want := range tests {
		if got := content.Identity(name); got != want {
			t.Errorf("Identity(%q) = %q, want %q", name, got, want)
		}
	}
	if got, want := (content.Entity{Name: "Python  Services", Type: "Stack"}).Identity(), "stack:python services"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSlugify(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                   "",
		"Python services":    "python-services",
		"C++":                "cplusplus",
		"C#":                 "csharp",
		"f# and .NET":        "fsharp-and-dotnet",
		"node.js":            "nodedotjs",
		"--a  //  b--":       "a-b",
		"release 1.5":        "release-1dot5",
		"Über Größe":         "über-grösse",
		"缓存 策略":              "缓存-策略",
		"it's":               "it-s",
		"…":                  "",
		"a_b":                "a-b",
		"rate\u200blimiting": "ratelimiting",
		"I \u2764\ufe0f Go":  "i-go", // a selector that follows nothing is no mark of a letter
		"\u2764\ufe0f":       "",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645",
		"हिन्दी":                   "हिन्दी", // marks are part of their letters
		"creating safe/fast paths": "creating-safe-fast-paths",
	}
	for text, want := range tests {
		if got := content.Slugify(text); got != want {
			t.Errorf("Slugify(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNormalSlug(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]string{
		"": "", "plain": "plain", "Case-Stays": "Case-Stays", "cafe\u0301": "caf\u00e9", "caf\u00e9": "caf\u00e9", "soft\u00adhyphen\ufeff": "softhyphen",
		"e\u200b\u0301": "\u00e9", "\u200b": "", "ｗｉｄｅ": "ｗｉｄｅ",
	} {
		if got := content.NormalSlug(slug); got != want {
			t.Errorf("%+q: got %+q, want %+q", slug, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		slug := content.NormalSlug(rapid.String().Draw(t, "slug"))
		if again := content.NormalSlug(slug); again != slug {
			t.Fatalf("the normal form of %+q is %+q", slug, again)
		}
	})
}

// TestUnseen holds what does not show against the tables of this Go, from which the
// property is derived: what they know beside, a later Unicode has added.
func TestUnseen(t *testing.T) {
	t.Parallel()
	for r := rune(1); r <= unicode.MaxRune; r++ {
		derived := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Cf) &&
			!unicode.In(r, unicode.White_Space, unicode.Prepended_Concatenation_Mark) &&
			(r < 0xfff9 || r > 0xfffb) && (r < 0x13430 || r > 0x1345f)
		if gone := utf8.ValidRune(r) && content.WithoutUnseen(string(r)) == ""; gone != derived {
			t.Errorf("%U: found that it shows: %t", r, !gone)
		}
	}
}

func TestEntitySlug(t *testing.T) {
	t.Parallel()
	tests := map[content.Entity]string{
		{Name: "Python services", Type: "stack"}: "stack-python-services",
		{Name: "C++", Type: "code language"}:     "code-language-cplusplus",
		{Name: "…", Type: "stack"}:               "stack",
	}
	for entity, want := range tests {
		if got := entity.Slug(); got != want {
			t.Errorf("%+v: got %q, want %q", entity, got, want)
		}
	}
}

func TestDistinctSlug(t *testing.T) {
	t.Parallel()
	// The digits are the first of the SHA-256 of the identity.
	if got, want := content.DistinctSlug("a-b", "abc"), "a-b-ba7816bf"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := content.DistinctSlug("", "abc"), "ba7816bf"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDeriveSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("wörter ", 60)
	tests := []struct{ title, sourceID, want string }{
		{"Safer deployment steps", "", "safer-deployment-steps"},
		{"Safer deployment steps", "alphanode-000837", "safer-deployment-steps-alphanode-000837"},
		{"…", "id 7", "id-7"},
		{"…", "", ""},
		{long, "", strings.TrimSuffix(strings.Repeat("wörter-", 25), "-")},
		{long, "x", strings.Repeat("wörter-", 25) + "x"},
	}
	for _, test := range tests {
		p := content.Post{Title: test.title}
		if test.sourceID != "" {
			p.Meta.Payload = &content.Payload{SourceID: test.sourceID}
		}
		if got := p.DeriveSlug(); got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.title, test.sourceID, got, test.want)
		}
	}
}

func TestTermProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		identity := content.Identity(name)
		if again := content.Identity(identity); again != identity {
			t.Fatalf("the identity of the identity %q is %q", identity, again)
		}
		slug := content.Slugify(name)
		if again := content.Slugify(slug); again != slug {
			t.Fatalf("the slug of the slug %q is %q", slug, again)
		}
		p := content.Post{Title: name}
		derived := p.DeriveSlug()
		if !utf8.ValidString(derived) {
			t.Fatalf("%q is not UTF-8", derived)
		}
		p = content.Post{Title: "t", Slug: derived}
		if faults := p.Validate(); len(faults) > 0 {
			t.Fatalf("a derived slug is not valid: %v", faults)
		}
	})
}
