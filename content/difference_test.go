package content_test

import (
	"encoding/json"
	"slices"
	"testing"

	"alphanode/content"
)

func TestChangedFields(t *testing.T) {
	t.Parallel()
	one, two := 1, 2
	full := func() *content.Post {
		p := &content.Post{Slug: "a", Title: "A", Body: []content.Block{content.Paragraph{Text: "x"}}, Meta: content.Meta{
			Tools: []string{"git"}, Score: &content.Score{Quality: &one, Depth: &one}, Revision: &content.Revision{Status: "reviewed"},
			Extra: content.Extra{"k": json.RawMessage(`{"n":1.0}`)},
		}}
		p.Settle()
		return p
	}
	tests := []struct {
		name   string
		change func(*content.Post)
		want   []string
	}{
		{"nothing", func(*content.Post) {}, nil},
		{"texts and a list", func(p *content.Post) { p.Title, p.Intro, p.Meta.Tools = "B", "new", []string{"git", "go"} }, []string{"intro", "meta.tools", "title"}},
		{"body", func(p *content.Post) { p.Body = nil }, []string{"body"}},
		{"one score", func(p *content.Post) { p.Meta.Score.Quality = &two }, []string{"meta.score.quality"}},
		{"a score more", func(p *content.Post) { p.Meta.Score.Clarity = &two }, []string{"meta.score.clarity"}},
		{"all scores", func(p *content.Post) { p.Meta.Score = nil }, []string{"meta.score.depth", "meta.score.quality"}},
		{"status and flag", func(p *content.Post) { p.Meta.Revision.Status, p.Meta.Flags.ImageHeavy = "draft", true }, []string{"meta.flags.imageHeavy", "meta.revision.status"}},
		{"an empty payload", func(p *content.Post) { p.Meta.Payload = &content.Payload{} }, []string{"meta.payload"}},
		{"language and addresses", func(p *content.Post) { p.Meta.Language, p.Meta.URLs = "fr", []string{"/a"} }, []string{"meta.language", "meta.urls"}},
		{"digits of a number", func(p *content.Post) { p.Meta.Extra = content.Extra{"k": json.RawMessage(`{"n":1.00}`)} }, []string{"meta.extra"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := full()
			tt.change(changed)
			before, after := full().AppendJSON(nil), changed.AppendJSON(nil)
			for _, pair := range [][2][]byte{{before, after}, {after, before}} {
				if got, err := content.ChangedFields(pair[0], pair[1]); err != nil || !slices.Equal(got, tt.want) {
					t.Errorf("found %q, %v, expected %q", got, err, tt.want)
				}
			}
		})
	}
}
