package feeds

import "encoding/xml"

// A feed as Atom (RFC 4287). Its author, which the format asks for, is who publishes the
// posts. An entry has its summary and two links, to the page and to the whole post as
// Markdown.

type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Author   atomAuthor  `xml:"author"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Links      []atomLink     `xml:"link"`
	Summary    string         `xml:"summary,omitempty"`
	Categories []atomCategory `xml:"category"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

func writeAtom(f *feed) ([]byte, error) {
	all := atomFeed{
		ID: f.self, Title: f.title, Subtitle: f.about, Updated: f.updated, Author: atomAuthor{f.author, f.site},
		Links: []atomLink{{"self", atomMedia[0], f.self}, {"alternate", "text/html", f.home}},
	}
	for _, e := range f.entries {
		one := atomEntry{
			ID: e.page, Title: e.title, Updated: e.updated, Summary: e.summary,
			Links: []atomLink{{"alternate", "text/html", e.page}, {"alternate", MarkdownMedia, e.markdown}},
		}
		for _, tag := range e.tags {
			one.Categories = append(one.Categories, atomCategory{tag})
		}
		all.Entries = append(all.Entries, one)
	}
	body, err := xml.MarshalIndent(all, "", " ")
	return append(append([]byte(xml.Header), body...), '\n'), err
}
