package server_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// bodies are posts with bodies of every kind, some of them drafts.
func bodies(t *testing.T) []*content.Post {
	t.Helper()
	posts := archive(t)
	generator := synth.New(5)
	for k := range int64(40) {
		posts = append(posts, generator.Post(k+1))
	}
	return posts
}

// TestFacesAgreeOnBodies: include=html,text gives what GraphQL gives as html and text, of
// one post and in every list of them, whichever fields are shown beside.
func TestFacesAgreeOnBodies(t *testing.T) {
	t.Parallel()
	posts := bodies(t)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	listed := func(target string) map[string]any { // by slug
		rows := map[string]any{}
		for after := ""; ; {
			answer := f.rest(target + "&limit=100" + after)
			for _, row := range answer["data"].([]any) {
				rows[at(row, "slug").(string)] = row
			}
			next := at(answer, "page", "after")
			if next == nil {
				return rows
			}
			after = "&after=" + url.QueryEscape(next.(string))
		}
	}
	all, parts, tools := listed("/v1/posts?include=html,text"), listed("/v1/posts?include=text&include=html&fields=slug"), listed("/v1/tools/git/posts?include=text")
	public, ofTool := 0, 0
	for _, p := range posts {
		if !p.Public() {
			continue
		}
		public++
		of := at(f.graphql(`query($slug: String!) { post(slug: $slug) { html text } }`, map[string]any{"slug": p.Slug}), "post")
		if at(of, "html") != p.HTML() || at(of, "text") != p.Text() {
			t.Fatalf("%s: GraphQL found %s", p.Slug, asJSON(t, of))
		}
		whole := at(f.rest("/v1/posts/"+p.Slug), "data").(map[string]any)
		whole["html"], whole["text"] = p.HTML(), p.Text()
		if one := at(f.rest("/v1/posts/"+p.Slug+"?include=html,text"), "data"); asJSON(t, one) != asJSON(t, whole) {
			t.Errorf("%s: found %s\nexpected %s", p.Slug, asJSON(t, one), asJSON(t, whole))
		}
		if asJSON(t, all[p.Slug]) != asJSON(t, whole) {
			t.Errorf("%s in a list: found %s\nexpected %s", p.Slug, asJSON(t, all[p.Slug]), asJSON(t, whole))
		}
		if part := asJSON(t, map[string]any{"slug": p.Slug, "html": p.HTML(), "text": p.Text()}); asJSON(t, parts[p.Slug]) != part {
			t.Errorf("%s in a list of slugs: found %s\nexpected %s", p.Slug, asJSON(t, parts[p.Slug]), part)
		}
		if tools[p.Slug] != nil {
			ofTool++
			delete(whole, "html")
			if asJSON(t, tools[p.Slug]) != asJSON(t, whole) {
				t.Errorf("%s in a list of a tool: found %s\nexpected %s", p.Slug, asJSON(t, tools[p.Slug]), asJSON(t, whole))
			}
		}
	}
	if len(all) != public || len(parts) != public || len(tools) != ofTool || ofTool == 0 {
		t.Errorf("found %d, %d and %d posts, expected %d, as many, and %d", len(all), len(parts), len(tools), public, ofTool)
	}
}

