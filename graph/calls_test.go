package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"alphanode/graph/schema"
)

// TestCalls counts the reads of every kind of question: they must not grow with
// the length of a list.
func TestCalls(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	tests := []struct {
		name, query string
		calls       int
	}{
		{"nothing", `{ __typename }`, 0},
		{"release", `{ release { name } }`, 0},
		{"a post", `{ post(slug: "bare") { title } }`, 2},
		{"a whole post with its terms", `{ post(slug: "warm-caches") { text meta { tools { name } entities { name } } } }`, 3},
		{"a post that is not there", `{ post(slug: "none") { title } }`, 1},
		{"a post by reference", `{ postByReference(reference: "AN-1") { title } }`, 2},
		{"a post by where it stood", `{ postByUrl(url: "/old") { title } }`, 2},
		{"a count", `{ posts { totalCount } }`, 1},
		{"cursors", `{ posts { totalCount pageInfo { endCursor } edges { cursor } } }`, 1},
		{"an empty page", `{ posts(first: 0) { nodes { text } } }`, 1},
		{"a list", `{ posts(first: 30) { nodes { title } } }`, 2},
		{"a list through edges and nodes", `{ posts(first: 30) { edges { node { title } } nodes { body { __typename } } } }`, 2},
		{"a list with terms", `{ posts(first: 30) { nodes { meta { tools { name } entities { name } } } } }`, 3},
		{"a list with names of terms", `{ posts(first: 30) { nodes { meta { toolNames entityNames { name } } } } }`, 2},
		{"terms in a fragment", `{ posts(first: 30) { ...P } } fragment P on PostConnection { edges { ... { node { ... on Node { ...Q } } } } }
			fragment Q on Post { meta { ...M } } fragment M on PostMeta { tools { name } }`, 3},
		{"two lists", `{ a: posts { nodes { title } } b: posts { nodes { title } } }`, 4},
		{"a field that is skipped", `{ posts { totalCount nodes @skip(if: true) { title } } }`, 1},
		{"tools", `{ tools { nodes { name postCount } } }`, 1},
		{"entities", `{ entities { totalCount } }`, 1},
		{"a tool", `{ tool(slug: "redis") { name } }`, 1},
		{"a tool with its posts", `{ tool(slug: "redis") { posts { nodes { title } } } }`, 3},
		{"four entities with posts", `{ entities(type: "area") { nodes { posts { nodes { title } } } } }`, 1 + 4*2},
		{"related terms", `{ tool(slug: "redis") { related { count node { name ... on Entity { type } } } } }`, 2},
		{"two entities with related terms", `{ entities(type: "area", first: 2) { nodes { related { node { name postCount } } } } }`, 1 + 2},
		{"facets", `{ facets(by: [TOOL, ENTITY, STATUS]) { distinct buckets { value } } }`, 1},
		{"ranges", `{ ranges(by: [{field: QUALITY}, {field: UPDATED, interval: MONTH}]) { count buckets { from to count } } }`, 1},
		{"scores", `{ scores { count } }`, 1},
		{"groups of scores", `{ scoreGroups(by: TOOL) { value scores { count } } }`, 1},
		{"similar posts", `{ post(slug: "post-00") { similar { nodes { title } } } }`, 4},
		{"similar posts of a slug", `{ similarPosts(to: {post: "post-00"}) { nodes { title } suggestions { value } } }`, 3},
		{"similar posts of terms", `{ similarPosts(to: {terms: {tools: ["redis", "none"]}}) { nodes { title } suggestions { nearest } } }`, 2},
		{"similar posts, counted", `{ post(slug: "post-00") { similar { totalCount } } }`, 3},
		{"suggestions of a list", `{ posts(filter: {tool: {eq: "none"}}) { totalCount suggestions { value } } }`, 2},
		{"suggestions that are not shown", `{ posts(filter: {tool: {eq: "none"}}) { totalCount } }`, 1},
		{"suggestions without a filter", `{ posts { totalCount suggestions { value } } }`, 1},
		{"suggestions of terms", `{ tools(query: "none") { totalCount suggestions { value } } }`, 2},
		{"suggestions of terms that are there", `{ tools { totalCount suggestions { value } } }`, 1},
		{"nodes", `{ nodes(ids: ["UG9zdDpiYXJl", "UG9zdDpiYXJl", "UG9zdDp3YXJtLWNhY2hlcw", "VG9vbDpyZWRpcw"]) { id ... on Post { meta { tools { id } } } } }`, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := api.query(t, tt.query)
			if len(got.Errors) > 0 {
				t.Fatalf("errors %+v", got.Errors)
			}
			if got.calls != tt.calls {
				t.Errorf("%d calls, expected %d", got.calls, tt.calls)
			}
		})
	}
}

