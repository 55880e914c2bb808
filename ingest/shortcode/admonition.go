package shortcode

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// admonition is a box that is open.
type admonition struct {
	indent string // what its lines begin with
	quoted bool   // it became a quote
}

var (
	// :::note, ::: tip A title, :::warning[A title]{.class}
	opening = regexp.MustCompile(`^([ \t>]*):{3,}[ \t]*\{?\.?([A-Za-z][\w-]*)\}?[ \t]*(?:\[(.*)\])?[ \t]*(.*?)[ \t]*\r?\n?$`)
	closing = regexp.MustCompile(`^[ \t>]*:{3,}[ \t]*\r?\n?$`)
	// > [!NOTE], > [!TIP]+ A title
	alertLine = regexp.MustCompile(`^([ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?:>[ \t]?)+)\[!([A-Za-z]+)\][+-]?(?:[ \t]+(.*?))?[ \t]*\r?\n?$`)
	classes   = regexp.MustCompile(`\{[^{}]*\}$`)
)

// Boxes that only arrange what is in them.
var arranging = map[string]bool{"code-group": true, "tabs": true, "tab": true, "center": true, "columns": true, "row": true, "column": true, "div": true}

// admonition begins or ends a box: it becomes a quote under its title.
func (e *expander) admonition(line string) bool {
	if !strings.Contains(line, ":::") {
		return false
	}
	if closing.MatchString(line) {
		if len(e.open) == 0 {
			return false
		}
		e.at += len(line)
		e.closeAdmonition()
		return true
	}
	m := opening.FindStringSubmatch(line)
	const most = 32 // boxes in boxes
	if m == nil || len(e.open) >= most {
		return false
	}
	e.at += len(line)
	box := admonition{indent: m[1], quoted: !arranging[strings.ToLower(m[2])]}
	e.open = append(e.open, box)
	title := strings.TrimSpace(classes.ReplaceAllString(m[3]+m[4], ""))
	if !box.quoted {
		e.lose("admonition", m[2])
	} else {
		if title == "" {
			title = capital(m[2])
		}
		e.lineOf(box.indent, "")
		e.lineOf(box.indent, "<blockquote>")
	}
	e.lineOf(box.indent, "")
	if title != "" {
		e.lineOf(box.indent, "**"+title+"**")
		e.lineOf(box.indent, "")
	}
	return true
}

func (e *expander) closeAdmonition() {
	box := e.open[len(e.open)-1]
	e.open = e.open[:len(e.open)-1]
	if n := len(e.out); n > 0 && e.out[n-1] != '\n' {
		e.out = append(e.out, '\n')
	}
	e.lineOf(box.indent, "")
	if box.quoted {
		e.lineOf(box.indent, "</blockquote>")
		e.lineOf(box.indent, "")
	}
}

func (e *expander) lineOf(indent, text string) {
	e.out = append(append(append(e.out, indent...), text...), '\n')
}

// alert does a quote that begins with its kind, as GitHub has it.
func (e *expander) alert(line string) bool {
	if !strings.Contains(line, "[!") {
		return false
	}
	m := alertLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	title := m[3]
	if title == "" {
		title = capital(m[2])
	}
	e.lineOf(m[1], "**"+title+"**")
	e.lineOf(strings.Map(spaceOf, m[1]), "")
	e.at += len(line)
	return true
}

// spaceOf keeps the marks of a quote and blanks those of a list.
func spaceOf(r rune) rune {
	if r == '>' || r == '\t' {
		return r
	}
	return ' '
}

// capital is a word with its first letter large and the others small.
func capital(word string) string {
	word = strings.ToLower(word)
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[n:]
}
