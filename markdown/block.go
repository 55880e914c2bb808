package markdown

import (
	"strconv"
	"strings"

	"alphanode/content"
)

// body writes the blocks of a post.
func (w *writer) body(blocks []content.Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case content.Heading:
			w.heading(b.Level, escapedWithin(b.Text))
		case content.Paragraph:
			w.running(b.Text, b.HTML)
		case content.Code:
			w.fence(infoOf(b.Language), b.Source)
		case content.List:
			list := w.list(b.Ordered)
			for _, item := range b.Items {
				list.item(func() { w.running(item.Text, item.HTML) })
			}
		case content.Figure:
			w.figure(b)
		case content.Quote:
			w.quote(func() { w.running(b.Text, b.HTML) })
		case content.HTML:
			w.markup(b.HTML)
		}
	}
}

// running writes running text: its mark-up where that says more.
func (w *writer) running(text, markup string) {
	if markup != "" {
		w.markup(markup)
	} else {
		w.paragraph(escaped(text))
	}
}

// heading writes a heading of text that is escaped.
func (w *writer) heading(level int, text string) {
	if text == "" {
		return
	}
	shown := strings.TrimRight(text, "#") // which would end it unseen
	text = shown + strings.Repeat(`\#`, len(text)-len(shown))
	w.lines(strings.Repeat("#", min(max(level, 1), 6)) + " " + text)
}

// escapedWithin is escaped for what does not begin a line.
func escapedWithin(text string) string {
	x := inline{within: true}
	x.addText(text)
	return x.finish()
}

// figure writes an image, its caption and who is to be credited for it. An image that is
// not shown elsewhere is its caption alone.
func (w *writer) figure(f content.Figure) {
	alt := f.Alt
	if alt == "" {
		alt = f.Caption
	}
	var line inline
	line.image(f.URL, alt)
	w.paragraph(line.finish())
	w.paragraph(credited(f.Caption, f.Source))
}

// credited is a caption and the credit of its image.
func credited(caption, source string) string {
	switch caption, source = escaped(caption), escapedWithin(source); {
	case source == "":
		return caption
	case caption == "":
		return "(image source: " + source + ")"
	default:
		return caption + " (image source: " + source + ")"
	}
}

// infoOf is what stands behind a fence: the name of a language, as far as it is one.
func infoOf(language string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (alnum(byte(r)) || strings.ContainsRune("+#.-_", r)) {
			return r
		}
		return -1
	}, language)
}

// list is a list that is being written.
type list struct {
	*writer
	mark   string // behind the number of an ordered one
	number int    // of the next item; 0 where they have none
	close  bool   // no empty line stands before it
}

// list begins a list. Where one stands right before it, it is marked in another way: two
// of the same marks are one list.
func (w *writer) list(ordered bool) *list {
	marks, first := [2]string{"-", "*"}, 0
	if ordered {
		marks, first = [2]string{".", ")"}, 1
	}
	mark := marks[0]
	if w.last == mark {
		mark = marks[1]
	}
	return &list{writer: w, mark: mark, number: first}
}

// item writes an item.
func (l *list) item(inner func()) {
	mark, was := l.mark, *l.writer
	if l.number > 0 {
		mark = strconv.Itoa(l.number) + l.mark
	}
	if l.last != l.mark && !l.close { // it is the first
		l.block()
	}
	if !l.within(mark+" ", strings.Repeat(" ", len(mark)+1), inner) {
		l.undo(was)
		return
	}
	l.last = l.mark
	if l.number > 0 {
		l.number++
	}
}
