package frontmatter

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// matter is front matter that was found and not read yet.
type matter struct {
	syntax   Syntax
	begins   int    // the line of the opening fence
	text     []byte // between the fences
	line     int    // of the first byte of text
	body     []byte
	bodyLine int
	all      []byte // the whole text, without its byte order mark
}

// whole takes the whole text for the body.
func (m matter) whole() Document { return Document{Body: m.all, BodyLine: 1} }

// A language of a fence, as gray-matter has it: ---yaml, ---json.
var languages = map[string]Syntax{"": YAML, "yaml": YAML, "yml": YAML, "toml": TOML, "json": JSON}

// split finds the front matter of a text. Hugo passes over white space before
// it, so that is done here too.
func split(text []byte) (matter, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	m := matter{all: text}
	rest := bytes.TrimLeft(text, " \t\r\n")
	m.begins = 1 + bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
	first, after := cutLine(rest)
	switch fence := strings.TrimRight(string(first), " \t\r"); {
	case strings.HasPrefix(fence, "{"):
		return m.braces(rest)
	case len(fence) > 64 || len(fence) < 3:
		return m, nil
	case fence == "+++":
		m.syntax = TOML
		return m.between(after, "+++")
	case fence == ";;;":
		m.syntax = JSON
		return m.between(after, ";;;")
	case strings.HasPrefix(fence, "---"):
		language := strings.ToLower(strings.TrimSpace(fence[3:]))
		syntax, known := languages[language]
		if known && (language != "" || seemsYAML(after)) {
			m.syntax = syntax
			found, err := m.between(after, "---", "...")
			if err != nil && language == "" && !surelyYAML.Match(after) {
				return matter{all: text}, nil
			}
			return found, err
		}
		if language == "js" || language == "javascript" {
			return m, &Error{m.begins, "front matter that is a program: " + quoted(fence), "YAML, TOML or JSON"}
		}
	}
	return m, nil
}

// between takes what stands before the closing fence.
func (m matter) between(after []byte, fences ...string) (matter, error) {
	m.line = m.begins + 1
	for rest, lines := after, 1; len(rest) > 0; lines++ {
		line, next := cutLine(rest)
		at := len(after) - len(rest)
		if at > MaxSize {
			return m, m.tooLong()
		}
		for _, fence := range fences {
			if len(line) <= 64 && strings.TrimRight(string(line), " \t\r") == fence {
				m.text, m.body, m.bodyLine = after[:at], next, m.line+lines
				return m, nil
			}
		}
		rest = next
	}
	if len(after) > MaxSize {
		return m, m.tooLong()
	}
	return m, m.endless(strings.Join(fences, " or "))
}

// braces takes the object of JSON that a text begins with, as Hugo has it. Other
// texts begin with a brace too: {{ of a template, {% of Liquid, {: of kramdown.
func (m matter) braces(rest []byte) (matter, error) {
	inside := bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(inside) == 0 || inside[0] != '"' && inside[0] != '}' {
		return m, nil
	}
	m.syntax, m.line = JSON, m.begins
	end, err := objectEnd(rest[:min(len(rest), MaxSize+1)])
	switch {
	case err != nil && len(rest) > MaxSize:
		return m, m.tooLong()
	case err != nil && end < 0:
		return m, m.endless("}")
	case err != nil:
		return m, &Error{m.line + bytes.Count(rest[:end], []byte("\n")), "JSON that cannot be read: " + err.Error(), "an object"}
	}
	m.text, m.body = rest[:end], rest[end:]
	m.bodyLine = m.line + bytes.Count(m.text, []byte("\n"))
	if line, next := cutLine(m.body); len(bytes.TrimSpace(line)) == 0 && len(m.body) > 0 {
		m.body, m.bodyLine = next, m.bodyLine+1
	}
	return m, nil
}

func (m matter) endless(fence string) error {
	return &Error{m.begins, fmt.Sprintf("front matter in %s that never ends", m.syntax), fence + " at its end"}
}

func (m matter) tooLong() error {
	return &Error{m.begins, fmt.Sprintf("front matter of more than %d bytes", MaxSize), fmt.Sprintf("at most %d bytes", MaxSize)}
}

// cutLine takes the first line and its end from a text.
func cutLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte("\n"))
	return line, rest
}

// A line that a mapping of YAML may begin with: a name and a colon, quoted or
// not, a mapping in braces, a merge, a tag or an anchor; or the closing fence.
var mappingLine = regexp.MustCompile(`^\s*("[^"]*"|'[^']*'|[^\s#"'-][^#]*?|-[^\s-][^#]*?)\s*:(\s|$)|^\s*[{?!&]|^(---|\.\.\.)\s*$`)

// surelyYAML is a name without a space right below the fence: that it never ends
// is an error then. Of other texts that begin with --- and have no second one the
// first is a thematic break.
var surelyYAML = regexp.MustCompile(`^(\s*#[^\n]*\n)*["']?[\w.-]+["']?[ \t]*:\s`)

// seemsYAML tells front matter from text that follows a thematic break, by the
// first line that is neither blank nor a comment.
func seemsYAML(after []byte) bool {
	for len(after) > 0 {
		var line []byte
		line, after = cutLine(after)
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' {
			continue
		}
		return mappingLine.Match(line[:min(len(line), 512)])
	}
	return false
}
