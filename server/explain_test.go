package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestFacesAgreeOnExplanations asks both faces why a search gives posts their scores, and
// holds what they say against what the search found.
func TestFacesAgreeOnExplanations(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 19))
	posts := storetest.RandomPosts(rnd, 200)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	visible := model.Visible(store.Public)
	for _, typed := range []string{"caching the safer steps ", "redis rollback", `"cache status" OR safer `, "python -git ", "<b>nowhere</b>", "caching caching redis ", "roll"} {
		match := append(store.Matches, store.MatchUsual)[rnd.IntN(4)]
		found := map[string]float64{}
		for _, hit := range model.Search(store.Public, store.Search{Text: typed, Match: match}, nil) {
			found[hit.Post.Slug] = hit.Score
		}
		for range 10 {
			slug := visible[rnd.IntN(len(visible))].Slug
			q, variables := url.Values{"q": {typed}}, map[string]any{"s": slug, "q": typed}
			if match != store.MatchUsual {
				q.Set("match", string(match))
				variables["m"] = strings.ToUpper(string(match))
			}
			rest := f.rest("/v1/posts/" + url.PathEscape(slug) + "/explain?" + q.Encode())["data"]
			graphql := f.graphql(`query($s: String!, $q: String!, $m: SearchMatch) { explainSearch(slug: $s, query: $q, match: $m) {
				slug found score analysis match { mode words needed } met passedOver
				words { typed unwanted met times score parts { word posts rarity impact score forms { form kind impact fields { field count length share } } } }
			} }`, variables)["explainSearch"]
			lowerNames(graphql)
			agree(t, typed+" in "+slug, rest, graphql, rest)
			score, ok := found[slug]
			if at(rest, "found") != ok || fmt.Sprint(at(rest, "score")) != fmt.Sprint(score) {
				t.Errorf("%q in %s: found %v, %v; expected %v, %v", typed, slug, at(rest, "found"), at(rest, "score"), ok, score)
			}
		}
	}
}

// lowerNames writes the names of enums as REST does.
func lowerNames(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			lowerNames(element)
		}
	case map[string]any:
		for key, of := range value {
			if name, ok := of.(string); ok && (key == "kind" || key == "field" || key == "mode") {
				value[key] = strings.ToLower(name)
			}
			lowerNames(of)
		}
	}
}

// TestExplanationsOfPosts that are there, of searches that are right.
func TestExplanationsOfPosts(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for address, want := range map[string]int{
		"/v1/posts/measuring-a-cache/explain?q=cache":                  200,
		"/v1/posts/no-such-post/explain?q=cache":                       404,
		"/v1/posts/measuring-a-cache/explain":                          400,
		"/v1/posts/measuring-a-cache/explain?q=-x":                     400,
		"/v1/posts/measuring-a-cache/explain?q=cache&match=some":       400,
		"/v1/posts/measuring-a-cache/explain?q=cache&queryLanguage=fr": 200,
		"/v1/posts/measuring-a-cache/explain?q=cache&limit=3":          400,
	} {
		if r := get(t, h, address); r.status != want {
			t.Errorf("%s: found %d %s, expected %d", address, r.status, r.body, want)
		}
	}
}
