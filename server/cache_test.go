package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/storetest"
)

const (
	hit  = "alphanode; hit"
	miss = "alphanode; fwd=miss"
)

func TestHits(t *testing.T) {
	t.Parallel()
	h := serving(t)
	query := `{"query":"{ posts(first: 3) { nodes { slug } } }"}`
	for _, tt := range []struct{ method, target, body string }{
		{"GET", "/v1/posts?limit=3", ""},
		{"GET", "/v1/posts/measuring-a-cache?include=similar", ""},
		{"GET", "/v1/posts?include=html,text,similar&similar.limit=2&limit=3", ""},
		{"GET", "/v1/summaries?slug=unsure&slug=measuring-a-cache", ""},
		{"GET", "/v1/search?q=cache", ""},
		{"GET", "/v1/tools/redis?include=scores,related", ""},
		{"GET", "/v1/releases/current", ""},
		{"GET", "/graphql?query=%7Bposts(first%3A3)%7Bnodes%7Bslug%7D%7D%7D", ""},
		{"POST", "/graphql", query},
	} {
		again := func(headers ...string) reply {
			return ask(t, h, tt.method, tt.target, tt.body, append(headers, "Content-Type: application/json")...)
		}
		first, second := again(), again()
		if first.header.Get("Cache-Status") != miss || second.header.Get("Cache-Status") != hit || !strings.HasSuffix(second.header.Get("Server-Timing"), `"0 calls"`) ||
			first.status != 200 || second.status != 200 || first.body != second.body || !sameHeaders(first.header, second.header) {
			t.Errorf("%s %s: found %d %v %s\nexpected %d %v %s", tt.method, tt.target, second.status, second.header, second.body, first.status, first.header, first.body)
		}
		if tt.method != "GET" {
			continue
		}
		if r := again("If-None-Match: " + first.header.Get("ETag")); r.status != 304 || r.header.Get("Cache-Status") != hit || !strings.HasSuffix(r.header.Get("Server-Timing"), `"0 calls"`) {
			t.Errorf("%s: found %d %v, expected 304 without a call", tt.target, r.status, r.header)
		}
		if r := ask(t, h, "HEAD", tt.target, ""); r.status != 200 || r.body != "" || r.header.Get("Cache-Status") != hit || !sameHeaders(first.header, r.header) {
			t.Errorf("HEAD %s: found %d %v", tt.target, r.status, r.header)
		}
	}
}

// TestSameQuestions asks for the same in several spellings, and for other things in
// spellings that are alike.
func TestSameQuestions(t *testing.T) {
	t.Parallel()
	h := serving(t)
	get(t, h, "/v1/summaries?limit=2&title.contains=a+b&tool=redis&tool=git")
	for target, want := range map[string]string{
		"/v1/summaries?tool=redis&title.contains=a+b&limit=2&tool=git":     hit,
		"/v1/summaries?limit=2&title.contains=a%20b&tool=redis&tool=git":   hit,
		"/v1/summaries?%6cimit=2&title.contains=a+b&tool=r%65dis&tool=git": hit,
		"/v1/summaries?limit=2&title.contains=a%2Bb&tool=redis&tool=git":   miss,
		"/v1/summaries?limit=2&title.contains=a+b&tool=git&tool=redis":     miss, // for links that repeat it
		"/v1/summaries?limit=2&title.contains=a+b&tool=redis%26tool%3Dgit": miss,
		"/v1/posts?limit=2&title.contains=a+b&tool=redis&tool=git":         miss,
	} {
		if r := get(t, h, target); r.header.Get("Cache-Status") != want || r.status != 200 {
			t.Errorf("%s: found %d, %s, expected %s", target, r.status, r.header.Get("Cache-Status"), want)
		}
	}
	query := "/graphql?query=%7B__typename%7D"
	get(t, h, query, "Accept: application/json")
	if r := get(t, h, query, "Accept: application/graphql-response+json"); r.header.Get("Cache-Status") != miss || !strings.Contains(r.header.Get("Content-Type"), "graphql-response") {
		t.Errorf("another media type: found %v", r.header)
	}
}

