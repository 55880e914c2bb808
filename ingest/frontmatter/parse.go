package frontmatter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Bounds of front matter. What is beyond one is an [Error].
const (
	MaxSize   = 1 << 20 // bytes between the fences
	MaxDepth  = 32      // levels that a value may nest, as in meta.extra of a post
	maxValues = 50_000  // values, aliases of YAML counted as often as they stand
	maxOutput = 4 << 20 // bytes of all values as JSON, aliases likewise
)

// Syntax is the language of front matter.
type Syntax string

const (
	None Syntax = "" // there is no front matter
	YAML Syntax = "YAML"
	TOML Syntax = "TOML"
	JSON Syntax = "JSON"
)

// Document is a text and what stood before it. Lines count from 1 in the whole
// text.
type Document struct {
	Syntax   Syntax
	Line     int // on which front matter begins, 0 where there is none
	Members  []Member
	Repeated []Repeated
	Body     []byte // what follows the front matter, to the byte
	BodyLine int    // of the first byte of Body
}

// Member is a name of the front matter with its value, in the order in which
// they are written.
type Member struct {
	Name string
	// Value is JSON. Dates and times are texts as they are written, numbers are
	// exact, and what JSON has no number for (.nan, 0123) is a text.
	Value json.RawMessage
	Line  int
}

// Repeated is a name that stands twice in one mapping of YAML or JSON, where the
// last one holds, as Ruby and JavaScript read it.
type Repeated struct {
	Name        string // with the names above it, as in seo.title
	First, Line int    // the lines of the one that is lost and of the next one
}

// Error is front matter that cannot be read.
type Error struct {
	Line            int // in the whole text, from 1
	Found, Expected string
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d: found %s, expected %s", e.Line, e.Found, e.Expected)
}

// Parse reads the front matter of a text that is UTF-8. A byte order mark and
// blank lines before it do not matter. A text without front matter is all body:
// so is one that begins with a thematic break (---) and goes on with what is no
// mapping. Every error is an [*Error].
func Parse(text []byte) (Document, error) {
	m, err := split(text)
	if err != nil {
		return Document{}, err
	}
	if m.syntax == None {
		return m.whole(), nil
	}
	if err := m.checkUTF8(); err != nil {
		return Document{}, err
	}
	m.text = withoutControls(m.text)
	root := &value{}
	switch m.syntax {
	case YAML:
		root, err = readYAML(m)
		if err == nil && root.kind != table {
			return m.whole(), nil
		}
	case TOML:
		root, err = readTOML(m)
	case JSON:
		root, err = readJSON(m)
	}
	if err != nil {
		return Document{}, err
	}
	d := Document{Syntax: m.syntax, Line: m.begins, Body: m.body, BodyLine: m.bodyLine}
	w := writer{doc: &d}
	return d, w.members(root)
}

// checkUTF8 names the first byte that is no UTF-8.
func (m matter) checkUTF8() error {
	if utf8.Valid(m.text) {
		return nil
	}
	for at := 0; ; {
		r, n := utf8.DecodeRune(m.text[at:])
		if r == utf8.RuneError && n == 1 {
			line := m.line + bytes.Count(m.text[:at], []byte("\n"))
			return &Error{line, fmt.Sprintf("the byte 0x%02x", m.text[at]), "UTF-8"}
		}
		at += n
	}
}

// withoutControls removes the control characters that none of the languages
// allows. They come from copying, are not seen, and say nothing.
func withoutControls(text []byte) []byte {
	if !bytes.ContainsFunc(text, forbidden) {
		return text
	}
	return bytes.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, text)
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == '\ufeff' || r&0xfffe == 0xfffe
}

// quoted gives a piece of a text for a message: never much of it.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}
