package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestStreamsInclude holds streams with similar posts and bodies in one piece against the
// walk over the pages of lists that have them.
func TestStreamsInclude(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 16))
	h := serve(t, onlyOne{storetest.Release(t, storetest.RandomPosts(rnd, 150)...)}, quiet)
	small := serve(t, onlyOne{storetest.Release(t, storetest.RandomPosts(rnd, 60)...)}, quiet, "max-answer=4096")
	for i, included := range []string{
		"include=similar", "include=similar&similar.limit=3", "include=similar&similar.limit=100&similar.diversity=0.4", "include=similar&similar.limit=0",
		"include=similar&as=summary&similar.minSimilarity=0.2", "include=similar&as=summary&fields=slug", "include=similar&fields=slug,title", "include=html,text&fields=slug",
		"include=html,text,similar&similar.limit=2",
	} {
		filter := storetest.RandomFilter(rnd, 1)
		if i%2 == 0 {
			filter = &store.Filter{}
		}
		pages := restQuery(filter, store.Order{Field: store.FieldSlug})
		pages.Set("limit", "20")
		stream := url.Values{}
		for name, values := range pages {
			if name != "sort" && name != "limit" {
				stream[name] = values
			}
		}
		want := walked(t, h, "/v1/posts?"+pages.Encode()+"&"+included)
		if got := getLines(t, h, stream.Encode()+"&"+included, "Accept-Encoding: br"); !slices.Equal(got, want) {
			t.Fatalf("%s&%s: found\n%s\nexpected\n%s", stream.Encode(), included, got, want)
		}
	}
	if lines := getLines(t, small, "include=similar,html"); len(lines) < 10 {
		t.Errorf("lines that are longer than an answer may be: found %d", len(lines))
	}
	for query, want := range map[string]string{
		"similar.limit=3": "query.similar.limit", "include=similar&similar.limit=101": "query.similar.limit", "include=similar&similar.diversity=2": "query.similar.diversity",
		"include=scores": "query.include", "include=html&as=summary": "query.include",
	} {
		if r := get(t, h, "/v1/posts.ndjson?"+query); r.status != 400 || !strings.Contains(r.body, `"location":"`+want+`"`) {
			t.Errorf("%s: found %d %s", query, r.status, r.body)
		}
	}
}

// TestTagsTellWhatIsIncluded: what include= can add to a stream makes another of it.
func TestTagsTellWhatIsIncluded(t *testing.T) {
	t.Parallel()
	h := serve(t, storetest.Live(t, storetest.Catalogue(t, archive(t)...)), quiet)
	tags := map[string]string{}
	for _, included := range []string{"", "html", "text", "anchors", "similar", "terms"} {
		query := "fields=slug"
		if included != "" {
			query += "&include=" + included
		}
		tag := get(t, h, "/v1/posts.ndjson?"+query).header.Get("ETag")
		if other, known := tags[tag]; known || tag == "" {
			t.Errorf("%s has the tag of %q", included, other)
		}
		tags[tag] = included
	}
	if r := get(t, h, "/v1/posts.ndjson?include=none"); !strings.Contains(r.body, "html, text, anchors, similar, terms,") {
		t.Errorf("more can be included than is asked for here: %s", r.body)
	}
}

