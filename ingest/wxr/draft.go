package wxr

import (
	"cmp"
	"encoding/json"
	"html"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/naming"
)

// The types of items that are something else than posts.
const (
	typeAttachment = "attachment"
	typeReusable   = "wp_block"
)

// private is what [convert] wants to know of a draft.
type private struct {
	Site     string `json:",omitempty"` // the beginning of the keys of its drafts
	ID       string `json:",omitempty"`
	Featured string `json:",omitempty"` // the id of the image that stands for it

	// Of an attachment.
	URL     string `json:",omitempty"`
	Alt     string `json:",omitempty"`
	Caption string `json:",omitempty"`
	Order   int    `json:",omitempty"` // among the attachments of a post
	Width   int    `json:",omitempty"` // in pixels
	Height  int    `json:",omitempty"`
}

// give makes a draft of the item that was read, and says what becomes of it.
func (r *reader) give() error {
	i := &r.item
	kind := cmp.Or(i.kind, "post")
	switch {
	case kind == typeAttachment:
		return r.attachment()
	case kind == typeReusable && !r.isPost(kind) && i.status != "auto-draft":
		d := r.draft()
		return r.sink.Keep(d, kind)
	case i.status == "trash":
		return r.sink.LeaveOut("trash", r.at(i.line))
	case i.status == "auto-draft":
		return r.sink.LeaveOut("auto-draft", r.at(i.line))
	case !r.isPost(kind):
		return r.sink.LeaveOut(kind, r.at(i.line))
	}
	return r.sink.Add(r.draft())
}

func (r *reader) isPost(kind string) bool {
	if len(r.options.Types) == 0 {
		return kind == "post" || kind == "page"
	}
	return slices.Contains(r.options.Types, kind)
}

// key is what the draft of an id is found by: exports of one site may come in pieces,
// and those of several sites together.
func key(site, id string) string { return site + " " + id }

// attachmentOf is what the attachments of an item are found by, from 0 on.
func attachmentOf(site, id string, n int) string { return site + " " + id + " " + itoa(n) }

// attachment keeps what is shown of an image or a file, wherever posts name it.
func (r *reader) attachment() error {
	i := &r.item
	p := private{
		Site: r.site, ID: i.id, URL: cmp.Or(i.attachmentURL, i.guid), Alt: i.metaText("_wp_attachment_image_alt"),
		Caption: plain(i.excerpt), Order: number(i.order),
	}
	p.Width, p.Height = i.size()
	d := &draft.Draft{Origin: r.at(i.line), Key: key(r.site, i.id), Private: asJSON(p)}
	if err := r.sink.Keep(d, typeAttachment); err != nil {
		return err
	}
	n, known := r.children[i.parent]
	if i.parent == "" || i.parent == "0" || !known && len(r.children) == maxChildren {
		return nil
	}
	r.children[i.parent] = n + 1
	d.Key = attachmentOf(r.site, i.parent, n)
	return r.sink.Keep(d, "")
}

func (r *reader) draft() *draft.Draft {
	i := &r.item
	kind := cmp.Or(i.kind, "post")
	d := &draft.Draft{
		Origin: r.at(i.line), Key: key(r.site, i.id), Slug: i.slug(kind), Permalink: i.link,
		Title: i.title, HTML: true, Body: i.content, Status: i.state(),
	}
	for _, n := range i.notes {
		d.Warn(n.line, n.kind, n.message)
	}
	d.Dates = i.dates()
	d.Addresses = r.addresses(kind)
	d.Post.Meta.Summary = plain(i.excerpt)
	d.Private = asJSON(private{Site: r.site, ID: i.id, Featured: i.metaText("_thumbnail_id")})
	r.terms(d)
	if i.sticky {
		d.Meta = append(d.Meta, draft.Member{Name: "sticky", Value: json.RawMessage("true"), Line: i.line})
	}
	r.meta(d)
	r.besides(d)
	if i.comments > 0 {
		d.Lose("comment", i.comments)
	}
	if _, known := states[i.status]; !known {
		d.Warn(i.line, kindStatus, "the status "+quoted(i.status)+" is none of WordPress's: taken for a draft")
	}
	return d
}

// slug is the name of an item, else what its title makes, as in WordPress, else its number.
// Its link is not asked before them: without a name that has a number (/archives/12), or is
// the folder of the site (/blog/?p=12).
func (i *item) slug(kind string) string {
	number := ""
	if i.id != "" {
		number = kind + "-" + i.id
	}
	return cmp.Or(naming.GivenSlug(i.name), naming.SlugOfTitle(naming.TitleOfHTML(i.title)), number)
}

// states are those of WordPress, and what they are here. What not everybody could see
// is a draft.
var states = map[string]string{
	"publish": "", "pending": content.StatusInReview,
	"draft": content.StatusDraft, "future": content.StatusDraft, "private": content.StatusDraft,
}

func (i *item) state() string {
	state, known := states[i.status]
	if !known || state == "" && i.password {
		return content.StatusDraft
	}
	return state
}

