package draft

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/fields"
	"alphanode/ingest/naming"
	"alphanode/ingest/record"
	"alphanode/ingest/when"
)

// The kinds of warning of these rules.
const (
	KindNoTitle   = "title made of a heading or the slug"
	KindDate      = "date that cannot be read"
	KindLocalDate = "date without an offset, taken as UTC"
	KindFuture    = "date still to come, in review until then"
	KindLanguage  = "language that cannot be read"
	KindAddress   = "old address that cannot be read"
	KindMisfit    = "value that does not fit its field"
)

// name settles what of a draft its slug rests on: the language, the date, and the slug
// in front of its day.
func (s *Spool) name(d *Draft) {
	d.language()
	d.date()
	s.schedule(d)
	d.Title = d.title()
	d.Slug = firstOf(
		func() string { return naming.GivenSlug(d.Slug) },
		func() string { return naming.SlugOfAddress(d.Permalink) },
		func() string { return naming.SlugOfFile(d.File) },
		func() string { return naming.SlugOfTitle(d.Title) },
		func() string { return naming.GivenSlug(d.Name) },
	)
	if d.Slug != "" {
		d.Slug += naming.LanguageSuffix(d.Slug, d.Language, s.options.Language)
	}
}

// firstOf gives the first text that is there.
func firstOf(texts ...func() string) string {
	for _, text := range texts {
		if t := text(); t != "" {
			return t
		}
	}
	return ""
}

func (d *Draft) language() {
	if d.Language == "" {
		return
	}
	tag := naming.Language(d.Language)
	if tag == "" {
		d.misfit("language", d.Language, KindLanguage, "a tag such as pt-BR")
	}
	d.Language, d.Post.Meta.Language = tag, tag
}

// date takes the first date that can be read; those that cannot be are kept in extra.
func (d *Draft) date() {
	for _, date := range d.Dates {
		if d.Post.PublishedAt != "" {
			break
		}
		normal, local, ok := when.Parse(date.Text)
		switch {
		case !ok:
			d.misfit(date.Name, date.Text, KindDate, "a date")
		case local:
			d.Warn(0, KindLocalDate, date.Name+": "+record.Quoted(date.Text)+" has no offset and is taken as UTC")
			fallthrough
		default:
			d.Post.PublishedAt = normal
		}
	}
	if d.Post.PublishedAt == "" {
		d.Post.PublishedAt = firstOf(
			func() string { day, _ := naming.CutDay(path.Base(d.File)); return day },
			func() string { return naming.DayOfPath(d.Permalink) },
			func() string { return naming.DayOfPath(d.File) },
		)
	}
}

// schedule keeps back what is still to come: whatever a source says of its status, nobody
// sees it there yet.
func (s *Spool) schedule(d *Draft) {
	at, ok := content.ParseDate(d.Post.PublishedAt)
	if d.Status == "" && ok && !s.options.Now.IsZero() && at.After(s.options.Now) {
		d.Status = content.StatusInReview
		d.Warn(0, KindFuture, "publishedAt: found "+d.Post.PublishedAt+", which is still to come; in review")
	}
}

// misfit keeps a text in extra that does not fit its field.
func (d *Draft) misfit(name, text, kind, expected string) {
	d.Warn(0, kind, fmt.Sprintf("%s: found %s, expected %s; kept in meta.extra", name, record.Quoted(text), expected))
	d.Extra(name, quotedJSON(text))
}

func (d *Draft) title() string {
	if d.HTML {
		return naming.TitleOfHTML(d.Title)
	}
	return naming.Title(d.Title)
}

// post makes the post of a draft. What is wrong with it becomes rejects of the item.
func (s *Spool) post(f frame, n names) record.Item {
	d, err := f.draft()
	if err != nil {
		return record.Item{Rejects: []record.Reject{{Fault: content.Fault{Found: err.Error(), Expected: "the draft that was kept"}}}}
	}
	item := record.Item{Record: content.Record{Post: &d.Post}, Origin: d.Origin}
	d.whole = s.options.whole(cmp.Or(d.Permalink, "/"+d.File))
	p := &d.Post
	if err := s.convert[f.format](d, s.find); err != nil {
		item.Reject(d.Origin.Line, content.Fault{Path: "body", Found: err.Error(), Expected: "a body that can be read"})
		return item
	}
	d.nameAtLast()
	p.Slug, p.Title = d.Slug, d.Title
	if n.dated[f.post] {
		p.Slug += s.posts[f.post].daySuffix()
	}
	d.fill()
	d.close()
	d.addresses()
	d.fit()
	d.Losses.AddAll(p.Settle())
	faults := p.Validate()
	if others := n.disputed[s.settledSlug(f.post, n)]; s.posts[f.post].slug != 0 && len(others) > 1 {
		faults = append(faults, s.disputed(d, f.offset, others))
	}
	item.Warnings, item.Losses = d.Warnings, d.Losses
	for _, fault := range faults {
		item.Reject(d.Origin.Line, fault)
	}
	return item
}

