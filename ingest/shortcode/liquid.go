package shortcode

import (
	"regexp"
	"strings"
)

// output does {{ … }} of Liquid, Nunjucks and Zola. What is a text or an address in so many
// words is that; anything else stays as it is written.
func (e *expander) output() bool {
	left := e.left()
	closing, ok := e.mark("}}", e.at)
	end := closing.from - e.at
	if !ok || end > near || !e.sameParagraph(closing.from) {
		return false
	}
	inside := strings.TrimSpace(strings.Trim(left[2:end], "-"))
	end += len("}}")
	if m := zolaCall.FindStringSubmatch(inside); m != nil {
		e.call("shortcode", m[1], parseArguments(m[2]), end, false)
		return true
	}
	if m := literalOutput.FindStringSubmatch(inside); m != nil {
		text := m[2]
		if m[1] == `'` || m[1] == `"` {
			text = strings.NewReplacer("{", "&#123;", "<", "&lt;").Replace(text)
		}
		e.say(text, end)
		return true
	}
	if siteAddress.MatchString(inside) && end < len(left) && strings.IndexByte("/\"')", left[end]) >= 0 {
		e.at += end // what follows is a path from the root
		return true
	}
	if e.inAddress() && !strings.ContainsAny(inside, "\"'<>()\n") {
		e.say("{{"+strings.ReplaceAll(inside, " ", "")+"}}", end) // no address has spaces
		return true
	}
	return false
}

// inAddress reports whether this stands in an address of Markdown.
func (e *expander) inAddress() bool {
	const far = 256 // bytes of an address before a call
	before := e.in[max(0, e.at-far):e.at]
	for _, opening := range []string{"](", "]: "} {
		if from := strings.LastIndex(before, opening); from >= 0 && !strings.ContainsAny(before[from+len(opening):], " )\n") {
			return true
		}
	}
	return false
}

var (
	zolaCall = regexp.MustCompile(`(?s)^([\w:]+)\((.*)\)$`)
	// A text in quotes, with filters that make an address of it or change nothing that is seen.
	literalOutput = regexp.MustCompile(`^(["'])([^"']*)["']\s*(?:\|\s*(?:relative_url|absolute_url|url|safe|escape|uri_escape|strip|htmlBaseUrl|(?:prepend|append):\s*site\.\w+)\s*)*$`)
	siteAddress   = regexp.MustCompile(`^(?:site\.(?:baseurl|base_url|url|github\.url|root|production_url)|BASE_PATH|ASSET_PATH|base_path|page\.root|baseurl|config\.base_url)(?:\s*\|\s*\w+)*$`)
)

// tag does {% … %} of Liquid, Nunjucks and Zola.
func (e *expander) tag() bool {
	left := e.left()
	ends, ok := e.mark("%}", e.at+len("{%"))
	end := ends.to - e.at
	if !ok || end > 4*near || !e.sameParagraph(ends.from) {
		return false
	}
	inside := strings.TrimSpace(strings.Trim(left[2:end-2], "-"))
	if m := zolaCall.FindStringSubmatch(inside); m != nil && !strings.ContainsAny(m[1], ":") {
		e.call("shortcode", m[1], parseArguments(m[2]), end, true)
		return true
	}
	name, rest := cutName(inside)
	switch name {
	case "raw", "verbatim":
		if closing, ok := e.closingTag(name, ends.to); ok {
			e.out = append(e.out, e.in[ends.to:closing.from]...)
			e.at = closing.to
			return true
		}
	case "comment":
		if closing, ok := e.closingTag(name, ends.to); ok {
			e.at = closing.to
			return true
		}
	case "highlight", "codeblock", "code":
		if closing, ok := e.closingTag(name, ends.to); ok {
			e.sayCode(e.in[ends.to:closing.from], codeLanguage(name, rest), closing.to-e.at)
			return true
		}
	case "blockquote":
		if e.closes(name) {
			e.sayBlock("<blockquote>", end)
			return true
		}
	case "endblockquote":
		e.sayBlock("</blockquote>", end)
		return true
	case "post_url":
		e.say(postAddress(strings.TrimSpace(rest)), end)
		return true
	case "link":
		e.say(pageAddress(strings.TrimSpace(rest)), end)
		return true
	case "img": // of Octopress: classes, then the address, sizes and words
		for _, word := range strings.Fields(rest) {
			if isImage(word) {
				e.sayBlock(figure(word, nil), end)
				return true
			}
		}
	case "end", "else", "elsif", "elseif", "when":
		e.at += end
		return true
	}
	if strings.HasPrefix(name, "end") {
		e.at += end // what it closes was counted
		return true
	}
	a := parseArguments(rest)
	e.call("Liquid", name, a, end, e.closes(name))
	return true
}

// closingTag finds the tag that ends a name.
func (e *expander) closingTag(name string, from int) (span, bool) {
	return e.ahead("{%end"+name, from, func(text string) (int, int, bool) {
		for at := 0; ; at += 2 {
			next := strings.Index(text[at:], "{%")
			if next < 0 {
				return 0, 0, false
			}
			at += next
			inside := strings.TrimLeft(strings.TrimPrefix(text[at+2:], "-"), " \t\r\n")
			if rest, found := strings.CutPrefix(inside, "end"+name); found {
				rest = strings.TrimPrefix(strings.TrimLeft(rest, " \t\r\n"), "-")
				if strings.HasPrefix(rest, "%}") {
					return at, len(text) - len(rest) + 2, true
				}
			}
		}
	})
}

// codeLanguage is the language that a tag of code names: its first word, or lang:name of
// Octopress and Hexo.
func codeLanguage(name, rest string) string {
	words := strings.Fields(rest)
	for _, word := range words {
		if language, ok := strings.CutPrefix(word, "lang:"); ok {
			return language
		}
	}
	if name == "codeblock" || len(words) == 0 {
		return ""
	}
	return strings.Trim(words[0], `"'`)
}

// postAddress is where Jekyll puts a post by itself.
func postAddress(name string) string {
	folder, file := "", strings.Trim(name, `"'/`)
	if cut := strings.LastIndexByte(file, '/'); cut >= 0 {
		folder, file = "/"+file[:cut], file[cut+1:]
	}
	for _, ending := range []string{".md", ".markdown", ".html"} {
		file = strings.TrimSuffix(file, ending)
	}
	return folder + "/" + datedName.ReplaceAllString(file, "$1/$2/$3/$4") + ".html"
}

var datedName = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)-(.+)$`)
