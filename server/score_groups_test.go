package server_test

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// TestFacesAgreeOnTopLists walks lists of groups of scores over both faces, in random
// orders and under random filters, and holds each page against a scan over all posts.
func TestFacesAgreeOnTopLists(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 41))
	posts := storetest.RandomPosts(rnd, 1500)
	for i, p := range posts { // more values than a page has
		if i%3 == 0 {
			p.Meta.Stack = append(p.Meta.Stack, "stack "+strconv.Itoa(rnd.IntN(200)))
		}
	}
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for range storetest.Times(30) {
		filter := storetest.RandomFilter(rnd, 1)
		if rnd.IntN(3) == 0 {
			filter = &store.Filter{}
		}
		kind := []store.Kind{store.KindStack, store.KindTool, store.KindEntity, store.KindDifficulty}[rnd.IntN(4)]
		order, least := storetest.RandomGroupOrder(rnd), 1+rnd.IntN(4)
		q := restQuery(filter, store.DefaultOrder)
		want := []any{}
		for _, g := range model.ScoreGroups(store.Public, model.Find(store.Public, filter, store.DefaultOrder), kind, order, least) {
			group := wantBucket(g.Bucket)
			group["scores"] = wantStats(model.Having(store.Public, model.Find(store.Public, filter, store.DefaultOrder), kind, g.Slug))
			want = append(want, group)
		}
		sort := string(order.Field)
		if order.Desc {
			sort = "-" + sort
		}
		limit := 20 + rnd.IntN(60)
		maps.Copy(q, url.Values{"by": {string(kind)}, "sort": {sort}, "minCount": {strconv.Itoa(least)}, "limit": {strconv.Itoa(limit)}})
		w := topListWalk{faces: f, want: want, limit: limit}
		w.rest(q)
		w.graphql(map[string]any{"f": filter, "by": upperSnake(string(kind)), "min": least, "o": map[string]any{
			"field": strings.ReplaceAll(upperSnake(string(order.Field)), ".", "_"), "direction": map[bool]string{false: "ASC", true: "DESC"}[order.Desc]}})
		if t.Failed() {
			t.Fatalf("filter %s, by %s, order %+v, at least %d", asJSON(t, filter), kind, order, least)
		}
	}
}

// topListWalk walks one list of groups over both faces.
type topListWalk struct {
	faces
	want  []any
	limit int
}

func (w topListWalk) check(where string, found any, total any, low, high int) {
	w.t.Helper()
	low, high = min(max(low, 0), len(w.want)), min(max(high, 0), len(w.want))
	if f, e := asJSON(w.t, asImported(found)), asJSON(w.t, w.want[low:high]); !sameJSON(w.t, f, e) || asJSON(w.t, total) != strconv.Itoa(len(w.want)) {
		w.t.Errorf("%s, from %d of %d (total %v):\nfound    %.2000s\nexpected %.2000s", where, low, len(w.want), total, f, e)
	}
}

func (w topListWalk) rest(q url.Values) {
	w.t.Helper()
	page := func(name, value string) map[string]any {
		again := maps.Clone(q)
		if value != "" {
			again.Set(name, value)
		}
		return w.faces.rest("/v1/scores?" + again.Encode())
	}
	cursor, last, at0 := "", "", 0
	for !w.t.Failed() {
		answer := page("after", cursor)
		w.check("REST after", answer["data"], at(answer, "page", "total"), at0, at0+w.limit)
		last, _ = at(answer, "page", "before").(string)
		next, more := at(answer, "page", "after").(string)
		if more != (at0+w.limit < len(w.want)) {
			w.t.Errorf("REST, from %d of %d: found page %v", at0, len(w.want), answer["page"])
		}
		if !more {
			break
		}
		cursor, at0 = next, at0+w.limit
	}
	for cursor = last; cursor != "" && !w.t.Failed(); {
		answer := page("before", cursor)
		w.check("REST before", answer["data"], at(answer, "page", "total"), at0-w.limit, at0)
		at0 -= w.limit
		cursor, _ = at(answer, "page", "before").(string)
	}
	answer := page("page", "2")
	w.check("REST page", answer["data"], at(answer, "page", "total"), w.limit, 2*w.limit)
}