// rootBudgets has for every field of Query the operation that costs most of those that are
// usual, and the most reads of the store that it may take, however long its lists are.
var rootBudgets = map[string]struct {
	query string
	most  int
}{
	"node":            {`{ node(id: "UG9zdDpiYXJl") { id ... on Post { title meta { tools { name } } } } }`, 3},
	"nodes":           {`{ nodes(ids: ["UG9zdDpiYXJl", "VG9vbDpyZWRpcw"]) { id ... on Post { title } } }`, 3},
	"post":            {`{ post(slug: "warm-caches") { text meta { tools { name } entities { name } } } }`, 3},
	"postByReference": {`{ postByReference(reference: "AN-1") { text meta { tools { name } entities { name } } } }`, 3},
	"postByUrl":       {`{ postByUrl(url: "/old") { text meta { tools { name } } } }`, 3},
	"posts":           {`{ posts(first: FIRST, filter: {tool: {eq: "redis"}}) { totalCount edges { cursor node { text meta { tools { name } entities { name } } } } } }`, 3},
	"search":          {`{ search(query: "the", first: FIRST) { totalCount edges { score node { title meta { tools { name } } } } } }`, 4},
	"explainSearch":   {`{ explainSearch(slug: "warm-caches", query: "caches") { score } }`, 3},
	"suggest":         {`{ suggest(query: "c", first: FIRST) { text } }`, 3},
	"similarPosts":    {`{ similarPosts(to: {post: "post-00"}, first: FIRST) { nodes { title } suggestions { value } } }`, 3},
	"entity":          {`{ entity(slug: "problem-caching") { name posts(first: FIRST) { nodes { title } } related(first: FIRST) { node { name } } scores { count } } }`, 5},
	"entities":        {`{ entities(first: FIRST) { totalCount nodes { name postCount } } }`, 1},
	"entityTypes":     {`{ entityTypes(first: FIRST) { type entityCount } }`, 1},
	"tool":            {`{ tool(slug: "redis") { name posts(first: FIRST) { nodes { title } } related(first: FIRST) { node { name } } scores { count } } }`, 5},
	"tools":           {`{ tools(first: FIRST) { totalCount nodes { name postCount } } }`, 1},
	"scores":          {`{ scores { count quality { mean histogram { from count } } } }`, 1},
	"scoreGroups":     {`{ scoreGroups(by: TOOL, first: FIRST) { value scores { count } } }`, 1},
	"facets":          {`{ facets(by: [TOOL, ENTITY, STATUS], first: FIRST) { distinct buckets { value } } }`, 1},
	"ranges":          {`{ ranges(by: [{field: QUALITY}, {field: UPDATED, interval: MONTH}]) { count buckets { from to count } } }`, 1},
	"suggestions":     {`{ suggestions(filter: {tool: {in: ["none", "neither"]}, search: "nothingsuch"}) { kind value nearest } }`, 1},
	"release":         {`{ release { name } }`, 0},
	"changes":         {`{ changes(since: "r1", first: FIRST) { nodes { title } } }`, 2},

	"scoreGroupsConnection": {`{ scoreGroupsConnection(by: TOOL, first: FIRST, orderBy: {field: DEPTH_P50}) { totalCount nodes { value scores { count } } } }`, 1},
}

// TestRootBudgets asks every field of Query, each time with a text that was not met before.
func TestRootBudgets(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	for _, field := range schema.Load().Query.Fields {
		if strings.HasPrefix(field.Name, "__") {
			continue
		}
		budget, ok := rootBudgets[field.Name]
		if !ok {
			t.Errorf("%s has no line in the table of how often it may read the store", field.Name)
			continue
		}
		first := -1
		for _, length := range []int{1, 7, 30} {
			query := strings.ReplaceAll(budget.query, "FIRST", fmt.Sprint(length))
			got := api.query(t, query)
			if len(got.Errors) > 0 && field.Name != "changes" { // which has but one release here
				t.Fatalf("%s: errors %+v", query, got.Errors)
			}
			if got.calls > budget.most || first >= 0 && got.calls != first {
				t.Errorf("%s: %d reads of the store, expected at most %d, and for any length the same", query, got.calls, budget.most)
			}
			first = got.calls
		}
	}
}
