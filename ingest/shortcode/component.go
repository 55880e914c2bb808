package shortcode

import (
	"regexp"
	"strings"
)

// module leaves out a line of MDX that is a program: an import or an export, up to the next
// blank line for an export.
func (e *expander) module(line string) bool {
	switch {
	case strings.HasPrefix(line, "import") && importLine.MatchString(line):
		for _, m := range importedName.FindAllStringSubmatch(line, -1) {
			if e.imports == nil {
				e.imports = map[string]string{}
			}
			e.imports[m[1]] = m[2]
		}
		e.lose("MDX", "import")
		e.at += len(line)
		e.modules = e.at
		return true
	case strings.HasPrefix(line, "import {") && e.importedOverLines():
		e.modules = e.at
		return true
	case strings.HasPrefix(line, "export") && exportLine.MatchString(line) && (e.MDX || e.beginsParagraph() && e.isMDX()):
		e.lose("MDX", "export")
		e.at += moduleEnd(e.left())
		e.modules = e.at
		return true
	}
	return false
}

// beginsParagraph reports whether what stands here is not a line further of a paragraph.
func (e *expander) beginsParagraph() bool {
	if e.at == e.modules { // which is 0 at the beginning
		return true
	}
	before := strings.TrimRight(e.in[max(0, e.at-near):e.at], " \t\r")
	before = strings.TrimRight(strings.TrimSuffix(before, "\n"), " \t\r")
	return before == "" || strings.HasSuffix(before, "\n")
}

// isMDX reports whether a text is MDX, whatever its file is called: it has imports or
// components. Docusaurus reads every .md so.
func (e *expander) isMDX() bool {
	if e.mdx == nil {
		found := modular.MatchString(e.in)
		e.mdx = &found
	}
	return *e.mdx
}

// importedOverLines leaves out an import whose names stand on lines of their own.
func (e *expander) importedOverLines() bool {
	m := importOverLines.FindString(e.left()[:min(len(e.left()), 4096)])
	if m == "" {
		return false
	}
	e.lose("MDX", "import")
	e.at += len(m)
	return true
}

var (
	importLine      = regexp.MustCompile(`^import\s+(?:[\w*{][^'"]*\sfrom\s+)?['"][^'"]+['"]\s*;?\s*$`)
	importOverLines = regexp.MustCompile(`^import \{[\w\s,$]*\}\s*from\s*['"][^'"\n]+['"][ \t]*;?[ \t]*\r?\n?`)
	importedName    = regexp.MustCompile(`^import\s+(\w+)\s+from\s+['"]([^'"]+)['"]`)
	exportLine      = regexp.MustCompile(`^export\s+(?:(?:const|let|var)\s+[\w$\[{][^=\n]*=|(?:const|let|var)\s+\{\s*$|(?:default\s+)?(?:async\s+)?function\b[^(\n]*\(|(?:default\s+)?class\b[^{\n]*\{` +
		`|default\s+(?:[({\[<'"]|[\w$.]+(?:\(|\s*=>|\s*;?\s*$))|\{[\w\s,$]*(?:\}|$)|\*\s+(?:as\s+\w+\s+)?from\s)`)
	modular = regexp.MustCompile(`(?m)^import\s+[\w*{][^'"\n]*\sfrom\s+['"][^'"\n]+['"]\s*;?\s*$|^import \{\s*$|^[ \t]*</?[A-Z]\w*[a-z][\w.]*(?:[\s/>]|$)`)
)

// moduleEnd is the end of an export: a blank line behind closed braces.
func moduleEnd(text string) int {
	end, depth := 0, 0
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" && depth <= 0 {
			break
		}
		depth += strings.Count(line, "{") + strings.Count(line, "(") - strings.Count(line, "}") - strings.Count(line, ")")
		end += len(line)
	}
	return end
}

