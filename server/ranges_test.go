package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestFacesAgreeOnRanges asks both faces for ranges over random filters, and
// holds both against a scan over all posts. Drafts are in the data and must be in
// no number.
func TestFacesAgreeOnRanges(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 6))
	posts := storetest.RandomPosts(rnd, 2000)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	refused := 0
	for round := range storetest.Times(60) {
		filter, divisions := storetest.RandomFilter(rnd, 1), storetest.RandomRanges(rnd)
		if round == 0 { // all posts by the day: too many, whatever the seed
			filter, divisions = &store.Filter{}, []store.RangeBy{{Field: store.FieldPublishedAt, Interval: store.OneDay}}
		}
		matched := model.Find(store.Public, filter, store.DefaultOrder)
		q := restQuery(filter, store.DefaultOrder)
		q.Del("sort")
		want, fits := []map[string]any{}, true
		var names []string
		var by []map[string]any
		for _, division := range divisions {
			facet, ok := storetest.Ranges(matched, division)
			fits = fits && ok
			name := string(division.Field)
			names = append(names, name)
			one := map[string]any{"field": upperSnake(name)}
			if division.Interval != "" {
				one["interval"] = upperSnake(string(division.Interval))
				q.Set(name+".interval", string(division.Interval))
			}
			if division.Bounds != nil {
				var bounds []string
				for _, b := range division.Bounds {
					bounds = append(bounds, b.String())
				}
				one["bounds"] = division.Bounds
				q.Set(name+".bounds", strings.Join(bounds, ","))
			}
			by = append(by, one)
			buckets := []map[string]any{}
			for _, b := range facet.Buckets {
				buckets = append(buckets, map[string]any{"from": b.From, "to": b.To, "count": b.Count})
			}
			want = append(want, map[string]any{"field": name, "count": facet.Count, "missing": facet.Missing, "buckets": buckets})
		}
		q.Set("by", strings.Join(names, ","))
		const query = `query($f: PostFilter, $by: [RangeBy!]!) { ranges(filter: $f, by: $by) { field count missing buckets { from to count } } }`
		variables := map[string]any{"f": filter, "by": by}
		if !fits {
			refused++
			status, answer := f.ask("GET", "/v1/ranges?"+q.Encode(), nil)
			_, other := f.ask("POST", "/graphql", map[string]any{"query": query, "variables": variables})
			if status != http.StatusBadRequest || other["errors"] == nil {
				t.Errorf("too many buckets: REST found %v\nGraphQL found %v", answer, other)
			}
			continue
		}
		rest, graphql := f.rest("/v1/ranges?" + q.Encode())["data"], f.graphql(query, variables)["ranges"].([]any)
		for i, name := range names {
			if field := at(graphql[i], "field"); field != upperSnake(name) {
				t.Errorf("found the field %v, expected %s", field, name)
			}
			graphql[i].(map[string]any)["field"] = name
		}
		expected := asJSON(t, want)
		if found := asJSON(t, rest); !sameJSON(t, found, expected) {
			t.Errorf("over REST:\nfound    %s\nexpected %s", found, expected)
		}
		if found := asJSON(t, graphql); !sameJSON(t, found, expected) {
			t.Errorf("over GraphQL:\nfound    %s\nexpected %s", found, expected)
		}
		if t.Failed() {
			t.Fatalf("%s", q.Encode())
		}
	}
	if refused == 0 && !testing.Short() {
		t.Error("nothing was refused, expected the days of too many years to be")
	}
}

// TestRangesRefuse: faults of the parameters of ranges are told.
func TestRangesRefuse(t *testing.T) {
	t.Parallel()
	h := serving(t)
	many := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(make([]int, 101))), ","), "[]")
	for _, tt := range []struct{ target, location, expected string }{
		{"by=qualty", "query.by", "did you mean quality?"},
		{"by=", "query.by", "one or more of quality"},
		{"by=quality,quality", "query.by", "each field once"},
		{"quality.bounds=50,10", "query.quality.bounds", "bounds that ascend"},
		{"quality.bounds=10,10", "query.quality.bounds", "bounds that ascend"},
		{"quality.bounds=", "query.quality.bounds", "integers of at most 64 bits, separated by commas"},
		{"quality.bounds=10,,20", "query.quality.bounds", "integers of at most 64 bits, separated by commas"},
		{"quality.bounds=2024-03-31", "query.quality.bounds", "integers of at most 64 bits"},
		{"quality.bounds=20&quality.bounds=10", "query.quality.bounds", "bounds that ascend"},
		{"updated.interval=year&updated.interval=month", "query.updated.interval", "one value"},
		{"quality.bounds=" + many, "query.quality.bounds", "1 to 100"},
		{"quality.interval=year", "query.quality.interval", "a parameter of /v1/ranges"},
		{"updated.bounds=2024", "query.updated.bounds", "UTC days as YYYY-MM-DD"},
		{"updated.interval=YEAR", "query.updated.interval", "did you mean year?"},
		{"updated.interval=year&updated.bounds=2024-03-31", "query.updated.interval", "one of the two"},
		{"updated.interval=day", "query.updated.interval", "at most 1000: a longer interval"},
		{"by=quality&updated.interval=year", "query.updated.interval", "updated in by"},
		{"by=updated&quality.bounds=1", "query.quality.bounds", "quality in by"},
		{"limit=3", "query.limit", "a parameter of /v1/ranges"},
	} {
		r := get(t, h, "/v1/ranges?"+tt.target)
		if r.status != 400 || !strings.Contains(r.body, `"location":"`+tt.location+`"`) || !strings.Contains(r.body, tt.expected) {
			t.Errorf("%s: found %d %s", tt.target, r.status, r.body)
		}
	}
}
