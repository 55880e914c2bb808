package content

import (
	"maps"
	"slices"

	"github.com/go-faster/jx"
)

// AppendJSON appends the canonical JSON of the post: one object without line
// breaks, fields in the order of the contract, absent optional fields left
// out, lists and flags always there, but for urls: posts made before there were any
// keep their bytes. Equal posts give equal bytes.
func (p *Post) AppendJSON(dst []byte) []byte {
	w := objectWriter{w: jx.Writer{Buf: dst}}
	w.open()
	w.text("slug", p.Slug)
	w.text("title", p.Title)
	w.optional("intro", p.Intro)
	w.key("body")
	w.list(len(p.Body), func(i int) { w.block(p.Body[i]) })
	w.optional("publishedAt", p.PublishedAt)
	w.key("meta")
	w.meta(&p.Meta)
	w.close()
	return w.w.Buf
}

// AppendJSON appends the score as it stands in the post's JSON.
func (s *Score) AppendJSON(dst []byte) []byte {
	w := objectWriter{w: jx.Writer{Buf: dst}}
	w.score(s)
	return w.w.Buf
}

// AppendJSON appends the image as it stands in the post's JSON.
func (i *Image) AppendJSON(dst []byte) []byte {
	w := objectWriter{w: jx.Writer{Buf: dst}}
	w.image(i)
	return w.w.Buf
}

// objectWriter writes JSON objects field by field and knows where a comma is
// due.
type objectWriter struct {
	w     jx.Writer
	comma bool
}

func (w *objectWriter) open()  { w.w.ObjStart(); w.comma = false }
func (w *objectWriter) close() { w.w.ObjEnd(); w.comma = true }

// key begins a field whose name needs no escaping.
func (w *objectWriter) key(name string) {
	if w.comma {
		w.w.RawStr(`,"`)
	} else {
		w.w.RawStr(`"`)
	}
	w.comma = true
	w.w.RawStr(name)
	w.w.RawStr(`":`)
}

func (w *objectWriter) text(name, value string) {
	w.key(name)
	w.str(value)
}

func (w *objectWriter) str(s string) { w.w.Buf = AppendString(w.w.Buf, s) }

// optional leaves an absent text out.
func (w *objectWriter) optional(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *objectWriter) number(name string, value *int) {
	if value != nil {
		w.key(name)
		w.w.Int(*value)
	}
}

func (w *objectWriter) long(name string, value *int64) {
	if value != nil {
		w.key(name)
		w.w.Int64(*value)
	}
}

func (w *objectWriter) boolean(name string, value bool) {
	w.key(name)
	w.w.Bool(value)
}

func (w *objectWriter) list(n int, element func(i int)) {
	w.w.ArrStart()
	for i := range n {
		if i > 0 {
			w.w.Comma()
		}
		element(i)
	}
	w.w.ArrEnd()
	w.comma = true
}

func (w *objectWriter) texts(name string, values []string) {
	w.key(name)
	w.list(len(values), func(i int) { w.str(values[i]) })
}

func (w *objectWriter) block(b Block) {
	w.open()
	w.text("type", b.Type())
	switch b := b.(type) {
	case Heading:
		w.number("level", &b.Level)
		w.text("text", b.Text)
		w.optional("anchor", b.Anchor)
	case Paragraph:
		w.text("text", b.Text)
		w.optional("html", b.HTML)
	case Code:
		w.optional("language", b.Language)
		w.text("source", b.Source)
	case List:
		w.boolean("ordered", b.Ordered)
		w.key("items")
		w.list(len(b.Items), func(i int) {
			w.open()
			w.text("text", b.Items[i].Text)
			w.optional("html", b.Items[i].HTML)
			w.close()
		})
	case Figure:
		w.text("url", b.URL)
		w.optional("source", b.Source)
		w.optional("caption", b.Caption)
		w.optional("alt", b.Alt)
		w.number("width", b.Width)
		w.number("height", b.Height)
	case Quote:
		w.text("text", b.Text)
		w.optional("html", b.HTML)
	case HTML:
		w.text("html", b.HTML)
	}
	w.close()
}

func (w *objectWriter) meta(m *Meta) {
	w.open()
	w.optional("topic", m.Topic)
	w.optional("summary", m.Summary)
	w.optional("brief", m.Brief)
	w.key("outline")
	w.list(len(m.Outline), func(i int) {
		w.open()
		w.text("label", m.Outline[i].Label)
		w.text("text", m.Outline[i].Text)
		w.close()
	})
	w.texts("stack", m.Stack)
	w.texts("checklist", m.Checklist)
	w.texts("notes", m.Notes)
	w.texts("tools", m.Tools)
	w.key("entities")
	w.list(len(m.Entities), func(i int) {
		w.open()
		w.text("name", m.Entities[i].Name)
		w.text("type", m.Entities[i].Type)
		w.close()
	})
	w.optional("codeLanguage", m.CodeLanguage)
	w.optional("language", m.Language)
	w.optional("difficulty", m.Difficulty)
	w.number("readingTime", m.ReadingTime)
	w.long("viewCount", m.ViewCount)
	if m.Score != nil {
		w.key("score")
		w.score(m.Score)
	}
	if m.Revision != nil {
		w.key("revision")
		w.open()
		w.optional("status", m.Revision.Status)
		w.optional("version", m.Revision.Version)
		w.optional("lastReviewed", m.Revision.LastReviewed)
		w.close()
	}
	w.optional("reference", m.Reference)
	w.optional("hash", m.Hash)
	w.key("flags")
	w.open()
	w.boolean("aiGeneratedStyle", m.Flags.AIGeneratedStyle)
	w.boolean("hasImages", m.Flags.HasImages)
	w.boolean("imageHeavy", m.Flags.ImageHeavy)
	w.boolean("needsHumanReview", m.Flags.NeedsHumanReview)
	w.close()
	w.key("images")
	w.list(len(m.Images), func(i int) { w.image(&m.Images[i]) })
	if m.Payload != nil {
		w.key("payload")
		w.payload(m.Payload)
	}
	if len(m.URLs) > 0 {
		w.texts("urls", m.URLs)
	}
	if len(m.Extra) > 0 {
		w.key("extra")
		w.extra(m.Extra)
	}
	w.close()
}

func (w *objectWriter) score(s *Score) {
	w.open()
	w.number("quality", s.Quality)
	w.number("freshness", s.Freshness)
	w.number("depth", s.Depth)
	w.number("clarity", s.Clarity)
	w.close()
}

func (w *objectWriter) image(i *Image) {
	w.open()
	w.optional("source", i.Source)
	w.text("url", i.URL)
	w.optional("caption", i.Caption)
	w.optional("alt", i.Alt)
	w.number("width", i.Width)
	w.number("height", i.Height)
	w.close()
}

func (w *objectWriter) payload(p *Payload) {
	w.open()
	w.optional("sourceId", p.SourceID)
	w.optional("generator", p.Generator)
	w.number("paragraphs", p.Paragraphs)
	w.optional("scenario", p.Scenario)
	w.long("seed", p.Seed)
	w.close()
}

func (w *objectWriter) extra(e Extra) {
	w.open()
	for i, name := range slices.Sorted(maps.Keys(e)) {
		if i > 0 {
			w.w.Comma()
		}
		w.w.FieldStart(name) // any text
		w.w.Raw(e[name])
	}
	w.close()
}