// component does an element of MDX or Astro, whose name has large and small letters, and
// gives others the attributes that HTML has.
func (e *expander) component() bool {
	left := e.left()
	if e.MDX && (strings.HasPrefix(left, "<>") || strings.HasPrefix(left, "</>")) {
		e.at += strings.IndexByte(left, '>') + 1
		return true
	}
	m := tagName.FindStringSubmatch(left[:min(len(left), 128)])
	const most = 1000 // tags that cannot be read: such a text has none
	if m == nil || e.broken > most || e.inIndentedCode() {
		return false
	}
	closes, name := m[1] != "", m[2]
	own := strings.ToUpper(name) != name && name[0] >= 'A' && name[0] <= 'Z'
	if !own && (closes || !strings.Contains(left[:strings.IndexByte(left[:min(len(left), near)], '>')+1], "={")) {
		return false
	}
	begin := len("<") + len(m[1]) + len(name)
	a, end, selfClosing := e.tagArguments(left[begin:min(len(left), begin+near)])
	if end < 0 {
		e.broken++
		return false
	}
	end += begin
	if !own {
		e.say(htmlTag(name, a, selfClosing), end)
		return true
	}
	if closes {
		e.closeComponent(name, end)
		return true
	}
	if !selfClosing {
		e.indents = append(e.indents, -1)
	}
	e.openComponent(name, a, end, selfClosing)
	return true
}

var tagName = regexp.MustCompile(`^<(/?)([A-Za-z][\w.-]*)(?:[\s/>])`)

// Components that are an element under another name.
var elements = map[string]string{"Link": "a", "NavLink": "a", "NextLink": "a", "A": "a", "Details": "details", "Summary": "summary", "Blockquote": "blockquote", "Quote": "blockquote"}

// Components that are boxes, as admonitions are.
var boxes = map[string]bool{"Callout": true, "Aside": true, "Admonition": true, "Note": true, "Tip": true, "Info": true, "Warning": true, "Caution": true, "Danger": true, "Alert": true}

func (e *expander) openComponent(name string, a arguments, end int, selfClosing bool) {
	if element := elements[name]; element != "" && !selfClosing {
		for i := range a {
			if element == "a" && a[i].name == "to" {
				a[i].name = "href"
			}
		}
		e.say(htmlTag(element, a, false), end)
		return
	}
	if boxes[name] && !selfClosing {
		e.sayBlock("<blockquote>", end)
		title := a.get("title", "type", "kind", "variant")
		if title == "" && name != "Callout" && name != "Aside" && name != "Admonition" {
			title = name
		}
		if title != "" {
			e.out = append(e.out, "\n<strong>"+escaped(title)+"</strong>\n\n"...)
		}
		return
	}
	if html, ok := elsewhere(name, a); ok {
		e.sayBlock(html, end)
		return
	}
	address := a.image()
	if value := a.get("src"); address == "" && value != "" && (strings.HasSuffix(name, "Image") || name == "Img" || name == "Figure" || name == "Picture") {
		address = value
	}
	title, link := a.get(titles...), a.get(links...)
	if address != "" {
		e.say(figure(address, a), end)
		if !selfClosing {
			e.lose("component", name)
		}
		return
	}
	e.lose("component", name)
	switch {
	case title != "" && link != "":
		e.say(`<a href="`+escaped(link)+`">`+escaped(title)+"</a>", end)
	case title != "":
		e.say("<strong>"+escaped(title)+"</strong>", end)
	case link != "" && selfClosing:
		e.say(`<a href="`+escaped(link)+`">`+escaped(link)+"</a>", end)
	default:
		e.at += end
		return
	}
	if strings.TrimSpace(e.lineAhead()) == "" {
		e.out = append(e.out, "\n\n"...)
	}
}

func (e *expander) closeComponent(name string, end int) {
	if n := len(e.indents); n > 0 {
		e.indents = e.indents[:n-1]
	}
	switch {
	case elements[name] != "":
		e.say("</"+elements[name]+">", end)
	case boxes[name]:
		e.out = append(e.out, "\n\n"...)
		e.sayBlock("</blockquote>", end)
	default:
		e.at += end
	}
}

