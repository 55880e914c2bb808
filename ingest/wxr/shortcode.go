package wxr

import (
	"regexp"
	"strings"
)

// maxNested bounds shortcodes in one another.
const maxNested = 8

// shortcodes puts HTML in the place of shortcodes, and links in the place of addresses
// that stand on a line of their own, which WordPress embeds. Tags, code and comments
// stay as they are.
func (c *conversion) shortcodes(text string) string {
	if !strings.Contains(text, "[") && !strings.Contains(text, "http") {
		return text
	}
	s := shortcodeReader{conversion: c, text: text, ends: closings(text), open: map[string][]string{}}
	s.all()
	return s.out.String()
}

// notProse are the elements in which a shortcode is the text of one.
var notProse = set("pre code script style textarea")

type shortcodeReader struct {
	*conversion
	text     string
	out      strings.Builder
	ends     map[string][]int    // where [/name] stands, by name
	open     map[string][]string // what is to be written for the ends that are still to come
	searched int                 // bytes in which the end of a shortcode was looked for in vain
}

// closings finds the ends of shortcodes that have content.
func closings(text string) map[string][]int {
	ends := map[string][]int{}
	for at := 0; ; {
		i := strings.Index(text[at:], "[/")
		if i < 0 {
			return ends
		}
		at += i
		name := shortcodeName(text[at+len("[/"):])
		if behind := at + len("[/") + len(name); name != "" && behind < len(text) && text[behind] == ']' {
			ends[name] = append(ends[name], at)
		}
		at += len("[/")
	}
}

// shortcodeName is the name that a text begins with.
func shortcodeName(text string) string {
	const longest = 60
	n := 0
	for n < len(text) && n < longest && (isName(text[n]) && text[n] < 0x80 || '0' <= text[n] && text[n] <= '9' || text[n] == '-') {
		n++
	}
	return text[:n]
}

// end is where the content of a shortcode ends that begins at a place; -1 where it has
// none.
func (s *shortcodeReader) end(name string, from int) int {
	ends := s.ends[name]
	for len(ends) > 0 && ends[0] < from {
		ends = ends[1:]
	}
	s.ends[name] = ends
	if len(ends) == 0 {
		return -1
	}
	return ends[0]
}

func (s *shortcodeReader) all() {
	m := markupReader{text: s.text}
	before := ""
	for {
		from := m.at
		p, ok := m.next(notProse)
		if !ok {
			return
		}
		if p.kind != prose {
			s.out.WriteString(p.text)
			before = p.text
			continue
		}
		m.at = s.prose(from, m.at, before)
		before = ""
	}
}

// prose reads a stretch of text, and gives where it has ended: behind what is there
// where a shortcode has tags within.
func (s *shortcodeReader) prose(from, to int, before string) int {
	for from < to {
		i := strings.IndexByte(s.text[from:to], '[')
		if i < 0 {
			s.lines(from, to, before)
			return to
		}
		s.lines(from, from+i, before)
		before = "]"
		from += i
		behind := s.shortcode(from)
		if behind == from { // a bracket
			s.out.WriteByte('[')
			behind++
		}
		from = behind
	}
	return from
}

var aloneOnLine = regexp.MustCompile(`^[ \t]*(https?://[^\s<>"\[\]]+)[ \t]*$`)

// lines writes text, with links for addresses that have a line, or a paragraph, of their
// own.
func (s *shortcodeReader) lines(from, to int, before string) {
	text := s.text[from:to]
	if !strings.Contains(text, "://") {
		s.out.WriteString(text)
		return
	}
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		begins := from == 0 || s.text[from-1] == '\n'
		ends := len(bare) < len(line) || from+len(line) == len(s.text)
		inP := strings.HasPrefix(before, "<p") && strings.HasPrefix(s.text[from+len(line):], "</p")
		if m := aloneOnLine.FindStringSubmatch(bare); m != nil && (begins && ends || inP) {
			if inP {
				s.out.WriteString(link(m[1], m[1]))
			} else {
				s.out.WriteString("\n\n<p>" + link(m[1], m[1]) + "</p>\n\n")
			}
		} else {
			s.out.WriteString(line)
		}
		from += len(line)
		before = ""
	}
}

// shortcode is one shortcode, as it stands in the text.
type shortcode struct {
	name       string
	begin      int
	behind     int // its tag
	attributes map[string]string
	values     []string // attributes without a name
	closed     bool     // [name /]
}

// maxShortcode bounds the tag of a shortcode, in bytes.
const maxShortcode = 16 << 10

