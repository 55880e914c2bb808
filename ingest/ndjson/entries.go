package ndjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"alphanode/content"
	"alphanode/ingest/record"
)

// Entries gives the JSON values of a source one by one, whoever wrote them: one after the
// other, the entries of a list, or those of a list that stands somewhere inside. Memory is
// bounded by the longest of them, at most [MaxRecord], whatever stands around it.
type Entries struct {
	split  *jsonSplitter
	path   []string // to the list; empty where the values themselves are wanted
	open   []container
	inside bool // of a list that is wanted
	lists  int  // that were found
	err    error
}

// container is an object or a list on the way to a list of entries.
type container struct {
	bracket byte
	matched int // how much of the path leads here
}

// NewEntries begins to read. path is a dotted path to the list (`response.docs`), empty for
// the source itself. Lists on the way are gone through; a name may hold dots itself.
func NewEntries(src *record.Source, path string) *Entries {
	e := &Entries{split: newJSONSplitter(src)}
	if path != "" {
		e.path = strings.Split(path, ".")
	}
	return e
}

// Entry is one value as it stands in the source, or the fault that kept it from being
// given out.
type Entry struct {
	Text  []byte // valid until the next call of Next
	Line  int
	Fault *content.Fault
}

// Next gives the next entry; [io.EOF] behind the last one. Any other error is one of the
// reader.
func (e *Entries) Next() (Entry, error) {
	if e.path == nil {
		return e.value()
	}
	if e.err != nil {
		return Entry{}, e.err
	}
	for {
		if !e.inside {
			if fault, err := e.find(); fault != nil || err != nil {
				e.err = err
				if fault != nil {
					e.err = io.EOF // what is left cannot be read
				}
				return Entry{Line: e.split.line, Fault: fault}, err
			}
		}
		if !e.atEnd() {
			return e.value()
		}
		e.inside = false
	}
}

// Lists says how many lists were found at the path.
func (e *Entries) Lists() int { return e.lists }

func (e *Entries) value() (Entry, error) {
	v, err := e.split.next()
	return Entry{v.text, v.line, v.fault}, err
}

// atEnd passes over the end of the list, where it comes next.
func (e *Entries) atEnd() bool {
	s := e.split
	for s.has(0) {
		switch s.buf[s.from] {
		case ' ', '\t', '\r', '\n', ',':
			s.drop(1)
		case ']':
			s.arrayLine = 0
			s.drop(1)
			return true
		default:
			return false
		}
	}
	return false
}

// find goes on to the next list at the path.
func (e *Entries) find() (*content.Fault, error) {
	s := e.split
	for s.has(0) {
		c := s.buf[s.from]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',':
			s.drop(1)
		case c == '}' || c == ']':
			if len(e.open) == 0 || e.open[len(e.open)-1].bracket != c-2 { // { and }, [ and ] are two apart
				return &content.Fault{Found: fmt.Sprintf("%q", c), Expected: "JSON, whose brackets close what was opened"}, nil
			}
			e.open = e.open[:len(e.open)-1]
			s.drop(1)
		case len(e.open) > 0 && e.open[len(e.open)-1].bracket == '{':
			found, fault := e.member()
			if found || fault != nil {
				return fault, nil
			}
		default:
			matched := 0
			if len(e.open) > 0 {
				matched = e.open[len(e.open)-1].matched
			}
			if fault := e.enterOrSkip(matched); fault != nil {
				return fault, nil
			}
		}
	}
	switch {
	case !errors.Is(s.err, io.EOF):
		return nil, s.err
	case len(e.open) > 0:
		e.open = nil
		return &content.Fault{Found: "the end of the file inside the document", Expected: "the brackets that end it"}, nil
	}
	return nil, io.EOF
}

