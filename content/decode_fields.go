package content

import "github.com/go-faster/jx"

// The tables below are the shape of a post: which fields there are, in the
// order of the contract, and how each is read.

var recordFields = []field[record]{
	{"slug", onRecord(func(d *decoder, p *Post) error { return d.text(&p.Slug) })},
	{"title", onRecord(func(d *decoder, p *Post) error { return d.text(&p.Title) })},
	{"intro", onRecord(func(d *decoder, p *Post) error { return d.text(&p.Intro) })},
	{"body", onRecord(func(d *decoder, p *Post) error { return list(d, &p.Body, readBlock) })},
	{"publishedAt", onRecord(func(d *decoder, p *Post) error { return d.text(&p.PublishedAt) })},
	{"meta", onRecord(func(d *decoder, p *Post) error { return object(d, &p.Meta, metaFields, d.keepUnknown) })},
	// What REST adds to a post is derived from it, so nothing is lost.
	derived("updated"), derived("updatedDay"), derived("publishedDay"), derived("lastReviewedDay"),
	{"deleted", func(d *decoder, r *record) error { r.fields++; return d.boolean(&r.deleted) }},
}

// derived is a text that is not kept.
func derived(name string) field[record] {
	return field[record]{name, onRecord(func(d *decoder, _ *Post) error { var text string; return d.text(&text) })}
}

func onRecord(read func(*decoder, *Post) error) func(*decoder, *record) error {
	return func(d *decoder, r *record) error {
		r.fields++
		return read(d, r.post)
	}
}

var metaFields = []field[Meta]{
	{"topic", func(d *decoder, m *Meta) error { return d.text(&m.Topic) }},
	{"summary", func(d *decoder, m *Meta) error { return d.text(&m.Summary) }},
	{"brief", func(d *decoder, m *Meta) error { return d.text(&m.Brief) }},
	{"outline", func(d *decoder, m *Meta) error { return list(d, &m.Outline, readOutlineItem) }},
	{"stack", func(d *decoder, m *Meta) error { return list(d, &m.Stack, (*decoder).text) }},
	{"checklist", func(d *decoder, m *Meta) error { return list(d, &m.Checklist, (*decoder).text) }},
	{"notes", func(d *decoder, m *Meta) error { return list(d, &m.Notes, (*decoder).text) }},
	{"tools", func(d *decoder, m *Meta) error { return list(d, &m.Tools, (*decoder).text) }},
	{"entities", func(d *decoder, m *Meta) error { return list(d, &m.Entities, readEntity) }},
	{"codeLanguage", func(d *decoder, m *Meta) error { return d.text(&m.CodeLanguage) }},
	{"language", func(d *decoder, m *Meta) error { return d.text(&m.Language) }},
	{"difficulty", func(d *decoder, m *Meta) error { return d.text(&m.Difficulty) }},
	{"readingTime", func(d *decoder, m *Meta) error { return optional(d, &m.ReadingTime, (*decoder).int) }},
	{"viewCount", func(d *decoder, m *Meta) error { return optional(d, &m.ViewCount, (*decoder).int64) }},
	{"score", func(d *decoder, m *Meta) error { return optional(d, &m.Score, readScore) }},
	{"revision", func(d *decoder, m *Meta) error { return optional(d, &m.Revision, readRevision) }},
	{"reference", func(d *decoder, m *Meta) error { return d.text(&m.Reference) }},
	{"hash", func(d *decoder, m *Meta) error { return d.text(&m.Hash) }},
	{"flags", func(d *decoder, m *Meta) error { return object(d, &m.Flags, flagFields, d.keepUnknown) }},
	{"images", func(d *decoder, m *Meta) error { return list(d, &m.Images, readImage) }},
	{"payload", func(d *decoder, m *Meta) error { return optional(d, &m.Payload, readPayload) }},
	{"urls", func(d *decoder, m *Meta) error { return list(d, &m.URLs, (*decoder).text) }},
	{"extra", readExtra},
}

func readOutlineItem(d *decoder, o *OutlineItem) error {
	return object(d, o, outlineFields, d.rejectUnknown)
}