// read reads the tag of a shortcode.
func (s *shortcodeReader) read(begin int) (shortcode, bool) {
	sc := shortcode{name: shortcodeName(s.text[begin+1:]), begin: begin}
	at := begin + 1 + len(sc.name)
	if sc.name == "" || at == len(s.text) || strings.IndexByte(" \t\n/]=:", s.text[at]) < 0 || s.searched > maxSearched {
		return sc, false
	}
	limit := min(len(s.text), at+maxShortcode)
	quote := byte(0)
	for i := at; i < limit; i++ {
		switch c := s.text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.IndexByte("= \t\n", s.text[i-1]) >= 0:
			quote = c
		case c == '[' || c == '<':
			s.searched += i - at
			return sc, false
		case c == ']':
			sc.behind = i + 1
			sc.readAttributes(s.text[at:i])
			return sc, true
		}
	}
	s.searched += limit - at
	return sc, false
}

var attribute = regexp.MustCompile(`([\w-]+)\s*=\s*"([^"]*)"|([\w-]+)\s*=\s*'([^']*)'|([\w-]+)\s*=\s*([^\s'"]+)|"([^"]*)"|'([^']*)'|(\S+)`)

func (sc *shortcode) readAttributes(text string) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutSuffix(text, "/"); ok && (rest == "" || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, `"`)) {
		text, sc.closed = rest, true
	}
	text = strings.TrimLeft(text, "=:") // [youtube=address]
	if text == "" {
		return
	}
	sc.attributes = map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			sc.attributes[strings.ToLower(m[1])] = m[2]
		case m[3] != "":
			sc.attributes[strings.ToLower(m[3])] = m[4]
		case m[5] != "":
			sc.attributes[strings.ToLower(m[5])] = m[6]
		default:
			sc.values = append(sc.values, m[7]+m[8]+m[9])
		}
	}
}

// first gives the first attribute of these names that is there.
func (sc *shortcode) first(names ...string) string {
	for _, name := range names {
		if v := strings.TrimSpace(sc.attributes[name]); v != "" {
			return v
		}
	}
	return ""
}

// shortcode writes what a shortcode makes, and gives where reading goes on; where it is
// none, that is where it began.
func (s *shortcodeReader) shortcode(begin int) int {
	if strings.HasPrefix(s.text[begin:], "[/") {
		return s.close(begin)
	}
	if strings.HasPrefix(s.text[begin:], "[[") {
		if sc, ok := s.read(begin + 1); ok && strings.HasPrefix(s.text[sc.behind:], "]") {
			s.out.WriteString(s.text[begin+1 : sc.behind]) // how one is written about
			return sc.behind + 1
		}
		return begin
	}
	sc, ok := s.read(begin)
	if !ok {
		return begin
	}
	end := -1
	if !sc.closed {
		end = s.end(sc.name, sc.behind)
	}
	inner, behind := "", sc.behind
	if end >= 0 {
		inner, behind = s.text[sc.behind:end], end+len("[/]")+len(sc.name)
	}
	if made, ok := s.make(&sc, inner, end >= 0); ok {
		s.out.WriteString(made)
		return behind
	}
	return s.unknown(&sc, end >= 0)
}

// unknown reads a shortcode that WordPress does not have itself. Of one with content that
// stays; one that leads to a page or an image becomes a link or that image. Words in
// brackets are no shortcode.
func (s *shortcodeReader) unknown(sc *shortcode, content bool) int {
	if !content && len(sc.attributes) == 0 && !sc.closed {
		return sc.begin
	}
	s.draft.Lose("shortcode "+sc.name, 1)
	address := sc.first("url", "href", "link", "src", "file", "image", "img")
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "/") {
		address = ""
	}
	switch {
	case content && address != "":
		s.out.WriteString(`<a href="` + quotedAttribute(address) + `">`)
		s.open[sc.name] = append(s.open[sc.name], "</a>")
	case content:
		s.open[sc.name] = append(s.open[sc.name], "")
	case address != "" && isImage(address):
		s.out.WriteString(image(address, sc.first("alt", "title"), "", 0, 0))
	case address != "":
		shown := sc.first("title", "text", "label")
		if shown == "" {
			shown = address
		}
		s.out.WriteString(link(address, shown))
	}
	return sc.behind
}

// close reads [/name].
func (s *shortcodeReader) close(begin int) int {
	name := shortcodeName(s.text[begin+len("[/"):])
	behind := begin + len("[/") + len(name)
	open := s.open[name]
	if len(open) == 0 || behind == len(s.text) || s.text[behind] != ']' {
		return begin
	}
	s.out.WriteString(open[len(open)-1])
	s.open[name] = open[:len(open)-1]
	return behind + 1
}
