package content

import (
	"html"
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"

	nethtml "golang.org/x/net/html"
)

// embeds are elements by which a page shows another site's: none is safe to keep, but what
// they show is part of what the author says.
var embeds = map[atom.Atom]bool{atom.Iframe: true, atom.Video: true, atom.Audio: true, atom.Embed: true, atom.Object: true}

// linkEmbeds puts a link in place of each embed that has an address of http or https: by
// its title, if it has one, and the host. What stands in it is for readers that cannot show it,
// and goes with it.
func linkEmbeds(markup string) string {
	if !mayEmbed(markup) { // as nearly always
		return markup
	}
	var w strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(markup))
	var open embed // that is gone through
	for {
		kind := z.Next()
		if kind == nethtml.ErrorToken { // a string has no other error than its end
			open.link(&w)
			return w.String()
		}
		raw := string(z.Raw())
		token := z.Token()
		starts := kind == nethtml.StartTagToken || kind == nethtml.SelfClosingTagToken
		switch {
		case open.element != 0:
			switch {
			case starts && open.address == "" && (token.DataAtom == atom.Source || embeds[token.DataAtom]):
				open.read(token)
			case kind == nethtml.EndTagToken && token.DataAtom == open.element:
				open.link(&w)
			}
		case starts && embeds[token.DataAtom]:
			open.element = token.DataAtom
			open.read(token)
			if token.DataAtom == atom.Embed || kind == nethtml.SelfClosingTagToken && token.DataAtom != atom.Iframe {
				open.link(&w)
			}
		default:
			w.WriteString(raw)
		}
	}
}

// mayEmbed reports whether mark-up could have an embed.
func mayEmbed(markup string) bool {
	for rest := markup; ; {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
		for element := range embeds {
			if name := element.String(); len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
				return true
			}
		}
	}
}

// embed is one that is gone through.
type embed struct {
	element        atom.Atom // 0 for none
	address, title string
}

// read takes what an element says of the embed.
func (e *embed) read(t nethtml.Token) {
	for _, a := range t.Attr {
		switch {
		case a.Key == "src", a.Key == "data" && t.DataAtom == atom.Object:
			e.address = strings.TrimSpace(a.Val)
		case a.Key == "title" && e.title == "":
			e.title = collapsed(a.Val)
		}
	}
}

// link writes the link, and ends the embed.
func (e *embed) link(w *strings.Builder) {
	u, err := url.Parse(e.address)
	if err == nil && u.Host != "" {
		if u.Scheme == "" { // as of the page that it stood in
			u.Scheme = "https"
		}
		if u.Scheme == "http" || u.Scheme == "https" {
			said := u.Host
			if e.title != "" {
				said = e.title + " (" + u.Host + ")"
			}
			w.WriteString(` <a href="` + html.EscapeString(u.String()) + `">` + html.EscapeString(said) + "</a> ")
		}
	}
	*e = embed{}
}
