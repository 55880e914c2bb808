package server_test

import (
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

const statsFields = `fragment stats on ScoreStats { count quality { ...sum } freshness { ...sum } depth { ...sum } clarity { ...sum } }
	fragment sum on ScoreSummary { count min max mean p50 p90 p99 histogram { from to count } }`

// TestFacesAgreeOnStatistics asks both faces for facets and scores over random
// filters, and holds both against a scan over all posts. Drafts are in the data
// and must be in no number.
func TestFacesAgreeOnStatistics(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 4))
	posts := storetest.RandomPosts(rnd, 2000)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for range storetest.Times(40) {
		filter := storetest.RandomFilter(rnd, 1)
		if rnd.IntN(5) == 0 {
			filter = &store.Filter{}
		}
		matched := model.Find(store.Public, filter, store.DefaultOrder)
		q := restQuery(filter, store.DefaultOrder)
		q.Del("sort")
		var kinds []store.Kind
		var names, enums []string
		for _, i := range rnd.Perm(len(store.Kinds))[:1+rnd.IntN(len(store.Kinds))] {
			kinds = append(kinds, store.Kinds[i])
			names = append(names, string(store.Kinds[i]))
			enums = append(enums, upperSnake(string(store.Kinds[i])))
		}
		first := 1 + rnd.IntN(store.MaxLimit)
		with := func(name, value string) string {
			values := url.Values{name: {value}, "limit": {strconv.Itoa(first)}}
			for k, v := range q {
				values[k] = v
			}
			return values.Encode()
		}
		answer := f.graphql(`query($f: PostFilter, $by: [FacetField!]!, $first: Int, $group: FacetField!) {
			facets(filter: $f, by: $by, first: $first) { field distinct buckets { value slug type count } }
			scores(filter: $f) { ...stats }
			scoreGroups(filter: $f, by: $group, first: $first) { value slug type scores { ...stats } }
		} `+statsFields, map[string]any{"f": filter, "by": enums, "first": first, "group": enums[0]})

		facets := f.rest("/v1/facets?" + with("by", strings.Join(names, ",")))["data"]
		for i := range facets.([]any) {
			if field := at(answer["facets"].([]any)[i], "field"); field != enums[i] {
				t.Errorf("found the field %v, expected %s", field, enums[i])
			}
			at(answer, "facets").([]any)[i].(map[string]any)["field"] = names[i]
		}
		agree(t, "facets", facets, answer["facets"], wantFacets(model, matched, kinds, first))
		agree(t, "scores", f.rest("/v1/scores?" + q.Encode())["data"], answer["scores"], wantStats(matched))
		agree(t, "groups", f.rest("/v1/scores?" + with("by", names[0]))["data"], answer["scoreGroups"],
			wantGroups(model, matched, kinds[0], first))
		if t.Failed() {
			t.Fatalf("filter %s, by %v, first %d", asJSON(t, filter), names, first)
		}
	}
	for _, kind := range []string{"tool", "entity"} {
		plural := map[string]string{"tool": "tools", "entity": "entities"}[kind]
		terms := at(f.graphql(`{ `+plural+` { nodes { slug scores { ...stats } } } } `+statsFields, nil), plural, "nodes").([]any)
		for _, term := range terms {
			slug := at(term, "slug").(string)
			having := model.Having(store.Public, model.Visible(store.Public), store.Kind(kind), slug)
			agree(t, kind+" "+slug, f.rest("/v1/" + plural + "/" + url.PathEscape(slug) + "?include=scores")["data"].(map[string]any)["scores"], at(term, "scores"), wantStats(having))
			named := store.Filter{Tool: &store.TermFilter{Eq: &slug}} // which may be another's name too
			if kind == "entity" {
				named = store.Filter{Entity: &store.TermFilter{Eq: &slug}}
			}
			byName := f.rest("/v1/scores?" + url.Values{kind: {slug}}.Encode())["data"]
			agree(t, kind+" "+slug, byName, byName, wantStats(model.Find(store.Public, &named, store.DefaultOrder)))
		}
	}
}

