package text_test

import (
	"strings"
	"testing"
	"unicode"
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

// TestEachScript: a script whose characters are words each has them apart, whatever
// stands beside them; others do not.
func TestEachScript(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"ウェブサーバー":                              "ウ ェ ブ サ ー バ ー",
		"ｻｰﾊﾞｰ":                                "ｻ ｰ ﾊﾞ ｰ",
		"は\u3099ん":                             "は\u3099 ん",
		"設定を変える々〆":                             "設 定 を 変 え る 々 〆",
		"𠮷野家":                                  "𠮷 野 家",
		"서버의 설정을":                              "서 버 의 설 정 을",
		"\u1112\u1161\u11ab\u1100\u1173\u11af": "\u1112\u1161\u11ab \u1100\u1173\u11af",
		"สวัสดี ค่ำ":                           "ส วั ส ดี ค่ำ",
		"ສະບາຍດີ":                              "ສ ະ ບ າ ຍ ດີ",
		"កម្ពុជា":                              "ក ម្ពុ ជា",
		"မြန်မာ သတ္တဝါ":                        "မြ န် မာ သ တ္တ ဝါ",
		"5月Redis配置v2":                          "5 月 Redis 配 置 v2",
		"हिन्दी में":                           "हिन्दी में",
		"বাংলা தமிழ்":                          "বাংলা தமிழ்",
		"שָׁלוֹם עולם":                         "שָׁלוֹם עולם",
		"مُحَمَّد كـتاب":                       "مُحَمَّد كـتاب",
		"Ελλάδα Россия Հայ":                    "Ελλάδα Россия Հայ",
		"ქართული አማርኛ":                         "ქართული አማርኛ",
		"٢٠٢٤ २०२४ ២០":                         "٢٠٢٤ २०२४ ២០",
		"½²":                                   "½ ²",
		"l´eau l‘eau l`eau l′eau l＇eau lʼeau":  "l´eau l‘eau l`eau l′eau l＇eau lʼeau",
		"`code` 5′10 ´x":                       "code 5 10 x",
		"ـ ﹱ":                                  "",
	} {
		if found := strings.Join(wordsOf(s), " "); found != want {
			t.Errorf("%q: found %q, expected %q", s, found, want)
		}
	}
}

// FuzzEach: the words tile the text in order with what is between them, stand where
// they are said to, and have forms.
func FuzzEach(f *testing.F) {
	for _, s := range []string{"Keep a rollback", "c++ a+b 'x'", "café 缓存 don’t", "\xff\x00a", "ﬁ²½ ǅ", "서버의 ｻｰﾊﾞｰ", "កម្ពុជា ค่ำ", "ـ\u0301ﹱ l´eau",
		"\u0374 ἀλλ᾽ᾤ", "ab\u202ecd\u202c שלום", strings.Repeat("a\u0301", 100), "\xed\xa0\x80x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		text.Each(s, func(word string, start int) {
			if start < end || word == "" || s[start:start+len(word)] != word {
				t.Fatalf("found %q at %d, behind %d", word, start, end)
			}
			for _, r := range s[end:start] {
				if r < utf8.RuneSelf && unicode.IsLetter(r) {
					t.Fatalf("%q is in no word of %q", r, s)
				}
			}
			end = start + len(word)
			if text.Fold(word) == "" {
				t.Fatalf("%q is folded to nothing", word)
			}
		})
	})
}
