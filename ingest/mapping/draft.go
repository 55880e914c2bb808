package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
	"alphanode/ingest/naming"
	"alphanode/ingest/record"
	"alphanode/ingest/when"
)

// reading is what is known while the records of a source are read.
type reading struct {
	mapping *Mapping
	records int
	seen    map[string]bool // the sources for which a record had something, by their first path
}

// found is what a record has for a source of a field.
type found struct {
	source
	path   string // as the mapping says it; empty for a literal
	values []*value
}

// name is what a value that does not fit is kept under in extra.
func (f found) name(target string) string {
	if f.path == "" {
		return target
	}
	return f.path
}

// take notes that the field has the values, so that they do not go to extra.
func (f found) take() {
	for _, v := range f.values {
		v.taken = true
	}
}

// draft makes the draft of one record.
func (r *reading) draft(at record.Origin, in row) *draft.Draft {
	r.records++
	d := &draft.Draft{Origin: at}
	for _, name := range in.twice {
		d.Warn(0, KindTwice, record.Quoted(name)+" stands twice in one object; the last one counts")
	}
	if in.mended {
		d.Warn(0, KindEncoding, "found bytes that are no UTF-8, read as windows-1252")
	}
	for _, f := range r.mapping.fields {
		for _, s := range f.sources {
			from, ok := r.find(in.value, s)
			if !ok {
				continue
			}
			if put(d, f.target, from) && !slices.Contains(lists, f.target) && f.target != "meta.revision.status" {
				break // the first that is there
			}
		}
	}
	if hasPassword(in.value) {
		d.Status = moreClosed(moreClosed(d.Status, d.Post.Status()), content.StatusInReview)
	}
	keep(d, in.value)
	return d
}

// find gives what a record has for a source.
func (r *reading) find(rec *value, s source) (found, bool) {
	if s.literal != "" {
		v, _, err := parseValue([]byte(s.literal))
		return found{source: s, values: []*value{v}}, err == nil
	}
	for _, p := range s.from {
		if values := rec.at(p.steps); len(values) > 0 {
			r.seen[s.from[0].said] = true
			return found{source: s, path: p.said, values: values}, true
		}
	}
	if s.fallback != nil {
		return found{source: s, values: []*value{textValue(*s.fallback)}}, true
	}
	return found{}, false
}

// put gives a field what was found for it, and reports whether it fits. What does not is
// left to go to extra, and told.
func put(d *draft.Draft, target string, f found) bool {
	switch target {
	case "body":
		return putBody(d, f)
	case "publishedAt":
		return putDate(d, f)
	case "meta.revision.status":
		return putStatus(d, f)
	case "meta.entities":
		return putEntities(d, f)
	case "addresses":
		d.Addresses = append(d.Addresses, f.texts()...)
		f.take()
		return true
	case "slug", "title", "intro", "permalink", "meta.language":
		return putText(d, target, f)
	}
	return putField(d, target, f)
}

// putText gives a draft one of the texts that it has for itself.
func putText(d *draft.Draft, target string, f found) bool {
	text, ok := f.text()
	if !ok {
		d.Warn(0, draft.KindMisfit, misfit(target, f, "a text"))
		return false
	}
	switch target {
	case "slug":
		d.Slug = text
	case "title":
		d.Title, d.HTML = text, f.as == "html"
	case "intro":
		d.Post.Intro = plain(text, f.as)
	case "permalink":
		d.Permalink = text
	default:
		d.Language = text
	}
	f.take()
	return true
}

// misfit words that a value does not fit its field.
func misfit(target string, f found, expected string) string {
	shown, ok := f.values[0].scalar()
	if !ok {
		shown = string(f.values[0].json())
	}
	if f.match != nil {
		expected += ", by the expression of match"
	}
	return fmt.Sprintf("%s: found %s at %s, expected %s; kept in meta.extra", target, record.Quoted(shown), f.name(target), expected)
}

// text gives the one text of what was found, or those of a list in one line.
func (f found) text() (string, bool) {
	texts := f.texts()
	if len(texts) == 0 {
		return "", false
	}
	return strings.Join(texts, ", "), true
}

// texts gives the texts of what was found: one by one, or the parts of one text where the
// source splits it. Objects are none.
func (f found) texts() (texts []string) {
	var add func(v *value)
	add = func(v *value) {
		if v.kind == jx.Array {
			for _, entry := range v.members {
				add(entry)
			}
			return
		}
		text, ok := v.scalar()
		if !ok || v.absent() {
			return
		}
		if f.match != nil {
			text = firstMatch(f.source, text)
		}
		parts := []string{text}
		if f.split != "" {
			parts = strings.Split(text, f.split)
		}
		for _, part := range parts {
			part = f.mapped(strings.TrimSpace(part))
			if part != "" {
				texts = append(texts, part)
			}
		}
	}
	for _, v := range f.values {
		add(v)
	}
	return texts
}

