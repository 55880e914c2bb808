package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"alphanode/content"
)

// TestEmbedScript asks for the script by its two names.
func TestEmbedScript(t *testing.T) {
	t.Parallel()
	h := serving(t, "public-url=https://example.org/archive/")
	plain := get(t, h, "/embed.js")
	lasting := plain.header.Get("Content-Location")
	if plain.status != http.StatusOK || !regexp.MustCompile(`^/archive/embed\.js\?v=[\w-]{11}$`).MatchString(lasting) {
		t.Fatalf("found %d at %q", plain.status, lasting)
	}
	for target, kept := range map[string]string{
		"/embed.js": "public, max-age=60", "/embed.js?v=older": "public, max-age=60", "/embed.js?utm_source=mail": "public, max-age=60",
		strings.TrimPrefix(lasting, "/archive"): "public, max-age=31536000, immutable",
	} {
		r := get(t, h, target)
		if r.body != plain.body || !strings.HasPrefix(r.header.Get("Cache-Control"), kept) || r.header.Get("Etag") == "" {
			t.Errorf("%s: found %d bytes, %s", target, len(r.body), r.header.Get("Cache-Control"))
		}
		for name, value := range map[string]string{"Content-Type": "text/javascript; charset=utf-8", "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"} {
			if r.header.Get(name) != value {
				t.Errorf("%s: found %s %q, expected %q", target, name, r.header.Get(name), value)
			}
		}
		if again := get(t, h, target, "If-None-Match: "+r.header.Get("Etag")); again.status != http.StatusNotModified {
			t.Errorf("%s: found %d where nothing changed", target, again.status)
		}
	}
	without := serving(t, "without=pages")
	for _, target := range []string{"/embed.js", "/v1/posts/measuring-a-cache/meta.html"} {
		if r := get(t, without, target); r.status != http.StatusNotFound {
			t.Errorf("%s without pages: found %d", target, r.status)
		}
	}
}

// TestLinksOfFragments says where links of a fragment lead, and where they must not.
func TestLinksOfFragments(t *testing.T) {
	t.Parallel()
	h := serving(t, "public-url=https://example.org/archive/")
	for _, tt := range []struct{ query, has string }{
		{"", `href="https://example.org/archive/tools/redis"`},
		{"", `href="https://example.org/archive/entities/database-postgresql"`},
		{"?include=similar", `href="https://example.org/archive/posts/`},
		{"?include=similar&similar.limit=1&link=/articles/%7Bslug%7D.html", `<a href="/articles/`},
		{"?termLink=/t/%7Bkind%7D/%7Bslug%7D/", `href="/t/tools/redis/"`},
		{"?termLink=/t/%7Bkind%7D?of=%7Bslug%7D", `href="/t/entities?of=database-postgresql"`},
	} {
		r := get(t, h, "/v1/posts/measuring-a-cache/meta.html"+tt.query)
		if r.status != http.StatusOK || !strings.Contains(r.body, tt.has) {
			t.Errorf("%s: found %d without %s in %s", tt.query, r.status, tt.has, r.body)
		}
		if policy := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; base-uri 'none'") || r.header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: found %q, %q", tt.query, policy, r.header.Get("X-Robots-Tag"))
		}
	}
	for _, query := range []string{
		"link=//evil.example/%7Bslug%7D", "link=/%5Cevil.example/%7Bslug%7D", "link=https://evil.example/%7Bslug%7D", "link=javascript:alert(1)//%7Bslug%7D", "link=/%09/evil.example/%7Bslug%7D",
		"link=/articles", "link=", "termLink=/t/%7Bslug%7D", "link=/" + strings.Repeat("a", 600) + "%7Bslug%7D", "link=/a/%7Bslug%7D&link=/b/%7Bslug%7D", "similar.limit=3", "similar.limit=21&include=similar", "include=html", "utm_source=mail",
	} {
		r := get(t, h, "/v1/posts/measuring-a-cache/meta.html?"+query)
		if r.status != http.StatusBadRequest || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: found %d %s", query, r.status, r.body)
		}
	}
	// What is not there is no page, which would stand in one of another site.
	if r := get(t, h, "/v1/posts/none-such/meta.html", "Accept: text/html"); r.status != http.StatusNotFound && r.status != http.StatusNotAcceptable || strings.Contains(r.body, "<html") {
		t.Errorf("none-such: found %d %s", r.status, r.body)
	}
}

// TestFragmentOfOddPost holds it that nothing in a post can be executed, or leave its place.
func TestFragmentOfOddPost(t *testing.T) {
	t.Parallel()
	const evil = `</script><script>x</script><!--{{.}}\" onload=\"x`
	h := openHouse(t, []*content.Post{decode(t, `{"slug":"odd-ü","title":"`+evil+`","meta":{"topic":"`+evil+`","tools":["`+evil+`"],"stack":["Go"],"images":[{"url":"/x.png","source":"`+evil+`"}],"extra":{"`+evil+`":["`+evil+`",1e400]}}}`),
		decode(t, `{"slug":"hidden","title":"zyxwvut","meta":{"stack":["Go"],"revision":{"status":"draft"}}}`), decode(t, `{"slug":"other","title":"`+evil+`","meta":{"stack":["Go"],"tools":["`+evil+`"]}}`)})
	r := get(t, h, "/v1/posts/odd-%C3%BC/meta.html?include=similar")
	if r.status != http.StatusOK || strings.Contains(r.body, "<script") || strings.Contains(r.body, "<!--") || strings.Contains(r.body, `" onload`) || strings.Contains(r.body, "zyxwvut") {
		t.Errorf("found %d %s", r.status, r.body)
	}
	for _, part := range []string{`data-slug="odd-ü"`, "<code>1e400</code>", `<a href="http://example.com/posts/other">&lt;/script&gt;`} {
		if !strings.Contains(r.body, part) {
			t.Errorf("expected %s in %s", part, r.body)
		}
	}
	if r := get(t, h, "/v1/posts/hidden/meta.html"); r.status != http.StatusNotFound || strings.Contains(r.body, "zyxwvut") {
		t.Errorf("a draft: found %d %s", r.status, r.body)
	}
}
