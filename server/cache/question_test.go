package cache

import (
	"net/url"
	"testing"
)

// TestTarget: spellings that mean the same are one question, and no others are.
func TestTarget(t *testing.T) {
	t.Parallel()
	for spelled, want := range map[string]string{
		"/v1/posts":                "/v1/posts",
		"/v1/posts?":               "/v1/posts",
		"/v1/posts?tool=a&limit=5": "/v1/posts?limit=5&tool=a",
		"/v1/posts?limit=5&tool=a": "/v1/posts?limit=5&tool=a",
		"/v1/posts?tool=b&tool=a":  "/v1/posts?tool=b&tool=a", // the order may mean something
		"/v1/posts?title=a+b":      "/v1/posts?title=a+b",
		"/v1/posts?title=a%20b":    "/v1/posts?title=a+b",
		"/v1/posts?title=%61":      "/v1/posts?title=a",
		"/v1/posts?title":          "/v1/posts?title=",
		"/v1/posts/a%2Fb?by=b":     "/v1/posts/a%2Fb?by=b",
		"/v1/posts?title=%zz":      "",

		"/v1/posts?title=a,b":                       "/v1/posts?title=a%2Cb", // is no list
		"/v1/posts?fields=b,a":                      "/v1/posts?fields=b&fields=a",
		"/v1/posts?fields=b%2Ca":                    "/v1/posts?fields=b&fields=a",
		"/v1/posts?fields=b&fields=a":               "/v1/posts?fields=b&fields=a",
		"/v1/posts?fields=c,b&limit=1&fields=a":     "/v1/posts?fields=c&fields=b&fields=a&limit=1",
		"/v1/posts?fields=,":                        "/v1/posts?fields=&fields=",
		"/v1/ranges?quality.bounds=1,2&by=quality,": "/v1/ranges?by=quality&by=&quality.bounds=1&quality.bounds=2",
	} {
		u, err := url.Parse(spelled)
		if err != nil {
			t.Fatal(err)
		}
		found, ok := Target(u, []string{"fields", "by", "quality.bounds"})
		if ok != (want != "") || ok && found != want {
			t.Errorf("%s: found %s, %t, expected %q", spelled, found, ok, want)
		}
	}
}
