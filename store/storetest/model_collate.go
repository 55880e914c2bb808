package storetest

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"alphanode/content"
	"alphanode/text"
)

// compareNames says which of two titles or names stands first: by the keys of the Unicode
// Collation Algorithm, made of the first 512 bytes, where signs do not count; then by bytes.
func (m *Model) compareNames(a, b string) int {
	a, b = content.Identity(a), content.Identity(b)
	return cmp.Or(strings.Compare(m.sortKey(a), m.sortKey(b)), strings.Compare(a, b))
}

// sortKey gives a sort key, which is made once.
func (m *Model) sortKey(name string) string {
	if key, known := m.sortKeys[name]; known {
		return key
	}
	end := min(len(name), 512)
	for end < len(name) && !utf8.RuneStart(name[end]) {
		end-- // not within a letter
	}
	key := string(m.collator.KeyFromString(&collate.Buffer{}, name[:end]))
	m.sortKeys[name] = key
	return key
}

func newCollator() *collate.Collator { return collate.New(language.MustParse("und-u-ka-shifted")) }

// plain is a title or a name as prefixes are held against it.
func plain(s string) string { return text.Unaccented(content.Identity(s)) }

// beginsTitle reports whether a title begins with a text, or does so from its first letter
// or digit on.
func beginsTitle(title, typed string) bool {
	signs := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	unsigned := strings.TrimLeftFunc(plain(title), signs)
	return strings.HasPrefix(plain(title), plain(typed)) || strings.HasPrefix(unsigned, plain(typed))
}
