package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"alphanode/store"
)

// asks is one question of a route, and the most reads of the store that it may take.
// Where it has LIMIT, it is asked for short and long lists, which must take the same.
type asks struct {
	target string
	most   int
}

// callBudgets has every route. One that is new needs a line: how often it reads the store
// must not grow with the length of a list, and is looked at when it grows by one.
var callBudgets = map[string][]asks{
	"GET /":                {{"/", 0}},
	"GET /health":          {{"/health", 0}},
	"GET /ready":           {{"/ready", 0}},
	"GET /openapi.json":    {{"/openapi.json", 0}},
	"GET /schema.graphqls": {{"/schema.graphqls", 0}},

	"GET /v1/posts": {{"/v1/posts?limit=LIMIT", 2}, {"/v1/posts?limit=LIMIT&tool=redis&quality.gte=1&search=the&sort=title", 3}, {"/v1/posts?limit=LIMIT&fields=slug,meta.tools", 2},
		{"/v1/posts?limit=LIMIT&include=html,text,similar", 4}, {"/v1/posts?limit=LIMIT&as=summary", 2}, {"/v1/posts?limit=LIMIT&slug=unsure&slug=none&slug=measuring-a-cache", 2}},
	"GET /v1/posts.ndjson":           {{"/v1/posts.ndjson", 4}},
	"GET /v1/posts/{slug}":           {{"/v1/posts/measuring-a-cache", 1}, {"/v1/posts/none", 2}, {"/v1/posts/measuring-a-cache?include=similar", 3}, {"/v1/posts/measuring-a-cache?fields=slug", 1}, {"/v1/posts/measuring-a-cache?include=html,text", 1}, {"/v1/posts/measuring-a-cache?include=terms", 2}},
	"GET /v1/posts/{slug}/similar":   {{"/v1/posts/measuring-a-cache/similar?limit=LIMIT", 3}, {"/v1/posts/none/similar", 2}},
	"GET /v1/posts/{slug}/meta.html": {{"/v1/posts/measuring-a-cache/meta.html", 3}, {"/v1/posts/measuring-a-cache/meta.html?include=similar", 5}, {"/v1/posts/none/meta.html", 2}},
	"GET /v1/similar":                {{"/v1/similar?tool=redis&limit=LIMIT", 2}, {"/v1/similar?tool=none&tool=neither&limit=LIMIT", 2}},
	"GET /v1/summaries":              {{"/v1/summaries?limit=LIMIT", 2}, {"/v1/summaries?limit=LIMIT&page=1&sort=-quality", 2}, {"/v1/summaries?limit=LIMIT&include=terms", 3}},
	"GET /v1/search":                 {{"/v1/search?q=the&limit=LIMIT", 3}, {"/v1/search?q=nothingsuch&limit=LIMIT", 3}},
	"GET /v1/posts/{slug}/explain":   {{"/v1/posts/measuring-a-cache/explain?q=the", 2}, {"/v1/posts/none/explain?q=the", 2}},
	"GET /v1/suggest":                {{"/v1/suggest?q=me&limit=LIMIT", 3}},
	"GET /v1/resolve":                {{"/v1/resolve?url=%2Fold", 2}},

	"GET /v1/entities":                {{"/v1/entities?limit=LIMIT", 1}, {"/v1/entities?limit=LIMIT&q=post", 1}, {"/v1/entities?limit=LIMIT&include=scores", 2}},
	"GET /v1/entities/{slug}":         {{"/v1/entities/database-postgresql", 1}, {"/v1/entities/database-postgresql?include=related,scores", 3}, {"/v1/entities/none", 2}, {"/v1/entities/PostgreSQL", 1}},
	"GET /v1/entities/{slug}/related": {{"/v1/entities/database-postgresql/related?limit=LIMIT", 2}},
	"GET /v1/entities/{slug}/posts":   {{"/v1/entities/database-postgresql/posts?limit=LIMIT", 3}},
	"GET /v1/entity-types":            {{"/v1/entity-types?limit=LIMIT", 1}},
	"GET /v1/tools":                   {{"/v1/tools?limit=LIMIT", 1}, {"/v1/tools?limit=LIMIT&sort=-postCount", 1}, {"/v1/tools?limit=LIMIT&include=scores", 2}},
	"GET /v1/tools/{slug}":            {{"/v1/tools/redis", 1}, {"/v1/tools/redis?include=related,scores", 3}, {"/v1/tools/REDIS", 1}},
	"GET /v1/tools/{slug}/related":    {{"/v1/tools/redis/related?limit=LIMIT", 2}},
	"GET /v1/tools/{slug}/posts":      {{"/v1/tools/redis/posts?limit=LIMIT", 3}},

	"GET /v1/facets": {{"/v1/facets?by=tool&limit=LIMIT", 1}, {"/v1/facets?by=tool,entity,difficulty,status&limit=LIMIT&quality.gte=1", 1}},
	"GET /v1/ranges": {{"/v1/ranges?by=quality", 1}, {"/v1/ranges?by=quality,updated,readingTime&tool=redis", 2}},
	"GET /v1/scores": {{"/v1/scores", 1}, {"/v1/scores?by=tool&limit=LIMIT", 1}},

	"GET /v1/releases":                 {{"/v1/releases?limit=LIMIT", 0}},
	"GET /v1/releases/current":         {{"/v1/releases/current", 0}},
	"GET /v1/releases/{a}/diff/{b}":    {{"/v1/releases/r1/diff/r2?limit=LIMIT", 1}},
	"GET /v1/changes":                  {{"/v1/changes?since=r1&limit=LIMIT", 2}},
	"POST /v1/releases/{name}/publish": {{"/v1/releases/r2/publish", 0}},
	"POST /v1/releases/rollback":       {{"/v1/releases/rollback", 0}},

	// What operations take: graph/calls_test.go.
	"GET /graphql":  {{"/graphql?query=" + url.QueryEscape("{ posts(first: LIMIT) { totalCount nodes { title meta { tools { name } } } } }"), 3}},
	"POST /graphql": {{"/graphql", 0}},
}