// nameAtLast makes a title of the first heading or of the slug, and a slug of the title,
// where the source gives none.
func (d *Draft) nameAtLast() {
	if d.Title == "" {
		if i := slices.IndexFunc(d.Post.Body, func(b content.Block) bool { _, ok := b.(content.Heading); return ok }); i >= 0 {
			d.Title = naming.Title(d.Post.Body[i].(content.Heading).Text)
		}
		from := "its first heading"
		if d.Title == "" && d.Slug != "" {
			d.Title, from = naming.TitleOfSlug(d.Slug), "its slug"
		}
		if d.Title != "" {
			d.Warn(0, KindNoTitle, "found no title, made of "+from+": "+record.Quoted(d.Title))
		}
	}
	if d.Slug == "" {
		d.Slug = naming.SlugOfTitle(d.Title)
	}
}

// disputed words that other posts of the import have the slug too.
func (s *Spool) disputed(d *Draft, own int64, others []int64) content.Fault {
	const most = 3 // posts that are named
	var named []string
	expected := "a slug of its own"
	for _, offset := range others {
		if offset == own {
			continue
		}
		if len(named) == most {
			named = append(named, "and others")
			break
		}
		other, _, err := s.at(offset)
		if err != nil {
			continue // it is told where it is read itself
		}
		named = append(named, other.Origin.String())
		if s.options.Language == "" && other.Language != d.Language {
			expected = "the archive's own language by --language, so that posts in others get theirs behind their slugs"
		}
	}
	return content.Fault{Path: "slug", Found: record.Quoted(d.Post.Slug) + ", which " + strings.Join(named, ", ") + " has too", Expected: expected}
}

// fill puts the meta of the source into the fields of its names, and the rest into extra.
func (d *Draft) fill() {
	flagged := false
	for _, m := range d.Meta {
		path, ok := fields.Known(m.Name)
		if !ok {
			d.Extra(m.Name, m.Value)
			continue
		}
		flagged = flagged || strings.HasPrefix(path, "meta.flags")
		if err := fields.Set(&d.Post, path, m.Value); err != nil {
			d.Warn(m.Line, KindMisfit, fmt.Sprintf("%s: %v; kept in meta.extra", m.Name, err))
			d.Extra(m.Name, m.Value)
		}
	}
	if !flagged && d.hasImages() {
		d.Post.Meta.Flags.HasImages = true
	}
}

// hasImages reports whether the post shows images, which no foreign source says.
func (d *Draft) hasImages() bool {
	return len(d.Post.Meta.Images) > 0 || slices.ContainsFunc(d.Post.Body, func(b content.Block) bool { _, ok := b.(content.Figure); return ok })
}

// close gives the post the status that its source says it has. It comes after the meta, of
// which a member may be called revision: nothing that stands there opens what is closed.
func (d *Draft) close() {
	if d.Status == "" {
		return
	}
	if d.Post.Meta.Revision == nil {
		d.Post.Meta.Revision = &content.Revision{}
	}
	d.Post.Meta.Revision.Status = d.Status
}

// Extra keeps a value that has no field, under the name that the source has for it.
// A second value of one name makes a list of both.
func (d *Draft) Extra(name string, value json.RawMessage) {
	if err := fields.Extra(&d.Post, name, value); err != nil {
		d.Warn(0, KindMisfit, err.Error())
		d.Lose("meta that cannot be kept", 1)
	}
}

// addresses puts where the post stood into meta.urls, the newest first, each once.
func (d *Draft) addresses() {
	m := &d.Post.Meta
	for _, address := range append([]string{d.Permalink}, d.Addresses...) {
		if address == "" {
			continue
		}
		whole := d.Whole(address)
		if _, ok := content.NormalAddress(whole); !ok {
			d.Warn(0, KindAddress, "found "+record.Quoted(address)+", expected a path or an address; left out")
		} else {
			m.URLs = append(m.URLs, whole)
		}
	}
}

// quotedJSON is a text as JSON.
func quotedJSON(text string) json.RawMessage {
	b, _ := json.Marshal(text) // a string always can
	return b
}
