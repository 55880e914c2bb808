package wxr

import (
	"encoding/json"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-faster/jx"

	"alphanode/content"
)

// Post writes a post, and its images as attachments behind it.
func (w *Writer) Post(p *content.Post) {
	w.id++
	id := w.id
	w.out.WriteString("\t<item>\n")
	w.cdata("\t\t", "title", html.EscapeString(p.Title)) // WordPress's are HTML
	local, gmt := dates(p.PublishedAt)
	if !gmt.IsZero() {
		w.element("\t\t", "pubDate", gmt.Format(time.RFC1123Z))
	}
	if creator := slices.IndexFunc(p.Meta.Entities, func(e content.Entity) bool { return e.Type == "author" }); creator >= 0 {
		w.cdata("\t\t", "dc:creator", p.Meta.Entities[creator].Name)
	}
	w.element("\t\t", "description", "")
	w.cdata("\t\t", "content:encoded", body(p.Body))
	w.cdata("\t\t", "excerpt:encoded", html.EscapeString(p.Meta.Summary))
	w.element("\t\t", "wp:post_id", strconv.Itoa(id))
	w.cdata("\t\t", "wp:post_date", stamp(local))
	w.cdata("\t\t", "wp:post_date_gmt", stamp(gmt))
	w.cdata("\t\t", "wp:comment_status", "closed")
	w.cdata("\t\t", "wp:ping_status", "closed")
	w.cdata("\t\t", "wp:post_name", p.Slug)
	w.cdata("\t\t", "wp:status", status(p))
	w.element("\t\t", "wp:post_parent", "0")
	w.element("\t\t", "wp:menu_order", "0")
	w.cdata("\t\t", "wp:post_type", "post")
	w.cdata("\t\t", "wp:post_password", "")
	w.element("\t\t", "wp:is_sticky", "0")
	for _, e := range p.Meta.Entities {
		w.category(taxonomy(e), nicename(e), e.Name)
	}
	if p.Meta.Language != "" { // as Polylang has it
		w.category("language", p.Meta.Language, p.Meta.Language)
	}
	w.meta(p)
	images := shown(p)
	if len(images) > 0 {
		w.postmeta("_thumbnail_id", strconv.Itoa(id+1))
	}
	w.out.WriteString("\t</item>\n")
	for _, f := range images {
		w.id++
		w.attachment(w.id, id, f, local, gmt)
	}
}

func (w *Writer) category(domain, slug, name string) {
	w.out.WriteString("\t\t<category domain=\"")
	w.escaped(domain)
	w.out.WriteString("\" nicename=\"")
	w.escaped(slug)
	w.out.WriteString("\"><![CDATA[" + strings.ReplaceAll(clean(html.EscapeString(name)), "]]>", "]]]]><![CDATA[>") + "]]></category>\n")
}

func (w *Writer) postmeta(key, value string) {
	w.out.WriteString("\t\t<wp:postmeta>\n")
	w.cdata("\t\t\t", "wp:meta_key", key)
	w.cdata("\t\t\t", "wp:meta_value", value)
	w.out.WriteString("\t\t</wp:postmeta>\n")
}

// dates are what a clock at the place of the post showed, and the same moment as UTC. A day
// is its beginning.
func dates(published string) (local, gmt time.Time) {
	if day, err := time.Parse(time.DateOnly, published); err == nil {
		return day, day
	}
	at, err := time.Parse(time.RFC3339, published)
	if err != nil {
		return local, gmt
	}
	return at, at.UTC()
}

// stamp is a time as WordPress writes it; zeros are none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "0000-00-00 00:00:00"
	}
	return t.Format(time.DateTime)
}

// status is what WordPress has for that of a post. It knows no archive: what is there is
// nobody's to see, as a draft.
func status(p *content.Post) string {
	if p.Public() {
		return "publish"
	}
	if p.Meta.Revision.Status == content.StatusInReview {
		return "pending"
	}
	return "draft"
}

// besides is the meta that holds as JSON what WordPress would have another way.
const besides = "alphanode_post"

// inPlace are members of meta that stand elsewhere in an item.
var inPlace = []string{"summary", "entities", "language"}

