package content

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	nethtml "golang.org/x/net/html"
)

// The anchor of a heading is what an address within a post ends with: /posts/x#setup.
// It follows from the post alone and is never stored; whoever shows a heading, as a
// block, as HTML or on a page, takes it from here.
//
// It is the text of the heading in lower case: letters of every script, their marks and
// digits stay, + is plus and # is sharp, and each other run of characters is one hyphen,
// none at the ends. A heading that has neither letter nor digit is a section. One whose
// anchor is taken gets -2, -3 and so on: by a heading before it, or by an id in mark-up
// of the post.

// Anchors gives the anchor of each block that is a heading, "" for the others.
func (p *Post) Anchors() []string {
	all := make([]string, len(p.Body))
	given := anchorsGiven{taken: p.markupIDs(), last: map[string]int{}}
	for i, b := range p.Body {
		if h, ok := b.(Heading); ok {
			all[i] = given.one(anchorOf(h.Text))
		}
	}
	return all
}

// SetAnchors tells each heading its anchor.
func (p *Post) SetAnchors() {
	for i, anchor := range p.Anchors() {
		if h, ok := p.Body[i].(Heading); ok {
			h.Anchor = anchor
			p.Body[i] = h
		}
	}
}

// maxAnchor bounds an anchor, in bytes, before it is set apart from others.
const maxAnchor = 200

// noLetters is the anchor of a heading without letters and digits.
const noLetters = "section"

var spelledInAnchors = map[rune]string{'+': "plus", '#': "sharp"}

// anchorOf gives the anchor of a heading that is alone.
func anchorOf(heading string) string {
	var lower string
	if ascii(heading) {
		lower = strings.ToLower(heading)
	} else {
		lower = cases.Lower(language.Und).String(norm.NFC.String(WithoutUnseen(heading)))
	}
	anchor := cutAtHyphen(hyphenated(lower, spelledInAnchors), maxAnchor)
	if !strings.ContainsFunc(anchor, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return noLetters // no mark is one
	}
	return anchor
}

// anchorsGiven are the anchors of one post so far.
type anchorsGiven struct {
	taken map[string]bool
	last  map[string]int // for each anchor by how much the last that is like it was set apart
}

// one gives an anchor that nothing else has. No heading is looked at twice for it,
// however many are alike.
func (g *anchorsGiven) one(anchor string) string {
	given, n := anchor, max(g.last[anchor], 1)
	for g.taken[given] {
		n++
		given = anchor + "-" + strconv.Itoa(n)
	}
	g.taken[given], g.last[anchor] = true, n
	return given
}

// markupIDs are the ids in the mark-up of the body. A page has each once.
func (p *Post) markupIDs() map[string]bool {
	ids := map[string]bool{}
	for _, b := range p.Body {
		switch b := b.(type) {
		case Paragraph:
			addIDs(ids, b.HTML)
		case List:
			for _, item := range b.Items {
				addIDs(ids, item.HTML)
			}
		case Quote:
			addIDs(ids, b.HTML)
		case HTML:
			addIDs(ids, b.HTML)
		}
	}
	return ids
}

// addIDs adds the ids in sanitised mark-up, in which names of attributes are lower case.
func addIDs(ids map[string]bool, markup string) {
	if !strings.Contains(markup, "id=") { // as nearly always
		return
	}
	z := nethtml.NewTokenizer(strings.NewReader(markup))
	for z.Next() != nethtml.ErrorToken { // a string has no other error than its end
		for _, attribute := range z.Token().Attr {
			if attribute.Key == "id" {
				ids[attribute.Val] = true
			}
		}
	}
}