// member reads the name of a member of an object and goes on to its value: into it where
// the path leads there, over it where not. It reports whether the value is a list at the
// path.
func (e *Entries) member() (found bool, fault *content.Fault) {
	s := e.split
	name, ok := s.name()
	if !ok {
		return false, &content.Fault{Found: "what is no name of a member", Expected: "a name and a colon"}
	}
	matched := e.open[len(e.open)-1].matched
	to := matches(e.path[matched:], name)
	switch {
	case to == 0:
		return false, s.skip()
	case matched+to < len(e.path):
		return false, e.enterOrSkip(matched + to)
	case !s.has(0) || s.buf[s.from] != '[':
		if s.has(4) && bytes.HasPrefix(s.buf[s.from:s.to], []byte("null")) {
			return false, s.skip()
		}
		return false, &content.Fault{Path: strings.Join(e.path, "."), Found: s.kind(), Expected: "a list of records"}
	}
	s.arrayLine = s.line
	s.drop(1)
	e.inside = true
	e.lists++
	return true, nil
}

// matches gives how many steps of a path a name stands for: 0 for none, more than one
// where it holds dots.
func matches(path []string, name string) int {
	for n := len(path); n > 0; n-- {
		if strings.Join(path[:n], ".") == name {
			return n
		}
	}
	return 0
}

// enterOrSkip enters an object or a list that the path leads through, and passes over any
// other value.
func (e *Entries) enterOrSkip(matched int) *content.Fault {
	s := e.split
	if !s.has(0) {
		return nil
	}
	c := s.buf[s.from]
	if c != '{' && c != '[' {
		return s.skip()
	}
	if len(e.open) == maxNesting {
		return &content.Fault{Found: fmt.Sprintf("more than %d objects and lists inside each other", maxNesting), Expected: "fewer"}
	}
	e.open = append(e.open, container{c, matched})
	s.drop(1)
	return nil
}

// name reads a string and the colon behind it.
func (s *jsonSplitter) name() (name string, ok bool) {
	const most = 64 << 10 // bytes; no name of a path is longer
	if s.buf[s.from] != '"' {
		return "", false
	}
	n := 1
	for escaped := false; ; n++ {
		if n > most || !s.has(n) {
			return "", false
		}
		c := s.buf[s.from+n]
		if c == '"' && !escaped {
			break
		}
		escaped = c == '\\' && !escaped
	}
	if json.Unmarshal(s.buf[s.from:s.from+n+1], &name) != nil {
		return "", false
	}
	s.drop(n + 1)
	for s.has(0) {
		switch c := s.buf[s.from]; c {
		case ' ', '\t', '\r', '\n', ':':
			s.drop(1)
			if c == ':' {
				ok = true
			}
		default:
			return name, ok
		}
	}
	return name, ok
}

// skip passes over a value, however long and deep it is, and keeps nothing of it.
func (s *jsonSplitter) skip() *content.Fault {
	depth, inString, escaped, begun := 0, false, false, false
	for s.has(0) {
		window := s.buf[s.from:s.to]
		for i, c := range window {
			switch {
			case inString:
				if inString = c != '"' || escaped; inString {
					escaped = c == '\\' && !escaped
				}
			case c == '"':
				inString, escaped, begun = true, false, true
			case c == '{' || c == '[':
				depth++
				begun = true
			case depth == 0 && begun && (c == ',' || c == '}' || c == ']'):
				s.drop(i)
				return nil
			case c == '}' || c == ']':
				if depth--; depth < 0 {
					s.drop(i)
					return &content.Fault{Found: fmt.Sprintf("%q", c), Expected: "a value"}
				}
			case c != ' ' && c != '\t' && c != '\r' && c != '\n':
				begun = true
			}
			if depth == 0 && begun && !inString && (c == '}' || c == ']' || c == '"') {
				s.drop(i + 1)
				return nil
			}
		}
		s.drop(len(window))
	}
	return nil // the end is told by who reads on
}

// kind names the value that comes next.
func (s *jsonSplitter) kind() string {
	if !s.has(0) {
		return "the end of the file"
	}
	switch s.buf[s.from] {
	case '{':
		return "an object"
	case '"':
		return "a text"
	default:
		return "a number, true or false"
	}
}
