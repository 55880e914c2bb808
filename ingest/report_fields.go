package ingest

import "alphanode/content"

// filled names the fields that a post has, beside slug and title, which each has.
func filled(p *content.Post) (names []string) {
	m := &p.Meta
	for _, f := range []struct {
		name  string
		there bool
	}{
		{"intro", p.Intro != ""},
		{"body", len(p.Body) > 0},
		{"publishedAt", p.PublishedAt != ""},
		{"meta.topic", m.Topic != ""},
		{"meta.summary", m.Summary != ""},
		{"meta.brief", m.Brief != ""},
		{"meta.outline", len(m.Outline) > 0},
		{"meta.stack", len(m.Stack) > 0},
		{"meta.checklist", len(m.Checklist) > 0},
		{"meta.notes", len(m.Notes) > 0},
		{"meta.tools", len(m.Tools) > 0},
		{"meta.entities", len(m.Entities) > 0},
		{"meta.codeLanguage", m.CodeLanguage != ""},
		{"meta.language", m.Language != ""},
		{"meta.difficulty", m.Difficulty != ""},
		{"meta.readingTime", m.ReadingTime != nil},
		{"meta.viewCount", m.ViewCount != nil},
		{"meta.score", m.Score != nil},
		{"meta.revision", m.Revision != nil},
		{"meta.reference", m.Reference != ""},
		{"meta.hash", m.Hash != ""},
		{"meta.flags", m.Flags != content.Flags{}},
		{"meta.images", len(m.Images) > 0},
		{"meta.payload", m.Payload != nil},
		{"meta.urls", len(m.URLs) > 0},
		{"meta.extra", len(m.Extra) > 0},
	} {
		if f.there {
			names = append(names, f.name)
		}
	}
	return names
}
