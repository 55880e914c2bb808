package graph_test

import (
	"strings"
	"testing"

	"alphanode/store"
)

func TestFullPost(t *testing.T) {
	t.Parallel()
	newAPI(t).want(t, strings.Join([]string{
		`{"post":{"id":"UG9zdDp3YXJtLWNhY2hlcw","slug":"warm-caches","title":"Warm \"caches\" first","intro":"Before anyone waits.",`,
		`"publishedAt":"2024-03-01","updated":"2024-05-01T10:00:00Z","updatedDay":"2024-05-01","publishedDay":"2024-03-01","lastReviewedDay":"2024-05-01","body":[`,
		`{"__typename":"HeadingBlock","level":2,"text":"Why","anchor":"why"},`,
		`{"__typename":"ParagraphBlock","text":"It is slow.","html":"It is <em>slow</em>."},`,
		`{"__typename":"ParagraphBlock","text":"It need not be.","html":null},`,
		`{"__typename":"CodeBlock","language":"go","source":"x := 1 < 2\n"},`,
		`{"__typename":"CodeBlock","language":null,"source":"plain"},`,
		`{"__typename":"ListBlock","ordered":true,"items":[{"text":"one","html":null},{"text":"two","html":"<b>two</b>"}]},`,
		`{"__typename":"ImageBlock","url":"https://img.example/a.png","source":"unsplash","caption":"A","alt":"A chart","width":640,"height":480},`,
		`{"__typename":"ImageBlock","url":"https://img.example/b.png","source":null,"caption":null,"alt":null,"width":null,"height":null},`,
		`{"__typename":"QuoteBlock","text":"So it is.","html":null},`,
		`{"__typename":"HtmlBlock","html":"<table><tr><td>1</td></tr></table>"}],`,
		`"meta":{"topic":"caches / go","summary":"Caches, warmed.","brief":"Say how.","outline":[{"label":"problem","text":"cold"}],`,
		`"stack":["go services"],"checklist":["measure"],"notes":["check again"],`,
		`"tools":[{"name":"Redis","slug":"redis","postCount":29},{"name":"C++","slug":"cplusplus","postCount":1}],"toolNames":["redis","C++"],`,
		`"entities":[{"name":"caching","type":"problem","slug":"problem-caching"}],"entityNames":[{"name":"Caching","type":"problem"}],`,
		`"codeLanguage":"go","language":"en-GB","difficulty":"intermediate","readingTime":3,"viewCount":9007199254740993,`,
		`"score":{"quality":0,"freshness":70,"depth":100,"clarity":null},`,
		`"revision":{"status":"reviewed","version":"1.2","lastReviewed":"2024-05-01T10:00:00Z"},`,
		`"reference":"AN-1","hash":"abc","flags":{"aiGeneratedStyle":false,"hasImages":true,"imageHeavy":false,"needsHumanReview":false},`,
		`"images":[{"source":"unsplash","url":"https://img.example/a.png","caption":null,"alt":"A chart","width":640,"height":480}],"image":{"url":"https://img.example/a.png","width":640},`,
		`"payload":{"sourceId":"s1","generator":null,"paragraphs":4,"scenario":null,"seed":-5},"urls":["/old","https://old.example/?p=1"],`,
		`"extra":{"a<b":{"n":12345678901234567890},"weight":1.0}}}}`,
	}, ""), `query { post(slug: "warm-caches") { ...Full } } `+fullFragment)
}

const fullFragment = `
fragment Full on Post {
	id slug title intro publishedAt updated updatedDay publishedDay lastReviewedDay
	body {
		__typename
		... on HeadingBlock { level text anchor }
		... on ParagraphBlock { text html }
		... on CodeBlock { language source }
		... on ListBlock { ordered items { text html } }
		... on ImageBlock { url source caption alt width height }
		... on QuoteBlock { text html }
		... on HtmlBlock { html }
	}
	meta {
		topic summary brief outline { label text } stack checklist notes
		tools { name slug postCount } toolNames entities { name type slug } entityNames { name type }
		codeLanguage language difficulty readingTime viewCount score { quality freshness depth clarity }
		revision { status version lastReviewed } reference hash
		flags { aiGeneratedStyle hasImages imageHeavy needsHumanReview }
		images { source url caption alt width height } image { url width } payload { sourceId generator paragraphs scenario seed } urls extra
	}
}`

