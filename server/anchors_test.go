package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// TestFacesAgreeOnAnchors: include=anchors over REST, the headings over GraphQL and the ids in
// the HTML of both are the same, and what is sent without asking for them has none.
func TestFacesAgreeOnAnchors(t *testing.T) {
	t.Parallel()
	posts := bodies(t)
	headings := []string{"Setup", "Setup", "Größe & Maß", "はじめに", "?!", "Setup 2", "C++", "…"}
	for i := range 30 {
		p := &content.Post{Slug: fmt.Sprint("headed-", i), Title: "Headed"}
		for j := range i {
			p.Body = append(p.Body, content.Heading{Level: 1 + j%6, Text: headings[(i*j)%len(headings)]}, content.Paragraph{Text: "p", HTML: fmt.Sprintf(`<b id="setup-%d">p</b>`, i%3)})
		}
		p.Settle()
		posts = append(posts, p)
	}
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	seen := 0
	for _, p := range posts {
		if !p.Public() {
			continue
		}
		answer := f.rest("/v1/posts/" + p.Slug + "?fields=slug&include=anchors,html")["data"]
		told := at(answer, "anchors").([]any)
		var blocks []any
		graph := at(f.graphql(`query($slug: String!) { post(slug: $slug) { html body { __typename ... on HeadingBlock { level text anchor } } } }`, map[string]any{"slug": p.Slug}), "post")
		for i, block := range at(graph, "body").([]any) {
			if block := block.(map[string]any); block["__typename"] == "HeadingBlock" {
				delete(block, "__typename")
				block["block"] = i
				blocks = append(blocks, block)
			}
		}
		if len(told)+len(blocks) > 0 && asJSON(t, told) != asJSON(t, blocks) {
			t.Errorf("%s: found %s over REST\nand %s over GraphQL", p.Slug, asJSON(t, told), asJSON(t, blocks))
		}
		for i, heading := range told {
			id := fmt.Sprintf("<h%v id=%q>", at(heading, "level"), at(heading, "anchor"))
			if n := strings.Count(at(answer, "html").(string), fmt.Sprintf("id=%q", at(heading, "anchor"))); n != 1 || !strings.Contains(at(answer, "html").(string), id) {
				t.Errorf("%s: found %s %d times in %s", p.Slug, id, n, at(answer, "html"))
			}
			if block, _ := at(heading, "block").(json.Number).Int64(); p.Body[block].(content.Heading).Text != at(heading, "text") {
				t.Errorf("%s: heading %d is told to be block %d", p.Slug, i, block)
			}
			seen++
		}
		if at(answer, "html") != at(graph, "html") {
			t.Errorf("%s: found %v\nand %v", p.Slug, at(answer, "html"), at(graph, "html"))
		}
		if plain := get(t, f.handler, "/v1/posts/"+p.Slug).body; strings.Contains(plain, `"anchor`) || !strings.Contains(plain, string(p.AppendJSON(nil)[1:20])) {
			t.Errorf("%s: found %s", p.Slug, plain)
		}
	}
	// A stream has them too, under a tag of its own.
	tags := map[string]bool{}
	for _, include := range []string{"", "&include=anchors", "&include=text", "&include=anchors,text"} {
		stream := get(t, f.handler, "/v1/posts.ndjson?fields=slug"+include)
		if tag := stream.header.Get("ETag"); tags[tag] || strings.Contains(stream.body, `"anchors":[{"block":0`) != strings.Contains(include, "anchors") {
			t.Errorf("%q: found the tag %s and %.300s", include, tag, stream.body)
		}
		tags[stream.header.Get("ETag")] = true
	}
	if seen < 300 {
		t.Errorf("found %d headings", seen)
	}
}
