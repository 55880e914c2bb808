package server_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/store/storetest"
)

// TestReadingList: a list of slugs gives these posts, in the order asked for where no other
// is, on every list of whole posts and cards, and is a filter like any other beside others
// and wherever there is no order.
func TestReadingList(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t,
		decode(t, `{"slug":"b","title":"B","publishedAt":"2026-03-01","meta":{"tools":["git"]}}`),
		decode(t, `{"slug":"a","title":"A","publishedAt":"2026-01-01","meta":{"tools":["git","sed"]}}`),
		decode(t, `{"slug":"c","title":"C","publishedAt":"2026-02-01","meta":{"tools":["git"]}}`),
		decode(t, `{"slug":"café-ö","title":"D","meta":{"tools":["sed"]}}`),
		decode(t, `{"slug":"hidden","title":"Hidden","meta":{"tools":["git"],"revision":{"status":"draft"}}}`))}, quiet)
	f := faces{t, h}
	decomposed := url.QueryEscape("cafe\u0301-o\u0308")
	for query, want := range map[string]string{
		"slug=c&slug=a&slug=b":                            "c a b",
		"slug=b&slug=c&slug=b&slug=a&slug=c":              "b c a",
		"slug=a&slug=none&slug=hidden&slug=c":             "a c",
		"slug=none&slug=hidden":                           "",
		"slug=none&slug.eq=c&slug=a":                      "a c",
		"slug=" + decomposed + "&slug=b":                  "café-ö b",
		"slug=b&slug=caf%C3%A9-%C3%B6&slug=" + decomposed: "b café-ö",
		"slug=c&slug=a&slug=b&sort=slug":                  "a b c",
		"slug=c&slug=a&slug=b&sort=-updated":              "b c a",
		"slug=c&slug=a&slug=b&tool=sed":                   "a",
		"slug=c&slug=a&slug=b&tool.not=sed":               "c b",
		"slug=c&slug=a&slug=b&slug.prefix=c":              "c",
		"slug=a":                                          "a",
	} {
		for _, list := range []string{"/v1/posts?", "/v1/summaries?", "/v1/posts?as=summary&", "/v1/posts?fields=slug&", "/v1/posts?include=text&"} {
			if found := strings.Join(slugsIn(f.rest(list + query)["data"]), " "); found != want {
				t.Errorf("%s%s: found %q, expected %q", list, query, found, want)
			}
		}
	}
	if found := strings.Join(slugsIn(f.rest("/v1/tools/git/posts?slug=c&slug=" + decomposed + "&slug=a")["data"]), " "); found != "c a" {
		t.Errorf("of a tool: found %q", found)
	}
	// Elsewhere a list is a filter: it has no order of its own.
	for target, want := range map[string]string{
		"/v1/posts.ndjson?slug=c&slug=a&fields=slug":                       "{\"slug\":\"a\"}\n{\"slug\":\"c\"}\n",
		"/v1/facets?by=tool&slug=c&slug=a":                                 `{"data":[{"field":"tool","distinct":2,"buckets":[{"value":"git","slug":"git","count":2},{"value":"sed","slug":"sed","count":1}]}]}`,
		"/v1/ranges?by=updated&updated.interval=year&slug=c&slug=a&slug=c": `{"data":[{"field":"updated","count":2,"missing":0,"buckets":[{"from":"2026-01-01","to":"2027-01-01","count":2}]}]}`,
		"/v1/posts/b/similar?slug=c&slug=a&limit=0":                        `{"data":[],"page":{"limit":0,"total":2,"after":null,"before":null}}`,
		"/v1/summaries?slug=c&slug=a&limit=0":                              `{"data":[],"page":{"limit":0,"total":2,"after":null,"before":null}}`,
	} {
		if r := get(t, h, target); r.body != want {
			t.Errorf("%s: found %s\nexpected %s", target, r.body, want)
		}
	}
	// The order of the list is that of the filter itself, not of one inside it.
	for filter, want := range map[string]string{
		`{slug: {in: ["c", "a", "b"]}}`:                           "c a b",
		`{slug: {in: ["cafe\u0301-o\u0308", "none", "a", "a"]}}`:  "café-ö a",
		`{slug: {in: ["c", "a", "b"]}, not: {tool: {eq: "sed"}}}`: "c b",
		`{slug: {in: ["c", "a", "b"], eq: "a"}}`:                  "a",
		`{slug: {in: "b"}}`:                                       "b",
		`{slug: {in: []}}`:                                        "",
		`{slug: {in: null, prefix: "ca"}}`:                        "café-ö",
		`{and: [{slug: {in: ["c", "a", "b"]}}]}`:                  "b c a",
		`{or: [{slug: {in: ["c", "a"]}}, {slug: {in: ["b"]}}]}`:   "b c a",
	} {
		if found := strings.Join(slugsIn(at(f.graphql("{ posts(filter: "+filter+") { nodes { slug } } }", nil), "posts", "nodes")), " "); found != want {
			t.Errorf("%s: found %q, expected %q", filter, found, want)
		}
	}
	ofTool := at(f.graphql(`query($f: PostFilter) { tool(slug: "git") { posts(filter: $f) { totalCount nodes { slug } } } }`,
		map[string]any{"f": map[string]any{"slug": map[string]any{"in": []string{"c", "café-ö", "a"}}}}), "tool", "posts")
	if asJSON(t, ofTool) != `{"nodes":[{"slug":"c"},{"slug":"a"}],"totalCount":2}` {
		t.Errorf("of a tool: found %s", asJSON(t, ofTool))
	}
}

// TestReadingListIsBounded: each slug costs, whatever it names, so that a list has a most;
// it is told to who asks for more.
func TestReadingListIsBounded(t *testing.T) {
	t.Parallel()
	h := serving(t)
	f := faces{t, h}
	slugs := make([]string, 500)
	for i := range slugs {
		slugs[i] = fmt.Sprint("none-", i)
	}
	slugs[498] = "unsure"
	most := "/v1/summaries?" + url.Values{"slug": slugs[:499]}.Encode()
	if found := slugsIn(f.rest(most)["data"]); !slices.Equal(found, []string{"unsure"}) {
		t.Errorf("a list of 499: found %q", found)
	}
	if links := get(t, h, most+"&limit=1").header.Get("Link"); len(links) > 4<<10 {
		t.Errorf("a list of 499: found a header Link of %d bytes", len(links))
	}
	r := get(t, h, "/v1/summaries?"+url.Values{"slug": slugs}.Encode())
	if r.status != 400 || !strings.Contains(r.body, `"TOO_COMPLEX"`) || !strings.Contains(r.body, "a slug of a list 1") {
		t.Errorf("a list of 500: found %d %s", r.status, r.body)
	}
	_, answer := f.ask("POST", "/graphql", map[string]any{"query": "query($f: PostFilter) { posts(filter: $f) { totalCount } }",
		"variables": map[string]any{"f": map[string]any{"slug": map[string]any{"in": slugs}}}})
	if text := asJSON(t, answer); !strings.Contains(text, `"TOO_COMPLEX"`) || !strings.Contains(text, "a slug of a list 1") {
		t.Errorf("a list of 500 in GraphQL: found %s", text)
	}
}