// firstMatch is the first group of the expression, or all of it where it has none.
func firstMatch(s source, text string) string {
	m := s.match.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case len(m) > 1:
		return m[1]
	}
	return m[0]
}

// mapped is a word as the mapping's values say it.
func (s source) mapped(word string) string {
	if s.values == nil {
		return word
	}
	if to, ok := s.values[word]; ok {
		return to
	}
	if s.fallback != nil {
		return *s.fallback
	}
	return word
}

// putField gives a post a field that needs no rules of its own.
func putField(d *draft.Draft, target string, f found) bool {
	for _, v := range f.fieldValues(target) {
		if err := fields.Set(&d.Post, target, v); err != nil {
			d.Warn(0, draft.KindMisfit, err.Error()+"; kept in meta.extra, as "+f.name(target))
			return false
		}
	}
	f.take()
	return true
}

// fieldValues are the values for a field, in JSON: as they stand, unless the mapping says
// how to read them.
func (f found) fieldValues(target string) []json.RawMessage {
	isDate := slices.Contains(dates, target)
	if f.match != nil || f.split != "" || f.source.values != nil || f.as != "" || isDate {
		texts := f.texts()
		for i, text := range texts {
			if date, _, ok := f.date(text); ok && isDate {
				text = date
			}
			texts[i] = plain(text, f.as)
		}
		return []json.RawMessage{texted(texts)}
	}
	if len(f.values) == 1 {
		return []json.RawMessage{f.values[0].json()}
	}
	return []json.RawMessage{(&value{kind: jx.Array, members: f.values}).json()}
}

// texted is one text, or a list of them, as JSON.
func texted(texts []string) json.RawMessage {
	if len(texts) == 1 {
		return textValue(texts[0]).json()
	}
	list := &value{kind: jx.Array}
	for _, text := range texts {
		list.members = append(list.members, textValue(text))
	}
	return list.json()
}

// putDate gives a draft the date of publication. What says that there is none fits too.
func putDate(d *draft.Draft, f found) bool {
	texts := f.texts()
	var date string
	local, ok := false, false
	if len(texts) > 0 {
		date, local, ok = f.date(texts[0])
	}
	switch {
	case !ok:
		d.Warn(0, draft.KindDate, misfit("publishedAt", f, "a date"))
		return false
	case local && !strings.HasSuffix(plainName(f.path), "gmt") && !strings.HasSuffix(plainName(f.path), "utc"):
		d.Warn(0, draft.KindLocalDate, f.name("publishedAt")+": "+record.Quoted(texts[0])+" has no offset and is taken as UTC")
	}
	f.take()
	if date == "" {
		return false
	}
	d.Dates = append(d.Dates, draft.Date{Name: f.name("publishedAt"), Text: date})
	return true
}

// date reads a date by the source's layout, or in any spelling that is not ambiguous.
func (s source) date(text string) (date string, local, ok bool) {
	switch {
	case s.unix:
		date, ok = when.Unix(text)
		return date, false, ok
	case s.millis:
		date, ok = when.UnixMillis(text)
		return date, false, ok
	case s.layout != nil:
		return s.layout.Parse(text)
	}
	return when.Parse(text)
}

// putEntities adds entities: names of the source's type, or objects that are entities as
// a post has them.
func putEntities(d *draft.Draft, f found) bool {
	if f.kind == "" && isObject(f.values[0]) {
		return putField(d, "meta.entities", f)
	}
	kind := f.kind
	if kind == "" {
		kind = "tag"
	}
	names := f.texts()
	if len(names) == 0 {
		d.Warn(0, draft.KindMisfit, misfit("meta.entities", f, "names; of objects, the path to their names"))
		return false
	}
	for _, name := range names {
		e := content.Entity{Name: naming.Title(plain(name, f.as)), Type: kind}
		switch {
		case isPrivate(e.Name):
			d.Lose(KindPrivate, 1)
		case e.Name != "" && !slices.Contains(d.Post.Meta.Entities, e):
			d.Post.Meta.Entities = append(d.Post.Meta.Entities, e)
		}
	}
	f.take()
	return true
}

func isObject(v *value) bool {
	return v.kind == jx.Object || v.kind == jx.Array && len(v.members) > 0 && v.members[0].kind == jx.Object
}

// keep puts what no field has into extra, nested as it was, without what is private.
func keep(d *draft.Draft, rec *value) {
	left := rec.rest()
	if left == nil {
		return
	}
	for i, name := range left.names {
		if left.members[i].absent() {
			continue
		}
		kept, private := fields.Private(name, left.members[i].json())
		if private > 0 {
			d.Lose(KindPrivate, private)
		}
		if kept == nil {
			continue
		}
		if err := fields.Extra(&d.Post, name, kept); err != nil {
			d.Warn(0, draft.KindMisfit, err.Error())
			d.Lose("value that extra cannot hold", 1)
		}
	}
}
