package ghost

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/naming"
	"alphanode/ingest/record"
	"alphanode/ingest/when"
)

// kindStatus is the kind of warning of a record that does not say whether it was shown.
const kindStatus = "status that is not known, taken for a draft"

// private is what convert wants to know of a draft.
type private struct {
	Archive  int
	ID       string
	Format   format
	Feature  string   `json:",omitempty"` // the address of the image that stands for the post
	Alt      string   `json:",omitempty"`
	Caption  string   `json:",omitempty"` // of HTML
	Tags     []tagged `json:",omitempty"` // those that stand in the record itself, as Ghost's API gives them
	Authors  []string `json:",omitempty"`
	AuthorID string   `json:",omitempty"`
}

type tagged struct {
	Name     string
	Internal bool
}

// format says what the body of a draft is.
type format string

const (
	html      format = "html"
	lexical   format = "lexical"
	mobiledoc format = "mobiledoc"
	markdown  format = "markdown"
	plain     format = "plaintext"
)

// read are the members of a record that are read, and those that are the site's own
// business or say again what others say. The rest is kept in extra.
var read = []string{
	"id", "uuid", "title", "slug", "html", "lexical", "mobiledoc", "markdown", "plaintext", "feature_image", "feature_image_alt", "feature_image_caption", "image", "custom_excerpt",
	"published_at", "created_at", "status", "visibility", "page", "type", "locale", "language", "tags", "authors", "author", "author_id", "primary_tag", "primary_author", "tiers",
	"comment_id", "created_by", "updated_by", "published_by", "newsletter_id", "email_recipient_filter", "email", "newsletter", "count", "url", "excerpt", "reading_time", "access", "comments",
	"show_title_and_feature_image", "email_segment", "send_email_when_published", "email_only",
}

// post makes a draft of a record of a post or a page.
func (in *reading) post(r row, line int) error {
	p := private{Archive: in.number, ID: r.text("id"), AuthorID: r.text("author_id"), Feature: firstOf(r.text("feature_image"), r.text("image")), Alt: r.text("feature_image_alt"), Caption: r.text("feature_image_caption")}
	d := draft.Draft{
		Origin: record.Origin{File: in.name, Line: line}, Slug: r.text("slug"), Title: r.text("title"), Name: p.ID,
		Permalink: addressOf(r.text("slug")), Language: localeOf(r), Status: statusOf(r),
		Dates: []draft.Date{{Name: "published_at", Text: dateOf(r.text("published_at"))}},
	}
	if r.text("status") == "" {
		d.Warn(line, kindStatus, "found no status: taken for a draft")
	}
	if d.Dates[0].Text == "" {
		d.Dates = nil
	}
	if whole := r.text("url"); strings.HasPrefix(whole, "http") { // as Ghost's API gives it
		d.Permalink = whole
	}
	d.Post.Meta.Summary = strings.TrimSpace(r.text("custom_excerpt"))
	if p.ID != "" {
		d.Post.Meta.Payload = &content.Payload{SourceID: p.ID}
	}
	for _, t := range r.rows("tags") {
		one := tagOf(t)
		p.Tags = append(p.Tags, tagged{one.name, one.internal})
	}
	for _, u := range r.rows("authors") {
		p.Authors = append(p.Authors, authorOf(u))
	}
	d.Body, p.Format = bodyOf(r)
	if r.text("type") == "page" || r.yes("page") {
		d.Meta = append(d.Meta, draft.Member{Name: "type", Value: json.RawMessage(`"page"`)})
	}
	if status := r.text("status"); d.Status == content.StatusInReview && status != "published" { // else nothing says why
		d.Meta = append(d.Meta, draft.Member{Name: "ghost_status", Value: r["status"]})
	}
	if visibility := r.text("visibility"); visibility != "" && visibility != "public" {
		d.Meta = append(d.Meta, draft.Member{Name: "visibility", Value: r["visibility"]})
	}
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if !slices.Contains(read, name) && says(r[name]) {
			d.Meta = append(d.Meta, draft.Member{Name: name, Value: yesOrNo(name, r[name])})
		}
	}
	var err error
	if d.Private, err = json.Marshal(p); err != nil {
		return in.reject(line, content.Fault{Found: err.Error(), Expected: "a post"})
	}
	return in.sink.Add(&d)
}

// yesOrNo writes what databases have as a number as what it is.
func yesOrNo(name string, value json.RawMessage) json.RawMessage {
	if string(value) == "1" && (name == "featured" || name == "amp") {
		return json.RawMessage("true")
	}
	return value
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// addressOf is where Ghost shows a post, unless a site was told to do otherwise.
func addressOf(slug string) string {
	switch {
	case slug == "":
		return ""
	case strings.ContainsAny(slug, "?#%/\\ "):
		slug = url.PathEscape(slug)
	}
	return "/" + slug + "/"
}

// localeOf is the language of a post. Early versions wrote the same one into every post.
func localeOf(r row) string {
	if language := r.text("language"); r.text("locale") == "" && language != "en_US" {
		return language
	}
	return r.text("locale")
}

// statusOf is the status of a post that Ghost does not show to everybody: what waits for its day,
// went to members by mail alone, or is theirs, is in review.
func statusOf(r row) string {
	switch r.text("status") {
	case "draft", "": // nobody said that it may be seen
		return content.StatusDraft
	case "published":
	default:
		return content.StatusInReview
	}
	if visibility := r.text("visibility"); visibility != "" && visibility != "public" || r.yes("email_only") {
		return content.StatusInReview
	}
	return ""
}

// dateOf is a moment as content has it: early versions wrote milliseconds, and databases write UTC
// without saying so.
func dateOf(written string) string {
	written = strings.TrimSpace(written)
	if n, err := strconv.ParseFloat(written, 64); err == nil && n >= 1e8 && n < 1e15 {
		read := when.Unix
		if n >= 1e11 {
			read = when.UnixMillis
		}
		if date, ok := read(written); ok {
			return date
		}
	}
	if databaseTime.MatchString(written) {
		return written[:10] + "T" + written[11:] + "Z"
	}
	return written
}

var databaseTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$`)

func tagOf(r row) tag {
	name := naming.Title(r.text("name"))
	return tag{name, strings.HasPrefix(name, "#") || r.text("visibility") == "internal" || r.yes("hidden")}
}

// authorOf is the name by which a user signs. Whoever is known by an address of mail alone has none.
func authorOf(r row) string {
	if name := naming.Title(r.text("name")); !strings.Contains(name, "@") {
		return name
	}
	return ""
}

// bodyOf is the body of a post: as Ghost shows it where it says so, else as its editors left it.
func bodyOf(r row) (body string, is format) {
	for _, is := range []format{html, lexical, mobiledoc, markdown, plain} {
		if body := r.text(string(is)); strings.TrimSpace(body) != "" {
			return body, is
		}
	}
	return "", html
}
