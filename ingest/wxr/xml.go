package wxr

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner finds the tags and texts of an XML file. It takes what real exports have
// and XML forbids: control characters, bare ampersands, names of HTML's characters; and
// it leaves line ends as they are, since serialised lengths count them, which is why it
// is not encoding/xml. It expands nothing but character references.
type scanner struct {
	in   io.Reader
	buf  []byte // what was read and not yet passed over
	full []byte // all the room there is
	line int    // of the first byte of buf
	end  error  // why there is no more, io.EOF at the end

	// What the last text had that XML forbids; "" for nothing.
	odd string
	// Where entities are declared, and 0 where none are. None is expanded.
	entities int
}

const (
	roomSize = 256 << 10 // bytes that are looked at together
	maxTag   = 64 << 10  // bytes of one tag
)

// maxText bounds the texts of one item together, in bytes.
const maxText = 64 << 20

func newScanner(in io.Reader, line int) *scanner {
	room := make([]byte, roomSize)
	return &scanner{in: in, full: room, buf: room[:0], line: line}
}

// tag is a start tag, an end tag, or both. Its bytes are valid until the next one is
// read.
type tag struct {
	name       []byte
	attributes []byte // as they are written
	line       int
	start, end bool
}

func (t tag) String() string {
	if t.start {
		return "<" + string(t.name) + ">"
	}
	return "</" + string(t.name) + ">"
}

// syntaxError is what the scanner cannot go on behind but by looking for an item.
type syntaxError struct {
	line            int
	found, expected string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("line %d: found %s, expected %s", e.line, e.found, e.expected)
}

// errTooLong says that texts were longer than they may be.
var errTooLong = errors.New("text of more than " + strconv.Itoa(maxText>>20) + " MB")

// fill reads more behind what is there; false at the end. Nothing that was looked at
// may be longer than the room.
func (s *scanner) fill() bool {
	if s.end != nil || len(s.buf) == len(s.full) {
		return false
	}
	n := copy(s.full, s.buf)
	for range 100 { // a reader may give nothing some times
		var more int
		more, s.end = s.in.Read(s.full[n:])
		s.buf = s.full[:n+more]
		if more > 0 || s.end != nil {
			return more > 0
		}
	}
	s.end = io.ErrNoProgress
	return false
}

func (s *scanner) skip(n int) {
	s.line += bytes.Count(s.buf[:n], []byte("\n"))
	s.buf = s.buf[n:]
}

// next gives the next tag. The text before it is appended to *text, where that is not
// nil: character data, with references replaced, and CDATA as it is. The error is
// io.EOF at the end, errTooLong, a *syntaxError, or that of the reader.
func (s *scanner) next(text *[]byte) (tag, error) {
	s.odd = ""
	for {
		if err := s.characters(text); err != nil {
			return tag{}, err
		}
		switch {
		case s.begins("<![CDATA["):
			if err := s.until("]]>", len("<![CDATA["), text); err != nil {
				return tag{}, err
			}
		case s.begins("<!--"):
			if err := s.until("-->", len("<!--"), nil); err != nil {
				return tag{}, err
			}
		case s.begins("<?"):
			if err := s.until("?>", len("<?"), nil); err != nil {
				return tag{}, err
			}
		case s.begins("<!"):
			if err := s.declaration(); err != nil {
				return tag{}, err
			}
		case len(s.buf) > 1 && (isName(s.buf[1]) || s.buf[1] == '/'):
			return s.tag()
		default:
			s.odd = "a bare <"
			if err := s.take(1, text); err != nil {
				return tag{}, err
			}
		}
	}
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

// begins reports whether a token is next, and reads as far as that takes.
func (s *scanner) begins(token string) bool {
	for len(s.buf) < len(token) && bytes.HasPrefix([]byte(token), s.buf) && s.fill() {
	}
	return bytes.HasPrefix(s.buf, []byte(token))
}

// take passes over n bytes, which are text.
func (s *scanner) take(n int, text *[]byte) error {
	if text != nil {
		if len(*text)+n > maxText {
			return errTooLong
		}
		*text = append(*text, s.buf[:n]...)
	}
	s.skip(n)
	return nil
}

// characters reads text up to the next <.
func (s *scanner) characters(text *[]byte) error {
	for {
		n := bytes.IndexByte(s.buf, '<')
		if n == 0 {
			return nil
		}
		all := n > 0
		if !all {
			n = len(s.buf)
		}
		if text != nil {
			if amp := bytes.IndexByte(s.buf[:n], '&'); amp >= 0 {
				n = amp
			}
		}
		if err := s.take(n, text); err != nil {
			return err
		}
		switch {
		case len(s.buf) > 0 && s.buf[0] == '&' && text != nil:
			if err := s.reference(text); err != nil {
				return err
			}
		case len(s.buf) == 0 && !s.fill():
			return s.end
		}
	}
}

// maxReference is the longest name of a character that HTML has, with & and ;.
const maxReference = 34

// reference reads what begins with &. What XML does not know stays as it is: what HTML
// knows is read where the text is, the rest is no reference.
func (s *scanner) reference(text *[]byte) error {
	for len(s.buf) < maxReference && bytes.IndexByte(s.buf, ';') < 0 && bytes.IndexByte(s.buf, '<') < 0 && s.fill() {
	}
	head := s.buf[:min(len(s.buf), maxReference)]
	n := bytes.IndexByte(head, ';')
	if n < 0 || bytes.IndexByte(head[:n], '<') >= 0 {
		s.odd = "a bare &"
		return s.take(1, text)
	}
	name := string(head[1:n])
	read := ""
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		read = html.UnescapeString(string(head[:n+1]))
	default:
		if digits, ok := strings.CutPrefix(name, "#"); ok {
			read = character(digits)
		}
	}
	if read == "" {
		s.odd = "&" + name + ";, which XML does not know,"
		return s.take(n+1, text)
	}
	if len(*text)+len(read) > maxText {
		return errTooLong
	}
	*text = append(*text, read...)
	s.skip(n + 1)
	return nil
}

