package content_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"alphanode/content"
)

func headed(headings ...string) *content.Post {
	p := &content.Post{}
	for _, text := range headings {
		p.Body = append(p.Body, content.Heading{Level: 2, Text: text}, content.Paragraph{Text: "p"})
	}
	return p
}

// anchorsOf gives the anchors of the headings alone.
func anchorsOf(p *content.Post) []string {
	return slices.DeleteFunc(p.Anchors(), func(anchor string) bool { return anchor == "" })
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 100)
	for _, tt := range []struct{ headings, want []string }{
		{[]string{"Setting up", "  What's new in Go 1.26?  "}, []string{"setting-up", "what-s-new-in-go-1-26"}},
		{[]string{"C", "C++", "C#", "Node.js", "1. Setup", "max_connections", "a/b & c"}, []string{"c", "cplusplus", "csharp", "node-js", "1-setup", "max-connections", "a-b-c"}},
		{[]string{"Straße", "ÉTÉ", "Введение в Go", "はじめに", "مقدمة", "परिचय", "ΟΔΟΣ", "I\u0307stanbul"}, []string{"straße", "été", "введение-в-go", "はじめに", "مقدمة", "परिचय", "οδος", "i\u0307stanbul"}},
		{[]string{"e\u0301te\u0301", "se\u00adcret", "a\u200bb"}, []string{"été", "secret", "ab"}},
		{[]string{"Setup", "Setup", "setup!", "Setup 2"}, []string{"setup", "setup-2", "setup-3", "setup-2-2"}},
		{[]string{"Setup 2", "Setup", "Setup"}, []string{"setup-2", "setup", "setup-3"}},
		{[]string{"???", "🎉", "", "\u0301", "Section", "2024"}, []string{"section", "section-2", "section-3", "section-4", "section-5", "2024"}},
		{[]string{long, long}, []string{strings.TrimSuffix(strings.Repeat("word-", 40), "-"), strings.TrimSuffix(strings.Repeat("word-", 40), "-") + "-2"}},
		{[]string{`"><script>alert(1)</script>`}, []string{"script-alert-1-script"}},
	} {
		if got := anchorsOf(headed(tt.headings...)); !slices.Equal(got, tt.want) {
			t.Errorf("%q: found %q, expected %q", tt.headings, got, tt.want)
		}
	}
}

// TestAnchorsAndMarkup has headings keep away from ids that the post's own mark-up has.
func TestAnchorsAndMarkup(t *testing.T) {
	t.Parallel()
	p := &content.Post{Body: []content.Block{
		content.Heading{Level: 2, Text: "One"},
		content.Heading{Level: 2, Text: "Two"},
		content.Heading{Level: 2, Text: "Three"},
		content.Heading{Level: 2, Text: "Four"},
		content.HTML{HTML: `<table id="one"><tbody><tr><td>1</td></tr></tbody></table>`},
		content.Paragraph{Text: "p", HTML: `<b id="two">p</b>`},
		content.Quote{Text: "id=four", HTML: `<b id="two-2">q</b>`},
		content.List{Items: []content.ListItem{{Text: "i", HTML: `<i id="three">i</i>`}}},
	}}
	p.Settle()
	if got := anchorsOf(p); !slices.Equal(got, []string{"one-2", "two-3", "three-2", "four"}) {
		t.Errorf("found %q", got)
	}
}

var headingIDs = regexp.MustCompile(`<h[1-6] id="([^"]*)">`)

// checkAnchors holds what must be true of the anchors of any post.
func checkAnchors(t testing.TB, p *content.Post) {
	t.Helper()
	anchors := p.Anchors()
	taken := map[string]bool{}
	for i, b := range p.Body {
		_, heading := b.(content.Heading)
		anchor := anchors[i]
		switch {
		case heading != (anchor != ""):
			t.Errorf("%+v: found the anchor %q", b, anchor)
		case heading && taken[anchor]:
			t.Errorf("%+v: the anchor %q is there twice", b, anchor)
		case strings.ContainsFunc(anchor, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}):
			t.Errorf("%+v: the anchor %q has more than letters and digits", b, anchor)
		}
		taken[anchor] = heading
	}
	var ids []string
	for _, found := range headingIDs.FindAllStringSubmatch(p.HTML(), -1) {
		ids = append(ids, found[1])
	}
	if own := anchorsOf(p); !slices.Equal(ids, own) {
		t.Errorf("found the ids %q, expected %q", ids, own)
	}
	// It is derived: what is stored is the same with it and without, and reads the same.
	before := string(p.AppendJSON(nil))
	p.SetAnchors()
	with := p.AppendJSON(nil)
	for i, b := range p.Body {
		if h, ok := b.(content.Heading); ok && h.Anchor != anchors[i] {
			t.Errorf("found the anchor %q in the block, expected %q", h.Anchor, anchors[i])
		}
	}
	if again, faults := content.Decode(with); faults != nil || string(again.Post.AppendJSON(nil)) != before {
		t.Errorf("%v: %s became another post", faults, with)
	}
	p.Settle()
	if p.Settle(); string(p.AppendJSON(nil)) == string(with) && len(anchorsOf(p)) > 0 {
		t.Errorf("anchors would be stored: %s", with)
	}
}

func FuzzAnchors(f *testing.F) {
	f.Add("Setup\nSetup\nSetup 2\nsetup-2-2\n\n???\nsection")
	f.Add("Straße\nΟΔΟΣ\nİ\n\u0301a\nе\u0301\n\u200d\n\x00\xff")
	f.Add("a\na\na-2\na-2\na-2-2\na\nA\nÅ\nA\u030a")
	f.Fuzz(func(t *testing.T, text string) {
		p := headed(strings.Split(strings.ToValidUTF8(text, "?"), "\n")...)
		checkAnchors(t, p)
		// Headings behind change nothing of those before.
		few := anchorsOf(p)
		p.Body = append(p.Body, content.Heading{Level: 3, Text: "More"}, content.Heading{Level: 3, Text: text})
		if more := anchorsOf(p); !slices.Equal(more[:len(few)], few) {
			t.Errorf("found %q, expected that it begins with %q", more, few)
		}
	})
}

// TestManyAnchors has as many headings as a post may have, all alike, and each of the anchors
// taken that they would get.
func TestManyAnchors(t *testing.T) {
	t.Parallel()
	var alike []string
	for i := range content.MaxBlocks / 2 {
		alike = append(alike, "Alike", fmt.Sprint("Alike ", i))
	}
	p := headed(alike...)
	seen := map[string]bool{}
	for _, anchor := range anchorsOf(p) {
		seen[anchor] = true
	}
	if len(seen) != len(alike) {
		t.Errorf("found %d anchors, expected %d", len(seen), len(alike))
	}
}

func BenchmarkAnchors(b *testing.B) {
	p := headed("Why caches go cold", "What to measure first", "A checklist for the release", "Setting up", "Setting up", "Further reading")
	b.ReportAllocs()
	for b.Loop() {
		p.Anchors()
	}
}
