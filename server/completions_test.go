package server_test

import (
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestFacesAgreeOnCompletions types beginnings of titles and names on both faces, and holds
// both against a look at every one. Drafts are in the data and must not be told of.
func TestFacesAgreeOnCompletions(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 18))
	posts := storetest.RandomPosts(rnd, 300)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, typed := range []string{"c", "Ca", "é", "“R", "roll", "STRASS", "lodz", "ЕЛК", "ガ", "l‘e", "x:", "++", "a b", "none such"} {
		limit := 1 + rnd.IntN(20)
		want := []any{}
		for _, c := range model.Complete(store.Public, store.CompletionQuery{Typed: typed, First: limit}) {
			want = append(want, map[string]any{"kind": string(c.Kind), "text": c.Text, "slug": c.Slug})
		}
		rows := f.graphql(`query($q: String!, $n: Int) { suggest(query: $q, first: $n) { kind text slug } }`, map[string]any{"q": typed, "n": limit})["suggest"].([]any)
		for _, row := range rows {
			row.(map[string]any)["kind"] = strings.ToLower(at(row, "kind").(string))
		}
		agree(t, typed, f.rest("/v1/suggest?" + url.Values{"q": {typed}, "limit": {strconv.Itoa(limit)}}.Encode())["data"], rows, want)
	}
	if rest, graphql := f.rest("/v1/suggest?q=a")["data"].([]any), f.graphql(`{ suggest(query: "a") { text } }`, nil)["suggest"].([]any); len(rest) != len(graphql) || len(rest) > store.DefaultCompletions {
		t.Errorf("found %d rows and %d where none is asked for", len(rest), len(graphql))
	}
}

// TestCompletionsAreAsked with something that is typed, of a length that has a bound.
func TestCompletionsAreAsked(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for query, want := range map[string]string{
		"": "the beginning of a title or a name", "?q=": "a text of 1 to 1024 characters", "?q=+": "the beginning of a title or a name", "?q=%CC%81": "the beginning of a title or a name",
		"?q=" + strings.Repeat("%E6%BC%A2", 400): "at most 1024 bytes", "?q=a&limit=0": "1 to 100", "?q=a&limit=101": "1 to 100", "?q=a&page=2": "query.page", "?q=a&q=b": "query.q",
	} {
		if r := get(t, h, "/v1/suggest"+query); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%.40s: found %d %s, expected 400 with %q", query, r.status, r.body, want)
		}
	}
	r := get(t, h, "/v1/suggest?q=RED")
	if r.status != 200 || r.header.Get("ETag") == "" || r.header.Get("Cache-Control") != get(t, h, "/v1/tools").header.Get("Cache-Control") {
		t.Errorf("found %d %v %s", r.status, r.header, r.body)
	}
}
