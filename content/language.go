package content

import "golang.org/x/text/language"

// MaxLanguage is how long a tag may be, in bytes: as long as BCP 47 (RFC 5646,
// section 4.4.1) asks programs to bear, and a private part.
const MaxLanguage = 64

// LanguageExpected is what is said to be expected where a tag is wrong.
const LanguageExpected = "the tag of a language, as en or pt-BR (BCP 47)"

// NormalLanguage gives the tag of a language in its usual case, with - between its
// parts: pt-BR for pt_br. The language and its parts must be registered (BCP 47); of
// others, and of und, which says nothing, ok is false. A tag that is outdated stays as it
// is but for the few whose subtags BCP 47 does not take apart, such as i-klingon.
func NormalLanguage(given string) (tag string, ok bool) {
	if given == "" || len(given) > MaxLanguage {
		return "", false
	}
	t, err := language.Raw.Parse(given)
	if err != nil || t == language.Und {
		return "", false
	}
	return t.String(), true
}

// RightToLeft reports whether a language, given by its tag, is written from right to
// left: where the tag names no script, in the one that is usual for it.
func RightToLeft(tag string) bool {
	t, err := language.Raw.Parse(tag)
	if err != nil || len(tag) > MaxLanguage {
		return false
	}
	script, _ := t.Script()
	switch script.String() {
	case "Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi":
		return true
	}
	return false
}
