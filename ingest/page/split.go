package page

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"alphanode/content"
	"alphanode/ingest/record"
)

// lineReader gives the lines of a text. A line longer than MaxPage is cut; its
// page is too long anyway.
type lineReader struct {
	in     *bufio.Reader
	number int    // of the next line
	indent string // what was read of it
}

func newLineReader(src *record.Source) *lineReader {
	return &lineReader{src.Reader, src.Line, src.Indent}
}

// next gives io.EOF after the last line. The line end, LF, CRLF or CR, is not part
// of the line, and neither is a byte order mark that begins it.
func (r *lineReader) next() (line, error) {
	text := []byte(r.indent)
	r.indent = ""
	for more := true; more; {
		if _, err := r.in.Peek(1); err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			return line{}, err
		} else if err != nil {
			break
		}
		part, _ := r.in.Peek(r.in.Buffered()) // they are there
		end := bytes.IndexAny(part, "\r\n")
		if more = end < 0; more {
			end = len(part)
		}
		if len(text) <= MaxPage {
			text = append(text, part[:end]...)
		}
		if more {
			_, _ = r.in.Discard(end)
			continue
		}
		isReturn := part[end] == '\r'
		_, _ = r.in.Discard(end + 1)
		if next, _ := r.in.Peek(1); isReturn && string(next) == "\n" {
			_, _ = r.in.Discard(1)
		}
	}
	r.number++
	return line{strings.TrimPrefix(string(text), record.Mark), r.number - 1}, nil
}

// pageSplitter cuts a text into pages.
//
// A page ends at the end marker below its box, at the end of the text, or where
// a line of pipes stands alone, which begins the next page. So a page that was
// cut off does not take the next one with it. What follows the end marker is
// furniture, up to the next line of pipes.
type pageSplitter struct {
	in     *lineReader
	ahead  *readLine // read, not yet used
	inTail bool      // behind an end marker
}

type readLine struct {
	line
	err error
}

func (s *pageSplitter) read() (line, error) {
	if s.ahead != nil {
		l := *s.ahead
		s.ahead = nil
		return l.line, l.err
	}
	return s.in.next()
}

// next gives a page with at least one line, or io.EOF.
func (s *pageSplitter) next() (*page, error) {
	p := &page{box: -1}
	size, blank := 0, true // blank: the line before was blank, or there was none
	for {
		l, err := s.read()
		if errors.Is(err, io.EOF) && len(p.lines) > 0 {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		if s.inTail {
			if strings.TrimSpace(l.text) == boxMarker {
				p.lines = []line{l}
				p.faults = []lineFault{{l.number, content.Fault{
					Found:    "a second " + strconv.Quote(boxMarker) + " behind " + strconv.Quote(endMarker),
					Expected: "a line of pipes (|) before each further page",
				}}}
				return p, nil
			}
			s.inTail = !pipes(strings.TrimSpace(l.text))
			continue
		}
		marks := p.marks(l)
		if rest, ok := strings.CutPrefix(marks, endMarker); ok && (pipes(rest) || p.box >= 0 && strings.TrimSpace(rest) == "") {
			// Pages put one behind the other without a line end between them
			// leave the pipes of the next one here.
			s.inTail = !pipes(rest)
			if len(p.lines) > 0 {
				p.closed = true
				return p, nil
			}
			continue
		}
		if blank && pipes(marks) && s.blankAhead() {
			if len(p.lines) > 0 {
				return p, nil
			}
			continue
		}
		blank = l.blank()
		if blank && len(p.lines) == 0 {
			continue
		}
		if size += len(l.text) + 1; size > MaxPage {
			p.tooLong(l.number)
			continue
		}
		if p.box < 0 && strings.TrimSpace(l.text) == boxMarker {
			p.box = len(p.lines)
		}
		p.checkUTF8(l)
		p.lines = append(p.lines, l)
	}
}

// blankAhead reports whether the next line is blank or missing.
func (s *pageSplitter) blankAhead() bool {
	l, err := s.read()
	s.ahead = &readLine{l, err}
	return err != nil || l.blank()
}

// marks is a line as far as it may be a mark of where a page ends: without the white space
// that all lines of the page begin with. Around a body any white space may stand before one;
// within, an indented line is code.
func (p *page) marks(l line) string {
	if len(p.lines) == 0 || p.box >= 0 {
		return strings.TrimLeftFunc(l.text, unicode.IsSpace)
	}
	return strings.TrimPrefix(l.text, indentOf(p.lines[0].text))
}

// pipes reports whether a line is furniture: pipes and spaces, from its very
// beginning.
func pipes(s string) bool {
	return strings.HasPrefix(s, "|") && strings.TrimFunc(s, func(r rune) bool { return r == '|' || unicode.IsSpace(r) }) == ""
}

func (p *page) tooLong(number int) {
	if p.cut {
		return
	}
	p.cut = true
	if len(p.lines) == 0 { // one endless line
		p.lines = []line{{"", number}}
	}
	p.faults = append(p.faults, lineFault{number, content.Fault{
		Found:    fmt.Sprintf("more than %d bytes of text in one page", MaxPage),
		Expected: fmt.Sprintf("at most %d bytes", MaxPage),
	}})
}

func (p *page) checkUTF8(l line) {
	if utf8.ValidString(l.text) || len(p.faults) >= maxFaults {
		return
	}
	at := 0
	for at < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	p.faults = append(p.faults, lineFault{l.number, content.Fault{
		Found:    fmt.Sprintf("the byte 0x%02x at byte %d of the line", l.text[at], at+1),
		Expected: "UTF-8",
	}})
}
