package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const sortWords = "slug, -slug, title, -title, publishedAt, -publishedAt, lastReviewed, -lastReviewed, updated, -updated, quality, -quality, " +
	"freshness, -freshness, depth, -depth, clarity, -clarity, viewCount, -viewCount, readingTime, -readingTime"

// TestFaults holds every kind of bad parameter against the exact problem.
func TestFaults(t *testing.T) {
	t.Parallel()
	h := serving(t)
	tests := []struct{ target, location, value, expected string }{
		{"/v1/posts?limit=-1", "query.limit", "-1", "an integer from 0 to 100"},
		{"/v1/posts?limit=101", "query.limit", "101", "an integer from 0 to 100"},
		{"/v1/posts?limit=ten", "query.limit", "ten", "an integer from 0 to 100"},
		{"/v1/posts?limit=", "query.limit", "", "an integer from 0 to 100"},
		{"/v1/posts?limit=%2B5", "query.limit", "+5", "an integer from 0 to 100"},
		{"/v1/posts?limit=5&limit=6", "query.limit", "5, 6", "one value; the parameter cannot be repeated"},
		{"/v1/posts?page=0", "query.page", "0", "an integer from 1 to 2147483647"},
		{"/v1/posts?page=2&after=abc", "query.page", "2", "page, or after or before, but not both"},
		{"/v1/posts?after=abc&before=abc", "query.before", "abc", "after or before, but not both"},
		{"/v1/posts?after=", "query.after", "", "a cursor from an earlier answer"},
		{"/v1/posts?after=abc", "query.after", "abc", "a cursor from an earlier answer"},
		{"/v1/tools?before=abc", "query.before", "abc", "a cursor from an earlier answer"},
		{"/v1/posts/unsure/similar?after=abc", "query.after", "abc", "a cursor from an earlier answer"},
		{"/v1/posts?sort=qualty", "query.sort", "qualty", "one of " + sortWords + "; did you mean quality?"},
		{"/v1/posts?sort=-quality,title", "query.sort", "-quality,title", "one of " + sortWords},
		{"/v1/posts?quality.gte=high", "query.quality.gte", "high", "an integer of at most 64 bits"},
		{"/v1/posts?viewCount=9223372036854775808", "query.viewCount", "9223372036854775808", "an integer of at most 64 bits"},
		{"/v1/posts?quality=1&quality.eq=2", "query.quality", "1, 2", "one value; the parameter cannot be repeated"},
		{"/v1/posts?updated.lt=2026-02-30", "query.updated.lt", "2026-02-30", "a UTC day as YYYY-MM-DD"},
		{"/v1/posts?hasImages=yes", "query.hasImages", "yes", "true or false"},
		{"/v1/posts?tool=", "query.tool", "", "a text of 1 to 1024 characters"},
		{"/v1/posts?title.contains=%FF", "query.title.contains", `"\xff"`, "UTF-8 without null characters"},
		{"/v1/posts?title.contains=%00", "query.title.contains", `"\x00"`, "UTF-8 without null characters"},
		{"/v1/posts?Quality=1", "query.Quality", "1", "a parameter of /v1/posts; did you mean quality?"},
		{"/v1/posts?tool.any=a", "query.tool.any", "a", "a parameter of /v1/posts; did you mean tool, which is repeated to ask for any of several?"},
		{"/v1/posts?q=cache", "query.q", "cache", "a parameter of /v1/posts; did you mean search?"},
		{"/v1/posts?order=title", "query.order", "title", "a parameter of /v1/posts; did you mean sort?"},
		{"/v1/posts?order_by=title", "query.order_by", "title", "a parameter of /v1/posts; did you mean sort?"},
		{"/v1/posts?per_page=5", "query.per_page", "5", "a parameter of /v1/posts; did you mean limit?"},
		{"/v1/posts?page%5Bsize%5D=5", "query.page[size]", "5", "a parameter of /v1/posts; did you mean limit?"},
		{"/v1/posts?first=5", "query.first", "5", "a parameter of /v1/posts; did you mean limit?"},
		{"/v1/posts?offset=40", "query.offset", "40", "a parameter of /v1/posts; did you mean page or after?"},
		{"/v1/posts?cursor=x", "query.cursor", "x", "a parameter of /v1/posts; did you mean after?"},
		{"/v1/posts?select=slug", "query.select", "slug", "a parameter of /v1/posts; did you mean fields?"},
		{"/v1/posts?tags=git", "query.tags", "git", "a parameter of /v1/posts; did you mean tool or topic?"},
		{"/v1/posts?filter%5Btopic%5D=x", "query.filter[topic]", "x", "a parameter of /v1/posts; did you mean topic?"},
		{"/v1/posts?filter%5Bquality%5D%5Bgte%5D=1", "query.filter[quality][gte]", "1", "a parameter of /v1/posts; did you mean quality.gte?"},
		{"/v1/posts?tool.none=git", "query.tool.none", "git", "a parameter of /v1/posts; did you mean tool.not?"},
		{"/v1/posts?tool.every=git", "query.tool.every", "git", "a parameter of /v1/posts; did you mean tool.all?"},
		{"/v1/posts?tool%5B%5D=git", "query.tool[]", "git", "a parameter of /v1/posts; did you mean tool?"},
		{"/v1/posts?min_quality=1", "query.min_quality", "1", "a parameter of /v1/posts; did you mean quality.gte?"},
		{"/v1/posts?maxReadingTime=1", "query.maxReadingTime", "1", "a parameter of /v1/posts; did you mean readingTime.lte?"},
		{"/v1/posts?quality.above=1", "query.quality.above", "1", "a parameter of /v1/posts; did you mean quality.gt?"},
		{"/v1/posts?updated.before=2026-01-01", "query.updated.before", "2026-01-01", "a parameter of /v1/posts; did you mean updated.lt?"},
		{"/v1/posts?updated_since=2026-01-01", "query.updated_since", "2026-01-01", "a parameter of /v1/posts; did you mean updated.gte?"},
		{"/v1/posts?title.like=x", "query.title.like", "x", "a parameter of /v1/posts; did you mean title.contains?"},
		{"/v1/posts?quality.roughly=1", "query.quality.roughly", "1", "a parameter of /v1/posts, one of quality, quality.eq, quality.gt, quality.gte, quality.lt, quality.lte"},
		{"/v1/facets?per_page=5", "query.per_page", "5", "a parameter of /v1/facets; did you mean limit?"},
		{"/v1/facets?group_by=tool", "query.group_by", "tool", "a parameter of /v1/facets; did you mean by?"},
		{"/v1/facets?q=x", "query.q", "x", "a parameter of /v1/facets; did you mean search?"},
		{"/v1/facets?fields=tool", "query.fields", "tool", "a parameter of /v1/facets"},
		{"/v1/scores?fields=x", "query.fields", "x", "a parameter of /v1/scores"},
		{"/v1/scores?field=x", "query.field", "x", "a parameter of /v1/scores; did you mean by?"},
		{"/v1/posts.ndjson?offset=3", "query.offset", "3", "a parameter of /v1/posts.ndjson; there is the header Range: lines=N- for what is behind the first N lines"},
		{"/v1/posts.ndjson?page=2", "query.page", "2", "a parameter of /v1/posts.ndjson; there is the header Range: lines=N- for what is behind the first N lines"},
		{"/v1/posts.ndjson?skip=2", "query.skip", "2", "a parameter of /v1/posts.ndjson; there is the header Range: lines=N- for what is behind the first N lines"},
		{"/v1/posts.ndjson?per_page=2", "query.per_page", "2", "a parameter of /v1/posts.ndjson; did you mean limit?"},
		{"/v1/search?q=a&query=x", "query.query", "x", "a parameter of /v1/search; did you mean q?"},
		{"/v1/search?q=a&text=x", "query.text", "x", "a parameter of /v1/search; did you mean q?"},
		{"/v1/search?q=x&offset=5", "query.offset", "5", "a parameter of /v1/search; did you mean after?"},
		{"/v1/tools?search=x", "query.search", "x", "a parameter of /v1/tools; did you mean q?"},
		{"/v1/tools?order=name", "query.order", "name", "a parameter of /v1/tools; did you mean sort?"},
		{"/v1/changes?since=r1&offset=5", "query.offset", "5", "a parameter of /v1/changes; did you mean after?"},
		{"/v1/posts?utm_source=feed", "query.utm_source", "feed", "a parameter of /v1/posts"},
		{"/v1/search?q=a&include=similar", "query.include", "similar", "a parameter of /v1/search"},
		{"/v1/posts?include=comments", "query.include", "comments", "one or more of html, text, anchors, similar, terms, separated by commas"},
		{"/v1/summaries?include=html", "query.include", "html", "one or more of similar, terms, separated by commas"},
		{"/v1/posts?as=summary&include=similar,html", "query.include", "similar,html", "similar and terms alone where as=summary asks for posts without their bodies"},
		{"/v1/posts?similar.limit=3", "query.similar.limit", "3", "similar.limit only together with include=similar"},
		{"/v1/tools/redis/posts?include=html&similar.diversity=0.3", "query.similar.diversity", "0.3", "similar.diversity only together with include=similar"},
		{"/v1/posts/unsure?similar.minSimilarity=0.3", "query.similar.minSimilarity", "0.3", "similar.minSimilarity only together with include=similar"},
		{"/v1/posts/unsure?include=similar&similar.limit=101", "query.similar.limit", "101", "an integer from 0 to 100"},
		{"/v1/posts/unsure?include=similar&similar.limit=-1", "query.similar.limit", "-1", "an integer from 0 to 100"},
		{"/v1/summaries?include=similar&similar.diversity=1.01", "query.similar.diversity", "1.01", "a number from 0 to 1"},
		{"/v1/posts/unsure?include=similar&similar.diversity=NaN", "query.similar.diversity", "NaN", "a number from 0 to 1"},
		{"/v1/posts?as=card", "query.as", "card", "one of post, summary"},
		{"/v1/posts?as=summary&as=post", "query.as", "summary, post", "one value; the parameter cannot be repeated"},
		{"/v1/posts?as=summary&fields=meta.summary", "query.fields", "meta.summary", ""},
		{"/v1/tools/redis/posts?fields=score", "query.fields", "score", ""},
		{"/v1/posts?slug=a&slug=b%20", "query.slug", "b ", "a name without spaces at its ends; a + in an address is a space, and %2B is a plus"},
		{"/v1/posts?fields=slug,summary", "query.fields", "summary", ""},
		{"/v1/summaries?fields=meta.summary", "query.fields", "meta.summary", ""},
		{"/v1/posts/unsure?fields=body.text", "query.fields", "body.text", ""},
		{"/v1/posts/unsure?include=comments", "query.include", "comments", "one or more of html, text, anchors, similar, terms, separated by commas"},
		{"/v1/posts/unsure?limit=1", "query.limit", "1", "one of fields, include, similar.diversity, similar.limit, similar.minSimilarity"},
		{"/v1/posts/unsure/similar?minSimilarity=1.5", "query.minSimilarity", "1.5", "a number from 0 to 1"},
		{"/v1/posts/unsure/similar?minSimilarity=NaN", "query.minSimilarity", "NaN", "a number from 0 to 1"},
		{"/v1/posts/unsure/similar?diversity=-0.1", "query.diversity", "-0.1", "a number from 0 to 1"},
		{"/v1/similar?tool=redis&diversity=NaN", "query.diversity", "NaN", "a number from 0 to 1"},
		{"/v1/similar?tool=redis&diversity=", "query.diversity", "", "a number from 0 to 1"},
		{"/v1/similar?tool=redis&limit=101", "query.limit", "101", "an integer from 0 to 100"},
		{"/v1/similar?tool=", "query.tool", "", "a text of 1 to 1024 characters"},
		{"/v1/similar?tool=redis&page=2", "query.page", "2", "a parameter of /v1/similar; did you mean after?"},
		{"/v1/similar?tool=redis&after=abc", "query.after", "abc", "a cursor from an earlier answer"},
		{"/v1/similar?tool.all=redis", "query", "", "entity, tool or stack, at least one of them"},
		{"/v1/similar?tool=redis" + strings.Repeat("&stack=go", 100), "query", "101 terms", "1 to 100 terms"},
		{"/v1/posts/unsure/similar?before=abc", "query.before", "abc", "a parameter of /v1/posts/{slug}/similar"},
		{"/v1/tools?type=x", "query.type", "x", "one of after, before, include, limit, page, q, sort"},
		{"/v1/entities?sort=posts", "query.sort", "posts", "one of name, -name, postCount, -postCount"},
		{"/v1/releases/current?x=1", "query.x", "1", "no parameters"},
		{"/openapi.json?v=2", "query.v", "2", "no parameters"},
		{"/health?v=2", "query.v", "2", "no parameters"},
	}
	for _, tt := range tests {
		r := get(t, h, tt.target)
		var got struct {
			Type, Title, Detail, Instance, Code string
			Status                              int
			Retryable                           *bool
			Errors                              []struct{ Location, Value, Expected string }
		}
		if err := json.Unmarshal([]byte(r.body), &got); err != nil {
			t.Errorf("%s: %v in %s", tt.target, err, r.body)
			continue
		}
		path, _, _ := strings.Cut(tt.target, "?")
		if r.status != 400 || got.Status != 400 || got.Type != "/problems/bad-request" || got.Title != "Bad request" || got.Code != "BAD_REQUEST" ||
			got.Instance != path || got.Retryable == nil || *got.Retryable || r.header.Get("Content-Type") != "application/problem+json" ||
			len(got.Errors) != 1 || !strings.Contains(got.Detail, tt.location) || !strings.Contains(got.Detail, tt.expected) {
			t.Errorf("%s: found %d %s", tt.target, r.status, r.body)
			continue
		}
		e := got.Errors[0]
		if tt.expected == "" && strings.HasPrefix(e.Expected, "one or more of slug, title, ") {
			tt.expected = e.Expected
		}
		if e.Location != tt.location || e.Value != tt.value || e.Expected != tt.expected {
			t.Errorf("%s: found %+v\nexpected %+v", tt.target, e, tt)
		}
	}
}

