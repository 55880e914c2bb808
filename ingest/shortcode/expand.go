package shortcode

import (
	"regexp"
	"strings"
	"sync"

	"alphanode/content"
)

// Options say what a text is.
type Options struct {
	HTML bool // it is HTML, not Markdown
	MDX  bool // braces hold expressions, and lines may be imports and exports
}

// Expand gives the text without calls, and what was left out of it by kind and name.
// Time is linear in the text.
func Expand(text string, o Options) (string, content.Losses) {
	room := rooms.Get().(*[]byte)
	e := &expander{Options: o, in: text, out: (*room)[:0]}
	for e.at < len(e.in) {
		if e.lineStarts() && e.line() {
			continue
		}
		e.rest()
	}
	for len(e.open) > 0 {
		e.closeAdmonition()
	}
	if string(e.out) != text { // which has no calls, as most
		text = string(e.out)
	}
	if cap(e.out) <= maxRoom {
		*room = e.out
		rooms.Put(room)
	}
	return text, e.losses
}

// rooms are for texts on their way. Larger ones than maxRoom, in bytes, are not kept.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

const maxRoom = 1 << 20

// expander goes through a text.
type expander struct {
	Options
	in     string
	at     int // what of in is done
	out    []byte
	losses content.Losses

	open    []admonition
	closed  map[string]bool   // names of shortcodes that are closed somewhere; nil before anybody asked
	imports map[string]string // names of MDX by the file that they are imported from
	modules int               // where the last import or export ends
	mdx     *bool             // whether it is MDX; nil before anybody asked
	indents []int             // by component that is open: what its lines are indented by, or -1 before the first
	found   map[string]span   // what was looked for ahead, by what it is
	broken  int               // tags that could not be read
}

func (e *expander) lineStarts() bool { return e.at == 0 || e.in[e.at-1] == '\n' }

// span is a piece of the text.
type span struct{ from, to int }

// ahead looks for something from a place on. What it finds, or that there is none, it
// remembers, so that a text of nothing but openings is gone through once.
func (e *expander) ahead(what string, from int, search func(text string) (from, to int, ok bool)) (span, bool) {
	s, known := e.found[what]
	if !known || s.from < from {
		s = span{len(e.in), len(e.in)}
		if begin, end, ok := search(e.in[from:]); ok {
			s = span{from + begin, from + end}
		}
		if e.found == nil {
			e.found = map[string]span{}
		}
		e.found[what] = s
	}
	return s, s.from < len(e.in)
}

// mark looks for a mark ahead.
func (e *expander) mark(mark string, from int) (span, bool) {
	return e.ahead(mark, from, func(text string) (int, int, bool) {
		at := strings.Index(text, mark)
		return at, at + len(mark), at >= 0
	})
}

// sameParagraph reports whether a place stands in the paragraph that is being done.
func (e *expander) sameParagraph(at int) bool {
	end, ok := e.mark("\n\n", e.at)
	return !ok || at < end.from
}

// near is how far of a line is looked at from inside it, in bytes.
const near = 4 << 10

// lineAhead is what is left of the line, lineBehind what of it is done.
func (e *expander) lineAhead() string { return firstLine(e.in[e.at:min(len(e.in), e.at+near)]) }

func (e *expander) lineBehind() string {
	behind := e.in[max(0, e.at-near):e.at]
	return behind[strings.LastIndexByte(behind, '\n')+1:]
}

// left is what of the text is still to be done.
func (e *expander) left() string { return e.in[e.at:] }

// keep copies the next n bytes.
func (e *expander) keep(n int) {
	e.out = append(e.out, e.in[e.at:e.at+n]...)
	e.at += n
}

// lose counts what is left out. What is no name is part of what somebody wrote.
func (e *expander) lose(kind, name string) {
	if len(name) > 32 || !properName.MatchString(name) {
		name = "without a proper name"
	}
	e.losses.Add(kind+" "+name, 1)
}

var properName = regexp.MustCompile(`^[\w./:-]+$`)

// line does what a whole line may be: a fence with its code, an admonition, an import. It
// reports whether it did anything.
func (e *expander) line() bool {
	if e.HTML {
		return false
	}
	e.dedent()
	line := firstLine(e.left())
	switch {
	case e.fence(line), e.admonition(line), e.alert(line), e.module(line):
		return true
	}
	return false
}

// firstLine is the first line of a text with its end.
func firstLine(text string) string {
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return text[:end+1]
	}
	return text
}

// containers are what a line may begin with before its own text: quotes and items of lists.
var containers = regexp.MustCompile(`^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*`)

// fence copies a fenced sample of code.
func (e *expander) fence(line string) bool {
	if !strings.Contains(line, "```") && !strings.Contains(line, "~~~") {
		return false // as nearly every line
	}
	before := containers.FindString(line)
	mark, info := fenceOf(line[len(before):])
	if mark == "" || mark[0] == '`' && strings.ContainsRune(info, '`') {
		return false
	}
	from := e.at
	end := from + len(line)
	for end < len(e.in) {
		next := firstLine(e.in[end:])
		end += len(next)
		closing, rest := fenceOf(strings.TrimLeft(next, " \t>"))
		if strings.HasPrefix(closing, mark) && strings.TrimSpace(rest) == "" {
			break
		}
	}
	indent := 0
	if n := len(e.indents); n > 0 {
		indent = max(e.indents[n-1], 0)
	}
	for l := range strings.Lines(e.in[from:end]) {
		if l != line || indent == 0 {
			l = cutIndent(l, indent)
		}
		e.code(l)
	}
	e.at = end
	return true
}

