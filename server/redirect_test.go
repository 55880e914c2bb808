package server_test

import (
	"slices"
	"strings"
	"testing"

	"alphanode/purge"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestRedirects asks a server with redirects at addresses where posts stood, and where none
// did or one that is not public.
func TestRedirects(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, decode(t, richPost),
		decode(t, `{"slug":"größe","title":"Renamed","meta":{"urls":["/posts/before","/tools/none-such"]}}`),
		decode(t, `{"slug":"lost","title":"Lost","meta":{"urls":["/v1/none","/graphql","/tools"]}}`),
		decode(t, `{"slug":"draft","title":"Draft","meta":{"urls":["/secret","/2014/09/15/measuring"],"revision":{"status":"draft"}}}`))
	const measuring, one = "/posts/measuring-a-cache", "public, max-age=60"
	h := serve(t, onlyOne{r}, quiet, "redirects=true", "tag-headers=Surrogate-Key", "s-maxage=24h")
	for target, want := range map[string]string{
		"/2014/09/15/measuring/": measuring, "/2014/09/15/measuring": measuring, "/2014/09/15/measuring/index.html?utm_source=x": measuring, "/2014/09/15/%6deasuring": measuring,
		"/?p=7": measuring, "/?p=7&fbclid=x": measuring, "/posts/before": "/posts/gr%C3%B6%C3%9Fe", "/tools/none-such": "/posts/gr%C3%B6%C3%9Fe",
	} {
		a := get(t, h, target)
		if a.status != 301 || a.header.Get("Location") != want || a.header.Get("Cache-Control") != one || a.header.Get("ETag") != "" ||
			!slices.Contains(strings.Fields(a.header.Get("Surrogate-Key")), "post:"+strings.TrimPrefix(want, "/posts/")) || !slices.Contains(strings.Fields(a.header.Get("Surrogate-Key")), "posts") {
			t.Errorf("%s: found %d %v, expected %s", target, a.status, a.header, want)
		}
		if head := ask(t, h, "HEAD", target, ""); head.status != 301 || head.header.Get("Location") != want {
			t.Errorf("HEAD %s: found %d %v", target, head.status, head.header)
		}
		if get(t, h, want).status != 200 {
			t.Errorf("%s is not there", want)
		}
	}
	for target, want := range map[string]int{
		"/secret": 404, "/none": 404, "/?p=8": 200, "/?p=": 200, "/?q=7": 200, "/v1/none": 404, "/tools": 200, "/2014/09/15/Measuring": 404, "//evil.example/2014": 404, "/posts/draft": 404,
	} {
		if a := get(t, h, target, "Accept: text/html"); a.status != want || a.header.Get("Location") != "" {
			t.Errorf("%s: found %d %v, expected %d", target, a.status, a.header, want)
		}
	}
	if a := ask(t, h, "POST", "/2014/09/15/measuring/", ""); a.status != 404 {
		t.Errorf("POST: found %d", a.status)
	}
	if a := get(t, serve(t, onlyOne{r}, quiet), "/2014/09/15/measuring/"); a.status != 404 {
		t.Errorf("without the setting: found %d", a.status)
	}
}

// TestRedirectsBelowAPath: where readers know the server by a path, old addresses have it or
// have it not, and new ones have it.
func TestRedirectsBelowAPath(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, decode(t, `{"slug":"a","title":"A","meta":{"urls":["https://site.example/archive/old-a/"]}}`), decode(t, `{"slug":"b","title":"B","meta":{"urls":["/old-b"]}}`))
	h := serve(t, onlyOne{r}, quiet, "redirects=true", "public-url=https://site.example/archive")
	for target, want := range map[string]string{"/old-a": "/archive/posts/a", "/old-b/": "/archive/posts/b"} {
		if a := get(t, h, target); a.status != 301 || a.header.Get("Location") != want {
			t.Errorf("%s: found %d %v, expected %s", target, a.status, a.header, want)
		}
	}
}

// TestRedirectsForWhoSeesDrafts: a key opens drafts, but leads to none.
func TestRedirectsForWhoSeesDrafts(t *testing.T) {
	t.Parallel()
	h := openHouse(t, append(archive(t), decode(t, `{"slug":"secret-draft","title":"Draft","meta":{"urls":["/secret"],"revision":{"status":"draft"}}}`)), "redirects=true")
	if a := get(t, h, "/secret", "Authorization: Bearer "+h.secret[store.ScopePreview]); a.status != 404 {
		t.Errorf("found %d %v", a.status, a.header)
	}
	if a := get(t, h, "/2014/09/15/measuring/", "Authorization: Bearer "+h.secret[store.ScopePreview]); a.status != 301 || strings.Contains(a.header.Get("Cache-Control"), "public") {
		t.Errorf("found %d %v", a.status, a.header)
	}
}

// TestPlansListOldAddresses of posts that changed, in either form, where they lead there.
func TestPlansListOldAddresses(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, decode(t, `{"slug":"a","title":"A","meta":{"urls":["https://old.example/?p=7","/2014/a/"]}}`), decode(t, `{"slug":"b","title":"B","meta":{"urls":["/2014/b/"]}}`))
	storetest.Publish(t, c, catalogue.ImportOptions{}, decode(t, `{"slug":"a","title":"A","meta":{"urls":["/2015/a","/2014/a/"]}}`))
	before, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	after, err := c.Open("r2")
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	for _, redirects := range []bool{false, true} {
		s := site()
		s.Redirects = redirects
		plan, err := purge.Compare(t.Context(), before, after, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"/?p=7", "/2014/a", "/2014/a/", "/2015/a", "/2015/a/"} {
			if slices.Contains(plan.URLs, address) != redirects {
				t.Errorf("%v: found %q in %q", redirects, address, plan.URLs)
			}
		}
		if slices.Contains(plan.URLs, "/2014/b/") {
			t.Errorf("found the address of a post that stays")
		}
	}
}
