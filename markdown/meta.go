package markdown

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
)

// meta writes all that is known about a post: a list, in which lists are lists.
func (w *writer) meta(p *content.Post, address string) {
	m := &p.Meta
	w.heading(2, "post meta")
	box := metaBox{w.list(false)}
	if address != "" {
		box.row("address", linkTo(address))
	}
	box.text("published", p.PublishedAt)
	box.text("updated", p.Updated())
	box.text("topic", m.Topic)
	box.text("summary", m.Summary)
	box.rows("ai outline", len(m.Outline), func(in metaBox, i int) { in.text(m.Outline[i].Label, m.Outline[i].Text) })
	box.text("ai brief", m.Brief)
	box.texts("stack", m.Stack)
	box.texts("tools", m.Tools)
	box.text("code language", m.CodeLanguage)
	box.text("language", m.Language)
	box.text("difficulty", m.Difficulty)
	if m.ReadingTime != nil {
		box.row("reading time", strconv.Itoa(*m.ReadingTime)+" min")
	}
	if m.ViewCount != nil {
		box.row("view count", strconv.FormatInt(*m.ViewCount, 10))
	}
	if s := m.Score; s != nil {
		box.group("score", func(in metaBox) {
			in.number("quality", s.Quality)
			in.number("freshness", s.Freshness)
			in.number("depth", s.Depth)
			in.number("clarity", s.Clarity)
		})
	}
	if r := m.Revision; r != nil {
		box.group("revision", func(in metaBox) {
			in.text("status", r.Status)
			in.text("version", r.Version)
			in.text("last reviewed", r.LastReviewed)
		})
	}
	box.text("reference", m.Reference)
	box.text("hash", m.Hash)
	box.group("flags", func(in metaBox) {
		in.flag("ai generated style", m.Flags.AIGeneratedStyle)
		in.flag("has images", m.Flags.HasImages)
		in.flag("image heavy", m.Flags.ImageHeavy)
		in.flag("needs human review", m.Flags.NeedsHumanReview)
	})
	box.texts("checklist", m.Checklist)
	box.rows("entities", len(m.Entities), func(in metaBox, i int) {
		in.item(func() { in.paragraph(escaped(m.Entities[i].Name) + " (" + escapedWithin(m.Entities[i].Type) + ")") })
	})
	box.rows("image sources", len(m.Images), func(in metaBox, i int) { in.item(func() { in.imageSource(&m.Images[i]) }) })
	if pl := m.Payload; pl != nil {
		box.group("payload", func(in metaBox) {
			in.text("source id", pl.SourceID)
			in.text("generator", pl.Generator)
			in.number("paragraphs", pl.Paragraphs)
			in.text("scenario", pl.Scenario)
			if pl.Seed != nil {
				in.row("seed", strconv.FormatInt(*pl.Seed, 10))
			}
		})
	}
	box.texts("addresses", m.URLs)
	box.texts("notes", m.Notes)
	box.extra(m.Extra)
}

// metaBox is a list of what is known.
type metaBox struct{ *list }

// row writes a name and what is said of it, both escaped.
func (b metaBox) row(name, value string) {
	if name != "" {
		value = "**" + name + ":** " + value
	}
	b.item(func() { b.paragraph(strings.TrimRight(value, " ")) })
}

// text writes a text that may be absent.
func (b metaBox) text(name, value string) {
	switch {
	case value == "":
	case name == "":
		b.item(func() { b.paragraph(escaped(value)) })
	default:
		b.row(escapedWithin(name), escapedWithin(value))
	}
}

func (b metaBox) number(name string, value *int) {
	if value != nil {
		b.row(name, strconv.Itoa(*value))
	}
}

func (b metaBox) flag(name string, value bool) {
	said := "no"
	if value {
		said = "yes"
	}
	b.row(name, said)
}

// group writes a name and a list of its own below it.
func (b metaBox) group(name string, inner func(metaBox)) {
	b.item(func() {
		if name != "" {
			b.paragraph("**" + name + ":**")
		}
		below := b.list.list(false)
		below.close = true
		inner(metaBox{below})
	})
}

// rows is group for a list that may be empty.
func (b metaBox) rows(name string, n int, row func(in metaBox, i int)) {
	if n == 0 {
		return
	}
	b.group(name, func(in metaBox) {
		for i := range n {
			row(in, i)
		}
	})
}

func (b metaBox) texts(name string, values []string) {
	b.rows(name, len(values), func(in metaBox, i int) { in.item(func() { in.paragraph(escaped(values[i])) }) })
}

// imageSource writes where an image is from.
func (b metaBox) imageSource(image *content.Image) {
	text := credited(image.Caption, image.Source)
	if text != "" {
		text += ": "
	}
	b.paragraph(text + linkTo(image.URL))
}

// linkTo is an address as a link, or as text where it is not to be linked.
func linkTo(address string) string {
	shown := escapedWithin(address)
	if to, ok := destination(address); ok {
		return "[" + shown + "](" + to + ")"
	}
	return shown
}

// extra writes what has no name of its own: lists as lists, numbers as they were given.
func (b metaBox) extra(all content.Extra) {
	if len(all) == 0 {
		return
	}
	b.group("extra", func(in metaBox) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			in.json(name, all[name], 0)
		}
	})
}

// deepestExtra is how many lists of extra may stand in each other. What is deeper is
// written as it is.
const deepestExtra = 8

// json writes a value, which is canonical JSON, with its name, "" where it has none.
func (b metaBox) json(name string, value json.RawMessage, depth int) {
	var text string
	var list []json.RawMessage
	var object map[string]json.RawMessage
	deeper := func(rows func(in metaBox)) { b.group(escapedWithin(name), rows) }
	switch {
	case json.Unmarshal(value, &text) == nil && text != "":
		b.text(name, text)
	case depth < deepestExtra && json.Unmarshal(value, &list) == nil && len(list) > 0:
		deeper(func(in metaBox) {
			for _, entry := range list {
				in.json("", entry, depth+1)
			}
		})
	case depth < deepestExtra && json.Unmarshal(value, &object) == nil && len(object) > 0:
		deeper(func(in metaBox) {
			for _, key := range slices.Sorted(maps.Keys(object)) {
				in.json(key, object[key], depth+1)
			}
		})
	default:
		b.text(name, string(value))
	}
}
