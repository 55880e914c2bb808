package content_test

import (
	"strings"
	"testing"

	"alphanode/content"
)

// TestNothingIsReplacedInSilence: what is no character is refused, wherever it
// stands; what only looks like it is kept.
func TestNothingIsReplacedInSilence(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"title":"a\ud800"}`:                        `post: found \ud800 at byte 12, half of a surrogate pair, expected characters`,
		`{"title":"\uDC00\uD800"}`:                   `post: found \uDC00 at byte 11, half of a surrogate pair, expected characters`,
		`{"title":"A","meta":{"x\ud83d":1}}`:         `post: found \ud83d at byte 24, half of a surrogate pair, expected characters`,
		`{"title":"A","meta":{"x":"\ud83d\n"}}`:      `post: found \ud83d at byte 27, half of a surrogate pair, expected characters`,
		`{"title":"\ud83d\ude00"}`:                   "",
		`{"title":"\\ud800"}`:                        "",
		`{"title":"\\\ud83d\ude00"}`:                 "",
		`{"title":"A","meta":{"":1,"flags":{"":2}}}`: "",
	} {
		r, faults := content.Decode([]byte(line))
		if got := faults.Error(); got != want {
			t.Errorf("%s\nfound    %s\nexpected %s", line, got, want)
			continue
		}
		if want == "" && strings.ContainsRune(string(r.Post.AppendJSON(nil)), '�') {
			t.Errorf("%s: found %s", line, r.Post.AppendJSON(nil))
		}
	}
	r, _ := content.Decode([]byte(`{"title":"A","meta":{"":1,"flags":{"":2}}}`))
	if got := string(r.Post.Meta.Extra[""]) + string(r.Post.Meta.Extra["flags."]); got != "12" {
		t.Errorf("unnamed meta: found %v", r.Post.Meta.Extra)
	}
}

// TestNamesAreOfOneLine: a control character in a name could make two names one.
func TestNamesAreOfOneLine(t *testing.T) {
	t.Parallel()
	p := &content.Post{Title: "a\nb", Meta: content.Meta{
		Tools: []string{"git", "a\x00b"}, Entities: []content.Entity{{Name: "a", Type: "b\x00c"}}, Topic: "\t", Reference: "r\x7f",
	}}
	paths := []string{}
	for _, f := range p.Validate() {
		paths = append(paths, f.Path)
	}
	if got := strings.Join(paths, " "); got != "title meta.tools[1] meta.entities[0].type meta.topic meta.reference" {
		t.Errorf("found faults at %s", got)
	}
}

// TestNamesShow refuses names, titles and given slugs of which nothing shows.
func TestNamesShow(t *testing.T) {
	t.Parallel()
	p := &content.Post{Slug: "\u200b\ufeff", Title: "\u00ad ", Meta: content.Meta{
		Tools: []string{"g\u200bit", "\u200b"}, Stack: []string{"\ufe0f"}, Entities: []content.Entity{{Name: "\u2060", Type: "\u3164"}},
		Topic: "\u200d", Reference: "\u200e",
	}}
	paths := []string{}
	for _, f := range p.Validate() {
		paths = append(paths, f.Path)
	}
	if got := strings.Join(paths, " "); got != "slug title meta.stack[0] meta.tools[1] meta.entities[0].name meta.entities[0].type meta.topic meta.reference" {
		t.Errorf("found faults at %s", got)
	}
	if fault := content.CheckSlug("cafe\u0301"); fault != nil { // which is kept in its normal form
		t.Error(fault)
	}
}