// whole are members of meta that are JSON: lists that an import makes itself, too, and what
// has names of anyone.
var whole = []string{"images", "urls", "extra"}

// meta writes the meta that WordPress has no place for. besides is there even where it is
// empty: it says that the post has no more addresses than it names.
func (w *Writer) meta(p *content.Post) {
	var more []member
	if p.Intro != "" {
		more = append(more, member{"intro", content.AppendString(nil, p.Intro)})
	}
	if p.PublishedAt != "" {
		more = append(more, member{"publishedAt", content.AppendString(nil, p.PublishedAt)})
	}
	for _, m := range metaOf(p) {
		switch {
		case m.name == "entities" && slices.ContainsFunc(p.Meta.Entities, func(e content.Entity) bool { return slices.Contains(plugins, e.Type) }):
			more = append(more, m)
		case slices.Contains(inPlace, m.name), string(m.value) == "[]", m.name == "flags" && p.Meta.Flags == (content.Flags{}):
		case slices.Contains(whole, m.name):
			more = append(more, m)
		case m.name == "revision":
			revision := *p.Meta.Revision
			more = append(more, member{"status", content.AppendString(nil, revision.Status)})
			for _, part := range []member{{"version", content.AppendString(nil, revision.Version)}, {"lastReviewed", content.AppendString(nil, revision.LastReviewed)}} {
				if string(part.value) != `""` {
					w.postmeta("alphanode_revision_"+part.name, metaValue(part.value))
				}
			}
		default:
			w.postmeta("alphanode_"+m.name, metaValue(m.value))
		}
	}
	object := []byte{'{'}
	for i, m := range more {
		if i > 0 {
			object = append(object, ',')
		}
		object = append(append(content.AppendString(object, m.name), ':'), m.value...)
	}
	w.postmeta(besides, string(append(object, '}')))
}

// member is a member of an object of JSON.
type member struct {
	name  string
	value json.RawMessage
}

// metaOf gives the members of the meta of a post, in their order.
func metaOf(p *content.Post) (list []member) {
	_ = jx.DecodeBytes(p.AppendJSON(nil)).ObjBytes(func(d *jx.Decoder, key []byte) error { // what is canonical can be read
		if string(key) != "meta" {
			return d.Skip()
		}
		return d.ObjBytes(func(d *jx.Decoder, key []byte) error {
			value, err := d.Raw()
			list = append(list, member{string(key), json.RawMessage(value)})
			return err
		})
	})
	return list
}

// shown are the images of the body that WordPress can fetch, each once.
func shown(p *content.Post) (images []content.Figure) {
	for _, b := range p.Body {
		f, ok := b.(content.Figure)
		if !ok || !strings.HasPrefix(f.URL, "http://") && !strings.HasPrefix(f.URL, "https://") ||
			slices.ContainsFunc(images, func(other content.Figure) bool { return other.URL == f.URL }) {
			continue
		}
		images = append(images, f)
	}
	return images
}

// attachment writes an image of a post.
func (w *Writer) attachment(id, parent int, f content.Figure, local, gmt time.Time) {
	w.out.WriteString("\t<item>\n")
	w.cdata("\t\t", "title", html.EscapeString(f.Caption))
	w.cdata("\t\t", "content:encoded", "")
	w.cdata("\t\t", "excerpt:encoded", html.EscapeString(f.Caption))
	w.element("\t\t", "wp:post_id", strconv.Itoa(id))
	w.cdata("\t\t", "wp:post_date", stamp(local))
	w.cdata("\t\t", "wp:post_date_gmt", stamp(gmt))
	w.cdata("\t\t", "wp:post_name", "image-"+strconv.Itoa(id))
	w.cdata("\t\t", "wp:status", "inherit")
	w.element("\t\t", "wp:post_parent", strconv.Itoa(parent))
	w.element("\t\t", "wp:menu_order", "0")
	w.cdata("\t\t", "wp:post_type", "attachment")
	w.cdata("\t\t", "wp:attachment_url", f.URL)
	if f.Alt != "" {
		w.postmeta("_wp_attachment_image_alt", f.Alt)
	}
	w.out.WriteString("\t</item>\n")
}