// agree holds what both faces give against what it should be.
func agree(t *testing.T, what string, rest, graphql, want any) {
	t.Helper()
	expected := asJSON(t, want)
	if r := asJSON(t, rest); !sameJSON(t, r, expected) {
		t.Errorf("%s over REST:\nfound    %s\nexpected %s", what, r, expected)
	}
	if g := asJSON(t, asImported(graphql)); !sameJSON(t, g, expected) {
		t.Errorf("%s over GraphQL:\nfound    %s\nexpected %s", what, g, expected)
	}
}

func wantFacets(m *storetest.Model, matched []*content.Post, kinds []store.Kind, first int) []any {
	facets := []any{}
	for _, kind := range kinds {
		all := m.Facet(store.Public, matched, kind)
		buckets := []any{}
		for _, b := range all[:min(first, len(all))] {
			bucket := wantBucket(b)
			bucket["count"] = b.Count
			buckets = append(buckets, bucket)
		}
		facets = append(facets, map[string]any{"field": kind, "distinct": len(all), "buckets": buckets})
	}
	return facets
}

func wantBucket(b store.Bucket) map[string]any {
	bucket := map[string]any{"value": b.Value, "slug": b.Slug}
	if b.Type != "" {
		bucket["type"] = b.Type
	}
	return bucket
}

func wantGroups(m *storetest.Model, matched []*content.Post, kind store.Kind, first int) []any {
	groups := []any{}
	all := m.Facet(store.Public, matched, kind)
	for _, b := range all[:min(first, len(all))] {
		group := wantBucket(b)
		group["scores"] = wantStats(m.Having(store.Public, matched, kind, b.Slug))
		groups = append(groups, group)
	}
	return groups
}

func wantStats(posts []*content.Post) map[string]any {
	s := storetest.Scores(posts)
	stats := map[string]any{"count": s.Count}
	for name, sum := range map[string]store.ScoreSummary{"quality": s.Quality, "freshness": s.Freshness, "depth": s.Depth, "clarity": s.Clarity} {
		bins := []any{}
		for _, bin := range sum.Histogram {
			bins = append(bins, map[string]int{"from": bin.From, "to": bin.To, "count": bin.Count})
		}
		summary := map[string]any{"count": sum.Count, "histogram": bins}
		if sum.Count > 0 {
			summary["min"], summary["max"], summary["mean"] = sum.Min, sum.Max, sum.Mean
			summary["p50"], summary["p90"], summary["p99"] = sum.P50, sum.P90, sum.P99
		}
		stats[name] = summary
	}
	return stats
}

// TestStatisticsRefuse: faults of the parameters of facets and scores are told.
func TestStatisticsRefuse(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, tt := range []struct{ target, location, expected string }{
		{"/v1/facets?by=tools", "query.by", "did you mean tool?"},
		{"/v1/facets?by=tool,tool", "query.by", "each field once"},
		{"/v1/facets?by=", "query.by", "one or more of tool, entity"},
		{"/v1/facets?limit=101", "query.limit", "from 0 to 100"},
		{"/v1/facets?after=x", "query.after", "a parameter of /v1/facets"},
		{"/v1/scores?by=tool,entity", "query.by", "one of tool, entity"},
		{"/v1/scores?limit=3", "query.limit", "limit only together with by"},
		{"/v1/scores?sort=-quality.mean", "query.sort", "sort only together with by"},
		{"/v1/scores?minCount=3", "query.minCount", "minCount only together with by"},
		{"/v1/scores?page=2", "query.page", "page only together with by"},
		{"/v1/scores?by=tool&sort=-quality.men", "query.sort", "did you mean -quality.mean?"},
		{"/v1/scores?by=tool&sort=quality", "query.sort", "one of name, -name, postCount"},
		{"/v1/scores?by=tool&minCount=-1", "query.minCount", "from 0 to 2147483647"},
		{"/v1/scores?by=tool&page=2&after=x", "query.page", "page, or after or before, but not both"},
		{"/v1/scores?by=tool&after=x", "query.after", "a cursor from an earlier answer"},
		{"/v1/facets?own=no", "query.own", "true or false"},
	} {
		r := get(t, h, tt.target)
		if r.status != 400 || !strings.Contains(r.body, `"location":"`+tt.location+`"`) || !strings.Contains(r.body, tt.expected) {
			t.Errorf("%s: found %d %s", tt.target, r.status, r.body)
		}
	}
}
