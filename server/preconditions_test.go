package server_test

import (
	"strings"
	"testing"
	"time"
)

// TestPreconditions asks with every kind of condition (RFC 9110, 13.2.2).
func TestPreconditions(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "cache-size=0")
	time.Sleep(2 * time.Second) // in the first second what is served has no time
	later := "Tue, 01 Jan 2999 00:00:00 GMT"
	const earlier = "Thu, 01 Jan 2015 00:00:00 GMT"
	for _, target := range []string{"/v1/posts", "/v1/tools/redis", "/graphql?query=%7B__typename%7D", "/v1/posts.ndjson", "/v1/posts.ndjson?limit=x", "/nowhere"} {
		plain := get(t, h, target)
		tag := plain.header.Get("ETag")
		for _, tt := range []struct {
			headers []string
			want    int
		}{
			{[]string{"If-Match: " + tag}, 200},
			{[]string{"If-Match: *"}, 200},
			{[]string{`If-Match: "x", ` + tag}, 200},
			{[]string{`If-Match: "x"`, "If-Match: " + tag}, 200},
			{[]string{`If-Match: "x"`}, 412},
			{[]string{"If-Match: "}, 412},
			{[]string{"If-Match: W/" + tag}, 412},
			{[]string{`If-Match: "x"`, "If-None-Match: " + tag}, 412},
			{[]string{"If-Match: " + tag, "If-None-Match: " + tag}, 304},
			{[]string{"If-Match: " + tag, "If-Unmodified-Since: " + earlier}, 200},
			{[]string{"If-Unmodified-Since: " + earlier}, 412},
			{[]string{"If-Unmodified-Since: " + later}, 200},
			{[]string{"If-Unmodified-Since: soon"}, 200},
			{[]string{"If-Unmodified-Since: " + earlier, "If-None-Match: " + tag}, 412},
			{[]string{"If-None-Match: W/" + tag}, 304},
			{[]string{"If-None-Match: *"}, 304},
			{[]string{`If-None-Match: "a,*,b"`}, 200},
			{[]string{"If-None-Match: " + tag, "If-Modified-Since: " + earlier}, 304},
			{[]string{`If-None-Match: "x"`, "If-Modified-Since: " + later}, 200},
			{[]string{"If-Modified-Since: " + later}, 304},
			{[]string{"If-Modified-Since: " + earlier}, 200},
		} {
			if plain.status != 200 {
				tt.want = plain.status // conditions are not about errors
			}
			for _, method := range []string{"GET", "HEAD"} {
				r := ask(t, h, method, target, "", tt.headers...)
				if r.status != tt.want {
					t.Errorf("%s %s %q: found %d, expected %d", method, target, tt.headers, r.status, tt.want)
				}
				switch {
				case r.status == 412 && method == "GET":
					if !strings.Contains(r.body, `"code":"PRECONDITION_FAILED","retryable":false`) || r.header.Get("Cache-Control") != "no-store" || r.header.Get("ETag") != "" {
						t.Errorf("%s %q: found %s %v", target, tt.headers, r.body, r.header)
					}
				case r.status == 304 && r.body != "":
					t.Errorf("%s %q: found %s", target, tt.headers, r.body)
				}
			}
		}
	}
	tag := get(t, h, "/v1/posts.ndjson").header.Get("ETag")
	for _, tt := range []struct {
		headers []string
		want    int
	}{
		{[]string{"Range: lines=5-", "If-Range: " + tag}, 206},
		{[]string{"Range: lines=5-", "If-Range: " + tag, "If-Match: " + tag}, 206},
		{[]string{"Range: lines=5-", "If-Range: " + tag, `If-Match: "x"`}, 412},
		{[]string{"Range: lines=5-", "If-Range: " + tag, "If-None-Match: " + tag}, 304},
		{[]string{"Range: lines=5-", "If-Range: W/" + tag}, 200},
		{[]string{"Range: lines=5-", `If-Range: "x"`}, 200},
		{[]string{"Range: lines=5-", "If-Range: " + later}, 200},
		{[]string{"Range: lines=5-"}, 200},
		{[]string{"Range: bytes=5-", "If-Range: " + tag}, 200},
		{[]string{"Range: lines=5-6", "If-Range: " + tag}, 200},
		{[]string{"Range: lines=100000-", "If-Range: " + tag}, 200},
	} {
		if r := get(t, h, "/v1/posts.ndjson", tt.headers...); r.status != tt.want {
			t.Errorf("%q: found %d, expected %d", tt.headers, r.status, tt.want)
		}
	}
	graphql := func(headers ...string) reply {
		return ask(t, h, "POST", "/graphql", `{"query":"{__typename}"}`, append(headers, "Content-Type: application/json")...)
	}
	tag = graphql().header.Get("ETag")
	for header, want := range map[string]int{"If-Match: " + tag: 200, `If-Match: "x"`: 412, "If-None-Match: " + tag: 200} {
		if r := graphql(header); r.status != want {
			t.Errorf("POST with %s: found %d", header, r.status)
		}
	}
}
