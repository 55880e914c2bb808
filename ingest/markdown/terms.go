package markdown

import (
	"encoding/json"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
)

func (f *front) tags(m draft.Member) bool       { return f.terms("tag", m.Value, true) }
func (f *front) tag(m draft.Member) bool        { return f.terms("tag", m.Value, false) }
func (f *front) categories(m draft.Member) bool { return f.terms("category", m.Value, true) }
func (f *front) category(m draft.Member) bool   { return f.terms("category", m.Value, false) }
func (f *front) series(m draft.Member) bool     { return f.terms("series", m.Value, false) }

// taxonomies is Zola's table of terms by their taxonomy.
func (f *front) taxonomies(m draft.Member) bool {
	members, ok := membersOf(m.Value)
	for _, inner := range members {
		kind := strings.ToLower(inner.Name)
		switch kind {
		case "tags":
			kind = "tag"
		case "categories":
			kind = "category"
		case "authors":
			kind = "author"
		}
		if !f.terms(kind, inner.Value, false) {
			f.Meta = append(f.Meta, inner)
		}
	}
	return ok
}

// terms takes a list of terms. A text is one of them, or many where it may hold many: by
// commas, else by spaces, as Jekyll reads it.
func (f *front) terms(kind string, value json.RawMessage, many bool) bool {
	if text, isText := textOf(value); isText && many {
		parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
		if len(parts) == 1 {
			parts = strings.Fields(text)
		}
		for _, part := range parts {
			f.term(kind, part)
		}
		return true
	}
	ok := true
	for _, entry := range entriesOf(value) {
		name, found := labelOf(entry)
		f.term(kind, name)
		ok = ok && (found || string(entry) == "null")
	}
	return ok
}

// term adds an entity, each once.
func (f *front) term(kind, name string) {
	name = strings.Trim(strings.Join(strings.Fields(name), " "), `"' `)
	if name == "" {
		return
	}
	for _, e := range f.Post.Meta.Entities {
		if e.Type == kind && strings.EqualFold(e.Name, name) {
			return
		}
	}
	f.Post.Meta.Entities = append(f.Post.Meta.Entities, content.Entity{Name: name, Type: kind})
}

// The names of the name of a term that is a mapping.
var labels = []string{"label", "name", "title", "tag", "id", "slug", "value", "key"}

// labelOf gives the name of a term: a text, or what a mapping says.
func labelOf(entry json.RawMessage) (string, bool) {
	if text, ok := textOf(entry); ok {
		return text, true
	}
	return field(entry, labels...)
}

// field gives the first of the fields of a mapping that is a text.
func field(value json.RawMessage, names ...string) (string, bool) {
	members, _ := membersOf(value)
	for _, name := range names {
		for _, m := range members {
			if strings.EqualFold(m.Name, name) {
				if text, ok := textOf(m.Value); ok && strings.TrimSpace(text) != "" {
					return strings.TrimSpace(text), true
				}
			}
		}
	}
	return "", false
}
