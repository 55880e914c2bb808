package server_test

import (
	"net/url"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// TestSlugsInEitherForm asks for posts and terms by slugs that are written in another form
// than the one in which they are kept, over both faces. What is answered, and what caches
// are told that it is about, is the same.
func TestSlugsInEitherForm(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t,
		&content.Post{Slug: "cafe\u0301", Title: "One", Meta: content.Meta{Tools: []string{"Cafe\u0301 1"}}},
		&content.Post{Slug: "other", Title: "Other", Meta: content.Meta{Tools: []string{"caf\u00e9\u200b 1"}}})
	s := serve(t, onlyOne{r}, quiet, "tag-headers=Surrogate-Key")
	for _, slug := range []string{"caf\u00e9", "cafe\u0301", "caf\u00e9\u200b", "\ufeffcaf\u00ade\u0301"} {
		for _, address := range []string{"/v1/posts/%s", "/v1/posts/%s/similar", "/v1/posts/%s?include=similar", "/v1/posts?slug=%s", "/v1/posts?slug=other&slug=%s", "/v1/posts?include=similar,text&slug=%s", "/v1/tools/%s-1", "/v1/tools/%s-1/posts"} {
			want := get(t, s, strings.Replace(address, "%s", "caf%C3%A9", 1))
			got := get(t, s, strings.Replace(address, "%s", url.PathEscape(slug), 1))
			if got.status != 200 || got.body != want.body || got.header.Get("Surrogate-Key") != want.header.Get("Surrogate-Key") {
				t.Errorf("%s by %+q: found %d %s, %q", address, slug, got.status, got.body, got.header.Get("Surrogate-Key"))
			}
		}
		const want = `{"data":{"post":{"title":"One"},"tool":{"postCount":2},"posts":{"totalCount":1},"similarPosts":{"totalCount":0}}}`
		query := `{"query":"query($s: String!, $t: String!) { post(slug: $s) { title } tool(slug: $t) { postCount } posts(filter: {slug: {eq: $s}}) { totalCount } similarPosts(to: {post: \"other\"}, exclude: [$s]) { totalCount } }","variables":` +
			asJSON(t, map[string]string{"s": slug, "t": slug + "-1"}) + `}`
		if r := ask(t, s, "POST", "/graphql", query, "Content-Type: application/json"); r.body != want {
			t.Errorf("%+q: found %s", slug, r.body)
		}
	}
}