var toldCalls = regexp.MustCompile(`desc="(\d+) calls?"`)

// TestCallBudgets asks every route of a server that keeps nothing.
func TestCallBudgets(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "cache-size=0")
	h.publish(h.build("one-more"))
	var document described
	if err := json.Unmarshal([]byte(get(t, h, "/openapi.json").body), &document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		for method := range operations {
			name := strings.ToUpper(method) + " " + path
			if len(callBudgets[name]) == 0 {
				t.Errorf("%s has no line in the table of how often it may read the store", name)
			}
		}
	}
	calls := func(method, target string) int {
		r := ask(t, h, method, target, "", append(h.as(store.ScopeAdmin), forPrograms(target)...)...)
		told := toldCalls.FindStringSubmatch(r.header.Get("Server-Timing"))
		if r.status >= 500 || told == nil {
			t.Fatalf("%s: found %d with %q", target, r.status, r.header.Get("Server-Timing"))
		}
		if r.status == 400 {
			t.Errorf("%s: is no question: %s", target, r.body)
		}
		n, err := strconv.Atoi(told[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, questions := range callBudgets {
		method, path, _ := strings.Cut(name, " ")
		if document.Paths[path][strings.ToLower(method)].OperationID == "" {
			continue // it is still to come
		}
		for _, q := range questions {
			found := -1
			for _, limit := range []int{1, 7, 100} {
				n := calls(method, strings.ReplaceAll(q.target, "LIMIT", fmt.Sprint(limit)))
				if n > q.most {
					t.Errorf("%s with %d: %d reads of the store, expected at most %d", q.target, limit, n, q.most)
				}
				if found >= 0 && n != found {
					t.Errorf("%s with %d: %d reads of the store, and %d for a shorter list", q.target, limit, n, found)
				}
				found = n
				if !strings.Contains(q.target, "LIMIT") {
					break
				}
			}
		}
	}
}