func TestAbsentIsNull(t *testing.T) {
	t.Parallel()
	newAPI(t).want(t, `{"post":{"intro":null,"text":"","html":"","publishedAt":null,"updated":null,"body":[],"meta":{"topic":null,"summary":null,`+
		`"outline":[],"stack":[],"tools":[],"toolNames":[],"entities":[],"entityNames":[],"readingTime":1,"viewCount":null,"score":null,"revision":null,`+
		`"flags":{"hasImages":false},"images":[],"payload":null,"extra":null}}}`,
		`{ post(slug: "bare") { intro text html publishedAt updated body { __typename } meta { topic summary outline { label } stack
			tools { id } toolNames entities { id } entityNames { name } readingTime viewCount score { quality } revision { status }
			flags { hasImages } images { url } payload { seed } extra } } }`)
}

func TestOnePost(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	api.want(t, `{"a":{"title":"Bare"},"b":null,"c":null}`, `{ a: post(slug: "bare") { title } b: post(slug: "none") { title } c: post(slug: "draft") { title } }`)
	api.want(t, `{"a":{"slug":"warm-caches"},"b":null,"c":null}`,
		`{ a: postByReference(reference: "AN-1") { slug } b: postByReference(reference: "none") { slug } c: postByReference(reference: "AN-2") { slug } }`)
	api.want(t, `{"a":{"slug":"warm-caches","meta":{"language":"en-GB","urls":["/old","https://old.example/?p=1"]}},"b":{"slug":"warm-caches"},"c":null,"d":null}`,
		`{ a: postByUrl(url: "https://any.example/old/?utm_source=x") { slug meta { language urls } } b: postByUrl(url: "?p=1") { slug } c: postByUrl(url: "/older") { slug } d: postByUrl(url: "mailto:a@b.example") { slug } }`)
	if got := api.queryAs(t, store.Preview, `{ post(slug: "draft") { slug } }`); string(got.Data) != `{"post":{"slug":"draft"}}` {
		t.Errorf("a reader who may preview found %s", got.Data)
	}
}

func TestPostsPaging(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	first := api.want(t, `{"posts":{"totalCount":30,"nodes":[{"slug":"warm-caches"},{"slug":"post-27"}],"pageInfo":{"hasNextPage":true,"hasPreviousPage":false}}}`,
		`{ posts(first: 2) { totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage } } }`)
	if first.calls != 2 {
		t.Errorf("%d calls", first.calls)
	}
	api.want(t, `{"posts":{"totalCount":30,"nodes":[],"edges":[],"pageInfo":{"startCursor":null,"endCursor":null}}}`,
		`{ posts(first: 0) { totalCount nodes { slug } edges { cursor } pageInfo { startCursor endCursor } } }`)
	api.want(t, `{"posts":{"nodes":[{"slug":"post-00"},{"slug":"bare"}]}}`, `{ posts(last: 2) { nodes { slug } } }`)
	api.want(t, `{"posts":{"nodes":[{"slug":"post-26"}]}}`, `{ posts(first: 1, offset: 2) { nodes { slug } } }`)
	api.want(t, `{"posts":{"nodes":[{"slug":"post-02"}]}}`,
		`{ posts(first: 1, orderBy: {field: QUALITY}, after: null, filter: {quality: {gte: 2}}) { nodes { slug } } }`)

	got := api.query(t, `{ posts { edges { cursor node { slug } } nodes { slug } pageInfo { endCursor } } }`)
	var page struct {
		Posts struct {
			Edges []struct {
				Cursor string
				Node   struct{ Slug string }
			}
			Nodes    []struct{ Slug string }
			PageInfo struct{ EndCursor string }
		}
	}
	decode(t, got.Data, &page)
	if n := len(page.Posts.Edges); n != 20 || len(page.Posts.Nodes) != 20 {
		t.Fatalf("%d edges, expected 20", n)
	}
	for i, edge := range page.Posts.Edges {
		if edge.Node != page.Posts.Nodes[i] {
			t.Errorf("edge %d is %s, node is %s", i, edge.Node, page.Posts.Nodes[i])
		}
	}
	if end := page.Posts.PageInfo.EndCursor; end == "" || end != page.Posts.Edges[19].Cursor {
		t.Errorf("the end cursor is %q", end)
	}
	api.want(t, `{"posts":{"nodes":[{"slug":"post-08"},{"slug":"post-07"}],"pageInfo":{"hasPreviousPage":true}}}`,
		`query($after: String) { posts(first: 2, after: $after) { nodes { slug } pageInfo { hasPreviousPage } } }`,
		map[string]any{"after": page.Posts.PageInfo.EndCursor})
	api.want(t, `{"posts":{"nodes":[{"slug":"post-10"}]}}`,
		`query($before: String) { posts(last: 1, before: $before) { nodes { slug } } }`, map[string]any{"before": page.Posts.PageInfo.EndCursor})
}

