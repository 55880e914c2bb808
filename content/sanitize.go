package content

import (
	"bytes"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
)

// SanitizeHTML is [SanitizeCounting] without its count.
func SanitizeHTML(markup string) string {
	clean, _ := SanitizeCounting(markup)
	return clean
}

// SanitizeCounting keeps the mark-up that is safe to show in another's page, as the tables of
// the policy have it, and counts what goes: scripts, handlers, styles, unknown elements (whose
// words stay), addresses that run something. Frames and players of https stay; others
// become links, and are counted. Every tag that is kept is written anew, so what comes out
// reads the same to every reader of HTML. Sanitising twice changes nothing.
func SanitizeCounting(markup string) (clean string, losses Losses) {
	s := sanitizer{}
	out, ok := appendPlain(make([]byte, 0, len(markup)+len(markup)/16), markup)
	if !ok {
		s.out = out[:0]
		s.markup(markup)
		out = s.out
	}
	if out = bytes.TrimSpace(out); string(out) == markup { // as it is where it was sanitised before
		return markup, s.losses
	}
	return string(out), s.losses
}

// sanitizer writes what is kept.
type sanitizer struct {
	out    []byte
	losses Losses
	in     *nethtml.Tokenizer

	hidden  string // the hidden element that is gone through, and
	depth   int    // how many of its name are open
	foreign int    // how many elements of other namespaces are open
	links   []bool // for each open link whether it was kept
	picture int    // how many pictures are open
	open    *embed // the frame or player that is gone through
	taken   []string
}

func (s *sanitizer) markup(markup string) {
	s.in = nethtml.NewTokenizer(strings.NewReader(markup))
	for {
		switch s.in.Next() {
		case nethtml.ErrorToken: // a string has no other error than its end
			s.closeEmbed()
			return
		case nethtml.TextToken:
			if s.hidden == "" {
				s.text(s.in.Raw())
			}
		case nethtml.StartTagToken:
			s.start(false)
		case nethtml.SelfClosingTagToken:
			s.start(true)
		case nethtml.EndTagToken:
			s.end()
		case nethtml.CommentToken:
			if s.hidden == "" {
				s.losses.Add("comment", 1)
			}
		case nethtml.DoctypeToken:
			s.losses.Add("doctype", 1)
		}
	}
}

// start reads a start tag. Closed says that it ends in itself.
func (s *sanitizer) start(closed bool) {
	tag, hasAttributes := s.in.TagName()
	known := elements[string(tag)]
	switch name := string(tag); {
	case s.hidden != "":
		if name == s.hidden && !closed {
			s.depth++
		}
	case hidden[name]:
		s.losses.Add(lossOf("element", name), 1)
		s.hidden, s.depth = name, 1
	case isEmbed[name]:
		s.openEmbed(name, hasAttributes, closed)
	case s.open != nil && s.open.player() && (name == "source" || name == "track"):
		s.partOfPlayer(name, hasAttributes, closed)
	case name == "source" && s.picture > 0:
		s.write(name, &imageSource, hasAttributes, closed, nil)
	case known == nil:
		s.lose(name, closed)
	case name == "a":
		ok := s.write(name, known, hasAttributes, closed, nil)
		s.links = append(s.links, ok)
	default:
		if name == "picture" {
			s.picture++
		}
		s.write(name, known, hasAttributes, closed, nil)
	}
}

// lose leaves out an element, but for what stands in it.
func (s *sanitizer) lose(name string, closed bool) {
	if s.foreign == 0 { // or it is part of what was counted
		s.losses.Add(lossOf("element", name), 1)
	}
	switch {
	case foreign[name] && !closed:
		s.foreign++
	case name == "noscript", name == "noembed", name == "noframes":
		s.in.NextIsNotRawText() // what stands in it is for readers such as these
	}
}

