package server_test

import (
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// TestImages asks both faces for what the archive knows of an image, wherever it is shown.
func TestImages(t *testing.T) {
	t.Parallel()
	const about = `"alt":"A long bench","width":1200,"height":800`
	h := serving(t)
	for _, target := range []string{
		"/v1/posts/measuring-a-cache?fields=body", "/v1/posts/measuring-a-cache?fields=meta.images", "/v1/summaries?slug=measuring-a-cache", "/v1/search?q=measuring",
		"/v1/similar?entity=database:PostgreSQL", "/v1/posts.ndjson?slug=measuring-a-cache&fields=meta.images",
	} {
		if got := get(t, h, target).body; !strings.Contains(got, about) {
			t.Errorf("%s: found %s", target, got)
		}
	}
	const html = `<img src="https://images.example.org/bench.jpg" alt="A long bench" width="1200" height="800">`
	f := faces{t, h}
	for _, query := range []string{
		`{ post(slug: "measuring-a-cache") { body { ... on ImageBlock { alt width height } } } }`,
		`{ post(slug: "measuring-a-cache") { meta { images { alt width height } } } }`,
		`{ post(slug: "measuring-a-cache") { meta { image { alt width height } } } }`,
		`{ post(slug: "measuring-a-cache") { intro meta { image { alt width height } } } }`,
		`{ posts(filter: {slug: {eq: "measuring-a-cache"}}) { nodes { meta { image { alt width height } } } } }`,
	} {
		if got := asJSON(t, f.graphql(query, nil)); !strings.Contains(got, `"alt":"A long bench","height":800,"width":1200`) {
			t.Errorf("%s: found %s", query, got)
		}
	}
	if got := f.graphql(`{ post(slug: "measuring-a-cache") { html } }`, nil); !strings.Contains(at(got, "post", "html").(string), html) {
		t.Errorf("found %v", got)
	}
}

// TestImageOfPost holds meta.image, of a post as a list and as a whole, against the first of
// its images.
func TestImageOfPost(t *testing.T) {
	t.Parallel()
	posts := []*content.Post{
		{Slug: "none", Title: "None"},
		{Slug: "one", Title: "One", Meta: content.Meta{Images: []content.Image{{URL: "/1.png", Caption: `"one"`}}}},
		{Slug: "two", Title: "Two", Meta: content.Meta{Images: []content.Image{{URL: "/a].png"}, {URL: "/b.png"}}}},
		{Slug: "source", Title: "Source", Meta: content.Meta{Images: []content.Image{{Source: "own"}}}},
	}
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, more := range []string{"", "intro", "meta { images { url source caption alt width height } }"} {
		found := f.graphql(`{ posts { nodes { slug `+more+` meta { image { url source caption alt width height } } } } }`, nil)
		for _, node := range at(found, "posts", "nodes").([]any) {
			row := f.rest("/v1/summaries?slug=" + at(node, "slug").(string))["data"].([]any)[0]
			image, whole := asImported(at(node, "meta", "image")), at(node, "meta").(map[string]any)["images"]
			if asJSON(t, image) != asJSON(t, at(row, "image")) {
				t.Errorf("%v with %q: found %v, expected %v", at(node, "slug"), more, image, at(row, "image"))
			}
			if all, ok := whole.([]any); ok && len(all) > 0 && asJSON(t, all[0]) != asJSON(t, at(node, "meta", "image")) {
				t.Errorf("%v: found %v, expected the first of %v", at(node, "slug"), image, all)
			}
		}
	}
}