func TestFaultBodies(t *testing.T) {
	t.Parallel()
	h := serving(t)
	tests := []struct {
		method, target string
		status         int
		body           string
	}{
		{"GET", "/v1/posts?hasImage=1&limit=500", 400, `{"type":"/problems/bad-request","title":"Bad request","status":400,` +
			`"detail":"query.hasImage: found \"1\", expected a parameter of /v1/posts; did you mean hasImages? query.limit: found \"500\", expected an integer from 0 to 100.",` +
			`"instance":"/v1/posts","code":"BAD_REQUEST","retryable":false,"errors":[` +
			`{"location":"query.hasImage","value":"1","expected":"a parameter of /v1/posts; did you mean hasImages?"},` +
			`{"location":"query.limit","value":"500","expected":"an integer from 0 to 100"}]}`},
		{"GET", "/v1/posts?a=%zz", 400, `{"type":"/problems/bad-request","title":"Bad request","status":400,` +
			`"detail":"The query string cannot be read: invalid URL escape \"%zz\".","instance":"/v1/posts","code":"BAD_REQUEST","retryable":false,` +
			`"errors":[{"location":"query","value":"a=%zz","expected":"name=value pairs joined by \u0026, percent-encoded UTF-8"}]}`},
		{"GET", "/v1/posts/none-such", 404, `{"type":"/problems/not-found","title":"Not found","status":404,` +
			`"detail":"There is no post with the slug \"none-such\".","instance":"/v1/posts/none-such","code":"NOT_FOUND","retryable":false,` +
			`"errors":[{"location":"path.slug","value":"none-such","expected":"the slug of a post"}]}`},
		{"GET", "/v2/posts", 404, `{"type":"/problems/not-found","title":"Not found","status":404,` +
			`"detail":"There is nothing at /v2/posts; the addresses are listed at / and described in /openapi.json.",` +
			`"instance":"/v2/posts","code":"NOT_FOUND","retryable":false}`},
		{"DELETE", "/v1/posts/unsure", 405, `{"type":"/problems/method-not-allowed","title":"Method not allowed","status":405,` +
			`"detail":"DELETE is not possible on /v1/posts/unsure; possible are GET, HEAD, OPTIONS.","instance":"/v1/posts/unsure",` +
			`"code":"METHOD_NOT_ALLOWED","retryable":false,"errors":[{"location":"method","value":"DELETE","expected":"GET, HEAD, OPTIONS"}]}`},
	}
	for _, tt := range tests {
		if r := ask(t, h, tt.method, tt.target, ""); r.status != tt.status || r.body != tt.body {
			t.Errorf("%s %s: found %d %s\nexpected %d %s", tt.method, tt.target, r.status, r.body, tt.status, tt.body)
		}
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, target := range []string{
		"/v1", "/v1/", "/v1/posts/", "//v1/posts", "/v1/posts/../posts", "/v1/posts/a%2Fb", "/v1/posts/a/b", "/v1/posts/%FF", "/v1/posts/%00",
		"/v1/posts/" + strings.Repeat("a", 600), "/v1/tools/none-such/posts", "/v1/entities/none-such", "/v1/releases/r1", "/v1/releases/r1/diff", "/v1/releases/r1/diff/r9", "/v1/changes?since=r9", "/graphql/", "/favicon.ico",
	} {
		r := get(t, h, target)
		want := 404
		if target == "/v1/posts/%FF" || target == "/v1/posts/%00" {
			want = 400
		}
		if r.status != want || r.header.Get("Content-Type") != "application/problem+json" || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
}

// TestCursorOfAnotherList asks for the rest of one list with the cursor of another.
func TestCursorOfAnotherList(t *testing.T) {
	t.Parallel()
	h := serving(t)
	l, _ := getList(t, h, "/v1/posts?limit=1")
	r := get(t, h, "/v1/posts?sort=title&after="+url.QueryEscape(*l.Page.After))
	if r.status != 400 || !strings.Contains(r.body, `"location":"query.after"`) || !strings.Contains(r.body, "the same filter and the same order") {
		t.Errorf("found %d %s", r.status, r.body)
	}
}

func TestTooManyConditions(t *testing.T) {
	t.Parallel()
	h := serving(t)
	r := get(t, h, "/v1/posts?tool=a"+strings.Repeat("&tool=a", 600))
	if r.status != 400 || !strings.Contains(r.body, `"code":"TOO_COMPLEX"`) || !strings.Contains(r.body, `"location":"query"`) {
		t.Errorf("found %d %s", r.status, r.body)
	}
}

// TestFaultsAreBounded sends as many faults as an address can hold.
func TestFaultsAreBounded(t *testing.T) {
	t.Parallel()
	h := serving(t)
	var unknown strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&unknown, "&x%d", i)
	}
	for _, query := range []string{unknown.String(), "fields=" + strings.Repeat("x,", 7000), strings.Repeat("&tool=", 2000), strings.Repeat("q", 15000) + "=1"} {
		if r := get(t, h, "/v1/posts?"+query); r.status != 400 || len(r.body) > 30_000 {
			t.Errorf("%.20s…: found %d with %d bytes", query, r.status, len(r.body))
		}
	}
}