// character gives the character of a numeric reference, "" where it is none.
func character(digits string) string {
	base := 10
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return ""
	}
	return string(rune(n))
}

// until reads up to a token and passes over it. What stands before it is text, but for
// so many bytes at its beginning.
func (s *scanner) until(token string, from int, text *[]byte) error {
	begin := s.line
	s.skip(from)
	for {
		if n := bytes.Index(s.buf, []byte(token)); n >= 0 {
			err := s.take(n, text)
			if err == nil {
				s.skip(len(token))
			}
			return err
		}
		// The last bytes may be the beginning of the token.
		if n := len(s.buf) - len(token) + 1; n > 0 {
			if err := s.take(n, text); err != nil {
				return err
			}
		}
		if !s.fill() {
			if errors.Is(s.end, io.EOF) {
				s.buf = nil
				return &syntaxError{begin, "the end of the file", strconv.Quote(token)}
			}
			return s.end
		}
	}
}

// declaration passes over a document type, with what it declares.
func (s *scanner) declaration() error {
	begin := s.line
	for at, depth := 0, 0; ; at++ {
		for at >= len(s.buf) {
			if len(s.buf) >= maxTag || !s.fill() {
				return s.unended(begin, "> of a declaration")
			}
		}
		switch s.buf[at] {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				if bytes.Contains(s.buf[:at], []byte("<!ENTITY")) {
					s.entities = begin
				}
				s.skip(at + 1)
				return nil
			}
		}
	}
}

// unended is the error where what was begun has no end.
func (s *scanner) unended(line int, expected string) error {
	if s.end != nil && !errors.Is(s.end, io.EOF) {
		return s.end
	}
	found := "the end of the file"
	if len(s.buf) >= maxTag {
		found = "more than " + strconv.Itoa(maxTag) + " bytes"
		s.skip(maxTag)
	} else {
		s.buf = nil
	}
	return &syntaxError{line, found, expected}
}

// tag reads a tag: < and a name stand next.
func (s *scanner) tag() (tag, error) {
	var quote byte
	at := 1
	for ; ; at++ {
		for at >= len(s.buf) {
			if len(s.buf) >= maxTag || !s.fill() {
				return tag{}, s.unended(s.line, "> of a tag")
			}
		}
		c := s.buf[at]
		if c == '<' {
			line := s.line
			s.skip(at)
			return tag{}, &syntaxError{line, "a tag with < in it", "> before that"}
		}
		if c == '>' && quote == 0 {
			break
		}
		switch {
		case quote == c:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	inner := s.buf[1:at]
	t := tag{line: s.line, start: true}
	if inner[0] == '/' {
		inner, t.start, t.end = inner[1:], false, true
	} else if n := len(inner); inner[n-1] == '/' {
		inner, t.end = inner[:n-1], true
	}
	n := bytes.IndexAny(inner, " \t\r\n")
	if n < 0 {
		n = len(inner)
	}
	t.name, t.attributes = inner[:n], inner[n:]
	s.skip(at + 1)
	return t, nil
}

// attribute gives the value of an attribute, "" where it has none.
func (t tag) attribute(name string) string {
	for key, value := range t.each {
		if string(key) == name {
			return html.UnescapeString(string(value))
		}
	}
	return ""
}

// each gives names and raw values of the attributes.
func (t tag) each(yield func(name, value []byte) bool) {
	rest := t.attributes
	for {
		name, behind, ok := bytes.Cut(rest, []byte("="))
		behind = bytes.TrimLeft(behind, " \t\r\n")
		if !ok || len(behind) == 0 || behind[0] != '"' && behind[0] != '\'' {
			return
		}
		n := bytes.IndexByte(behind[1:], behind[0])
		if n < 0 || !yield(bytes.TrimSpace(name), behind[1:1+n]) {
			return
		}
		rest = behind[n+2:]
	}
}