func TestNotKept(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	for _, target := range []string{
		"/v1/posts/none", "/v1/posts?limit=-1", "/v1/changes?since=r1", "/v1/releases", "/v1/releases/r1/diff/r1",
		"/graphql?query=%7Bnothing%7D", "/graphql?query=%7Bpost%7D", "/graphql?query=%7Bchanges(since%3A%22r1%22)%7BtotalCount%7D%7D",
	} {
		for range 2 {
			if r := get(t, h, target); r.header.Get("Cache-Status") != miss {
				t.Errorf("%s: found %d, %s", target, r.status, r.header.Get("Cache-Status"))
			}
		}
	}
	// What a key with a view of its own sees, nobody else does.
	for range 2 {
		r := get(t, h, "/v1/posts/hidden", h.as(store.ScopePreview)...)
		if r.status != 200 || r.header.Get("Cache-Status") != "alphanode; fwd=bypass" || r.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("found %d %v", r.status, r.header)
		}
		if r := get(t, h, "/v1/posts/hidden"); r.status != 404 {
			t.Errorf("found %d for the public", r.status)
		}
	}
	// A key of scope read sees what the public does.
	get(t, h, "/v1/posts")
	if r := get(t, h, "/v1/posts", h.as(store.ScopeRead)...); r.header.Get("Cache-Status") != hit || r.header.Get("Cache-Control") != "private, max-age=60" {
		t.Errorf("found %v", r.header)
	}
	if r := get(t, h, "/v1/posts"); r.header.Get("Cache-Control") != "public, max-age=60"+stale {
		t.Errorf("found %v", r.header)
	}
	none := serving(t, "cache-size=0")
	get(t, none, "/v1/posts")
	if r := get(t, none, "/v1/posts", "Accept-Encoding: br"); r.header.Get("Cache-Status") != miss || r.header.Get("Content-Encoding") != "br" {
		t.Errorf("without a cache: found %v", r.header)
	}
}

func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "tag-headers=Surrogate-Key")
	for _, headers := range [][]string{nil, h.as(store.ScopePreview)} {
		plain := get(t, h, "/v1/posts", headers...)
		tags := map[string]string{"": plain.header.Get("ETag")}
		for _, coding := range []string{"br", "zstd", "gzip"} {
			for range 2 {
				r := get(t, h, "/v1/posts", append(headers, "Accept-Encoding: "+coding)...)
				if r.status != 200 || r.header.Get("Content-Encoding") != coding || unpack(t, r) != plain.body || len(r.body) >= len(plain.body)/2 ||
					r.header.Get("Content-Length") != strconv.Itoa(len(r.body)) || r.header.Get("Surrogate-Key") != plain.header.Get("Surrogate-Key") {
					t.Errorf("%s: found %d %v, %d bytes of %d", coding, r.status, r.header, len(r.body), len(plain.body))
				}
				if tag := r.header.Get("ETag"); tags[coding] != "" && tags[coding] != tag {
					t.Errorf("%s: found the tags %s and %s", coding, tags[coding], tag)
				} else {
					tags[coding] = tag
				}
			}
		}
		for of, tag := range tags {
			for coding := range tags {
				r := get(t, h, "/v1/posts", append(headers, "If-None-Match: "+tag, "Accept-Encoding: "+coding)...)
				if (r.status == 304) != (of == coding) || r.status == 304 && (r.header.Get("ETag") != tag || r.header.Get("Content-Encoding") != "") {
					t.Errorf("the tag of %q for %q: found %d %v", of, coding, r.status, r.header)
				}
			}
		}
		if r := get(t, h, "/v1/tools/redis", append(headers, "Accept-Encoding: br")...); r.header.Get("Content-Encoding") != "" || unpack(t, r) != r.body {
			t.Errorf("a short answer: found %v", r.header)
		}
	}
	var pairs []string
	for range 2 { // the same whether it is kept or made
		r := get(t, h, "/v1/summaries", "Accept-Encoding: gzip, deflate, br, zstd")
		pairs = append(pairs, r.header.Get("ETag")+r.header.Get("Content-Encoding")+r.body)
	}
	if pairs[0] != pairs[1] || !strings.Contains(pairs[0], `-br"br`) {
		t.Errorf("found %.40q and %.40q", pairs[0], pairs[1])
	}
}