// TestTagOfIncludedPosts publishes a post that no line is of, but that is similar to one:
// the lines are others, and so is the tag.
func TestTagOfIncludedPosts(t *testing.T) {
	t.Parallel()
	line := func(slug string) *content.Post {
		return decode(t, fmt.Sprintf(`{"slug":%q,"title":"T","meta":{"tools":["git"]}}`, slug))
	}
	h := openHouse(t, []*content.Post{line("a"), line("b")})
	for _, included := range []string{"", "&include=html", "&include=similar", "&include=similar&as=summary", "&include=similar&similar.limit=1", "&include=terms"} {
		target := "/v1/posts.ndjson?slug=a" + included
		before := get(t, h, target)
		c := storetest.Publish(t, h.catalogue, catalogue.ImportOptions{}, line("c"+fmt.Sprint(len(included))))
		h.served(c)
		after := get(t, h, target, "If-None-Match: "+before.header.Get("ETag"))
		restsOnAll := strings.Contains(included, "similar") || strings.Contains(included, "terms")
		if wanted := map[bool]int{true: 200, false: 304}[restsOnAll]; after.status != wanted {
			t.Errorf("%s: found %d, expected %d", target, after.status, wanted)
		}
		if again := get(t, h, target); again.status == 200 && (again.body == before.body) != (again.header.Get("ETag") == before.header.Get("ETag")) && !strings.Contains(included, "limit") {
			t.Errorf("%s: found the tags %s and %s", target, before.header.Get("ETag"), again.header.Get("ETag"))
		}
	}
}

// TestStreamResumesAcrossAPublish reads half of a stream, has another release published,
// and asks for the rest: by the name of the release it is that of the first half.
func TestStreamResumesAcrossAPublish(t *testing.T) {
	t.Parallel()
	posts := archive(t)
	c := storetest.Catalogue(t, posts...)
	v := &versions{faces{t, serve(t, storetest.Live(t, c), quiet)}, c, map[string][]*content.Post{"r1": posts}}
	for _, query := range []string{"", "as=summary", "tool=git&include=similar&similar.limit=2&limit=5"} {
		target := "/v1/posts.ndjson?" + query
		first := get(t, v.handler, target, "Accept-Encoding: br")
		lines := strings.SplitAfter(unpack(t, first), "\n")
		tag, release := "If-Range: "+first.header.Get("ETag"), first.header.Get("Release")
		name := v.publish(edit(rand.New(rand.NewPCG(*seed, 17)), v.posts[release], len(query)))
		rest := get(t, v.handler, target, "Range: lines=2-", tag, "Release: "+release)
		if want := strings.Join(lines[2:], ""); rest.status != 206 || rest.body != want || rest.header.Get("Release") != release || !strings.HasPrefix(rest.header.Get("Content-Range"), "lines 2-") {
			t.Errorf("%s of %s: found %d %v", query, release, rest.status, rest.header)
		}
		if anew := get(t, v.handler, target, "Range: lines=2-", tag); anew.status != 200 || anew.header.Get("Release") != name || anew.header.Get("Content-Range") != "" {
			t.Errorf("%s of what is current: found %d %v", query, anew.status, anew.header)
		}
	}
}

// TestHeadersAreReadAcrossOrigins asks as a page of another origin does: it may read where
// a rest begins, what it is of, and how old it is.
func TestHeadersAreReadAcrossOrigins(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"cors-origin=https://app.example"}} {
		s := httptest.NewServer(serving(t, flags...))
		defer s.Close()
		ask := func(headers ...string) *http.Response {
			r, err := http.NewRequest("GET", s.URL+"/v1/posts.ndjson?fields=slug", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, header := range append(headers, "Origin: https://app.example", "Accept-Encoding: identity") {
				name, value, _ := strings.Cut(header, ": ")
				r.Header.Set(name, value)
			}
			answer, err := s.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			return answer
		}
		whole := ask()
		for status, answer := range map[int]*http.Response{
			200: whole, 206: ask("Range: lines=2-", "If-Range: "+whole.Header.Get("ETag")), 304: ask("If-None-Match: " + whole.Header.Get("ETag")),
		} {
			if answer.StatusCode != status || answer.Header.Get("Access-Control-Expose-Headers") != "*" || answer.Header.Get("Access-Control-Allow-Credentials") != "" || answer.Header.Get("Date") == "" {
				t.Errorf("%q: found %d %v", flags, answer.StatusCode, answer.Header)
			}
			if status == 206 && (answer.Header.Get("Content-Range") == "" || answer.Header.Get("Accept-Ranges") != "lines") {
				t.Errorf("%q: found %v", flags, answer.Header)
			}
		}
	}
}