var outlineFields = []field[OutlineItem]{
	{"label", func(d *decoder, o *OutlineItem) error { return d.text(&o.Label) }},
	{"text", func(d *decoder, o *OutlineItem) error { return d.text(&o.Text) }},
}

func readEntity(d *decoder, e *Entity) error { return object(d, e, entityFields, d.rejectUnknown) }

var entityFields = []field[Entity]{
	{"name", func(d *decoder, e *Entity) error { return d.text(&e.Name) }},
	{"type", func(d *decoder, e *Entity) error { return d.text(&e.Type) }},
}

func readScore(d *decoder, s *Score) error { return object(d, s, scoreFields, d.keepUnknown) }

var scoreFields = []field[Score]{
	{"quality", func(d *decoder, s *Score) error { return optional(d, &s.Quality, (*decoder).int) }},
	{"freshness", func(d *decoder, s *Score) error { return optional(d, &s.Freshness, (*decoder).int) }},
	{"depth", func(d *decoder, s *Score) error { return optional(d, &s.Depth, (*decoder).int) }},
	{"clarity", func(d *decoder, s *Score) error { return optional(d, &s.Clarity, (*decoder).int) }},
}

func readRevision(d *decoder, r *Revision) error { return object(d, r, revisionFields, d.keepUnknown) }

var revisionFields = []field[Revision]{
	{"status", readStatus},
	{"version", func(d *decoder, r *Revision) error { return d.text(&r.Version) }},
	{"lastReviewed", func(d *decoder, r *Revision) error { return d.text(&r.LastReviewed) }},
}

// readStatus refuses the empty word: a post without a status is public, so one
// that was meant to have it must not lose it.
func readStatus(d *decoder, r *Revision) error {
	given := d.in.Next() == jx.String
	err := d.text(&r.Status)
	if given && err == nil && r.Status == "" {
		d.fault(`""`, "draft, in-review, reviewed or archived, or no status at all")
	}
	return err
}

var flagFields = []field[Flags]{
	{"aiGeneratedStyle", func(d *decoder, f *Flags) error { return d.boolean(&f.AIGeneratedStyle) }},
	{"hasImages", func(d *decoder, f *Flags) error { return d.boolean(&f.HasImages) }},
	{"imageHeavy", func(d *decoder, f *Flags) error { return d.boolean(&f.ImageHeavy) }},
	{"needsHumanReview", func(d *decoder, f *Flags) error { return d.boolean(&f.NeedsHumanReview) }},
}

func readImage(d *decoder, i *Image) error { return object(d, i, imageFields, d.rejectUnknown) }

var imageFields = []field[Image]{
	{"source", func(d *decoder, i *Image) error { return d.text(&i.Source) }},
	{"url", func(d *decoder, i *Image) error { return d.text(&i.URL) }},
	{"caption", func(d *decoder, i *Image) error { return d.text(&i.Caption) }},
	{"alt", func(d *decoder, i *Image) error { return d.text(&i.Alt) }},
	{"width", func(d *decoder, i *Image) error { return optional(d, &i.Width, (*decoder).int) }},
	{"height", func(d *decoder, i *Image) error { return optional(d, &i.Height, (*decoder).int) }},
}

func readPayload(d *decoder, p *Payload) error { return object(d, p, payloadFields, d.keepUnknown) }

var payloadFields = []field[Payload]{
	{"sourceId", func(d *decoder, p *Payload) error { return d.text(&p.SourceID) }},
	{"generator", func(d *decoder, p *Payload) error { return d.text(&p.Generator) }},
	{"paragraphs", func(d *decoder, p *Payload) error { return optional(d, &p.Paragraphs, (*decoder).int) }},
	{"scenario", func(d *decoder, p *Payload) error { return d.text(&p.Scenario) }},
	{"seed", func(d *decoder, p *Payload) error { return optional(d, &p.Seed, (*decoder).int64) }},
}

// readExtra reads meta.extra itself; its names share one space with the unknown
// meta around it.
func readExtra(d *decoder, _ *Meta) error {
	if d.in.Next() != jx.Object {
		return d.wrongType("an object")
	}
	return d.in.Obj(func(_ *jx.Decoder, name string) error {
		d.push(name)
		defer d.pop()
		return d.keep(name)
	})
}
