package server_test

import (
	"strings"
	"testing"

	"alphanode/content"
)

// TestPackingIsPaidFor asks for an answer that may be made, or packed, but not both: or
// only by what costs less.
func TestPackingIsPaidFor(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for _, slug := range []string{"a", "b", "c", "d"} {
		posts = append(posts, decode(t, `{"slug":"`+slug+`","title":"A","intro":"`+strings.Repeat("word ", 30_000)+`"}`))
	}
	h := openHouse(t, posts)
	for _, tt := range []struct{ flag, encoding string }{
		{"graphql-complexity=100000", "br"}, {"graphql-complexity=8000", "gzip"}, {"graphql-complexity=4000", ""},
	} {
		for _, cache := range []string{"cache-size=0", "cache-size=64000000"} {
			server := h.beside(tt.flag, cache)
			for _, times := range []string{"at first", "again"} {
				r := get(t, server, "/v1/posts", "Accept-Encoding: br, gzip")
				if r.status != 200 || r.header.Get("Content-Encoding") != tt.encoding || !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Accept-Encoding") {
					t.Errorf("%s, %s, %s: found %d, %v, expected the coding %q", tt.flag, cache, times, r.status, r.header, tt.encoding)
				}
			}
		}
	}
}