func TestFilters(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	for filter, count := range map[string]string{
		`{}`:                          "30",
		`{tool: {eq: "redis"}}`:       "29",
		`{tool: {in: []}}`:            "0",
		`{tool: {in: null}}`:          "30",
		`{tool: {in: "C++"}}`:         "1",
		`{tool: {all: [], none: []}}`: "30",
		`{entity: {all: ["problem:caching", "area-e1"]}}`: "7",
		`{or: []}`:  "0",
		`{and: []}`: "30",
		`{or: [{quality: {lt: 3}}, {slug: {eq: "bare"}}], not: {quality: {eq: 1}}}`:    "4", // warm-caches has 0
		`{publishedAt: {gte: "2023-01-10", lt: "2023-01-12"}}`:                         "2",
		`{viewCount: {gt: 9007199254740992}}`:                                          "1",
		`{viewCount: {eq: "9007199254740993"}}`:                                        "1",
		`{title: {prefix: "post 0"}, hasImages: false}`:                                "10",
		`{topic: {contains: "CACHES"}, reference: {eq: "AN-1"}, readingTime: {eq: 3}}`: "1",
		`{status: {eq: "draft"}}`:                                                      "0",
		`{tool: null, hasImages: null}`:                                                "30",
	} {
		api.want(t, `{"posts":{"totalCount":`+count+`}}`, `{ posts(filter: `+filter+`) { totalCount } }`)
	}
	for _, variables := range []map[string]any{
		{"f": map[string]any{"tool": map[string]any{"in": []string{}}}},
		{"f": map[string]any{"quality": map[string]any{"eq": -1}}},
	} {
		api.want(t, `{"posts":{"totalCount":0}}`, `query($f: PostFilter) { posts(filter: $f) { totalCount } }`, variables)
	}
	api.want(t, `{"posts":{"totalCount":30}}`, `query($f: PostFilter) { posts(filter: $f) { totalCount } }`,
		map[string]any{"f": map[string]any{"tool": map[string]any{"in": nil}}})
}

func TestTerms(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	api.want(t, `{"tool":{"id":"VG9vbDpyZWRpcw","slug":"redis","name":"Redis","postCount":29,"posts":{"totalCount":29,"nodes":[{"title":"Warm \"caches\" first"}]}},"none":null,"hidden":null}`,
		`{ tool(slug: "redis") { id slug name postCount posts(first: 1) { totalCount nodes { title } } } none: tool(slug: "x") { id } hidden: tool(slug: "secret") { id } }`)
	api.want(t, `{"entity":{"slug":"area-e1","name":"e1","type":"area","postCount":7,"posts":{"nodes":[{"slug":"post-25"}]}}}`,
		`{ entity(slug: "area-e1") { slug name type postCount posts(last: 1, filter: {quality: {gte: 20}}, orderBy: {field: SLUG}) { nodes { slug } } } }`)
	api.want(t, `{"tools":{"totalCount":3,"edges":[{"node":{"name":"tool-0"}},{"node":{"name":"tool-1"}}],"nodes":[{"name":"tool-0"},{"name":"tool-1"}]}}`,
		`{ tools(query: "TOOL", first: 2) { totalCount edges { node { name } } nodes { name } } }`)
	api.want(t, `{"entities":{"totalCount":4,"nodes":[{"name":"e0"},{"name":"e1"},{"name":"e2"},{"name":"e3"}]},"all":{"nodes":[{"name":"caching","postCount":29}]}}`,
		`{ entities(type: "area") { totalCount nodes { name } } all: entities(orderBy: {field: POST_COUNT, direction: DESC}, first: 1) { nodes { name postCount } } }`)
}

