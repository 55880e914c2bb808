package ndjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"alphanode/content"
	"alphanode/ingest/record"
)

// MaxRecord bounds, in bytes, the JSON of one record.
const MaxRecord = content.MaxPost

// readSize is how many bytes are asked of a source at a time.
const readSize = 256 << 10

// maxNesting bounds how deep a record may nest; what is deeper is broken.
const maxNesting = 200

// maxIndent bounds how far to the right a record is looked for.
const maxIndent = 100

// jsonSplitter cuts a text into JSON values: one after the other, a line each
// or over many lines, or the elements of an array. It looks at strings and
// brackets only; whether a value is good JSON is for the decoder to say.
//
// A value that breaks off takes no other with it: it is given out as far as the
// next line that begins as its first line does, and reading goes on there.
type jsonSplitter struct {
	in       io.Reader
	buf      []byte // what was read and not yet given out is buf[from:to]
	from, to int
	line     int // of buf[from]
	err      error

	column    int // how far buf[from] is from the beginning of its line; -1 behind another value
	arrayLine int // where the array begins that is being read, 0 outside of one
	stack     []byte
}

// jsonText is one value as it stands in the text, or the fault that kept it
// from being given out.
type jsonText struct {
	text  []byte // valid until the next call of next
	line  int
	fault *content.Fault
}

func newJSONSplitter(src *record.Source) *jsonSplitter {
	return &jsonSplitter{in: src.Reader, line: src.Line, buf: make([]byte, readSize)}
}

// has reports whether there is a byte at offset n behind from, and reads on for
// it where needed. What it keeps never exceeds MaxRecord by more than a read.
func (s *jsonSplitter) has(n int) bool {
	for s.from+n >= s.to {
		if s.err != nil {
			return false
		}
		if s.from > 0 {
			s.to = copy(s.buf, s.buf[s.from:s.to])
			s.from = 0
		}
		if s.to == len(s.buf) {
			grown := make([]byte, max(min(2*len(s.buf), MaxRecord+readSize), len(s.buf)+readSize))
			copy(grown, s.buf)
			s.buf = grown
		}
		var read int
		read, s.err = s.in.Read(s.buf[s.to:])
		s.to += read
	}
	return true
}

// hasMark reports whether a byte order mark stands at offset n.
func (s *jsonSplitter) hasMark(n int) bool {
	return s.has(n+len(record.Mark)-1) && string(s.buf[s.from+n:s.from+n+len(record.Mark)]) == record.Mark
}

// drop gives up the next n bytes, keeping count of lines and columns.
func (s *jsonSplitter) drop(n int) {
	gone := s.buf[s.from : s.from+n]
	s.from += n
	if bytes.IndexByte(gone, '\n') >= 0 { // much cheaper than to look for the last one
		s.line += bytes.Count(gone, []byte{'\n'})
		s.column, gone = 0, gone[bytes.LastIndexByte(gone, '\n')+1:]
	}
	if s.column < 0 || len(bytes.TrimLeft(gone, " \t")) > 0 {
		s.column = -1
		return
	}
	s.column += len(gone)
}

// next gives the next value; io.EOF after the last one.
func (s *jsonSplitter) next() (jsonText, error) {
	for s.has(0) {
		switch c := s.buf[s.from]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' && s.arrayLine > 0:
			s.drop(1)
		case c == '[' && s.arrayLine == 0:
			s.arrayLine = s.line
			s.drop(1)
		case c == ']' && s.arrayLine > 0:
			s.arrayLine = 0
			s.drop(1)
		case s.hasMark(0):
			s.from += len(record.Mark) // which no column is counted by
		default:
			return s.value(c == '{' || c == '[')
		}
	}
	if !errors.Is(s.err, io.EOF) {
		return jsonText{}, s.err
	}
	if s.arrayLine > 0 {
		s.arrayLine = 0
		return jsonText{line: s.line, fault: &content.Fault{
			Found:    "the end of the file inside a list of records",
			Expected: "a ] that ends the list",
		}}, nil
	}
	return jsonText{}, io.EOF
}

// value gives out the value at from. What does not begin as an object or a list
// is given out to the end of its line.
func (s *jsonSplitter) value(bracketed bool) (jsonText, error) {
	v := jsonText{line: s.line}
	n, whole, long := 0, false, false
	if bracketed {
		n, whole, long = s.scan()
	}
	if !whole && !long {
		n, long = s.restart(bracketed)
	}
	long = long || n > MaxRecord
	if s.err != nil && !errors.Is(s.err, io.EOF) && !whole {
		return jsonText{}, s.err
	}
	if long {
		v.fault = &content.Fault{
			Found:    fmt.Sprintf("a record of more than %d bytes", MaxRecord),
			Expected: fmt.Sprintf("at most %d bytes", MaxRecord),
		}
	} else {
		v.text = s.buf[s.from : s.from+n]
	}
	s.drop(n)
	return v, nil
}

