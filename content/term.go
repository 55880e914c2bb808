package content

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Identity is what makes two spellings of a name the same term: NFC, what does not
// show left out, runs of white space collapsed to one space and trimmed, case
// folded. Compatible characters, such as fullwidth letters, stay apart. It is empty
// where nothing of the name shows.
func Identity(name string) string {
	if simple(name) {
		return name
	}
	collapsed := strings.Join(strings.Fields(norm.NFC.String(WithoutUnseen(name))), " ")
	return norm.NFC.String(cases.Fold().String(strings.Map(oneCherokeeCase, collapsed)))
}

// oneCherokeeCase brings Cherokee to one case, because folding it swaps the two.
func oneCherokeeCase(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}

// simple reports whether a name is its own identity without any work: ASCII
// without capitals, control characters or spaces to collapse.
func simple(name string) bool {
	space := true // a leading space must be trimmed
	for i := range len(name) {
		c := name[i]
		if c < ' ' || c >= 0x7f || 'A' <= c && c <= 'Z' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return name == "" || !space
}

// Identity of an entity holds its type too, in the form `type:name` that
// filters accept.
func (e Entity) Identity() string {
	return Identity(e.Type) + ":" + Identity(e.Name)
}

// Slugify makes the slug form of a text: lower case, + as plus, # as sharp, .
// as dot, every other run of characters that are neither letters nor digits as
// one hyphen, none at the ends. Letters of every script stay.
func Slugify(text string) string { return hyphenated(Identity(text), spelledInSlugs) }

var spelledInSlugs = map[rune]string{'+': "plus", '#': "sharp", '.': "dot"}

// hyphenated keeps the letters of a text, their marks and its digits, spells some other
// characters, and makes one hyphen of each run of what is left, but none at the ends.
func hyphenated(text string, spelled map[rune]string) string {
	var w strings.Builder
	w.Grow(len(text))
	gap := false
	write := func(s string) {
		if gap && w.Len() > 0 {
			w.WriteByte('-')
		}
		gap = false
		w.WriteString(s)
	}
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			write(string(r))
		case spelled[r] != "":
			write(spelled[r])
		default:
			gap = true
		}
	}
	return norm.NFC.String(w.String()) // a mark may now follow a letter of what was spelled
}

// cutAtHyphen cuts a slug that has more bytes than it may, where a word ends if it can.
func cutAtHyphen(slug string, most int) string {
	if len(slug) <= most {
		return slug
	}
	slug = strings.ToValidUTF8(slug[:most], "")
	if cut := strings.LastIndexByte(slug, '-'); cut > 0 {
		slug = slug[:cut]
	}
	return slug
}

// Slug of an entity begins with its type.
func (e Entity) Slug() string {
	return strings.Trim(Slugify(e.Type)+"-"+Slugify(e.Name), "-")
}

// DistinctSlug sets a term apart from another with the same slug: a hyphen and
// 8 hex digits of the SHA-256 of its identity.
func DistinctSlug(slug, identity string) string {
	sum := sha256.Sum256([]byte(identity))
	return strings.TrimPrefix(slug+"-"+hex.EncodeToString(sum[:4]), "-")
}

// maxDerivedSlug bounds, in bytes, the part of a derived slug that comes from
// the title.
const maxDerivedSlug = 200

// DeriveSlug is the slug of a post that was given none: the slugified title,
// then a hyphen and the slugified payload.sourceId where there is one. It
// rests on the post alone, so it never depends on the order of import. It is
// empty where neither holds a letter or digit.
func (p *Post) DeriveSlug() string {
	slug := cutAtHyphen(Slugify(p.Title), maxDerivedSlug)
	if p.Meta.Payload != nil {
		slug = strings.Trim(slug+"-"+Slugify(p.Meta.Payload.SourceID), "-")
	}
	return slug
}