func TestSimilar(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	got := api.query(t, `{ post(slug: "post-00") { similar(first: 3, exclude: ["post-24"], minSimilarity: 0.5) {
		totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { slug }
		edges { cursor similarity node { slug } shared { kind name type contribution } } } } }`)
	var page struct {
		Post struct {
			Similar struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage, HasPreviousPage bool
					EndCursor                    string
				}
				Nodes []struct{ Slug string }
				Edges []struct {
					Cursor     string
					Similarity float64
					Node       struct{ Slug string }
					Shared     []struct {
						Kind, Name   string
						Type         *string
						Contribution float64
					}
				}
			}
		}
	}
	decode(t, got.Data, &page)
	s := page.Post.Similar
	if len(s.Edges) != 3 || s.Edges[0].Node.Slug != "post-12" || s.Nodes[0].Slug != "post-12" || s.Edges[0].Similarity != 1 {
		t.Fatalf("found %+v", s)
	}
	var sum float64
	for _, feature := range s.Edges[0].Shared {
		sum += feature.Contribution
		if (feature.Kind == "ENTITY") != (feature.Type != nil) {
			t.Errorf("the type of %+v", feature)
		}
	}
	if sum < 0.999999 || len(s.Edges[0].Shared) != 4 {
		t.Errorf("shared %+v", s.Edges[0].Shared)
	}
	if s.PageInfo.HasPreviousPage || !s.PageInfo.HasNextPage || s.PageInfo.EndCursor != s.Edges[2].Cursor {
		t.Errorf("pageInfo %+v", s.PageInfo)
	}
}

func TestNodes(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	api.want(t, `{"nodes":[{"id":"UG9zdDpiYXJl","title":"Bare"},null,{"id":"VG9vbDpyZWRpcw","name":"Redis"},{"id":"RW50aXR5OmFyZWEtZTE","type":"area"},{"id":"UG9zdDpiYXJl","title":"Bare"}],"node":{"__typename":"Tool"},"none":null}`,
		`{ nodes(ids: ["UG9zdDpiYXJl", "UG9zdDpub25l", "VG9vbDpyZWRpcw", "RW50aXR5OmFyZWEtZTE", "UG9zdDpiYXJl"]) {
			id ... on Post { title } ... on Tool { name } ... on Entity { type } }
		  node(id: "VG9vbDpyZWRpcw") { __typename } none: node(id: "VG9vbDpub25l") { id } }`)
	for _, id := range []string{"", "bare", "UG9zdDo", "VXNlcjpib2I", "UG9zdDpiYXJl=", "****"} {
		got := api.wantError(t, "BAD_REQUEST", `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id})
		if len(got.Path) != 1 || got.Path[0] != "node" {
			t.Errorf("path %v", got.Path)
		}
	}
	ids := make([]string, 101)
	for i := range ids {
		ids[i] = "UG9zdDpiYXJl"
	}
	got := api.wantError(t, "BAD_REQUEST", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": ids})
	if got.Extensions.Expected != "at most 100" {
		t.Errorf("expected %q", got.Extensions.Expected)
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	got := newAPI(t).query(t, `{ release { name publishedAt postCount entityCount toolCount } }`)
	if !strings.HasPrefix(string(got.Data), `{"release":{"name":"r1","publishedAt":"20`) ||
		!strings.HasSuffix(string(got.Data), `Z","postCount":30,"entityCount":5,"toolCount":5}}`) {
		t.Errorf("found %s", got.Data)
	}
}
