package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
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
			a.body = strings.ReplaceAll(a.body, `{"kind":"removed","slug":"secret"}`, "") // for who has a copy
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
	for since, want := range map[string]string{"r1": "added a, removed c, added z", "r2": "removed c, added z", "r3": "removed c"} {
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
	storetest.Publish(t, h.catalogue, catalogue.ImportOptions{Replace: true}, decode(t, `{"slug":"a","title":"A"}`))
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

// behind gives a release of before, as a server does that has not looked again.
type behind struct {
	*live.Live
	release *release.Release
}

func (s behind) Acquire() (*release.Release, error) {
	return retained(s.release)
}

// TestStreamsAfterATakedown asks for streams of a release that was replaced before
// the server noticed: each gets an answer, of the release as it is now.
func TestStreamsAfterATakedown(t *testing.T) {
	t.Parallel()
	h := openHouse(t, append(archive(t), decode(t, `{"slug":"secret","title":"S"}`)))
	opened, err := h.archive.Live.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	before := get(t, h, "/v1/posts.ndjson")
	if _, err := h.catalogue.Takedown(t.Context(), []string{"secret"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	s, err := server.New(chosen(t, "max-streams=2", "max-streams-per-reader=1"), server.Archive{Live: behind{h.archive.Live.(*live.Live), opened}, Keys: h.archive.Keys}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sent := httptest.NewServer(s)
	defer sent.Close()
	for _, query := range []string{"", "?fields=slug", "?tool=git", "?slug=secret"} {
		for _, header := range []string{"Accept: */*", "Accept-Encoding: zstd", "Release: r1", "Range: lines=1-"} {
			r, err := http.NewRequest("GET", sent.URL+"/v1/posts.ndjson"+query, nil)
			if err != nil {
				t.Fatal(err)
			}
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Set(name, value)
			r.Header.Set("If-Range", before.header.Get("ETag"))
			a, err := sent.Client().Do(r)
			if err != nil {
				t.Errorf("%s, %s: found no answer: %v", query, header, err)
				continue
			}
			body, err := io.ReadAll(a.Body)
			if err != nil || a.StatusCode != 200 || a.Header.Get("Release") != "r1" || strings.Contains(string(body), "secret") {
				t.Errorf("%s, %s: found %d %s, %v", query, header, a.StatusCode, body, err)
			}
			_ = a.Body.Close() // it was read
		}
	}
}

// TestStreamsDuringTakedowns asks for streams all the time that posts are taken down:
// each gets a status, and only what had begun is broken off.
func TestStreamsDuringTakedowns(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 200 {
		posts = append(posts, decode(t, fmt.Sprintf(`{"slug":"p-%03d","title":"A","intro":"%s"}`, i, strings.Repeat("word ", 200))))
	}
	h := openHouse(t, posts, "max-streams=16", "max-streams-per-reader=15")
	sent := httptest.NewServer(h)
	defer sent.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // which asks once, and not again
	done, ended := make(chan struct{}), make(chan [3]int)
	for range 2 {
		go func() {
			var whole, broken, asked int
			for ; ; asked++ {
				select {
				case <-done:
					ended <- [3]int{whole, broken, asked}
					return
				default:
				}
				r, err := client.Get(sent.URL + "/v1/posts.ndjson")
				if err != nil {
					t.Errorf("found no status: %v", err)
					continue
				}
				// The next takedown may have begun: then nothing opens what it is about.
				if told := r.StatusCode == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != ""; r.StatusCode != http.StatusOK && !told {
					t.Errorf("found %s", r.Status)
				}
				if _, err := io.Copy(io.Discard, r.Body); err != nil {
					broken++
				} else {
					whole++
				}
				_ = r.Body.Close() // it was read
			}
		}()
	}
	for i := range 6 {
		if _, err := h.catalogue.Takedown(t.Context(), []string{fmt.Sprintf("p-%03d", 199-i)}, store.TakedownOptions{}); err != nil {
			t.Error(err)
		}
		if lines := getLines(t, h, "fields=slug"); len(lines) != 199-i {
			t.Errorf("found %d lines after %d takedowns", len(lines), i+1)
		}
	}
	close(done)
	for range 2 {
		n := <-ended
		t.Logf("%d asked for, %d whole, %d broken off", n[2], n[0], n[1])
	}
}
