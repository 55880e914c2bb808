package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// Title cleans a title as sources have it: of one line, without control characters and
// with no space at its ends or beside another.
func Title(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !untidy(text) {
		return text
	}
	var w strings.Builder
	var space rune // that stands before the next character; 0 for none
	for _, r := range text {
		switch {
		case r == '\u200b', r == '\ufeff', unicode.IsControl(r) && !unicode.IsSpace(r):
		case unicode.IsSpace(r):
			if space == 0 && r >= utf8.RuneSelf && r != '\u0085' && r != '\u2028' && r != '\u2029' {
				space = r // one that does not break stays, as before a French colon
			} else {
				space = ' '
			}
		default:
			if space != 0 && w.Len() > 0 {
				w.WriteRune(space)
			}
			space = 0
			w.WriteRune(r)
		}
	}
	if content.Identity(w.String()) == "" {
		return "" // nothing of it shows
	}
	return w.String()
}

// untidy reports whether Title has something to do.
func untidy(text string) bool {
	space := true // one at the beginning goes
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return true
		}
		space = c == ' '
	}
	return space && text != ""
}

// TitleOfHTML is the text of a title that is HTML: entities decoded, once, and tags
// taken away. What only looks like a tag (`Vec<T>`) is text.
func TitleOfHTML(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return Title(markup)
	}
	var w strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.Write(z.Raw()) // a tag that never ends
			return Title(w.String())
		case html.TextToken:
			w.WriteString(html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			switch element := atom.Lookup(name); {
			case element == 0:
				w.WriteString(raw)
			case element == atom.Br:
				w.WriteByte(' ')
			}
		}
	}
}

// TitleOfSlug puts a slug in words, for a post that has neither a title nor a heading.
func TitleOfSlug(slug string) string {
	words := Title(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, slug))
	if words == "" {
		return Title(slug) // hyphens alone
	}
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToTitle(first)) + words[size:]
}
