package ghost

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"alphanode/content"
)

// maxRecord bounds, in bytes, the JSON of one record: a post stands in it up to four times.
const maxRecord = 4 * content.MaxPost

// maxNesting bounds how deep the JSON of one record may nest.
const maxNesting = 5000

// stream reads JSON value by value, and counts lines.
type stream struct {
	in   *bufio.Reader
	line int
	buf  []byte // of the last value
}

// fault is JSON that is wrong, and where. What follows cannot be read.
type fault struct {
	line int
	content.Fault
}

func (s *stream) fault(found, expected string) error {
	return &fault{s.line, content.Fault{Found: found, Expected: expected}}
}

// peek gives the next byte that is not white space, without taking it.
func (s *stream) peek() (byte, error) {
	for {
		c, err := s.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, s.fault("the end of the file inside the archive", "JSON that ends")
		case err != nil:
			return 0, err
		case c == '\n':
			s.line++
		case c != ' ' && c != '\t' && c != '\r':
			return c, s.in.UnreadByte()
		}
	}
}

// take takes the next byte, which must be this one.
func (s *stream) take(want byte) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != want {
		return s.fault(fmt.Sprintf("%q", c), fmt.Sprintf("%q", want))
	}
	_, err = s.in.ReadByte()
	return err
}

// members goes through an object. It gives each name, and the caller takes the value.
func (s *stream) members(f func(name string) error) error {
	return s.entries('{', '}', func() error {
		if c, err := s.peek(); err != nil {
			return err
		} else if c != '"' {
			return s.fault(fmt.Sprintf("%q", c), "the name of a member")
		}
		raw, _, err := s.value(true)
		if err != nil {
			return err
		}
		var name string
		if json.Unmarshal(raw, &name) != nil {
			return s.fault("a name that is no text", "the name of a member")
		}
		if err := s.take(':'); err != nil {
			return err
		}
		return f(name)
	})
}

// entries goes through a list or an object, and has the caller take each entry.
func (s *stream) entries(begin, end byte, f func() error) error {
	if err := s.take(begin); err != nil {
		return err
	}
	for first := true; ; first = false {
		c, err := s.peek()
		if err != nil {
			return err
		}
		if c == end {
			return s.take(end)
		}
		if !first {
			if err := s.take(','); err != nil {
				return err
			}
			if c, err = s.peek(); err != nil {
				return err
			}
			if c == end { // a comma too many
				return s.take(end)
			}
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// value takes the next value, of whatever kind. Kept, it is valid until the next value; one that is too long or
// too deep is passed over, and why is told by unfit.
func (s *stream) value(keep bool) (raw []byte, unfit *content.Fault, err error) {
	if _, err := s.peek(); err != nil {
		return nil, nil, err
	}
	s.buf = s.buf[:0]
	depth, size, inText, escaped := 0, 0, false, false
	for {
		c, err := s.in.ReadByte()
		if errors.Is(err, io.EOF) {
			if depth == 0 && !inText && size > 0 {
				return s.buf, unfit, nil
			}
			return nil, nil, s.fault("the end of the file inside the archive", "JSON that ends")
		}
		if err != nil {
			return nil, nil, err
		}
		if depth == 0 && !inText && size > 0 && (c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ':') { // behind a number or a word
			return s.buf, unfit, s.in.UnreadByte()
		}
		if c == '\n' {
			s.line++
		}
		if size++; size > maxRecord {
			unfit = &content.Fault{Found: fmt.Sprintf("a record of more than %d bytes", maxRecord), Expected: "a shorter one"}
			keep, s.buf = false, s.buf[:0]
		}
		if keep {
			s.buf = append(s.buf, c)
		}
		switch {
		case inText:
			if c == '"' && !escaped {
				inText = false
				if depth == 0 {
					return s.buf, unfit, nil
				}
			}
			escaped = c == '\\' && !escaped
		case c == '"':
			inText = true
		case c == '{', c == '[':
			if depth++; depth > maxNesting {
				unfit = &content.Fault{Found: fmt.Sprintf("more than %d objects and lists inside each other", maxNesting), Expected: "fewer"}
				keep, s.buf = false, s.buf[:0]
			}
		case c == '}', c == ']':
			if depth--; depth == 0 {
				return s.buf, unfit, nil
			} else if depth < 0 {
				return nil, nil, s.fault(fmt.Sprintf("%q", c), "a value")
			}
		}
	}
}

// skip passes over the next value.
func (s *stream) skip() error {
	_, _, err := s.value(false)
	return err
}

// Error makes a fault an error on its way to who tells it.
func (f *fault) Error() string { return fmt.Sprintf("line %d: %v", f.line, f.Fault.Error()) }