// TestFacesAgreeOnIncludedSimilar: include=similar gives of each post what its own list of
// similar posts gives to the same question, and so does GraphQL; in both forms.
func TestFacesAgreeOnIncludedSimilar(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 31))
	posts := storetest.RandomPosts(rnd, 200)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, q := range []store.SimilarQuery{{First: 20}, {First: 0}, {First: 3}, {First: 100, MinSimilarity: 0.3}, {First: 7, Diversity: 0.6}, {First: 5, Diversity: 1, MinSimilarity: 0.1}} {
		own, included := url.Values{}, url.Values{"include": {"similar"}, "limit": {"15"}, "sort": {"slug"}}
		for name, value := range map[string]float64{"limit": float64(q.First), "minSimilarity": q.MinSimilarity, "diversity": q.Diversity} {
			if value > 0 || name == "limit" {
				own.Set(name, strconv.FormatFloat(value, 'f', -1, 64))
				included.Set("similar."+name, own.Get(name))
			}
		}
		if q.First == 20 {
			included.Del("similar.limit") // as many where it is left out
		}
		wholes := at(f.rest("/v1/posts?"+included.Encode()), "data").([]any)
		cards := at(f.rest("/v1/summaries?"+included.Encode()), "data").([]any)
		same := at(f.rest("/v1/posts?as=summary&"+included.Encode()), "data").([]any)
		some := at(f.rest("/v1/posts?fields=slug,meta.tools&"+included.Encode()), "data").([]any)
		connection := at(f.graphql(`query($first: Int, $min: Float, $diversity: Float) { posts(first: 15, orderBy: {field: SLUG}) { nodes { slug
			similar(first: $first, minSimilarity: $min, diversity: $diversity) { nodes { slug } } } } }`,
			map[string]any{"first": q.First, "min": q.MinSimilarity, "diversity": q.Diversity}), "posts", "nodes").([]any)
		for i, p := range model.Find(store.Public, nil, store.Order{Field: store.FieldSlug})[:15] {
			want := at(f.rest("/v1/posts/"+p.Slug+"/similar?"+own.Encode()), "data").([]any)
			scan := model.List(model.Similar(store.Public, p.Slug, nil), q)
			if len(want) != min(len(scan), q.First) {
				t.Errorf("%s, %+v: found %d similar posts of %d", p.Slug, q, len(want), len(scan))
			}
			one := url.Values{"include": {"similar"}}
			for name := range own {
				one.Set("similar."+name, own.Get(name))
			}
			for where, row := range map[string]any{"posts": wholes[i], "summaries": cards[i], "as=summary": same[i], "fields": some[i], "one": at(f.rest("/v1/posts/"+p.Slug+"?"+one.Encode()), "data")} {
				if at(row, "slug") != p.Slug || asJSON(t, at(row, "similar")) != asJSON(t, want) {
					t.Errorf("%s, %+v, %s: found %s\nexpected %s", p.Slug, q, where, asJSON(t, at(row, "similar")), asJSON(t, want))
				}
			}
			if found, wanted := slugsIn(at(connection[i], "similar", "nodes")), slugsIn(any(want)); at(connection[i], "slug") != p.Slug || asJSON(t, found) != asJSON(t, wanted) {
				t.Errorf("%s, %+v: GraphQL found %q, expected %q", p.Slug, q, found, wanted)
			}
		}
	}
}

// TestSummariesInPlaceOfPosts: as=summary gives of each list of posts what the list of
// summaries gives to the same question, and takes the names of their fields.
func TestSummariesInPlaceOfPosts(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, bodies(t)...)}, quiet)
	for _, tt := range []struct{ as, summaries string }{
		{"/v1/posts?", "/v1/summaries?"},
		{"/v1/tools/git/posts?", "/v1/summaries?tool=git&"},
		{"/v1/entities/database-postgresql/posts?", "/v1/summaries?entity=database:PostgreSQL&"},
	} {
		for _, more := range []string{"limit=100", "limit=3&page=2", "limit=0", "fields=slug,image.url,updated&limit=50", "sort=-quality&quality.gte=1", "stack=nowhere", "include=similar&similar.limit=2"} {
			var found, expected struct {
				Data        json.RawMessage
				Page        struct{ Limit, Total int }
				Suggestions json.RawMessage
			}
			for target, into := range map[string]any{tt.as + "as=summary&" + more: &found, tt.summaries + more: &expected} {
				r := get(t, h, target)
				if err := json.Unmarshal([]byte(r.body), into); err != nil || r.status != 200 {
					t.Fatalf("%s: found %d %s (%v)", target, r.status, r.body, err)
				}
			}
			if asJSON(t, found) != asJSON(t, expected) {
				t.Errorf("%s%s: found %s\nexpected %s", tt.as, more, asJSON(t, found), asJSON(t, expected))
			}
		}
		if whole, plain := get(t, h, tt.as+"as=post&limit=5"), get(t, h, tt.as+"limit=5"); at(decodeAny(t, whole.body), "data") == nil || asJSON(t, at(decodeAny(t, whole.body), "data")) != asJSON(t, at(decodeAny(t, plain.body), "data")) {
			t.Errorf("%sas=post: found %s\nexpected %s", tt.as, whole.body, plain.body)
		}
	}
}

