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

// TestFacesAgreeOnRelated asks both faces for the related terms of every entity
// and tool, and holds both against a scan over all posts. Drafts are in the data
// and must be in no number.
func TestFacesAgreeOnRelated(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 5))
	posts := storetest.RandomPosts(rnd, 900)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for kind, plural := range map[store.Kind]string{store.KindTool: "tools", store.KindEntity: "entities"} {
		listed := map[string]any{}
		for _, row := range f.rest("/v1/" + plural + "?limit=100&include=scores")["data"].([]any) {
			listed[at(row, "slug").(string)] = row
		}
		for _, b := range model.Facet(store.Public, model.Visible(store.Public), kind) {
			limit := 1 + rnd.IntN(30)
			q, variables := url.Values{"limit": {strconv.Itoa(limit)}}, map[string]any{"s": b.Slug, "first": limit}
			var kinds []store.Kind
			if rnd.IntN(2) == 0 {
				kinds = []store.Kind{[]store.Kind{store.KindEntity, store.KindTool}[rnd.IntN(2)]}
				q.Set("kind", string(kinds[0]))
				variables["kind"] = upperSnake(string(kinds[0]))
			}
			want := wantRelated(model, kind, b.Slug, limit, kinds...)
			at := "/v1/" + plural + "/" + url.PathEscape(b.Slug)
			rows := f.rest(at + "/related?" + q.Encode())["data"]
			agree(t, string(kind)+" "+b.Slug, rows, relatedOf(f.graphql(`query($s: String!, $first: Int, $kind: TermKind) { term: `+string(kind)+`(slug: $s) {
				related(first: $first, kind: $kind) { kind count lift node { slug name postCount ... on Entity { type } } }
			} }`, variables)["term"]), want)

			page := f.rest(at + "?include=related,scores")["data"].(map[string]any)
			agree(t, "the page of "+b.Slug, page["related"], relatedOf(f.graphql(`query($s: String!) { term: `+string(kind)+`(slug: $s) {
				related { kind count lift node { slug name postCount ... on Entity { type } } } } }`, map[string]any{"s": b.Slug})["term"]),
				wantRelated(model, kind, b.Slug, 20))
			if found, expected := asJSON(t, page["scores"]), asJSON(t, wantStats(model.Having(store.Public, model.Visible(store.Public), kind, b.Slug))); !sameJSON(t, found, expected) {
				t.Errorf("scores of %s: found %s\nexpected %s", b.Slug, found, expected)
			}
			delete(page, "related")
			if found, expected := asJSON(t, listed[b.Slug]), asJSON(t, page); found != expected {
				t.Errorf("in the list of %s: found %s\nexpected %s", plural, found, expected)
			}
			delete(page, "scores")
			if alone := f.rest(at)["data"]; asJSON(t, page) != asJSON(t, alone) {
				t.Errorf("found %s with other parts, %s alone", asJSON(t, page), asJSON(t, alone))
			}
		}
	}
}

// relatedOf gives the related terms of GraphQL the form of those of REST.
func relatedOf(term any) []any {
	rows := []any{}
	for _, r := range at(term, "related").([]any) {
		row := map[string]any{"kind": strings.ToLower(at(r, "kind").(string)), "count": at(r, "count"), "lift": at(r, "lift")}
		for name, value := range at(r, "node").(map[string]any) {
			row[name] = value
		}
		rows = append(rows, row)
	}
	return rows
}

func wantRelated(m *storetest.Model, kind store.Kind, slug string, first int, kinds ...store.Kind) []any {
	all := m.Related(store.Public, kind, slug, kinds...)
	rows := []any{}
	for _, r := range all[:min(first, len(all))] {
		row := map[string]any{"kind": r.Kind, "slug": r.Slug, "name": r.Value, "postCount": r.PostCount, "count": r.Count, "lift": r.Lift}
		if r.Type != "" {
			row["type"] = r.Type
		}
		rows = append(rows, row)
	}
	return rows
}

// TestRelatedRefuses: faults of the parameters of related terms are told, and
// what is not there is not found.
func TestRelatedRefuses(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, tt := range []struct{ target, location, expected string }{
		{"/v1/tools/redis/related?kind=tools", "query.kind", "did you mean tool?"},
		{"/v1/tools/redis/related?limit=0", "query.limit", "from 1 to 100"},
		{"/v1/tools/redis/related?limit=101", "query.limit", "from 1 to 100"},
		{"/v1/tools/redis/related?kind=tool&kind=entity", "query.kind", "one value"},
		{"/v1/tools/redis/related?after=x", "query.after", "one of kind, limit"},
		{"/v1/tools/redis?include=similar", "query.include", "one or more of scores, related"},
		{"/v1/entities/database-postgresql?limit=3", "query.limit", "one of include"},
	} {
		r := get(t, h, tt.target)
		if r.status != 400 || !strings.Contains(r.body, `"location":"`+tt.location+`"`) || !strings.Contains(r.body, tt.expected) {
			t.Errorf("%s: found %d %s", tt.target, r.status, r.body)
		}
	}
	for _, target := range []string{"/v1/tools/none-such/related", "/v1/entities/redis/related", "/v1/tools/none-such?include=related"} {
		if r := get(t, h, target); r.status != 404 {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
}