func (w topListWalk) graphql(variables map[string]any) {
	w.t.Helper()
	const query = `query($f: PostFilter, $by: FacetField!, $o: ScoreGroupOrder, $min: Int, $first: Int, $after: String, $last: Int, $before: String, $offset: Int) {
		scoreGroupsConnection(filter: $f, by: $by, orderBy: $o, minCount: $min, first: $first, after: $after, last: $last, before: $before, offset: $offset) {
			totalCount nodes { ...group } edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
		}
	} fragment group on ScoreGroup { value slug type scores { ...stats } } ` + statsFields
	page := func(window map[string]any) map[string]any {
		maps.Copy(window, variables)
		return at(w.faces.graphql(query, window), "scoreGroupsConnection").(map[string]any)
	}
	window, start := map[string]any{"first": w.limit}, 0
	for !w.t.Failed() {
		answer := page(window)
		w.check("GraphQL first", answer["nodes"], answer["totalCount"], start, start+w.limit)
		if more := at(answer, "pageInfo", "hasNextPage").(bool); more != (start+w.limit < len(w.want)) || at(answer, "pageInfo", "hasPreviousPage") != (start > 0) {
			w.t.Errorf("GraphQL, from %d of %d: found %v", start, len(w.want), answer["pageInfo"])
		}
		if at(answer, "pageInfo", "hasNextPage") == false {
			break
		}
		window, start = map[string]any{"first": w.limit, "after": at(answer, "pageInfo", "endCursor")}, start+w.limit
	}
	window = map[string]any{"last": w.limit}
	for end := len(w.want); !w.t.Failed(); end -= w.limit {
		answer := page(window)
		w.check("GraphQL last", answer["nodes"], answer["totalCount"], end-w.limit, end)
		if at(answer, "pageInfo", "hasPreviousPage") == false {
			break
		}
		window = map[string]any{"last": w.limit, "before": at(answer, "pageInfo", "startCursor")}
	}
	answer := page(map[string]any{"first": w.limit, "offset": 3})
	w.check("GraphQL offset", answer["nodes"], answer["totalCount"], 3, 3+w.limit)
	plain := w.faces.graphql(`query($f: PostFilter, $by: FacetField!, $o: ScoreGroupOrder, $min: Int, $first: Int) {
		scoreGroups(filter: $f, by: $by, orderBy: $o, minCount: $min, first: $first) { value slug type scores { ...stats } } } `+statsFields, merged(variables, "first", w.limit))
	w.check("GraphQL list", plain["scoreGroups"], len(w.want), 0, w.limit)
}

// TestTopListWithoutRows: limit=0 gives how many groups there are, and of facets how many
// terms.
func TestTopListWithoutRows(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, order := range []string{"", "&sort=-quality.mean"} {
		whole, _ := getList(t, h, "/v1/scores?by=tool&limit=100"+order)
		none, r := getList(t, h, "/v1/scores?by=tool&limit=0"+order)
		if none.Page.Total != len(whole.Data) || none.Page.Total == 0 || len(none.Data) > 0 || none.Page.After != nil {
			t.Errorf("%s: found %s, expected a total of %d", order, r.body, len(whole.Data))
		}
	}
	if r := get(t, h, "/v1/facets?by=tool&limit=0"); !strings.Contains(r.body, `"buckets":[]`) {
		t.Errorf("found %s", r.body)
	}
}

func merged(m map[string]any, name string, value any) map[string]any {
	m = maps.Clone(m)
	m[name] = value
	return m
}

// TestFacesAgreeOnFacetsWithoutOwn asks both faces for facets that count each field without
// its own condition, over filters on several of them, and GraphQL over nested ones.
func TestFacesAgreeOnFacetsWithoutOwn(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 42))
	posts := storetest.RandomPosts(rnd, 1500)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	kinds := []store.Kind{store.KindTool, store.KindEntity, store.KindStack, store.KindDifficulty, store.KindCodeLanguage, store.KindScenario}
	want := func(filter *store.Filter) []any {
		facets := []any{}
		for _, kind := range kinds {
			counted := model.Find(store.Public, storetest.WithoutOwn(filter, kind), store.DefaultOrder)
			facets = append(facets, wantFacets(model, counted, []store.Kind{kind}, 10)...)
		}
		return facets
	}
	graphql := func(filter *store.Filter) []any {
		answer := f.graphql(`query($f: PostFilter, $by: [FacetField!]!, $own: Boolean) {
			facets(filter: $f, by: $by, first: 10, own: $own) { field distinct buckets { value slug type count } } }`,
			map[string]any{"f": filter, "by": []string{"TOOL", "ENTITY", "STACK", "DIFFICULTY", "CODE_LANGUAGE", "SCENARIO"}, "own": false})
		facets := answer["facets"].([]any)
		for i := range facets {
			facets[i].(map[string]any)["field"] = kinds[i]
		}
		return facets
	}
	for range storetest.Times(40) {
		filter := storetest.RandomFilter(rnd, 1)
		for range 3 { // conditions on more of the fields
			more := storetest.RandomFilter(rnd, 1)
			filter.Tool, filter.Difficulty, filter.Stack = or(filter.Tool, more.Tool), or(filter.Difficulty, more.Difficulty), or(filter.Stack, more.Stack)
		}
		if filter.Tool == nil {
			filter.Tool = &store.TermFilter{In: []string{"git", "c++"}, None: []string{"logs"}}
		}
		q := restQuery(filter, store.DefaultOrder)
		q.Del("sort")
		maps.Copy(q, url.Values{"by": {"tool,entity,stack,difficulty,codeLanguage,scenario"}, "own": {"false"}, "limit": {"10"}})
		agree(t, "facets", f.rest("/v1/facets?" + q.Encode())["data"], graphql(filter), want(filter))
		nested := storetest.RandomFilter(rnd, 3)
		nested.And = append(nested.And, *filter)
		answer := graphql(nested)
		agree(t, "nested", asImported(answer), answer, want(nested))
		if t.Failed() {
			t.Fatalf("filters %s and %s", asJSON(t, filter), asJSON(t, nested))
		}
	}
}

func or(a, b *store.TermFilter) *store.TermFilter {
	if a != nil {
		return a
	}
	return b
}
