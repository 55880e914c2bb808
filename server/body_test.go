package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// TestBodiesAreNotShared asks for answers of many sizes at once, over and over:
// each is the same as when it was asked for alone.
func TestBodiesAreNotShared(t *testing.T) {
	t.Parallel()
	h := serving(t)
	targets := []string{
		"/v1/posts", "/v1/posts?limit=100", "/v1/summaries?limit=3", "/v1/posts?fields=slug", "/v1/posts?fields=slug,intro",
		"/v1/posts/measuring-a-cache", "/v1/posts/measuring-a-cache?include=similar", "/v1/posts/measuring-a-cache/similar",
		"/v1/posts/none-such", "/v1/tools", "/v1/posts?slug=none-such", "/openapi.json",
	}
	want := map[string]string{}
	for _, target := range targets {
		want[target] = get(t, h, target).body
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 60 {
				target := targets[(i*7+k*5)%len(targets)]
				if k%3 == 0 { // a body that is not sent comes back too
					ask(t, h, "HEAD", target, "")
				}
				if got := get(t, h, target).body; got != want[target] {
					t.Errorf("%s: found %.200s, expected %.200s", target, got, want[target])
				}
			}
		})
	}
	wg.Wait()
}

// TestLongSurrogateKey ends with a whole key before it gets too long for caches.
func TestLongSurrogateKey(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 100 {
		posts = append(posts, decode(t, fmt.Sprintf(`{"slug":"%s-%03d-é","title":"t"}`, strings.Repeat("long", 30), i)))
	}
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "tag-headers=Surrogate-Key")
	keys := strings.Split(get(t, h, "/v1/summaries?limit=100&sort=slug").header.Get("Surrogate-Key"), " ")
	if n := len(strings.Join(keys, " ")); n > 6<<10 || n < 5<<10 || keys[0] != "posts" {
		t.Errorf("found %d bytes, first %s", n, keys[0])
	}
	for i, key := range keys[1:] {
		if want := fmt.Sprintf("post:%s-%03d-%%C3%%A9", strings.Repeat("long", 30), i); key != want {
			t.Errorf("found %s, expected %s", key, want)
		}
	}
}

// TestNoIndexOfLists: a list that shows a whole post which must not be indexed
// must not be, and neither must the post.
func TestNoIndexOfLists(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, decode(t, richPost),
		decode(t, `{"slug":"unsure","title":"\"needsHumanReview\":true","meta":{"flags":{"needsHumanReview":true}}}`),
		decode(t, `{"slug":"sure","title":"\"needsHumanReview\":true"}`))}, quiet)
	for target, want := range map[string]string{
		"/v1/posts":                          "noindex",
		"/v1/posts?needsHumanReview=false":   "",
		"/v1/posts?slug=sure":                "",
		"/v1/posts?slug=unsure&fields=intro": "noindex",
		"/v1/posts/unsure":                   "noindex",
		"/v1/posts/sure":                     "",
	} {
		if got := get(t, h, target).header.Get("X-Robots-Tag"); got != want {
			t.Errorf("%s: found %q, expected %q", target, got, want)
		}
	}
}