func decodeAny(t *testing.T, body string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return v
}

// TestTotalAlone: limit=0 gives the total of every list and no row, whichever way it is
// paged through; and first: 0 does in GraphQL.
func TestTotalAlone(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, list := range []string{
		"/v1/posts?", "/v1/posts?tool=redis&", "/v1/posts?tool=nowhere&", "/v1/posts?page=1&", "/v1/posts?page=7&", "/v1/posts?include=similar,html&", "/v1/posts?slug=unsure&slug=measuring-a-cache&",
		"/v1/summaries?", "/v1/summaries?fields=slug&", "/v1/tools/redis/posts?", "/v1/entities/database-postgresql/posts?as=summary&", "/v1/posts/measuring-a-cache/similar?", "/v1/posts/measuring-a-cache/similar?diversity=0.5&",
		"/v1/similar?tool=redis&", "/v1/search?q=cache&", "/v1/search?q=nowhere&", "/v1/entities?", "/v1/entities?type=database&", "/v1/tools?", "/v1/tools?page=2&", "/v1/releases?", "/v1/releases/r1/diff/r1?", "/v1/changes?since=r1&",
	} {
		all, _ := getList(t, h, list+"limit=100")
		none, r := getList(t, h, list+"limit=0")
		if len(none.Data) != 0 || none.Page.Limit != 0 || none.Page.Total != all.Page.Total || none.Page.After != nil || none.Page.Before != nil {
			t.Errorf("%slimit=0: found %s, expected a total of %d alone", list, r.body, all.Page.Total)
		}
		if found := links(r); len(found) != 1 || found["first"] == "" {
			t.Errorf("%slimit=0: found links %v", list, found)
		}
	}
	f := faces{t, h}
	for _, field := range []string{"posts(first: 0)", "posts(last: 0)", "posts(first: 0, offset: 3)", `similarPosts(to: {post: "measuring-a-cache"}, first: 0)`, `search(query: "cache", first: 0)`, "entities(first: 0)", "tools(first: 0)", `changes(since: "r1", first: 0)`} {
		if found := at(f.graphql("{ list: "+field+" { totalCount edges { cursor } } }", nil), "list"); len(at(found, "edges").([]any)) != 0 {
			t.Errorf("%s: found %v", field, found)
		}
	}
}

// TestIncludedIsPaidFor: what include= adds costs units, and more of it costs more, before
// it is made; a list of which all is asked for is refused.
func TestIncludedIsPaidFor(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	generator := synth.New(7)
	for k := range int64(300) {
		posts = append(posts, generator.Post(k+1))
	}
	synctest.Test(t, func(t *testing.T) { // the clock stands while requests are answered
		h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "cache-size=0", "address-budget=1000000")
		left := 1000000
		paid := func(target string) int {
			t.Helper()
			r := get(t, h, target)
			before := left
			if left = leftOf(t, r); r.status != 200 {
				t.Fatalf("%s: found %d %s", target, r.status, r.body)
			}
			return before - left
		}
		plain, html := paid("/v1/posts?limit=20"), paid("/v1/posts?limit=20&include=html")
		similar, more := paid("/v1/posts?limit=20&include=similar&similar.limit=1"), paid("/v1/posts?limit=20&include=similar&similar.limit=100")
		if html < 2*plain || similar < plain || more < 2*similar {
			t.Errorf("found %d units for 20 posts, %d with html, %d with one similar post each and %d with 100", plain, html, similar, more)
		}
	})
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "graphql-complexity=5000")
	if r := get(t, h, "/v1/posts?limit=100&include=similar&similar.limit=100"); r.status != 400 || !strings.Contains(r.body, `"TOO_COMPLEX"`) {
		t.Errorf("found %d %s", r.status, r.body[:min(len(r.body), 300)])
	}
}