// scan finds the end of the object or list at from: its length and whether it
// is whole. A value longer than MaxRecord is dropped while it is scanned; then
// what is left to drop of it is returned.
func (s *jsonSplitter) scan() (n int, whole, long bool) {
	s.stack = s.stack[:0]
	var last byte      // the last byte that is neither space nor inside a string
	inString := false  // n is inside a string
	escaped := false   // an odd number of backslashes stands before n in the string
	lineStart := false // only spaces since the last line end
	column := s.column // of the value
	spaces := 0        // since the last line end
	for {
		if n > MaxRecord {
			s.drop(n)
			n, long = 0, true
		}
		if !s.has(n) {
			return n, false, long
		}
		window := s.buf[s.from:s.to]
		if inString {
			quote, odd := closingQuote(window[n:], escaped)
			end := len(window)
			if quote >= 0 {
				end = n + quote
			}
			if i := bytes.IndexByte(window[n:end], '\n'); i >= 0 {
				return n + i, false, long // a string does not go over a line end
			}
			inString, escaped = quote < 0, odd
			if n = end; !inString {
				n++
			}
			continue
		}
		for ; n < len(window) && !inString; n++ {
			c := window[n]
			switch c {
			case '\n':
				lineStart, spaces = true, 0
				continue
			case ' ', '\t', '\r':
				spaces++
				continue
			case '"':
				inString = true
			case '{', '[':
				if !s.mayOpen(last) || len(s.stack) == maxNesting ||
					long && lineStart && c == '{' && spaces == max(0, column) {
					return n, false, long
				}
				s.stack = append(s.stack, c)
			case '}', ']':
				if s.stack[len(s.stack)-1] != c-2 { // { and }, [ and ] are two apart
					return n, false, long
				}
				if s.stack = s.stack[:len(s.stack)-1]; len(s.stack) == 0 {
					return n + 1, true, long
				}
			}
			last, lineStart = c, false
		}
	}
}

// closingQuote finds the quote that ends a string in text, -1 where there is
// none. escaped says whether text begins behind an odd number of backslashes;
// where no quote is found, odd says so of its end.
func closingQuote(text []byte, escaped bool) (at int, odd bool) {
	from := 0
	for {
		quote := bytes.IndexByte(text[from:], '"')
		end := len(text)
		if quote >= 0 {
			end = from + quote
		}
		part := text[from:end]
		backslashes := len(part) - len(bytes.TrimRight(part, `\`))
		odd = backslashes%2 == 1
		if backslashes == len(part) {
			odd = odd != escaped
		}
		if quote < 0 {
			return -1, odd
		}
		if !odd {
			return end, false
		}
		from, escaped = end+1, false
	}
}

// mayOpen reports whether a bracket may open behind last.
func (s *jsonSplitter) mayOpen(last byte) bool {
	if len(s.stack) == 0 {
		return true
	}
	if s.stack[len(s.stack)-1] == '{' {
		return last == ':'
	}
	return last == '[' || last == ','
}

// restart finds where reading goes on behind a value that broke off: at the
// next line that begins with a brace in the same column, or, for what is no
// value at all, at the next line.
func (s *jsonSplitter) restart(bracketed bool) (n int, long bool) {
	column := s.column
	for {
		if n > MaxRecord {
			s.drop(n)
			n, long = 0, true
		}
		if !s.has(n) {
			return n, long
		}
		window := s.buf[s.from:s.to]
		i := bytes.IndexByte(window[n:], '\n')
		if i < 0 {
			n = len(window)
			continue
		}
		n += i + 1
		if !bracketed {
			return n, long
		}
		mark := n
		if s.hasMark(n) {
			n += len(record.Mark)
		}
		spaces := 0
		for s.has(n+spaces) && (s.buf[s.from+n+spaces] == ' ' || s.buf[s.from+n+spaces] == '\t') && spaces < maxIndent {
			spaces++
		}
		if !s.has(n + spaces) {
			continue
		}
		switch s.buf[s.from+n+spaces] {
		case '{':
			if spaces == column || column < 0 {
				return mark, long
			}
		case ']':
			if s.arrayLine > 0 && spaces == 0 {
				return mark, long
			}
		}
	}
}
