package frame

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"alphanode/server/pages/sample"
	"alphanode/server/route"
)

//go:embed templates
var layout embed.FS

// Frame holds what all pages share.
type Frame struct {
	shared              *template.Template
	assets              assets
	icon, sheet, script string // paths
	without             []string
}

// New makes a frame for a server without some parts.
func New(without []string) *Frame {
	f := &Frame{assets: assets{}, without: without}
	f.own()
	f.shared = template.Must(template.New("page.html").Funcs(functions).ParseFS(layout, "templates/*.html"))
	return f
}

// Template is the frame with the body of a page in it.
type Template struct {
	frame *Frame
	html  *template.Template
}

// Template reads the files of a page, which define "main", and "head" where it has more
// there. Parts that pages share can be among them. They are part of the program, so that
// one that cannot be read is a panic, as of [template.Must].
func (f *Frame) Template(from fs.FS, names ...string) *Template {
	shared := template.Must(f.shared.Clone())
	return &Template{frame: f, html: template.Must(shared.ParseFS(from, names...))}
}

// With reads more templates, which the page has in common with others, out of a text.
func (t *Template) With(parts string) *Template {
	template.Must(t.html.Parse(parts))
	return t
}

// Page is what a page shows.
type Page struct {
	Title       string // of the document; the name of the site follows
	Description string // for search engines; "" for none
	Section     string // the path of the entry of the main menu that the page belongs to
	NoIndex     bool   // search engines follow its links, and do not list it
	Canonical   string // path of the page that says the same without filters, order and place; "" for none
	Language    string // of the document; "en" where it is left out
	Alternates  []Alternate
	Scripts     []string        // paths of assets beside the script of all pages
	Request     *sample.Request // that gives what the page shows; nil for none. Its base and its release are filled in
	Kept        url.Values      // what a form for another release keeps of the address; nil where it makes no sense
	Data        any             // for "main"
	Foot        string          // the name of who made what is shown, at its foot; "" for none
	Apart       bool            // it stands where the pages of the archive do not, and links none of them
}

// Alternate is another form of a page.
type Alternate struct{ Type, Href, Title string }

// view is what the templates of the frame read.
type view struct {
	*Page
	Links
	Path        string // of the page itself, without a query
	Sheet, Icon string
	Script      string
	Menu        []entry
	Samples     []sample.Sample
	Console     string
	Searchable  bool
	Pickable    bool   // another release can be chosen
	Unpinned    string // the same page of what is current
}

type entry struct {
	Name, Path, Href string
	Current          bool
}

// menu are the entries of the main menu.
var menu = []struct{ name, path, part string }{
	{"Posts", "/", ""}, {"Entities", "/entities", ""}, {"Tools", "/tools", ""}, {"Releases", "/releases", ""},
	{"GraphiQL", "/graphiql", route.PartGraphQL}, {"Docs", "/docs", ""},
}

// operations is the path of the pages for people on call.
const operations = "/ops"

// Policy is the Content-Security-Policy of pages: nothing runs or is styled but by the
// files of this server, and nothing is fetched from elsewhere but pictures of articles.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Media is the media type of pages.
const Media = "text/html"

// Answer writes the page as the answer to a request.
func (t *Template) Answer(r *route.Request, p *Page) (*route.Answer, error) {
	body, err := t.write(r, p)
	if err != nil {
		return nil, err
	}
	a := route.NewAnswer(http.StatusOK)
	a.Body = body
	a.Header.Add("Content-Type", Media+"; charset=utf-8")
	a.Header.Add("Content-Security-Policy", Policy)
	a.Header.Add("Referrer-Policy", "same-origin")
	if p.NoIndex || r.Release != "" {
		a.Header.Set("X-Robots-Tag", "noindex, follow")
	}
	a.Passing = r.Release != "" // until when the release may be seen is no matter of its posts
	return a, nil
}

func (t *Template) write(r *route.Request, p *Page) ([]byte, error) {
	f := t.frame
	v := view{Page: p, Links: LinksOf(r), Path: r.Path, Sheet: r.Site.Path(f.sheet), Icon: r.Site.Path(f.icon), Script: r.Site.Path(f.script),
		Pickable: p.Kept != nil, Searchable: !slices.Contains(f.without, route.PartSearch)}
	for _, m := range menu {
		if p.Apart {
			break
		}
		if m.part == "" || !slices.Contains(f.without, m.part) {
			v.Menu = append(v.Menu, entry{m.name, m.path, v.At(m.path), m.path == p.Section})
		}
	}
	if p.Section == operations { // which nobody else is led to
		v.Menu = append(v.Menu, entry{"Operations", operations, v.At(operations), true})
	}
	if r.Release != "" {
		others := url.Values{}
		for name, given := range r.Values {
			if name != "release" {
				others[name] = given
			}
		}
		v.Unpinned = Links{Site: r.Site}.To(r.Path, others)
	}
	if p.Request != nil {
		asked := *p.Request
		asked.Base, asked.Release = r.Site.URL(""), r.Release
		if slices.Contains(f.without, route.PartGraphQL) {
			asked.Query = ""
		}
		var err error
		if v.Samples, err = asked.Samples(); err != nil {
			return nil, err
		}
		if v.Console = asked.Console(); v.Console != "" {
			v.Console = r.Site.Path(v.Console)
		}
	}
	var w bytes.Buffer
	if err := t.html.ExecuteTemplate(&w, "page.html", &v); err != nil {
		return nil, fmt.Errorf("write the page %s: %w", r.Path, err)
	}
	return w.Bytes(), nil
}
