package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph"
)

// TestOrdinaryRequests: what sites ask for costs half of what one answer may, at most,
// and a hundred posts with all that they have go through. With -args -dearest-data=DIR
// of any archive.
func TestOrdinaryRequests(t *testing.T) {
	a := newPricedArchive(t)
	words := newHostileWords(t, a)
	const card = `id slug title intro updated`
	schema := newGraphQLRequests(t, a).schema
	meta := "meta { " + allOf(schema, schema.Types["PostMeta"], 1) + " }"
	get := func(target string) hostileRequest { return hostileRequest{"GET", target, ""} }
	ask := func(query string) hostileRequest {
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		return hostileRequest{"POST", "/graphql", string(body)}
	}
	slug, term, tool := words.slugs[0], words.toolSlugs[0], words.tools[0]
	for _, tt := range []struct {
		name  string
		share int // of the budget: one of so many
		hostileRequest
	}{
		{"a post", 50, get("/v1/posts/" + slug)},
		{"a post with similar ones", 10, get("/v1/posts/" + slug + "?include=similar")},
		{"a post with its HTML and text", 50, get("/v1/posts/" + slug + "?include=html,text")},
		{"a list with similar ones", 2, get("/v1/posts?limit=20&fields=slug,title&include=similar&similar.limit=3")},
		{"100 posts with their HTML and text", 2, get("/v1/posts?limit=100&include=html,text")},
		{"a list", 50, get("/v1/posts?limit=20")},
		{"100 posts", 10, get("/v1/posts?limit=100")},
		{"100 posts by several conditions", 10, get("/v1/posts?limit=100&tool=" + tool + "&quality.gte=60&updated.gte=2020-01-01&sort=-quality")},
		{"a page by number", 10, get("/v1/posts?limit=20&difficulty=advanced&page=" + strconv.Itoa(2))},
		{"a search", 2, get("/v1/search?q=redis+cache+&limit=20")},
		{"a search while it is typed", 2, get("/v1/search?q=how+to+cach&limit=20")},
		{"a search of common words", 2, get("/v1/search?q=how+to+use+the+cache+in+a+job+&limit=20")},
		{"a phrase", 2, get("/v1/search?q=%22rollback+plan%22+deploy&limit=20")},
		{"facets", 2, get("/v1/facets?by=tool,entity,difficulty,stack&tool=" + tool)},
		{"similar posts", 5, get("/v1/posts/" + slug + "/similar?limit=20")},
		{"terms", 10, get("/v1/tools?limit=100")},
		{"a term with its posts", 10, get("/v1/tools/" + term + "/posts?limit=100")},
		{"changes", 2, get("/v1/changes?since=" + words.releases[0] + "&limit=100")},
		{"100 cards with all their meta", 2, ask(`{ posts(first: 100) { totalCount nodes { ` + card + ` ` + meta + ` } } }`)},
		{"100 posts with their html", 1, ask(`{ posts(first: 100) { nodes { ` + card + ` html } } }`)},
		{"100 posts with all they have", 1, ask(`{ posts(first: 100) { nodes { ` + allOf(schema, schema.Types["Post"], 2) + ` } } }`)},
		{"a post with similar ones over GraphQL", 5, ask(`{ post(slug: "` + slug + `") { ` + card + ` html ` + meta + ` similar(first: 10) { edges { similarity shared { kind } node { ` + card + ` } } } } }`)},
		{"a search page", 2, ask(`{ search(query: "redis cache ", first: 20) { totalCount edges { highlights { field html } node { ` + card + ` } } } facets(by: [TOOL, ENTITY, DIFFICULTY, STACK], filter: {search: "redis cache "}, first: 20) { buckets { value count } } }`)},
		{"ranges", 2, ask(`{ ranges(by: [{field: QUALITY}, {field: UPDATED, interval: YEAR}]) { buckets { from to count } } scores { quality { mean histogram { from count } } } }`)},
		{"a start page", 2, ask(`{ latest: posts(first: 12, orderBy: {field: UPDATED}) { nodes { ` + card + ` } } best: posts(first: 12, orderBy: {field: QUALITY}) { nodes { ` + card + ` } } tools(first: 20, orderBy: {field: POST_COUNT}) { nodes { name postCount posts(first: 3) { nodes { slug title } } } } }`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := a.ask(t, tt.hostileRequest, "identity")
			if found.status != http.StatusOK || bytes.HasPrefix(found.start, []byte(`{"errors"`)) {
				t.Fatalf("found status %d: %s", found.status, found.start)
			}
			if most := graph.DefaultLimits.Complexity / tt.share; found.cost > most {
				t.Errorf("it costs %d, expected at most %d", found.cost, most)
			}
			t.Logf("%d units, %v, %d bytes", found.cost, found.took, found.bytes)
		})
	}
}

// allOf selects all fields of a type that take no arguments, so many levels deep.
func allOf(schema *ast.Schema, typ *ast.Definition, depth int) string {
	if typ.IsAbstractType() {
		all := "__typename"
		for _, one := range schema.PossibleTypes[typ.Name] {
			all += " ... on " + one.Name + " { " + allOf(schema, one, depth) + " }"
		}
		return all
	}
	var all []string
	for _, f := range typ.Fields {
		switch inner := schema.Types[f.Type.Name()]; {
		case len(f.Arguments) > 0 || strings.HasPrefix(f.Name, "__") || inner.IsCompositeType() && depth == 0:
		case inner.IsCompositeType():
			all = append(all, f.Name+" { "+allOf(schema, inner, depth-1)+" }")
		default:
			all = append(all, f.Name)
		}
	}
	return strings.Join(all, " ")
}
