package wxr

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"

	"alphanode/content"
)

// Names are the authors and terms of posts, which an export names before them. They grow
// with the number of different ones.
type Names struct{ known map[content.Entity]bool }

// Add notes the names of a post.
func (n *Names) Add(p *content.Post) {
	if n.known == nil {
		n.known = map[content.Entity]bool{}
	}
	for _, e := range p.Meta.Entities {
		n.known[e] = true
	}
}

// sorted gives them by type and name.
func (n *Names) sorted() []content.Entity {
	var all []content.Entity
	for e := range n.known {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b content.Entity) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name)) })
	return all
}

// Writer writes one export. Errors of what it writes to are told by Close.
type Writer struct {
	out *bufio.Writer
	id  int // of the item that was written last
}

// NewWriter begins an export of posts with these names, made at a time.
func NewWriter(to io.Writer, names *Names, at time.Time) *Writer {
	w := &Writer{out: bufio.NewWriterSize(to, 256<<10)}
	w.out.WriteString(`<?xml version="1.0" encoding="UTF-8" ?>
<!-- A WordPress eXtended RSS file, written by alphanode. In WordPress: Tools, Import, WordPress. -->
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/1.2/"
>
<channel>
`)
	w.element("\t", "title", "alphanode")
	w.element("\t", "pubDate", at.UTC().Format(time.RFC1123Z))
	w.element("\t", "wp:wxr_version", "1.2")
	w.element("\t", "generator", "alphanode")
	id := 0
	for _, e := range names.sorted() {
		if e.Type == "author" {
			id++
			w.author(id, e.Name)
		}
	}
	for _, e := range names.sorted() {
		id++
		w.term(id, e)
	}
	return w
}

func (w *Writer) author(id int, name string) {
	w.out.WriteString("\t<wp:author>\n")
	w.element("\t\t", "wp:author_id", strconv.Itoa(id))
	w.cdata("\t\t", "wp:author_login", name)
	w.cdata("\t\t", "wp:author_display_name", name)
	w.out.WriteString("\t</wp:author>\n")
}

// term names a category, a tag or the term of another taxonomy. WordPress has authors
// apart from terms.
func (w *Writer) term(id int, e content.Entity) {
	switch e.Type {
	case "author":
	case "category":
		w.out.WriteString("\t<wp:category>\n")
		w.element("\t\t", "wp:term_id", strconv.Itoa(id))
		w.cdata("\t\t", "wp:category_nicename", nicename(e))
		w.cdata("\t\t", "wp:category_parent", "")
		w.cdata("\t\t", "wp:cat_name", e.Name)
		w.out.WriteString("\t</wp:category>\n")
	case "tag":
		w.out.WriteString("\t<wp:tag>\n")
		w.element("\t\t", "wp:term_id", strconv.Itoa(id))
		w.cdata("\t\t", "wp:tag_slug", nicename(e))
		w.cdata("\t\t", "wp:tag_name", e.Name)
		w.out.WriteString("\t</wp:tag>\n")
	default:
		w.out.WriteString("\t<wp:term>\n")
		w.element("\t\t", "wp:term_id", strconv.Itoa(id))
		w.cdata("\t\t", "wp:term_taxonomy", taxonomy(e))
		w.cdata("\t\t", "wp:term_slug", nicename(e))
		w.cdata("\t\t", "wp:term_name", e.Name)
		w.out.WriteString("\t</wp:term>\n")
	}
}

// plugins are taxonomies by which Polylang knows languages; an entity of such a type has
// another one.
var plugins = []string{"language", "post_translations", "term_language", "term_translations"}

// taxonomy is what WordPress calls the type of an entity.
func taxonomy(e content.Entity) string {
	switch {
	case e.Type == "tag":
		return "post_tag"
	case slices.Contains(plugins, e.Type):
		return "alphanode_" + e.Type
	}
	return e.Type
}

// nicename is the slug of a term.
func nicename(e content.Entity) string { return cmp.Or(content.Slugify(e.Name), "term") }

// Close ends the export, and gives the first error of what it was written to.
func (w *Writer) Close() error {
	w.out.WriteString("</channel>\n</rss>\n")
	return w.out.Flush()
}
