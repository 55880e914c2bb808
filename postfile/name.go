package postfile

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName bounds the name of a file in bytes, with room for what systems and makers of
// sites put behind it.
const longestName = 180

// reserved are names that systems, or makers of sites, take for something else.
var reserved = regexp.MustCompile(`^(con|prn|aux|nul|com\d|lpt\d|index|readme)(\.|$)`)

// Name is the name of the file of a post: its slug, where every file system keeps that apart
// from all others. Else, as where capitals are in it, it is what of the slug can be kept, in
// small letters, and 8 hex digits of the SHA-256 of the slug. The slug is in the file.
func Name(slug string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r), !unicode.IsPrint(r), r == utf8.RuneError:
			return '-'
		}
		return unicode.ToLower(r)
	}, slug)
	name = strings.TrimLeft(name, "._-")
	for len(name) > longestName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	name = strings.TrimRight(name, ".- ")
	if name == slug && !reserved.MatchString(name) {
		return name + ".md"
	}
	return apart(name, slug, 4)
}

// OtherName is the name for a post whose Name another file has, as where a file system
// does not tell two letters apart.
func OtherName(slug string) string { return apart("", slug, 16) }

// apart puts so many bytes of the sum of a slug behind a name.
func apart(name, slug string, bytes int) string {
	sum := sha256.Sum256([]byte(slug))
	return strings.TrimLeft(name+"-"+hex.EncodeToString(sum[:bytes]), "-") + ".md"
}
