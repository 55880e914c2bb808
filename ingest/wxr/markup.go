package wxr

import (
	"html"
	"strings"
)

// markupReader goes through a text with HTML in it, piece by piece: a tag, a comment, an
// element whose content is no prose, or text between those. It does not read HTML: that
// is done once, when shortcodes and paragraphs are.
type markupReader struct {
	text     string
	at       int
	searched int             // bytes in which the end of a tag was looked for in vain
	unclosed map[string]bool // names of elements of which no end comes any more
}

type piece struct {
	text  string
	kind  kind
	name  string // of a tag, in lower case
	close bool   // it is an end tag
}

type kind int

const (
	prose kind = iota
	element
	comment
	verbatim // an element with all that is in it
)

// maxSearched bounds for how many bytes in all ends of tags are looked for that have
// none; behind that < is text.
const maxSearched = 4 << 20

// next gives the next piece; ok is false at the end. verbatim says of which elements
// the content is no prose.
func (m *markupReader) next(isVerbatim map[string]bool) (p piece, ok bool) {
	rest := m.text[m.at:]
	if rest == "" {
		return piece{}, false
	}
	if rest[0] != '<' {
		return m.take(piece{text: rest[:m.proseLength(rest)]}), true
	}
	if strings.HasPrefix(rest, "<!--") && !m.unclosed["!--"] {
		if end := strings.Index(rest, "-->"); end >= 0 {
			return m.take(piece{text: rest[:end+len("-->")], kind: comment}), true
		}
		m.noEnd("!--")
	} else if name, isEnd := tagName(rest); name != "" {
		if end := m.tagEnd(rest); end > 0 {
			p := piece{text: rest[:end], kind: element, name: name, close: isEnd}
			if !isEnd && isVerbatim[name] {
				if n := m.elementEnd(rest, name); n > 0 {
					p.text, p.kind = rest[:n], verbatim
				}
			}
			return m.take(p), true
		}
	}
	return m.take(piece{text: rest[:1+m.proseLength(rest[1:])]}), true
}

func (m *markupReader) take(p piece) piece {
	m.at += len(p.text)
	return p
}

// proseLength is how far it is to what may be a tag.
func (m *markupReader) proseLength(rest string) int {
	for n := 0; ; n++ {
		i := strings.IndexByte(rest[n:], '<')
		if i < 0 {
			return len(rest)
		}
		if n += i; n+1 == len(rest) || rest[n+1] == '/' || rest[n+1] == '!' || isName(rest[n+1]) {
			return n
		}
	}
}

// tagName is the name of the tag that a text begins with, in lower case.
func tagName(text string) (name string, isEnd bool) {
	text = text[1:]
	if strings.HasPrefix(text, "/") {
		text, isEnd = text[1:], true
	}
	n := 0
	for n < len(text) && (isName(text[n]) || n > 0 && ('0' <= text[n] && text[n] <= '9' || text[n] == '-' || text[n] == ':')) {
		n++
	}
	return strings.ToLower(text[:n]), isEnd
}

// tagEnd is the length of the tag that a text begins with; 0 where it has no end.
func (m *markupReader) tagEnd(text string) int {
	if m.searched > maxSearched {
		return 0
	}
	quote, value := byte(0), false
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i + 1
		case value && (c == '"' || c == '\''):
			quote = c
		}
		value = text[i] == '=' || value && (text[i] == ' ' || text[i] == '\n')
	}
	m.searched += len(text)
	return 0
}

// elementEnd is the length of the element that a text begins with; 0 where it has no
// end.
func (m *markupReader) elementEnd(text, name string) int {
	if m.unclosed[name] {
		return 0
	}
	for at := 0; ; {
		i := strings.Index(text[at:], "</")
		if i < 0 {
			m.noEnd(name)
			return 0
		}
		at += i
		if behind := at + len("</") + len(name); behind <= len(text) && strings.EqualFold(text[at+len("</"):behind], name) {
			if end := strings.IndexByte(text[behind:], '>'); end >= 0 {
				return behind + end + 1
			}
		}
		at += len("</")
	}
}

// noEnd remembers that no end comes any more, so that none is looked for again.
func (m *markupReader) noEnd(name string) {
	if m.unclosed == nil {
		m.unclosed = map[string]bool{}
	}
	m.unclosed[name] = true
}

// plain is what a short HTML text says, on one line.
func plain(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return strings.TrimSpace(markup)
	}
	var b strings.Builder
	m := &markupReader{text: markup}
	for p, ok := m.next(nil); ok; p, ok = m.next(nil) {
		switch {
		case p.kind == prose:
			b.WriteString(p.text)
		case blockTags[p.name] || p.name == "br":
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

func escaped(text string) string { return html.EscapeString(text) }

// link is an address that can be followed, as a paragraph.
func link(address, shown string) string {
	return `<a href="` + quotedAttribute(address) + `">` + escaped(html.UnescapeString(shown)) + `</a>`
}

// quotedAttribute writes what a body has as an attribute, where & may be &amp; already.
func quotedAttribute(value string) string {
	return escaped(html.UnescapeString(value))
}