// TestCacheIsBounded asks for more than there is room for.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	l := onlyOne{storetest.Release(t, storetest.RandomPosts(rand.New(rand.NewPCG(5, 5)), 500)...)}
	h := serve(t, l, quiet, "cache-size="+strconv.Itoa(most))
	for limit := range 100 {
		for page := range 5 {
			get(t, h, fmt.Sprintf("/v1/posts?limit=%d&page=%d", limit+1, page+1), "Accept-Encoding: gzip")
		}
	}
	until(t, "the cache is within its bound", func() bool { return figure(t, h.Operators(), "alphanode_cache_bytes") <= most })
	if n := figure(t, h.Operators(), "alphanode_cache_questions"); n < 5 || n > 400 {
		t.Errorf("found %v questions", n)
	}
}

// figure reads a metric.
func figure(t testing.TB, h http.Handler, name string) float64 {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	found := regexp.MustCompile(`(?m)^` + name + ` (.*)$`).FindStringSubmatch(w.Body.String())
	if found == nil {
		t.Fatalf("no %s in %s", name, w.Body)
	}
	n, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRollbackBringsAnswersBack asks before a publish and after it was rolled back.
func TestRollbackBringsAnswersBack(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "carry-limit=0", "warm-limit=0") // nothing is taken over
	before := get(t, h, "/v1/posts")
	h.publish(h.build("more"))
	until(t, "the switch is over", func() bool { return strings.Contains(h.log.String(), "kept answers taken over") })
	if !strings.Contains(h.log.String(), "too much differs") {
		t.Error("the log does not say that everything was dropped")
	}
	after := get(t, h, "/v1/posts")
	if after.header.Get("Cache-Status") != miss || after.body == before.body {
		t.Errorf("found %v", after.header)
	}
	if _, err := h.catalogue.Rollback("r1", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	h.served("r1")
	if again := get(t, h, "/v1/posts"); again.header.Get("Cache-Status") != hit || again.body != before.body || again.header.Get("ETag") != before.header.Get("ETag") {
		t.Errorf("found %v, expected the answer of before", again.header)
	}
	h.publish("r2")
	if again := get(t, h, "/v1/posts"); again.header.Get("Cache-Status") != hit || again.body != after.body {
		t.Errorf("found %v, expected the answer of r2", again.header)
	}
	if pinned := get(t, h, "/v1/posts", "Release: r1"); pinned.header.Get("Cache-Status") == hit && pinned.body != before.body {
		t.Errorf("found the answer of another release for r1")
	}
}

// TestDroppedAnswersAreMadeAnew looks at the answers that a publish changed.
func TestDroppedAnswersAreMadeAnew(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	before := get(t, h, "/v1/posts?sort=-slug")
	get(t, h, "/v1/posts/measuring-a-cache")
	h.publish(h.build("zzz"))
	until(t, "answers are taken over", func() bool { return strings.Contains(h.log.String(), "kept answers taken over") })
	if r := get(t, h, "/v1/posts?sort=-slug"); r.header.Get("Cache-Status") != hit || r.body == before.body || !strings.Contains(r.body, `"zzz"`) {
		t.Errorf("found %v, expected the new answer before it was asked for", r.header)
	}
	if r := get(t, h, "/v1/posts/measuring-a-cache"); r.header.Get("Cache-Status") != hit || r.header.Get("Release") != "r2" {
		t.Errorf("found %v, expected the answer that did not change", r.header)
	}
	if got := figure(t, h.Operators(), `alphanode_cache_carried_total\{fate="changed"\}`); got < 1 {
		t.Errorf("found %v changed answers", got)
	}
}

func TestModifiedSince(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	var told string
	until(t, "Last-Modified is told", func() bool {
		told = get(t, h, "/v1/posts").header.Get("Last-Modified")
		return told != ""
	})
	at, err := http.ParseTime(told)
	if err != nil || time.Since(at) > time.Minute {
		t.Fatalf("found %q, %v", told, err)
	}
	for given, want := range map[string]int{
		told: 304, at.Add(time.Hour).UTC().Format(http.TimeFormat): 304, at.Add(-time.Second).UTC().Format(http.TimeFormat): 200, "yesterday": 200, "": 200,
	} {
		if r := get(t, h, "/v1/posts", "If-Modified-Since: "+given); r.status != want {
			t.Errorf("since %q: found %d, expected %d", given, r.status, want)
		}
	}
	if r := get(t, h, "/v1/posts", "If-Modified-Since: "+told, `If-None-Match: "x"`); r.status != 200 {
		t.Errorf("with another tag: found %d, expected that the tag decides", r.status)
	}
	if r := get(t, h, "/v1/posts", append(h.as(store.ScopePreview), "If-Modified-Since: "+told)...); r.status != 200 || r.header.Get("Last-Modified") != "" {
		t.Errorf("with a key: found %d %v", r.status, r.header)
	}
	h.publish(h.build("more"))
	if r := get(t, h, "/v1/posts", "If-Modified-Since: "+told); r.status != 200 {
		t.Errorf("after a publish: found %d", r.status)
	}
	if _, err := h.catalogue.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	h.served("r1")
	until(t, "Last-Modified is told", func() bool { return get(t, h, "/v1/posts").header.Get("Last-Modified") != "" })
	if r := get(t, h, "/v1/posts", "If-Modified-Since: "+told); r.status != 200 {
		t.Errorf("after a rollback: found %d, for the reader may have what was rolled back from", r.status)
	}
}

func TestFreshnessOfSettings(t *testing.T) {
	t.Parallel()
	h := serving(t, "max-age=10s", "s-maxage=1h", "stale-while-revalidate=0s", "stale-if-error=24h")
	if got, want := get(t, h, "/v1/posts").header.Get("Cache-Control"), "public, max-age=10, s-maxage=3600, stale-if-error=86400"; got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
}

var group = regexp.MustCompile(`^"[ -!#-\[\]-~]{1,32}"$`)

func TestTagHeaders(t *testing.T) {
	t.Parallel()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(3, 3)), 200)
	posts[0].Slug = strings.Repeat("long-", 30) + "slug"
	l := onlyOne{storetest.Release(t, posts...)}
	h := serve(t, l, quiet, "tag-headers=surrogate-key, Cache-Tag,Cache-Groups")
	for _, target := range []string{"/v1/posts/" + posts[0].Slug, "/v1/posts?limit=1", "/v1/posts?limit=100", "/v1/tools/git", "/v1/similar?tool=git&limit=100"} {
		r := get(t, h, target)
		keys := strings.Fields(r.header.Get("Surrogate-Key"))
		if r.status != 200 || len(keys) == 0 || r.header.Get("Cache-Tag") != strings.Join(keys, ",") {
			t.Errorf("%s: found %d %v", target, r.status, r.header)
		}
		groups := strings.Split(r.header.Get("Cache-Groups"), ", ")
		if len(groups) > 32 || len(groups) > len(keys) {
			t.Errorf("%s: found %d groups of %d keys", target, len(groups), len(keys))
		}
		for _, g := range groups {
			if !group.MatchString(g) {
				t.Errorf("%s: found the group %s", target, g)
			}
		}
		again := get(t, h, target)
		if again.header.Get("Cache-Groups") != r.header.Get("Cache-Groups") {
			t.Errorf("%s: groups change", target)
		}
	}
	if got := get(t, h, "/v1/posts?limit=1").header.Get("Cache-Groups"); !strings.HasPrefix(got, `"posts", "post:`) {
		t.Errorf("found %s", got)
	}
}

