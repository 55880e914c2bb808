package markdown

import (
	"alphanode/content"
)

// Append appends a post as a document: its title, what is to be known before it is read,
// its text, and its meta as a section at the end. Address is where it stands, "" where
// that is not told.
//
// What is told of a post is a section and no front matter: so all of it is one language,
// which one rule escapes.
func Append(dst []byte, p *content.Post, address string) []byte {
	w := &writer{out: dst}
	w.heading(1, escapedWithin(p.Title))
	w.disclosure(&p.Meta.Flags)
	w.paragraph(escaped(p.Intro))
	w.body(p.Body)
	w.meta(p, address)
	return w.out
}

// disclosure says what a reader should know of how a post came about.
func (w *writer) disclosure(f *content.Flags) {
	if !f.AIGeneratedStyle && !f.NeedsHumanReview {
		return
	}
	w.quote(func() {
		if f.AIGeneratedStyle {
			w.paragraph("**AI-generated style.** This article is marked as written in the style of generated text.")
		}
		if f.NeedsHumanReview {
			w.paragraph("**Needs human review.** Nobody has checked this article yet.")
		}
	})
}
