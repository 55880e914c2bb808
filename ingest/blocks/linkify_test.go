package blocks_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"pgregory.net/rapid"
)

// Addresses in a text become the links that goldmark makes of them.
func TestLinkifiesAsGoldmark(t *testing.T) {
	t.Parallel()
	own := goldmark.New(goldmark.WithExtensions(extension.Linkify))
	parts := []string{"http://a.example", "https://b.example/c?d=e", "ftp://f.example", "www.g.example", "h@i.example", "j.k+l@m-n.example.", "http:", "www.", "@", "https", "w", " ", "\t", "\n", "*", "_", "(", ")", ".", ",", "a", "é", "/", ":", "-", "mailto:o@p.example", "'", "#", "@q.example", "r@s"}
	links := 0
	rapid.Check(t, func(t *rapid.T) {
		source := "a" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 12).Draw(t, "parts"), "")
		var want bytes.Buffer
		if err := own.Convert([]byte(source), &want); err != nil {
			t.Fatal(err)
		}
		got, err := markdown.HTML([]byte(source))
		if err != nil || got != want.String() {
			t.Fatalf("%q: found\n%s\n%v, expected\n%s", source, got, err, want.String())
		}
		links += strings.Count(got, "<a ")
	})
	if links == 0 {
		t.Error("no text had a link")
	}
}
