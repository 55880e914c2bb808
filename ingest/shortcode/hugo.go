package shortcode

import (
	"regexp"
	"strings"
)

// hugo does a shortcode of Hugo: {{< name … >}} or {{% name … %}}.
func (e *expander) hugo() bool {
	left := e.left()
	end := callEnd(left, left[2:3])
	if end < 0 {
		return false
	}
	inside := strings.TrimSpace(left[3 : end-3])
	if strings.HasPrefix(inside, "/*") {
		// It is shown and not made. In Markdown its < would begin an element.
		shown := escapedCall.ReplaceAllString(left[:end], "$1 $2 $3")
		e.say(strings.ReplaceAll(shown, "<", "&lt;"), end)
		return true
	}
	name, rest := cutName(strings.TrimSuffix(inside, "/"))
	if strings.HasPrefix(inside, "/") {
		e.at += end // what it closes was counted
		return true
	}
	a := parseArguments(rest)
	switch strings.ToLower(name) {
	case "highlight", "code", "codeblock":
		if closing, ok := e.closing(name, e.at+end); ok {
			language := a.get("lang", "language")
			if language == "" {
				language = a.place(0)
			}
			e.sayCode(e.in[e.at+end:closing.from], language, closing.to-e.at)
			return true
		}
	case "link", "button", "cta":
		if to := firstOf(a.get(links...), a.place(0)); !e.closes(name) && (strings.HasPrefix(to, "/") || strings.Contains(to, "://")) {
			e.say(`<a href="`+escaped(to)+`">`+escaped(firstOf(a.get(titles...), a.place(1), to))+`</a>`, end)
			return true
		}
	case "ref", "relref":
		e.say(pageAddress(firstOf(a.get("path"), a.place(0))), end)
		return true
	}
	e.call("shortcode", name, a, end, e.closes(name) && !strings.HasSuffix(inside, "/"))
	return true
}

// callEnd finds the end of a call that begins a text, not inside its quoted values.
func callEnd(text, mark string) int {
	closing := map[string]string{"<": ">}}", "%": "%}}"}[mark]
	text = text[:min(len(text), 4*near)]
	for at := 3; at < len(text); at++ {
		switch c := text[at]; {
		case c == '"' || c == '`':
			if next := strings.IndexByte(text[at+1:], c); next >= 0 && !strings.Contains(text[at:at+1+next], "\n\n") {
				at += 1 + next
			}
		case c == closing[0] && strings.HasPrefix(text[at:], closing):
			return at + len(closing)
		case c == '{' && strings.HasPrefix(text[at:], "{{"):
			return -1
		}
	}
	return -1
}

// closing finds the call that closes a name.
func (e *expander) closing(name string, from int) (span, bool) {
	return e.ahead("{{/"+name, from, func(text string) (int, int, bool) {
		for at := 0; ; at += 2 {
			next := strings.Index(text[at:], "{{")
			if next < 0 {
				return 0, 0, false
			}
			at += next
			if m := closingCall.FindStringSubmatchIndex(text[at:min(len(text), at+200)]); m != nil && text[at+m[2]:at+m[3]] == name {
				return at, at + m[1], true
			}
		}
	})
}

var (
	closingCall  = regexp.MustCompile(`^\{\{[<%]\s*/\s*([\w./-]+)\s*[>%]\}\}`)
	closingCalls = regexp.MustCompile(`\{\{[<%]\s*/\s*([\w./-]+)|\{%-?\s*end([\w-]+)`)
)

// closes reports whether a call of this name is closed anywhere in the text.
func (e *expander) closes(name string) bool {
	if e.closed == nil {
		e.closed = map[string]bool{}
		for _, m := range closingCalls.FindAllStringSubmatch(e.in, -1) {
			e.closed[m[1]+m[2]] = true
		}
	}
	return e.closed[name]
}

// call does a call whose name is nobody's own: an image, a player, or what is left of it.
func (e *expander) call(kind, name string, a arguments, end int, encloses bool) {
	if html, ok := elsewhere(name, a); ok {
		e.sayBlock(html, end)
		return
	}
	if address := a.image(); address != "" && !encloses {
		e.sayBlock(figure(address, a), end)
		return
	}
	if address := a.address(); address != "" && !encloses {
		e.say(`<a href="`+escaped(address)+`">`+escaped(firstOf(a.get(titles...), a.words(), address))+`</a>`, end)
		return
	}
	e.lose(kind, name)
	title := ""
	if encloses {
		title = a.get(titles...)
	}
	e.at += end
	if title == "" {
		return
	}
	e.out = append(e.out, "<strong>"+inlineMarkup(title)+"</strong> "...)
	if strings.TrimSpace(e.lineAhead()) == "" && !e.HTML {
		e.out = append(e.out, "\n\n"...)
	}
}

// pageAddress is where a page stands that is named by its file, as far as that can be said.
func pageAddress(file string) string {
	file, place, found := strings.Cut(strings.TrimPrefix(file, "@"), "#")
	for _, ending := range []string{".md", ".markdown", ".mdx", "/_index", "/index"} {
		file = strings.TrimSuffix(file, ending)
	}
	if strings.Contains(file, "/") && !strings.HasPrefix(file, ".") {
		file = "/" + strings.TrimPrefix(file, "/")
	}
	if found {
		file += "#" + place
	}
	return strings.ReplaceAll(file, " ", "%20")
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
