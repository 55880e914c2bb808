package frame

import (
	"net/url"
	"strings"

	"alphanode/server/route"
	"alphanode/store"
)

// Links makes the addresses that a page links: behind the prefix of the site, and with
// the pin that the page has.
type Links struct {
	Site route.Site
	Pin  string // the release that is pinned; "" where none is
}

// LinksOf gives those of the page that a request asks for.
func LinksOf(r *route.Request) Links { return Links{Site: r.Site, Pin: r.Release} }

// To links a path of the server with some parameters, which may be nil.
func (l Links) To(path string, values url.Values) string {
	if l.Pin != "" {
		pinned := url.Values{"release": {l.Pin}}
		for name, given := range values {
			pinned[name] = given
		}
		values = pinned
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	return l.Site.Path(path)
}

// At links another page by its path.
func (l Links) At(path string) string { return l.To(path, nil) }

// Post links the page of a post.
func (l Links) Post(slug string) string { return l.To(route.PostPath(slug), nil) }

// Term links the page of a tool or an entity; for other kinds, the posts that have it.
func (l Links) Term(kind store.Kind, slug string) string {
	switch kind {
	case store.KindTool:
		return l.To("/tools/"+url.PathEscape(slug), nil)
	case store.KindEntity:
		return l.To("/entities/"+url.PathEscape(slug), nil)
	}
	return l.Posts(url.Values{string(kind): {slug}})
}

// Address links an address of the server, which may have parameters.
func (l Links) Address(address string) string {
	path, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return l.At(path)
	}
	return l.To(path, values)
}

// Posts links the list of posts under a filter, as its parameters say it.
func (l Links) Posts(values url.Values) string { return l.To("/", values) }

// API links an answer of the other faces. What is pinned there is so by a header, which a
// link cannot send.
func (l Links) API(path string) string { return l.Site.Path(path) }

// Data links the answer of the API that has what a page shows; "" where a release is
// pinned, which such a link cannot say.
func (l Links) Data(path string) string {
	if l.Pin != "" {
		return ""
	}
	return l.API(path)
}
