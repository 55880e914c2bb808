package content

import (
	"html"
	"strings"

	"golang.org/x/net/html/atom"

	nethtml "golang.org/x/net/html"
)

// TextOfHTML is the text a reader sees of some mark-up, runs of white space
// collapsed. Blocks, cells and breaks are separated by a space, and nothing else is: no space
// comes into a word, or before a comma, by an element within a line. What says how a word is read
// (ruby) stands in brackets behind it. A frame says its title, or else the words in it.
func TextOfHTML(markup string) string {
	if strings.IndexByte(markup, '<') < 0 {
		return collapsed(nethtml.UnescapeString(markup))
	}
	r := textReader{in: nethtml.NewTokenizer(strings.NewReader(markup))}
	for {
		switch r.in.Next() {
		case nethtml.ErrorToken: // a string has no other error than its end
			r.endReading()
			return collapsed(r.String())
		case nethtml.TextToken:
			r.text()
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			r.start()
		case nethtml.EndTagToken:
			r.end()
		}
	}
}

// textReader reads the text of mark-up.
type textReader struct {
	strings.Builder
	in      *nethtml.Tokenizer
	hidden  atom.Atom // the element that is gone through and whose text nobody sees
	reading bool      // a bracket is open, for how a word is read
	framed  bool      // what is next stands in a frame that said its title
}

func (r *textReader) text() {
	framed := r.framed
	if r.framed = false; !framed && r.hidden == 0 {
		r.Write(r.in.Text())
	}
}

func (r *textReader) start() {
	name, more := r.in.TagName()
	tag := atom.Lookup(name)
	switch {
	case r.hidden != 0:
	case unseenElements[tag]:
		r.hidden = tag
	case tag == atom.Rt:
		r.endReading()
		r.WriteByte('(')
		r.reading = true
	case tag == atom.Rp, tag == atom.Rb, tag == atom.Rtc:
		r.endReading()
		if tag == atom.Rp { // whose brackets are written anyway
			r.hidden = tag
		}
	case embedElements[tag]:
		r.WriteByte(' ')
		for more {
			var key, value []byte
			if key, value, more = r.in.TagAttr(); string(key) == "title" {
				r.Write(value)
				r.WriteByte(' ')
				r.framed = tag == atom.Iframe && len(value) > 0
			}
		}
	case blockElements[tag]:
		r.WriteByte(' ')
	}
}

func (r *textReader) end() {
	name, _ := r.in.TagName()
	r.framed = false
	switch tag := atom.Lookup(name); {
	case tag == r.hidden && tag != 0:
		r.hidden = 0
	case r.hidden == atom.Rp && tag == atom.Ruby: // whose end may be left out
		r.hidden = 0
	case r.hidden != 0:
	case tag == atom.Rt, tag == atom.Ruby:
		r.endReading()
	case blockElements[tag], embedElements[tag]:
		r.WriteByte(' ')
	}
}

func (r *textReader) endReading() {
	if r.reading {
		r.WriteByte(')')
	}
	r.reading = false
}

// unseenElements are those whose text nobody sees.
var unseenElements = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Template: true}

// embedElements are boxes in which something of another's is shown.
var embedElements = map[atom.Atom]bool{atom.Iframe: true, atom.Video: true, atom.Audio: true, atom.Object: true, atom.Embed: true}

// blockElements are the elements that stand apart from what is around them, by the style that
// browsers give them (HTML, “Rendering”), and the break.
var blockElements = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Br: true, atom.Caption: true, atom.Center: true,
	atom.Col: true, atom.Colgroup: true, atom.Dd: true, atom.Details: true, atom.Dialog: true, atom.Dir: true, atom.Div: true, atom.Dl: true, atom.Dt: true,
	atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Head: true, atom.Header: true, atom.Hgroup: true, atom.Hr: true, atom.Html: true, atom.Legend: true,
	atom.Li: true, atom.Listing: true, atom.Main: true, atom.Menu: true, atom.Nav: true, atom.Ol: true, atom.Optgroup: true, atom.Option: true, atom.P: true,
	atom.Plaintext: true, atom.Pre: true, atom.Search: true, atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Td: true,
	atom.Tfoot: true, atom.Th: true, atom.Thead: true, atom.Title: true, atom.Tr: true, atom.Ul: true, atom.Xmp: true,
}

// collapsed makes each run of white space one space, and leaves none at the ends.
func collapsed(text string) string {
	var w strings.Builder
	for word := range strings.FieldsSeq(text) {
		if w.Len() > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(word)
	}
	return w.String()
}

// settleHTML sanitises mark-up that stands beside its text, gives the text
// where it is missing, and drops mark-up that says no more than the text. It counts what went.
func settleHTML(text, markup *string, losses *Losses) {
	if *markup == "" {
		return
	}
	clean, lost := SanitizeCounting(*markup)
	losses.AddAll(lost)
	*markup = clean
	if *text == "" {
		*text = TextOfHTML(*markup)
	}
	// A text that is shown as it is has no tags.
	if !strings.Contains(*markup, "<") && *markup == SanitizeHTML(html.EscapeString(*text)) {
		*markup = ""
	}
}
