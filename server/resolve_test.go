package server_test

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestResolveEqualsScan asks both faces for addresses where posts stood, and holds what they
// find against a scan over all posts, of which the public sees some.
func TestResolveEqualsScan(t *testing.T) {
	t.Parallel()
	t.Logf("-seed %d", *seed)
	posts := append(storetest.RandomPosts(rand.New(rand.NewPCG(*seed, 31)), 60), decode(t, richPost))
	model, f := storetest.NewModel(posts), faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, address := range append([]string{"/none", "https://new.example/2014/09/15/measuring?utm_source=feed", "/?p=7#top"}, storetest.RandomAddresses...) {
		var slug any
		if p := model.At(store.Public, address); p != nil {
			slug = p.Slug
		}
		status, answer := f.ask("GET", "/v1/resolve?url="+url.QueryEscape(address), nil)
		if data, _ := answer["data"].(map[string]any); status == 200 && data["slug"] != slug || status == 404 && slug != nil || status != 200 && status != 404 {
			t.Errorf("%s: found %d %v, expected %v", address, status, answer, slug)
		}
		found, _ := f.graphql(`query($u: String!) { postByUrl(url: $u) { slug } }`, map[string]any{"u": address})["postByUrl"].(map[string]any)
		if found["slug"] != slug {
			t.Errorf("%s: found %v, expected %v", address, found, slug)
		}
	}
}

// TestResolveRefuses says what is no address.
func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for query, want := range map[string]string{
		"":                                   "the address where a post stood",
		"?url=":                              "a path, or an http or https address",
		"?url=mailto:a@b.example":            "a path, or an http or https address",
		"?url=/a&url=/b":                     "cannot be repeated",
		"?url=/a&slug=b":                     "slug",
		"?url=/" + strings.Repeat("a", 2048): "at most 2048 bytes",
	} {
		if r := get(t, h, "/v1/resolve"+query); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%.60s: found %d %s", query, r.status, r.body)
		}
	}
	if r := get(t, h, "/v1/resolve?url=%2Fnone"); r.status != 404 || r.header.Get("Cache-Control") != "no-store" || !strings.Contains(r.body, `"location":"query.url"`) {
		t.Errorf("found %d %v %s", r.status, r.header, r.body)
	}
}
