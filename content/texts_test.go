package content_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alphanode/content"
)

// sameTexts holds the texts that are read of a post's canonical JSON against those of the
// post.
func sameTexts(p *content.Post) string {
	read := content.Texts{Tools: []string{"of another post"}}
	if err := read.Read(string(p.AppendJSON(nil))); err != nil {
		return err.Error()
	}
	return cmp.Diff(content.TextsOf(p), &read, cmpopts.EquateEmpty())
}

func TestTexts(t *testing.T) {
	t.Parallel()
	want := &content.Texts{
		Slug: "a-post", Title: "a post", Intro: "its intro", Summary: "s", Language: "pt-BR", Entities: []string{"n"}, Tools: []string{"C++"},
		Body: []content.Piece{{Written: "h"}, {Written: "p b"}, {Written: "a\n\n\tb"}, {Written: "i"}, {Written: "j"}, {Written: "c"}, {Written: "q"},
			{Written: "<hr>", Markup: true}},
	}
	if diff := cmp.Diff(want, content.TextsOf(full())); diff != "" {
		t.Error(diff)
	}
	for _, p := range []*content.Post{full(), {}, {Body: []content.Block{content.Figure{}, content.List{}, content.HTML{}}}} {
		if diff := sameTexts(p); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTextsOfDamage: what is no canonical JSON is told, or read as something; it ends.
func TestTextsOfDamage(t *testing.T) {
	t.Parallel()
	whole := string(full().AppendJSON(nil))
	for i := range whole {
		if new(content.Texts).Read(whole[:i]) == nil {
			t.Errorf("nothing is wrong with %s", whole[:i])
		}
		damaged := []byte(whole)
		damaged[i] = `"\{}[],:x0 `[rand.IntN(11)]
		_ = new(content.Texts).Read(string(damaged))
	}
}
