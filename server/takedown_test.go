package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestTakedownIsFollowed asks both faces for a post in every way, before and after
// it is taken down, and with a key for releases that are not current.
func TestTakedownIsFollowed(t *testing.T) {
	t.Parallel()
	// Answers may repeat what was asked, but not what is told of it.
	const asks, tells = "quetzalcoatlus", "hatzegopteryx"
	line := fmt.Sprintf(`{"slug":"secret","title":"%[1]s %[2]s","body":[{"type":"paragraph","text":"%[2]s"}],"meta":{"tools":["git","%[1]s %[2]s"],"entities":[{"name":"nginx","type":"server"}]}}`,
		asks, tells)
	h := openHouse(t, []*content.Post{
		decode(t, line), decode(t, `{"slug":"kept","title":"Kept","meta":{"tools":["git"],"entities":[{"name":"nginx","type":"server"}]}}`),
	})
	h.publish(h.build("more"))
	asked := []struct{ method, target, body string }{
		{"GET", "/v1/posts/secret", ""},
		{"GET", "/v1/posts", ""},
		{"GET", "/v1/posts.ndjson", ""},
		{"GET", "/v1/summaries?tool=git", ""},
		{"GET", "/v1/posts?title.prefix=" + asks, ""},
		{"GET", "/v1/posts/kept/similar", ""},
		{"GET", "/v1/search?q=" + asks, ""},
		{"GET", "/v1/tools?q=" + asks, ""},
		{"GET", "/v1/facets?by=tool", ""},
		{"GET", "/v1/changes?since=r1", ""},
		{"GET", "/v1/releases/r1/diff/r2", ""},
		{"POST", "/graphql", `{"query":"{ post(slug: \"secret\") { slug title } }"}`},
		{"POST", "/graphql", `{"query":"{ posts(first: 100) { totalCount nodes { slug title } } }"}`},
		{"POST", "/graphql", `{"query":"{ search(query: \"` + asks + `\") { edges { node { title } } } }"}`},
		{"POST", "/graphql", `{"query":"{ facets(by: [TOOL]) { buckets { value } } }"}`},
	}
	shows := func(release string) (shown int) {
		for _, q := range asked {
			headers := append(h.as(store.ScopePreview), "Content-Type: application/json")
			if release != "" {
				headers = append(headers, "Release: "+release)
			}
			a := ask(t, h, q.method, q.target, q.body, headers...)
			if a.status != http.StatusOK && q.target != asked[0].target {
				t.Errorf("%s %s of release %q: found %d: %s", q.method, q.target, release, a.status, a.body)
			}
			a.body = strings.ReplaceAll(a.body, `{"kind":"REMOVED","slug":"secret"}`, "") // for who has a copy
			if strings.Contains(a.body, tells) || strings.Contains(a.body, `"slug":"secret"`) {
				shown++
			}
		}
		return shown
	}
	for _, release := range []string{"", "r1"} {
		if shown := shows(release); shown < 10 {
			t.Errorf("release %q: found the post in %d answers, expected most", release, shown)
		}
	}
	var had reply
	until(t, "the answers say since when they are right", func() bool {
		had = get(t, h, "/v1/posts")
		return had.header.Get("Last-Modified") != ""
	})
	if _, err := h.catalogue.Takedown(t.Context(), []string{"secret"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the post is gone", func() bool { return get(t, h, "/v1/posts/secret").status == http.StatusNotFound })
	until(t, "it is gone from r1", func() bool {
		return get(t, h, "/v1/posts/secret", append(h.as(store.ScopePreview), "Release: r1")...).status == http.StatusNotFound
	})
	for _, release := range []string{"", "r1", "r2"} {
		if shown := shows(release); shown > 0 {
			t.Errorf("release %q: found the post in %d answers", release, shown)
		}
	}
	for _, condition := range []string{"If-None-Match: " + had.header.Get("ETag"), "If-Modified-Since: " + had.header.Get("Last-Modified")} {
		if a := get(t, h, "/v1/posts", condition); a.status != http.StatusOK {
			t.Errorf("%s: what a cache has is still said to be right: %d", condition, a.status)
		}
	}
	if a := get(t, h, "/v1/releases"); !strings.Contains(a.body, `"name":"r2","publishedAt"`) || !strings.Contains(a.body, `"postCount":2`) ||
		!strings.Contains(a.body, `"postCount":1`) {
		t.Errorf("found %s", a.body)
	}
}

// TestUnfinishedTakedownOverHTTP asks for a release that holds what is taken down.
func TestUnfinishedTakedownOverHTTP(t *testing.T) {
	t.Parallel()
	h := openHouse(t, []*content.Post{decode(t, `{"slug":"secret","title":"Secret"}`)})
	h.publish(h.build("more"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // so that it is recorded, and nothing more
	if _, err := h.catalogue.Takedown(ctx, []string{"secret"}, store.TakedownOptions{}); err == nil {
		t.Fatal("it was done")
	}
	for _, a := range []reply{
		get(t, h, "/v1/posts", append(h.as(store.ScopePreview), "Release: r1")...),
		get(t, h, "/v1/changes?since=r1"),
		ask(t, h, "POST", "/v1/releases/rollback", "", h.as(store.ScopeAdmin)...),
	} {
		if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "secret") {
			t.Errorf("found %d: %s", a.status, a.body)
		}
	}
	if a := get(t, h, "/v1/posts/secret"); a.status != http.StatusOK {
		t.Errorf("what is served is no longer: %d", a.status)
	}
}

// TestTakedownIsToldToCopies asks for the changes since each release after two posts
// were taken down, of which readers saw one.
func TestTakedownIsToldToCopies(t *testing.T) {
	t.Parallel()
	h := openHouse(t, []*content.Post{
		decode(t, `{"slug":"b","title":"B"}`), decode(t, `{"slug":"c","title":"C"}`),
		decode(t, `{"slug":"draft","title":"D","meta":{"revision":{"status":"draft"}}}`),
	})
	h.publish(h.build("a"))
	h.publish(h.build("z"))
	before, err := h.archive.Live.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	sum := before.Manifest().SHA256
	_ = before.Close() // it was only looked at
	if _, err := h.catalogue.Takedown(t.Context(), []string{"c", "draft"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, "the takedown is followed", func() bool {
		now, err := h.archive.Live.Acquire()
		if err != nil {
			t.Fatal(err)
		}
		defer now.Close()
		return now.Manifest().SHA256 != sum
	})
	for since, want := range map[string]string{"r1": "ADDED a, REMOVED c, ADDED z", "r2": "REMOVED c, ADDED z", "r3": "REMOVED c"} {
		rows, _, total := walkChanges(t, h, "/v1/changes", url.Values{"since": {since}}, 1)
		var got []string
		for _, row := range rows {
			got = append(got, row.Kind+" "+row.Slug)
		}
		if all := strings.Join(got, ", "); all != want || total != len(rows) {
			t.Errorf("since %s: found %s, %d in all, expected %s", since, all, total, want)
		}
		a := ask(t, h, "POST", "/graphql", `{"query":"{ changes(since: \"`+since+`\") { totalCount edges { kind slug node { slug } } } }"}`, "Content-Type: application/json")
		if !strings.Contains(a.body, `{"kind":"REMOVED","slug":"c","node":null}`) || strings.Contains(a.body, "draft") {
			t.Errorf("since %s: found %s", since, a.body)
		}
	}
	if a := get(t, h, "/v1/releases/r1/diff/r3"); strings.Contains(a.body, `"c"`) {
		t.Errorf("found %s, though none of the two has it", a.body)
	}
}

// TestTakedownEmptiesTheCache takes down a post that only an earlier release has.
func TestTakedownEmptiesTheCache(t *testing.T) {
	t.Parallel()
	h := openHouse(t, []*content.Post{decode(t, `{"slug":"a","title":"A"}`), decode(t, `{"slug":"secret","title":"S"}`)})
	get(t, h, "/v1/posts/secret")
	storetest.Publish(t, h.catalogue, store.BuildOptions{Replace: true}, decode(t, `{"slug":"a","title":"A"}`))
	h.served("r2")
	if n := figure(t, h.Operators(), "alphanode_cache_questions"); n == 0 {
		t.Fatal("nothing is kept")
	}
	if _, err := h.catalogue.Takedown(t.Context(), []string{"secret"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, "nothing is kept", func() bool { return figure(t, h.Operators(), "alphanode_cache_questions") == 0 })
	if r := get(t, h, "/v1/posts/a"); r.status != 200 || r.header.Get("Release") != "r2" {
		t.Errorf("found %d %v", r.status, r.header)
	}
}