// TestNotModifiedOnlyWhileRight asks, without tags, for what can change though the
// same release is served: a prune removes a release, a takedown a post from one.
func TestNotModifiedOnlyWhileRight(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("a"))
	h.publish(h.build("b"))
	until(t, "Last-Modified is told", func() bool { return get(t, h, "/v1/posts").header.Get("Last-Modified") != "" })
	later := "If-Modified-Since: " + time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for target, want := range map[string]int{
		"/v1/posts": 304, "/graphql?query=%7B__typename%7D": 304,
		"/v1/releases": 200, "/v1/changes?since=r2": 200, "/v1/releases/r2/diff/r3": 200,
		"/graphql?query=%7Bchanges(since%3A%22r2%22)%7BtotalCount%7D%7D": 200, "/graphql?query=%7Bposts(first%3A-1)%7BtotalCount%7D%7D": 200,
	} {
		r := get(t, h, target, later)
		if r.status != want || want == 200 && r.header.Get("Last-Modified") != "" {
			t.Errorf("%s: found %d and Last-Modified %q, expected %d", target, r.status, r.header.Get("Last-Modified"), want)
		}
	}
}

// TestAnswersWithErrorsHaveNoValidators: an answer with errors can be another one the
// next time, so it is neither kept nor told to be unchanged, whatever its status.
func TestAnswersWithErrorsHaveNoValidators(t *testing.T) {
	t.Parallel()
	h := serving(t)
	faults := map[string]string{
		"syntax":            `{"query":"{"}`,
		"validation":        `{"query":"{ none }"}`,
		"variables":         `{"query":"query($n: Int!) { posts(first: $n) { totalCount } }","variables":{"n":"1"}}`,
		"unknown operation": `{"query":"query A { __typename }","operationName":"B"}`,
		"bad cursor":        `{"query":"{ posts(after: \"abc\") { totalCount } }"}`,
		"a gap":             `{"query":"{ post(slug: \"measuring-a-cache\") { slug similar(first: 101) { totalCount } } }"}`,
		"no such hash":      `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`,
		"too complex":       `{"query":"{ tools(first: 100) { nodes { posts(first: 100) { nodes { similar(first: 100) { totalCount } } } } } }"}`,
		"no request":        `{}`,
	}
	validators := []string{"If-None-Match: *", `If-None-Match: "x"`, "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"}
	check := func(what string, r reply) {
		t.Helper()
		if r.status == http.StatusNotModified || r.header.Get("ETag") != "" || r.header.Get("Last-Modified") != "" || r.header.Get("Surrogate-Key") != "" ||
			r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: found %d %v", what, r.status, r.header)
		}
	}
	for name, body := range faults {
		query := parametersOf(t, body)
		for _, media := range []string{"application/json", "application/graphql-response+json"} {
			headers := append(validators, "Accept: "+media, "Content-Type: application/json")
			check(name+" by GET", get(t, h, "/graphql?"+query, headers...))
			check(name+" by HEAD", ask(t, h, "HEAD", "/graphql?"+query, "", headers...))
			check(name+" by POST", ask(t, h, "POST", "/graphql", body, headers...))
		}
	}
	for _, target := range []string{"/v1/posts?after=abc", "/v1/posts/none", "/v1/nothing", "/v1/posts?tool=", "/v1/changes?since=r9"} {
		check(target, get(t, h, target, validators...))
	}
}

// parametersOf gives the members of a GraphQL request as parameters of an address.
func parametersOf(t *testing.T, body string) string {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	for name, member := range members {
		if text, ok := member.(string); ok {
			values.Set(name, text)
			continue
		}
		text, err := json.Marshal(member)
		if err != nil {
			t.Fatal(err)
		}
		values.Set(name, string(text))
	}
	return values.Encode()
}
