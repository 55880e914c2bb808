package shortcode

import (
	"regexp"
	"strings"

	"alphanode/content"
)

// Options say what a text is.
type Options struct {
	HTML bool // it is HTML, not Markdown
	MDX  bool // braces hold expressions, and lines may be imports and exports
}

// Expand gives the text without calls, and what was left out of it by kind and name.
// Time is linear in the text, but for calls nested in each other.
func Expand(text string, o Options) (string, content.Losses) {
	e := &expander{Options: o, in: text, out: make([]byte, 0, len(text)+len(text)/8)}
	for e.at < len(e.in) {
		if e.lineStarts() && e.line() {
			continue
		}
		e.rest()
	}
	for len(e.open) > 0 {
		e.closeAdmonition()
	}
	return string(e.out), e.losses
}

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
	indents []int             // by component that is open: what its lines are indented by, or -1 before the first
	pieces  int               // kinds of losses so far
}

func (e *expander) lineStarts() bool { return e.at == 0 || e.in[e.at-1] == '\n' }

// left is what of the text is still to be done.
func (e *expander) left() string { return e.in[e.at:] }

// keep copies the next n bytes.
func (e *expander) keep(n int) {
	e.out = append(e.out, e.in[e.at:e.at+n]...)
	e.at += n
}

// maxKinds bounds how many names are told of one text, which could invent any number.
const maxKinds = 100

// lose counts what is left out.
func (e *expander) lose(kind string) {
	const most = 60 // bytes of a name
	if len(kind) > most {
		kind = strings.ToValidUTF8(kind[:most], "") + "…"
	}
	if e.losses == nil {
		e.losses = content.Losses{}
	}
	if _, known := e.losses[kind]; !known && len(e.losses) >= maxKinds {
		kind = "others"
	}
	e.losses.Add(kind, 1)
}

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
	paragraph, _, _ := strings.Cut(left, "\n\n")
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
		if end := strings.Index(left, "-->"); end >= 0 {
			e.keep(end + len("-->"))
			return
		}
	}
	for _, name := range []string{"pre", "script", "style", "textarea"} {
		if n := len("<" + name); len(left) > n && strings.EqualFold(left[1:n], name) && strings.IndexByte(" \t\n>", left[n]) >= 0 {
			if end := indexFold(left, "</"+name); end >= 0 {
				e.code(left[:end])
				e.at += end
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
	line := firstLine(e.left())
	n := len(attributes.FindString(line))
	if n == 0 {
		n = len(headingName.FindString(line))
		from := strings.LastIndexByte(e.in[:e.at], '\n') + 1
		if n == 0 || !strings.HasPrefix(strings.TrimLeft(e.in[from:e.at], " "), "#") {
			return false
		}
	}
	e.at += n
	return true
}

var (
	attributes  = regexp.MustCompile(`^\{::?\s?[^{}\n]*\}`)
	headingName = regexp.MustCompile(`^\{\s*[#.][^{}\n]*\}(?:[ \t]*#*[ \t]*\r?\n?$)`)
)
