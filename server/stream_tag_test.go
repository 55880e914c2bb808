package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestTagOfAStream publishes releases in which only drafts changed, and in which a
// post changed that readers see.
func TestTagOfAStream(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	const target = "/v1/posts.ndjson"
	before, filtered := get(t, h, target), get(t, h, target+"?tool=git")
	seen := get(t, h, target, h.as(store.ScopePreview)...)
	publish := func(line string) {
		t.Helper()
		h.served(storetest.Publish(t, h.catalogue, catalogue.ImportOptions{}, decode(t, line)))
	}
	publish(`{"slug":"hidden","title":"Another draft","meta":{"tools":["Git"],"revision":{"status":"draft"}}}`)
	publish(`{"slug":"hidden-too","title":"One more","meta":{"tools":["Git"],"revision":{"status":"in-review"}}}`)
	tag := before.header.Get("ETag")
	after := get(t, h, target)
	if after.header.Get("Release") != "r3" || after.header.Get("ETag") != tag || after.body != before.body {
		t.Errorf("only drafts changed: found %v, expected the tag %s", after.header, tag)
	}
	if got := get(t, h, target+"?tool=git"); got.header.Get("ETag") != filtered.header.Get("ETag") || got.body != filtered.body {
		t.Errorf("only drafts changed: found %v, expected the tag of %v", got.header, filtered.header)
	}
	for _, query := range []string{"", "?tool=git"} {
		wanted := map[string]string{"": tag, "?tool=git": filtered.header.Get("ETag")}[query]
		same := get(t, h, target+query, "If-None-Match: "+wanted)
		if same.status != http.StatusNotModified || !strings.Contains(same.header.Get("Server-Timing"), `"0 calls"`) {
			t.Errorf("%s with the tag: found %d %v", query, same.status, same.header)
		}
	}
	rest := get(t, h, target, "If-Range: "+tag, "Range: lines=3-")
	if lines := strings.SplitAfterN(before.body, "\n", 4); rest.status != http.StatusPartialContent || rest.body != lines[3] {
		t.Errorf("the rest: found %d %v", rest.status, rest.header)
	}
	if got := get(t, h, target, h.as(store.ScopePreview)...); got.header.Get("ETag") == seen.header.Get("ETag") {
		t.Error("who sees drafts is told that nothing changed")
	}
	publish(`{"slug":"unsure","title":"Sure by now"}`)
	if got := get(t, h, target, "If-None-Match: "+tag); got.status != http.StatusOK || got.header.Get("ETag") == tag {
		t.Errorf("a post changed: found %d %v", got.status, got.header)
	}
	if got := get(t, h, target, "If-Range: "+tag, "Range: lines=3-"); got.status != http.StatusOK {
		t.Errorf("the rest of what changed: found %d", got.status)
	}
}

// TestEqualTagsEqualBytes asks random releases for random streams: the same tag is
// never on other bytes, and the same bytes of the same question have the same tag.
func TestEqualTagsEqualBytes(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 9))
	posts := storetest.RandomPosts(rnd, 40)
	h := openHouse(t, posts)
	byTag, byQuestion := map[string]string{}, map[string]map[string]string{}
	again := 0
	for n := range 25 {
		if n > 0 {
			changed := *posts[rnd.IntN(len(posts))]
			o := catalogue.ImportOptions{}
			switch rnd.IntN(4) {
			case 0:
				changed.Title = fmt.Sprint("Changed ", rnd.IntN(3))
			case 1:
				changed.Meta.Revision = &content.Revision{Status: []string{content.StatusDraft, content.StatusReviewed}[rnd.IntN(2)]}
			case 2:
				changed.Slug = fmt.Sprint("new-", rnd.IntN(4))
				changed.Meta.Reference = ""
			default:
				o.Onto = "r1" // and so back to what was
			}
			b, err := h.catalogue.Import(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.Add(content.Record{Post: &changed}, catalogue.Origin{}); err != nil {
				t.Fatal(err)
			}
			m, err := b.Finish(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if m.Name == "" {
				continue
			}
			if _, err := h.catalogue.Publish(m.Name, store.PublishOptions{Force: true}); err != nil {
				t.Fatal(err)
			}
			h.served(m.Name)
		}
		for _, query := range []string{"", "?tool=git", "?fields=slug", "?fields=slug,title&difficulty=beginner", "?difficulty.not=beginner", "?slug=none"} {
			for _, headers := range [][]string{nil, {"Accept-Encoding: gzip"}, h.as(store.ScopePreview)} {
				r := get(t, h, "/v1/posts.ndjson"+query, headers...)
				tag, question := r.header.Get("ETag"), fmt.Sprint(query, headers)
				if known, ok := byTag[tag]; ok && known != r.body {
					t.Fatalf("%s: found the tag %s of %q on %q", question, tag, known, r.body)
				}
				byTag[tag] = r.body
				if byQuestion[question] == nil {
					byQuestion[question] = map[string]string{}
				}
				if known, ok := byQuestion[question][r.body]; ok && !strings.Contains(query, "fields") {
					again++
					if known != tag {
						t.Errorf("%s: found the tags %s and %s of the same bytes", question, known, tag)
					}
				}
				byQuestion[question][r.body] = tag
			}
		}
	}
	t.Logf("%d tags; the same bytes again %d times", len(byTag), again)
}