func (s *sanitizer) end() {
	tag, _ := s.in.TagName()
	known := elements[string(tag)]
	switch name := string(tag); {
	case s.hidden != "":
		if name == s.hidden {
			if s.depth--; s.depth == 0 {
				s.hidden = ""
			}
		}
	case s.open != nil && name == s.open.name:
		s.closeEmbed()
	case foreign[name]:
		s.foreign = max(0, s.foreign-1)
	case known == nil || known.void && name != "br": // which browsers read as a break
	case name == "a" && len(s.links) > 0:
		wasKept := s.links[len(s.links)-1]
		s.links = s.links[:len(s.links)-1]
		if wasKept {
			s.out = append(s.out, "</a>"...)
		}
	default:
		if name == "picture" {
			s.picture = max(0, s.picture-1)
		}
		s.out = append(append(append(s.out, "</"...), name...), '>')
	}
}

// write writes a start tag with what is kept of its attributes; nothing where it has none
// of those that it must have.
func (s *sanitizer) write(name string, e *keptElement, hasAttributes, closed bool, see func(name, value string)) bool {
	from := len(s.out)
	s.out = append(append(s.out, '<'), name...)
	lost := s.attributes(e, hasAttributes, see)
	if len(e.needs) > 0 && !slices.ContainsFunc(e.needs, func(need string) bool { return slices.Contains(s.taken, need) }) {
		s.out = s.out[:from]
		if !lost && name != "a" { // a link that leads nowhere loses nothing
			s.losses.Add(lossOf("element", name), 1)
		}
		return false
	}
	if closed && e.void {
		s.out = append(s.out, '/')
	}
	s.out = append(s.out, '>')
	return true
}

// attributes writes what is kept of the attributes of the tag that is read, and notes their
// names in taken. See is given each of them, kept or not. An address that goes is reported as
// lost: it is counted, and with it the element that it was all of.
func (s *sanitizer) attributes(e *keptElement, more bool, see func(name, value string)) (lost bool) {
	s.taken = s.taken[:0]
	for more {
		var key, raw []byte
		key, raw, more = s.in.TagAttr()
		value := withoutNUL(string(raw))
		if see != nil {
			see(string(key), value)
		}
		ok := e.attributes[string(key)]
		if ok == nil {
			ok = everywhere[string(key)]
		}
		name := string(key)
		if ok == nil {
			s.losses.Add(lossOf("attribute", name), 1)
			continue
		}
		if slices.Contains(s.taken, name) { // of which browsers take the first
			continue
		}
		value, kind := ok(value)
		switch kind {
		case "":
			s.taken = append(s.taken, name)
			s.attribute(name, value)
		case unfit:
			s.losses.Add(lossOf("attribute", name), 1)
		default:
			s.losses.Add(kind, 1)
			lost = true
		}
	}
	return lost
}

func (s *sanitizer) attribute(name, value string) {
	s.out = append(append(append(s.out, ' '), name...), `="`...)
	s.out = appendEntities(s.out, value)
	s.out = append(s.out, '"')
}

// text writes text as it is read, each character in one spelling.
func (s *sanitizer) text(raw []byte) {
	if s.open != nil && s.embedText(raw) {
		return
	}
	s.out = appendText(s.out, raw)
}

func appendText(out, raw []byte) []byte {
	if !slices.ContainsFunc(raw, func(c byte) bool { return odd[c] }) {
		return append(out, raw...)
	}
	text := string(raw)
	if strings.IndexByte(text, '\r') >= 0 {
		text = lineBreaks.Replace(text)
	}
	if strings.IndexByte(text, '&') >= 0 {
		text = nethtml.UnescapeString(text)
	}
	return appendEntities(out, withoutNUL(text))
}

// lineBreaks makes all line breaks one, as readers of HTML do.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// withoutNUL leaves out what readers of HTML pass over, or replace, wherever they meet it.
func withoutNUL(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}

// odd are the bytes that text does not keep as they are.
var odd = [256]bool{'&': true, '<': true, '>': true, '"': true, '\'': true, '\r': true, 0: true}

// appendEntities writes text or the value of an attribute.
func appendEntities(out []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		case '\r':
			entity = "&#13;"
		default:
			continue
		}
		out = append(append(out, s[from:i]...), entity...)
		from = i + 1
	}
	return append(out, s[from:]...)
}