// fenceOf cuts the run of backticks or tildes off a line that begins or ends a sample.
func fenceOf(line string) (mark, rest string) {
	if line == "" || line[0] != '`' && line[0] != '~' {
		return "", line
	}
	rest = strings.TrimLeft(line, line[:1])
	if n := len(line) - len(rest); n >= 3 {
		return line[:n], rest
	}
	return "", line
}

// code copies code as its readers saw it: the marks that kept a generator from it go.
func (e *expander) code(code string) {
	if strings.Contains(code, "{%") {
		code = rawTags.ReplaceAllString(code, "")
	}
	if strings.Contains(code, "*/") {
		code = escapedCall.ReplaceAllString(code, "$1 $2 $3")
	}
	e.out = append(e.out, code...)
}

var (
	rawTags = regexp.MustCompile(`\{%-?\s*(?:end)?(?:raw|verbatim)\s*-?%\}`)
	// Hugo writes {{</* name */>}} for a call that is shown and not made.
	escapedCall = regexp.MustCompile(`(\{\{[<%])/\*\s*(.*?)\s*\*/([>%]\}\})`)
)

// rest does a line, or what is left of it, up to the next call.
func (e *expander) rest() {
	special := "\n{<`\\"
	if e.HTML {
		special = "\n{<"
	}
	n := strings.IndexAny(e.left(), special)
	if n < 0 {
		e.keep(len(e.left()))
		return
	}
	e.keep(n)
	switch e.in[e.at] {
	case '\n':
		e.keep(1)
	case '\\':
		e.keep(min(2, len(e.left())))
	case '`':
		e.codeSpan()
	case '<':
		e.angle()
	default:
		e.brace()
	}
}

// codeSpan copies code inside a line, or the backticks that begin none.
func (e *expander) codeSpan() {
	left := e.left()
	run := left[:len(left)-len(strings.TrimLeft(left, "`"))]
	end := e.at + min(len(left), 16*near)
	if paragraph, ok := e.mark("\n\n", e.at); ok {
		end = min(end, paragraph.from)
	}
	paragraph := e.in[e.at:max(end, e.at+len(run))]
	for at := len(run); ; {
		next := strings.IndexByte(paragraph[at:], '`')
		if next < 0 {
			e.keep(len(run))
			return
		}
		at += next
		n := len(paragraph[at:]) - len(strings.TrimLeft(paragraph[at:], "`"))
		if at += n; n == len(run) {
			e.code(left[:at])
			e.at += at
			return
		}
	}
}

// angle does what begins with <: comments and code as they are, components.
func (e *expander) angle() {
	left := e.left()
	if strings.HasPrefix(left, "<!--") {
		if end, ok := e.mark("-->", e.at); ok {
			e.keep(end.to - e.at)
			return
		}
	}
	for _, name := range []string{"pre", "script", "style", "textarea"} {
		if n := len("<" + name); len(left) > n && strings.EqualFold(left[1:n], name) && strings.IndexByte(" \t\n>", left[n]) >= 0 {
			closing := "</" + name
			end, ok := e.ahead(closing, e.at, func(text string) (int, int, bool) {
				at := indexFold(text, closing)
				return at, at + len(closing), at >= 0
			})
			if ok {
				e.code(e.in[e.at:end.from])
				e.at = end.from
				return
			}
		}
	}
	if !e.HTML && e.component() {
		return
	}
	e.keep(1)
}

// indexFold finds a name of small letters whatever the case in the text.
func indexFold(text, name string) int {
	for at := 0; ; at++ {
		next := strings.IndexByte(text[at:], name[0])
		if next < 0 {
			return -1
		}
		if at += next; len(text)-at >= len(name) && strings.EqualFold(text[at:at+len(name)], name) {
			return at
		}
	}
}

// brace does what begins with {.
func (e *expander) brace() {
	left := e.left()
	switch {
	case strings.HasPrefix(left, "{{<"), strings.HasPrefix(left, "{{%"):
		if e.hugo() {
			return
		}
	case strings.HasPrefix(left, "{{"):
		if e.output() {
			return
		}
	case strings.HasPrefix(left, "{%"):
		if e.tag() {
			return
		}
	case e.HTML:
	case e.attributeList(), e.MDX && e.expression():
		return
	}
	e.keep(1)
}

// attributeList leaves out what kramdown and goldmark read as attributes: {: .class},
// and {#name} behind a heading. None of it is shown.
func (e *expander) attributeList() bool {
	if next := e.in[e.at+1 : min(len(e.in), e.at+3)]; !strings.ContainsAny(next, ":#.") {
		return false
	}
	line := e.lineAhead()
	if m := attributes.FindString(line); m != "" {
		e.at += len(m)
		return true
	}
	m := headingName.FindStringSubmatch(line)
	if m == nil || !strings.HasPrefix(strings.TrimLeft(e.lineBehind(), " "), "#") {
		return false
	}
	e.at += len(m[1])
	return true
}

var (
	attributes  = regexp.MustCompile(`^\{::?\s?[^{}\n]*\}`)
	headingName = regexp.MustCompile(`^(\{\s*[#.][^{}\n]*\})[ \t#]*\r?\n?$`)
)