// tagArguments reads attributes up to the > of a tag. The end is -1 where there is none.
func (e *expander) tagArguments(s string) (a arguments, end int, selfClosing bool) {
	whole := len(s)
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		switch {
		case s == "":
			return a, -1, false
		case s[0] == '>':
			return a, whole - len(s) + 1, false
		case strings.HasPrefix(s, "/>"):
			return a, whole - len(s) + 2, true
		case s[0] == '{': // {...properties}
			n := braced(s)
			if n < 0 {
				return a, -1, false
			}
			s = s[n:]
			continue
		case s[0] == '/', s[0] == '<':
			return a, -1, false
		}
		n := strings.IndexAny(s, "= \t\r\n/>")
		if n < 0 {
			return a, -1, false
		}
		arg := argument{name: s[:n]}
		s = s[n:]
		if value, ok := strings.CutPrefix(strings.TrimLeft(s, " \t\r\n"), "="); ok {
			s = strings.TrimLeft(value, " \t\r\n")
			switch {
			case s == "":
				return a, -1, false
			case s[0] == '{':
				n := braced(s)
				if n < 0 {
					return a, -1, false
				}
				arg.value, s = e.value(s[1:n-1]), s[n:]
			case s[0] == '"' || s[0] == '\'':
				n := strings.IndexByte(s[1:], s[0])
				if n < 0 {
					return a, -1, false
				}
				arg.value, s = s[1:1+n], s[n+2:]
			default:
				n := strings.IndexAny(s, " \t\r\n>")
				if n < 0 {
					return a, -1, false
				}
				arg.value, s = s[:n], s[n:]
			}
		}
		a = append(a, arg)
	}
}

// braced is how long an expression in braces is, or -1.
func braced(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '`':
			if n := strings.IndexByte(s[i+1:], s[i]); n >= 0 {
				i += n + 1
			}
		}
	}
	return -1
}

// value is what an expression says in so many words: a text, a number, the file that a name
// is imported from. Others are empty.
func (e *expander) value(expression string) string {
	expression = strings.TrimSpace(expression)
	if m := plainText.FindStringSubmatch(expression); m != nil {
		return m[1] + m[2] + m[3]
	}
	if m := fileOf.FindStringSubmatch(expression); m != nil {
		return m[1]
	}
	if digits.MatchString(expression) {
		return expression
	}
	name, _, _ := strings.Cut(expression, ".")
	return e.imports[name]
}

var (
	plainText = regexp.MustCompile("^(?:\"([^\"]*)\"|'([^']*)'|`([^`$]*)`)$")
	fileOf    = regexp.MustCompile(`^(?:require|useBaseUrl|import)\(\s*['"]([^'"]+)['"]\s*\)(?:\.default)?$`)
)

// htmlTag is a tag without what is only for a program.
func htmlTag(name string, a arguments, selfClosing bool) string {
	var w strings.Builder
	w.WriteString("<" + name)
	for _, arg := range a {
		if arg.value != "" && attributeName.MatchString(arg.name) {
			w.WriteString(" " + arg.name + `="` + strings.ReplaceAll(arg.value, `"`, "&#34;") + `"`)
		}
	}
	if selfClosing {
		w.WriteString(" /")
	}
	return w.String() + ">"
}

var attributeName = regexp.MustCompile(`^[A-Za-z][\w:-]*$`)

// inIndentedCode reports whether the line is indented as code is where no component is open.
func (e *expander) inIndentedCode() bool {
	if len(e.indents) > 0 || e.MDX {
		return false
	}
	line := e.lineBehind()
	return strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")
}

// dedent passes over what a line is indented by because it stands inside a component, which
// Markdown would take for code.
func (e *expander) dedent() {
	n := len(e.indents)
	if n == 0 {
		return
	}
	line := firstLine(e.left())
	text := strings.TrimLeft(line, " \t")
	if strings.TrimSpace(text) == "" {
		return
	}
	indent := len(line) - len(text)
	if e.indents[n-1] < 0 {
		e.indents[n-1] = indent
	}
	e.at += min(indent, e.indents[n-1])
}

// cutIndent cuts at most n characters of space off a line.
func cutIndent(line string, n int) string {
	for n > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
		line, n = line[1:], n-1
	}
	return line
}

// expression does {…} of MDX: a text stands for itself, a comment for nothing.
func (e *expander) expression() bool {
	left := e.left()
	if strings.HasPrefix(left, "{/*") {
		end, ok := e.mark("*/}", e.at)
		if ok {
			e.at = end.to
		}
		return ok
	}
	line := e.lineAhead()
	line = line[:min(len(line), 256)]
	end := braced(line)
	if end < 0 {
		return false
	}
	m := plainText.FindStringSubmatch(strings.TrimSpace(line[1 : end-1]))
	if m == nil {
		return false
	}
	e.say(m[1]+m[2]+m[3], end)
	return true
}
