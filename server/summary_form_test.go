package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestStreamsSummaries holds streams in compact form, whole and in parts, with a limit and
// resumed, against the walk over the pages of summaries.
func TestStreamsSummaries(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 13))
	h := serve(t, onlyOne{storetest.Release(t, storetest.RandomPosts(rnd, 400)...)}, quiet)
	for i := range 40 {
		filter := storetest.RandomFilter(rnd, 1)
		if i == 0 {
			filter = &store.Filter{}
		}
		pages := restQuery(filter, store.Order{Field: store.FieldSlug})
		pages.Set("limit", "100")
		if i%2 == 1 {
			pages.Set("fields", []string{"slug", "summary,image.url", "score.depth,tools", "image,updated"}[rnd.IntN(4)])
		}
		stream := url.Values{"as": {"summary"}}
		for name, values := range pages {
			if name != "sort" && name != "limit" {
				stream[name] = values
			}
		}
		want := walked(t, h, "/v1/summaries?"+pages.Encode())
		whole := get(t, h, "/v1/posts.ndjson?"+stream.Encode())
		if got := getLines(t, h, stream.Encode(), "Accept-Encoding: br"); !slices.Equal(got, want) {
			t.Fatalf("%s: found\n%s\nexpected\n%s", stream.Encode(), got, want)
		}
		n := rnd.IntN(len(want) + 2)
		stream.Set("limit", strconv.Itoa(n))
		first := want[:min(n, len(want))]
		if got := getLines(t, h, stream.Encode()); !slices.Equal(got, first) {
			t.Fatalf("%s: found\n%s\nexpected\n%s", stream.Encode(), got, first)
		}
		tag := get(t, h, "/v1/posts.ndjson?"+stream.Encode()).header.Get("ETag")
		if tag == whole.header.Get("ETag") && n < len(want) {
			t.Errorf("%s: found the tag of the whole", stream.Encode())
		}
		if len(first) < 2 {
			continue
		}
		from := 1 + rnd.IntN(len(first)-1)
		rest := get(t, h, "/v1/posts.ndjson?"+stream.Encode(), "If-Range: "+tag, fmt.Sprintf("Range: lines=%d-", from))
		if rest.status != 206 || rest.body != strings.Join(first[from:], "\n")+"\n" || rest.header.Get("Content-Range") != fmt.Sprintf("lines %d-%d/%d", from, len(first)-1, len(first)) {
			t.Errorf("%s from %d: found %d %v", stream.Encode(), from, rest.status, rest.header)
		}
	}
}

// TestChangesAsSummaries holds rows in compact form against the summaries of the same posts.
func TestChangesAsSummaries(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 14))
	v := newVersions(t, storetest.RandomPosts(rnd, 200))
	v.publish(edit(rnd, v.posts["r1"], 1))
	for _, fields := range []string{"", "title", "slug,summary", "tools,score.quality"} {
		q := url.Values{"limit": {"100"}}
		if fields != "" {
			q.Set("fields", fields)
		}
		summaries := map[string]string{}
		q.Set("sort", "slug")
		rows := walked(t, v.handler, "/v1/summaries?"+q.Encode())
		for i, slug := range walked(t, v.handler, "/v1/summaries?fields=slug&limit=100&sort=slug") {
			summaries[slug] = rows[i]
		}
		q.Del("sort")
		q.Set("since", "r1")
		var whole []changeRow
		if fields == "" || fields == "title" { // the others are names of the compact form alone
			whole, _, _ = walkChanges(t, v.handler, "/v1/changes", q, 30)
		}
		q.Set("as", "summary")
		got, last, total := walkChanges(t, v.handler, "/v1/changes", q, 30)
		seen := 0
		for i, row := range got {
			if whole != nil && (whole[i].Kind != row.Kind || whole[i].Slug != row.Slug) {
				t.Fatalf("found %+v, expected the row of %+v", row, whole[i])
			}
			if row.Kind == "removed" {
				if row.Post != nil {
					t.Errorf("found %s", row.Post)
				}
				continue
			}
			seen++
			if want := summaries[fmt.Sprintf(`{"slug":%q}`, row.Slug)]; string(row.Post) != want {
				t.Fatalf("%s: found %s, expected %s", row.Slug, row.Post, want)
			}
		}
		if seen == 0 || len(got) != total || !strings.HasSuffix(last, `,"release":"r2"}`) {
			t.Errorf("found %d of %d rows with a post: %s", seen, total, last)
		}
	}
}

func TestFormsAreRefused(t *testing.T) {
	t.Parallel()
	v := newVersions(t, archive(t))
	for _, of := range []string{"/v1/posts.ndjson?", "/v1/changes?since=r1&"} {
		for query, want := range map[string]string{
			"as=card": `"location":"query.as","value":"card","expected":"one of post, summary`, "as=post": "", "as=": `query.as`, "as=summary&as=summary": `query.as`,
			"fields=summary": `query.fields`, "fields=summary&as=summary": "", "as=summary&fields=body": `query.fields`, "as=summary&fields=meta.summary": `query.fields`,
			"fields=meta.summary": "", "as=summary&fields=image.url": "", "limit=-1": "query.limit", "limit=x": "query.limit",
		} {
			r := get(t, v.handler, of+query)
			if status := map[bool]int{true: 200, false: 400}[want == ""]; r.status != status || !strings.Contains(r.body, want) {
				t.Errorf("%s%s: found %d %s", of, query, r.status, r.body)
			}
		}
	}
	if r := get(t, v.handler, "/v1/posts.ndjson?limit=0"); r.status != 200 || r.body != "" || r.header.Get("Post-Count") != "0" {
		t.Errorf("no line: found %d %v %s", r.status, r.header, r.body)
	}
}