// dates are the moment first, as UTC, then what the clock of the site showed. Zeros are
// no date. pubDate says the same, and of zeros it makes a day in 1999.
func (i *item) dates() []draft.Date {
	var dates []draft.Date
	if isDate(i.dateGMT) {
		dates = append(dates, draft.Date{Name: "post_date_gmt", Text: strings.Replace(i.dateGMT, " ", "T", 1) + "Z"})
	}
	if isDate(i.date) {
		dates = append(dates, draft.Date{Name: "post_date", Text: i.date})
	}
	if i.date == "" && i.dateGMT == "" && i.pubDate != "" {
		dates = append(dates, draft.Date{Name: "pubDate", Text: i.pubDate})
	}
	return dates
}

func isDate(text string) bool { return text != "" && !strings.HasPrefix(text, "0000-") }

// addresses are where the post stood beside its link, the newest first: under older
// names, and by its number, which WordPress always answers. The site is no part of them
// that tells: what differs in it alone is one address.
func (r *reader) addresses(kind string) []string {
	i := &r.item
	link, err := url.Parse(i.link)
	if err != nil {
		link = &url.URL{}
	}
	var all []string
	known := map[string]bool{link.RequestURI(): true}
	add := func(address string) {
		u, err := url.Parse(address)
		if err == nil && (u.Path != "" || u.RawQuery != "") && !known[u.RequestURI()] {
			known[u.RequestURI()] = true
			all = append(all, address)
		}
	}
	for _, m := range slices.Backward(i.meta) {
		if m.key == "_wp_old_slug" && link.RawQuery == "" && strings.Trim(link.Path, "/") != "" {
			name, _ := clean(m.value)
			add(renamed(link, name))
		}
	}
	if i.id != "" {
		add(r.home() + numbered(kind) + url.QueryEscape(i.id))
	}
	if strings.HasPrefix(i.guid, "http://") || strings.HasPrefix(i.guid, "https://") {
		add(i.guid)
	}
	return all
}

// home is the path of the site.
func (r *reader) home() string {
	u, err := url.Parse(r.site)
	if err != nil {
		return "/"
	}
	return strings.TrimRight(u.EscapedPath(), "/") + "/"
}

// numbered is what stands before the number of an item in its address.
func numbered(kind string) string {
	switch kind {
	case "post":
		return "?p="
	case "page":
		return "?page_id="
	}
	return "?post_type=" + url.QueryEscape(kind) + "&p="
}

// renamed is a link whose last part is another one.
func renamed(link *url.URL, name string) string {
	old := *link
	dir, closing := path.Dir(strings.TrimRight(link.EscapedPath(), "/")), ""
	if strings.HasSuffix(link.Path, "/") {
		closing = "/"
	}
	if decoded, err := url.PathUnescape(name); err == nil {
		name = decoded
	}
	at := strings.TrimRight(dir, "/") + "/" + url.PathEscape(name) + closing
	old.RawPath = at
	old.Path, _ = url.PathUnescape(at)
	return old.String()
}

// terms puts categories, tags, the terms of other taxonomies and the author among the
// entities. Polylang has the language as a taxonomy.
func (r *reader) terms(d *draft.Draft) {
	var all []content.Entity
	known := map[content.Entity]bool{}
	add := func(kind, name string) {
		e := content.Entity{Name: strings.TrimSpace(html.UnescapeString(name)), Type: kind}
		if e.Name != "" && !known[e] {
			known[e] = true
			all = append(all, e)
		}
	}
	nameless := map[string]bool{}
	author := func(login string) {
		name := r.shownAs(login)
		if name == "" && login != "" && !nameless[login] {
			nameless[login] = true
			d.Lose("author without a name", 1)
		}
		add("author", name)
	}
	for _, t := range r.item.terms {
		switch t.taxonomy {
		case "language":
			d.Language = cmp.Or(t.slug, t.name)
		case "post_translations", "term_translations", "term_language": // what Polylang joins texts by
			d.Lose("taxonomy "+t.taxonomy, 1)
		case "", "category":
			add("category", cmp.Or(t.name, t.slug))
		case "post_tag", "tag":
			add("tag", cmp.Or(t.name, t.slug))
		case "author":
			author(t.name)
		default:
			add(t.taxonomy, cmp.Or(t.name, t.slug))
		}
	}
	author(r.item.creator)
	d.Post.Meta.Entities = all
}

// shownAs is the name by which readers know an author, without e-mail addresses in it. Who
// is known by such an address alone has none.
func (r *reader) shownAs(login string) string {
	return cmp.Or(withoutMail(r.authors[login]), withoutMail(login))
}

var mailAddress = regexp.MustCompile(`(?i)(?:mailto:)?[\pL\pN.!#$%&'*+/=?^_{|}~-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)*`)

// withoutMail gives a name without the e-mail addresses in it.
func withoutMail(name string) string {
	if !strings.Contains(name, "@") {
		return name
	}
	name = html.UnescapeString(name)
	rest := mailAddress.ReplaceAllString(name, " ")
	if rest == name {
		return name
	}
	rest = emptyBrackets.ReplaceAllString(rest, " ")
	return strings.Join(strings.Fields(strings.Trim(rest, " ,;:|/-–—\"'")), " ")
}

var emptyBrackets = regexp.MustCompile(`<\s*>|\(\s*\)|\[\s*\]|\{\s*\}`)

func asJSON(p private) json.RawMessage {
	b, _ := json.Marshal(p) // texts and numbers always can be
	return b
}
