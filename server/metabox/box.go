package metabox

import (
	"net/url"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/server/readable"
	"alphanode/store"
)

// Field is a name, in lower case words but where an author gave it, and what stands there.
type Field struct {
	Name  string
	Value Value
}

// Link says where an address of this server, such as /tools/redis or
// /?difficulty=beginner, is reached from where the box is shown; "" where it is not.
type Link func(address string) string

// mostLinked is how many terms of a post are linked.
const mostLinked = 2000

// Linked reports whether the terms of a post are to be looked up: where it has very many,
// that is work which nobody's reading is worth.
func Linked(m *content.Meta) bool { return len(m.Tools)+len(m.Entities) <= mostLinked }

// Of gives the fields of a post's meta that are there. The terms are those of the post, place
// by place; a name without its term leads nowhere.
func Of(m *content.Meta, terms store.PostTerms, link Link) []Field {
	var b box
	b.add("topic", text(m.Topic))
	b.add("summary", text(m.Summary))
	b.add("ai outline", outline(m.Outline))
	b.add("ai brief", text(m.Brief))
	b.add("stack", listOf(len(m.Stack), func(i int) Value { return text(m.Stack[i]) }))
	b.add("tools", listOf(len(m.Tools), func(i int) Value { return term(m.Tools[i], "", terms.Tools, i, link) }))
	b.add("code language", filter("codeLanguage", m.CodeLanguage, link))
	b.add("language", filter("language", m.Language, link))
	b.add("difficulty", filter("difficulty", m.Difficulty, link))
	if m.ReadingTime != nil {
		b.add("reading time", words(readable.Number(*m.ReadingTime)+" min"))
	}
	if m.ViewCount != nil {
		b.add("view count", words(readable.Number(*m.ViewCount)))
	}
	if m.Score != nil {
		b.add("score", scores(m.Score))
	}
	if m.Revision != nil {
		b.add("revision", revision(m.Revision))
	}
	b.add("reference", code(m.Reference))
	b.add("hash", code(m.Hash))
	b.add("flags", flags(m.Flags))
	b.add("checklist", listOf(len(m.Checklist), func(i int) Value { return text(m.Checklist[i]) }))
	b.add("entities", listOf(len(m.Entities), func(i int) Value {
		return term(m.Entities[i].Name, m.Entities[i].Type, terms.Entities, i, link)
	}))
	b.add("image sources", listOf(len(m.Images), func(i int) Value { return image(&m.Images[i]) }))
	if m.Payload != nil {
		b.add("payload", payload(m.Payload))
	}
	b.add("addresses", listOf(len(m.URLs), func(i int) Value { return text(m.URLs[i]) }))
	b.add("notes", listOf(len(m.Notes), func(i int) Value { return text(m.Notes[i]) }))
	b.add("extra", extra(m.Extra))
	return b
}

type box []Field

// add adds a field where there is something in it.
func (b *box) add(name string, v Value) {
	if v.Form != "" {
		*b = append(*b, Field{name, v})
	}
}

// outline is a list of labelled lines.
func outline(items []content.OutlineItem) Value {
	v := Value{Form: Members}
	for _, item := range items {
		v.Rows = append(v.Rows, Field{item.Label, shown(text(item.Text))})
	}
	return v.folded()
}

// term is the name of a tool or of an entity, as the post spells it.
func term(name, kind string, of []*store.Term, i int, link Link) Value {
	v := shown(text(name))
	v.Form, v.Type = Term, kind
	if i >= len(of) || of[i] == nil {
		return v
	}
	switch slug := url.PathEscape(of[i].Slug); of[i].Kind {
	case store.KindTool:
		v.Href = link("/tools/" + slug)
	case store.KindEntity:
		v.Href = link("/entities/" + slug)
	}
	return v
}

// filter is a name that leads to the posts that have it. A name with spaces at its ends
// is none that a filter takes.
func filter(parameter, name string, link Link) Value {
	v := text(name)
	if name != "" && strings.TrimSpace(name) == name {
		v.Form, v.Href = Filter, link("/?"+url.Values{parameter: {name}}.Encode())
	}
	return v
}

func scores(s *content.Score) Value {
	var rows box
	for _, one := range []struct {
		name  string
		value *int
	}{{"quality", s.Quality}, {"freshness", s.Freshness}, {"depth", s.Depth}, {"clarity", s.Clarity}} {
		if one.value != nil {
			rows.add(one.name, Value{Form: Score, Text: strconv.Itoa(*one.value), Share: max(0, min(100, *one.value))})
		}
	}
	return table(rows)
}

func revision(r *content.Revision) Value {
	var rows box
	rows.add("status", text(r.Status))
	rows.add("version", text(r.Version))
	rows.add("last reviewed", day(r.LastReviewed))
	return table(rows)
}

func flags(f content.Flags) Value {
	truth := func(b bool) Value {
		if b {
			return words("yes")
		}
		return words("no")
	}
	return table(box{
		{"ai generated style", truth(f.AIGeneratedStyle)},
		{"has images", truth(f.HasImages)},
		{"image heavy", truth(f.ImageHeavy)},
		{"needs human review", truth(f.NeedsHumanReview)},
	})
}

// image is an entry of the image sources: what is shown, and the credit.
func image(i *content.Image) Value {
	v := Value{Form: Image, Text: i.Caption, Source: i.Source, Alt: i.Alt, Address: i.URL}
	if u, ok := content.WebAddress(i.URL); ok {
		v.Href, v.Address = i.URL, u.Host
	}
	if i.Width != nil {
		v.Width = readable.Number(*i.Width)
	}
	if i.Height != nil {
		v.Height = readable.Number(*i.Height)
	}
	return v
}

func payload(p *content.Payload) Value {
	var rows box
	rows.add("source id", text(p.SourceID))
	rows.add("generator", text(p.Generator))
	if p.Paragraphs != nil {
		rows.add("paragraphs", words(readable.Number(*p.Paragraphs)))
	}
	rows.add("scenario", text(p.Scenario))
	if p.Seed != nil {
		rows.add("seed", code(strconv.FormatInt(*p.Seed, 10))) // it is a name more than a number
	}
	return table(rows)
}
