package shortcode

import (
	"html"
	"slices"
	"strings"
)

// argument is one of a call; name is empty where it has only its place.
type argument struct{ name, value string }

type arguments []argument

// get gives the first of the named arguments that is there.
func (a arguments) get(names ...string) string {
	for _, name := range names {
		for _, arg := range a {
			if strings.EqualFold(arg.name, name) && arg.value != "" {
				return arg.value
			}
		}
	}
	return ""
}

// place gives the n-th of those that have only their place, from 0.
func (a arguments) place(n int) string {
	for _, arg := range a {
		if arg.name != "" {
			continue
		}
		if n == 0 {
			return arg.value
		}
		n--
	}
	return ""
}

// The names under which calls have the words that they show, an image, an address.
var (
	titles = []string{"title", "label", "summary", "header", "heading", "name", "term", "text"}
	images = []string{"src", "image", "img", "image_path", "imageSrc", "url", "path", "file", "filename", "image_url"}
	links  = []string{"href", "to", "link", "url"}
)

// image gives the address of an image that a call has.
func (a arguments) image() string {
	for _, name := range images {
		if value := a.get(name); isImage(value) {
			return value
		}
	}
	if value := a.place(0); isImage(value) {
		return value
	}
	return ""
}

// address gives a whole address that a call has.
func (a arguments) address() string {
	for _, arg := range a {
		if strings.HasPrefix(arg.value, "https://") || strings.HasPrefix(arg.value, "http://") {
			return arg.value
		}
	}
	return ""
}

// words gives the first argument that has only its place and is no address.
func (a arguments) words() string {
	for _, arg := range a {
		if arg.name == "" && arg.value != "" && !strings.Contains(arg.value, "://") {
			return arg.value
		}
	}
	return ""
}

var imageEndings = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".bmp", ".ico", ".tif", ".tiff"}

func isImage(address string) bool {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	dot := strings.LastIndexByte(address, '.')
	return dot > 0 && slices.Contains(imageEndings, strings.ToLower(address[dot:]))
}

// parseArguments reads the arguments of a call in any of the languages: parted by spaces or
// commas, with a name and = before them or not, quoted in any way or not.
func parseArguments(s string) arguments {
	var all arguments
	for {
		s = strings.TrimLeft(s, " \t\r\n,")
		if s == "" {
			return all
		}
		var arg argument
		if end := strings.IndexAny(s, "=\"'` \t\r\n,"); end > 0 && s[end] == '=' {
			arg.name, s = s[:end], strings.TrimLeft(s[end+1:], " \t\r\n")
		}
		arg.value, s = cutValue(s)
		all = append(all, arg)
	}
}

// cutValue cuts a value off, quoted or up to the next space.
func cutValue(s string) (value, rest string) {
	if s == "" {
		return "", ""
	}
	quote := s[0]
	if quote != '"' && quote != '\'' && quote != '`' {
		if strings.HasPrefix(s, "\u201c") { // as word processors write it
			if value, rest, ok := strings.Cut(s[len("\u201c"):], "\u201d"); ok {
				return value, rest
			}
		}
		end := strings.IndexAny(s, " \t\r\n,")
		if end < 0 {
			return s, ""
		}
		return s[:end], s[max(end, 1):]
	}
	var w strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return w.String(), s[i+1:]
		case s[i] == '\\' && quote != '`' && i+1 < len(s) && (s[i+1] == quote || s[i+1] == '\\'):
			i++
			w.WriteByte(s[i])
		default:
			w.WriteByte(s[i])
		}
	}
	return w.String(), ""
}

// cutName cuts the name of a call off its arguments.
func cutName(s string) (name, rest string) {
	s = strings.TrimSpace(s)
	if end := strings.IndexAny(s, " \t\r\n\"'"); end >= 0 {
		return s[:end], s[end:]
	}
	return s, ""
}

func escaped(s string) string { return html.EscapeString(s) }
