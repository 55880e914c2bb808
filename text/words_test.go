package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"alphanode/text"
)

func wordsOf(s string) (all []string) {
	text.Each(s, func(word string, _ int) { all = append(all, word) })
	return all
}

func TestEach(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                            "",
		" \t\n.,;!":                   "",
		"Keep a rollback ready.":      "Keep a rollback ready",
		"node.js pg_stat e-mail":      "node js pg stat e mail",
		"don't 'quote' users' ''":     "don't quote users",
		"rock'n'roll":                 "rock'n'roll",
		"C++ c# F#, g++; a+b x++y 1+": "C++ c# F# g++ a b x y 1",
		"a+++ #12 ##":                 "a 12",
		"v1.5.9 2024-03-31 10,000":    "v1 5 9 2024 03 31 10 000",
		"café naïve Straße":           "café naïve Straße",
		"don’t “say” it—now":          "don’t say it now",
		"缓存 redis":                    "缓 存 redis",
		"カタカナ テスト":                    "カ タ カ ナ テ ス ト",
		"x²":                          "x ²",
		"https://example.org/a?b=c&d": "https example org a b c d",
		"a\x00b\xffc":                 "a b c",
		"“C++” c++—fast C#’s c++🎉":    "C++ c++ fast C# s c++",
		"用C++。 c#… C++x c++'s":        "用 C++ c# C x c++ s",
		"a'1—x a'1":                   "a 1 x a 1",
		"\u0301 \u200d ’ ʼ '":         "",
		"roll\u00adback":              "roll\u00adback",
		"สวัสดี":                      "ส วั ส ดี",
	} {
		if found := strings.Join(wordsOf(s), " "); found != want {
			t.Errorf("%q: found %q, expected %q", s, found, want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"Rollback": "rollback", "CAFÉ": "cafe", "cafe\u0301": "cafe", "Straße": "strasse", "ﬁne": "fine", "don’t": "dont", "Ⅳ": "iv",
		"roll\u00adback": "rollback", "a\u200db": "ab",
		"ΣΊΣΥΦΟΣ": "σισυφοσ", strings.Repeat("a", 100): strings.Repeat("a", 64), strings.Repeat("ä", 50) + "缓": strings.Repeat("a", 50) + "缓",
		"x" + strings.Repeat("缓", 30): "x" + strings.Repeat("缓", 21),
	} {
		if found := text.Fold(word); found != want {
			t.Errorf("%q: found %q, expected %q", word, found, want)
		}
	}
}

func TestStem(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"deploys": "deploy", "deployed": "deploy", "deploying": "deploy", "caches": "cach", "caching": "cach", "quickly": "quick",
		"c++": "c++", "k8s": "k8s", "go": "go", "缓": "缓",
	} {
		if found := text.EnglishStemming.Stem(word); found != want {
			t.Errorf("%q: found %q, expected %q", word, found, want)
		}
		if found := text.NoStemming.Stem(word); found != word {
			t.Errorf("%q: found %q without stemming", word, found)
		}
	}
	if !text.EnglishStemming.Common("the") || text.EnglishStemming.Common("rollback") || text.NoStemming.Common("the") {
		t.Error("found the wrong words common")
	}
	if _, err := text.ParseStemming("klingon"); err == nil || err.Error() != `stemming: found "klingon", expected english or none` {
		t.Errorf("found %v", err)
	}
}

// FuzzEach: words stand where they are said to, in order, and fold the same
// when they are folded again.
func FuzzEach(f *testing.F) {
	for _, s := range []string{"Keep a rollback", "c++ a+b 'x'", "café 缓存 don’t", "\xff\x00a", "ﬁ²½ ǅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		text.Each(s, func(word string, start int) {
			if start < end || word == "" || s[start:start+len(word)] != word {
				t.Fatalf("found %q at %d, behind %d", word, start, end)
			}
			end = start + len(word)
			folded := text.Fold(word)
			if folded == "" || len(folded) > 64 || utf8.ValidString(word) && !utf8.ValidString(folded) {
				t.Fatalf("%q is folded to %q", word, folded)
			}
			text.EnglishStemming.Stem(folded)
		})
	})
}

func TestWordsOfAFoldedWord(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Rollback", "CAFÉ", "C++", "don’t", "Straße"} {
		folded := text.Fold(s)
		if again := wordsOf(folded); !slices.Equal(again, []string{folded}) || text.Fold(folded) != folded {
			t.Errorf("%q: found %q", s, again)
		}
	}
}
