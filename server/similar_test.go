package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// similarQuestion is a question about similar posts, for both faces.
type similarQuestion struct {
	slug  string // of a post, or else
	terms store.SimilarTerms
	store.SimilarQuery
}

func (q similarQuestion) rest(after string) string {
	path := "/v1/similar?"
	values := url.Values{}
	if q.Filter != nil {
		values = restQuery(q.Filter, store.DefaultOrder)
		values.Del("sort")
	}
	if q.slug != "" {
		path = "/v1/posts/" + url.PathEscape(q.slug) + "/similar?"
	}
	for name, given := range map[string][]string{"entity": q.terms.Entities, "tool": q.terms.Tools, "stack": q.terms.Stack, "exclude": q.Exclude} {
		for _, value := range given {
			values.Add(name, value)
		}
	}
	for name, f := range map[string]float64{"minSimilarity": q.MinSimilarity, "diversity": q.Diversity} {
		if f > 0 {
			values.Set(name, strconv.FormatFloat(f, 'f', -1, 64))
		}
	}
	values.Set("limit", strconv.Itoa(q.First))
	if after != "" {
		values.Set("after", after)
	}
	return path + values.Encode()
}

const similarFields = `{
	totalCount pageInfo { endCursor hasNextPage } edges { similarity node { slug } shared { kind name type contribution } } suggestions { kind value nearest }
}`

const similarOperation = `query($to: SimilarTo!, $first: Int, $after: String, $filter: PostFilter, $exclude: [String!], $min: Float, $diversity: Float) {
	similar: similarPosts(to: $to, first: $first, after: $after, filter: $filter, exclude: $exclude, minSimilarity: $min, diversity: $diversity) ` + similarFields + `
}`

const similarOfPost = `query($slug: String!, $first: Int, $after: String, $filter: PostFilter, $exclude: [String!], $min: Float, $diversity: Float) {
	post(slug: $slug) { similar(first: $first, after: $after, filter: $filter, exclude: $exclude, minSimilarity: $min, diversity: $diversity) ` + similarFields + ` }
}`

func (q similarQuestion) variables() map[string]any {
	to := map[string]any{"terms": q.terms}
	if q.slug != "" {
		to = map[string]any{"post": q.slug}
	}
	variables := map[string]any{"to": to, "first": q.First, "filter": q.Filter, "exclude": q.Exclude, "min": q.MinSimilarity, "diversity": q.Diversity}
	if q.After != "" {
		variables["after"] = q.After
	}
	return variables
}

// TestFacesAgreeOnSimilar asks both faces for the posts most like posts and
// terms, page by page, and holds what they say against a comparison with every
// post, and their suggestions and reasons against each other's.
func TestFacesAgreeOnSimilar(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 3))
	posts := storetest.RandomPosts(rnd, 300)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	visible := model.Visible(store.Public)
	for range storetest.Times(40) {
		q := randomSimilarQuestion(rnd, posts, visible)
		var all []storetest.Similar
		if q.slug != "" {
			all = model.Similar(store.Public, q.slug, q.Filter)
		} else {
			all = model.SimilarToTerms(store.Public, q.terms, q.Filter)
		}
		want := model.List(all, q.SimilarQuery)
		restAfter, graphqlAfter := "", ""
		for start := 0; !t.Failed(); start += q.First {
			answer := f.rest(q.rest(restAfter))
			q.After = graphqlAfter
			connection := at(f.graphql(similarOperation, q.variables()), "similar")
			compareFaces(t, answer, connection, want, start, q.First)
			if q.slug != "" {
				variables := q.variables()
				variables["slug"] = q.slug
				delete(variables, "to")
				nested := at(f.graphql(similarOfPost, variables), "post", "similar")
				if a, b := asJSON(t, nested), asJSON(t, connection); a != b {
					t.Errorf("found %s of the post, %s at the root", a, b)
				}
			}
			if at(answer, "page", "after") == nil {
				break
			}
			restAfter, graphqlAfter = at(answer, "page", "after").(string), at(connection, "pageInfo", "endCursor").(string)
		}
		if t.Failed() {
			t.Fatalf("GET %s\n%s", q.rest(restAfter), asJSON(t, q.variables()))
		}
	}
}

func randomSimilarQuestion(rnd *rand.Rand, posts, visible []*content.Post) (q similarQuestion) {
	q.First = 20 + rnd.IntN(81)
	if rnd.IntN(2) == 0 {
		q.Filter = storetest.RandomFilter(rnd, 1)
	}
	if rnd.IntN(2) == 0 {
		q.Diversity = float64(1+rnd.IntN(10)) / 10
	}
	if rnd.IntN(3) == 0 {
		q.MinSimilarity = float64(rnd.IntN(50)) / 100
	}
	for range rnd.IntN(3) {
		q.Exclude = append(q.Exclude, visible[rnd.IntN(len(visible))].Slug)
	}
	if rnd.IntN(2) == 0 {
		q.slug = visible[rnd.IntN(len(visible))].Slug
		return q
	}
	q.terms.Tools = []string{"rediz"}
	for range 2 { // of drafts too
		m := posts[rnd.IntN(len(posts))].Meta
		for _, e := range m.Entities {
			q.terms.Entities = append(q.terms.Entities, [...]string{e.Name, e.Slug(), e.Type + ":" + e.Name, e.Name + "x"}[rnd.IntN(4)])
		}
		q.terms.Tools, q.terms.Stack = append(q.terms.Tools, m.Tools...), append(q.terms.Stack, m.Stack...)
	}
	if q.Filter != nil { // over REST these names are those of the terms
		for _, terms := range []*store.TermFilter{q.Filter.Tool, q.Filter.Entity, q.Filter.Stack} {
			if terms != nil {
				terms.Eq, terms.In = nil, nil
			}
		}
	}
	return q
}

func compareFaces(t *testing.T, answer map[string]any, connection any, want []storetest.Similar, start, limit int) {
	t.Helper()
	rows, edges := answer["data"].([]any), at(connection, "edges").([]any)
	total, more := strconv.Itoa(len(want)), start+limit < len(want)
	if fmt.Sprint(at(answer, "page", "total")) != total || fmt.Sprint(at(connection, "totalCount")) != total ||
		(at(answer, "page", "after") != nil) != more || at(connection, "pageInfo", "hasNextPage") != more {
		t.Errorf("found %v and %v, expected %s in all", answer["page"], connection, total)
	}
	want = want[min(start, len(want)):min(start+limit, len(want))]
	if len(rows) != len(want) || len(edges) != len(want) {
		t.Fatalf("found %d rows and %d edges, expected %d", len(rows), len(edges), len(want))
	}
	for i, expected := range want {
		similarity := strconv.FormatFloat(expected.Similarity, 'f', -1, 64)
		if at(rows[i], "slug") != expected.Post.Slug || fmt.Sprint(at(rows[i], "similarity")) != similarity {
			t.Errorf("row %d: found %v, expected %s %s", i, rows[i], expected.Post.Slug, similarity)
		}
		if at(edges[i], "node", "slug") != expected.Post.Slug || fmt.Sprint(at(edges[i], "similarity")) != similarity {
			t.Errorf("edge %d: found %v, expected %s %s", i, edges[i], expected.Post.Slug, similarity)
		}
		if r, g := asJSON(t, at(rows[i], "shared")), asJSON(t, spelledInREST(asImported(at(edges[i], "shared")))); !sameJSON(t, r, g) {
			t.Errorf("number %d: REST shares %s, GraphQL %s", i, r, g)
		}
	}
	suggestions := answer["suggestions"]
	if suggestions == nil { // left out where there is nothing to say
		suggestions = []any{}
	}
	if r, g := asJSON(t, suggestions), asJSON(t, spelledInREST(asImported(at(connection, "suggestions")))); r != g {
		t.Errorf("REST suggests %s, GraphQL %s", r, g)
	}
}

func TestSimilarToTerms(t *testing.T) {
	t.Parallel()
	h := serving(t)
	unknown := get(t, h, "/v1/similar?tool=rediz&limit=1")
	if want := `{"data":[],"page":{"limit":1,"total":0,"after":null,"before":null},"suggestions":[{"kind":"tool","value":"rediz","nearest":["Redis"]}]}`; unknown.status != 200 || unknown.body != want {
		t.Errorf("found %d %s\nexpected %s", unknown.status, unknown.body, want)
	}
	known, r := getList(t, h, "/v1/similar?tool=redis&limit=1")
	if len(known.Data) != 1 || known.Page.After == nil || links(r)["next"] == "" {
		t.Errorf("found %s", r.body)
	}
	none, _ := getList(t, h, "/v1/similar?tool=redis&tool.not=redis")
	if len(none.Data) != 0 {
		t.Errorf("found %s, though a filter leaves nothing", none.Data)
	}
	if slugs := known.slugs(t); slices.Contains(slugs, "hidden") {
		t.Errorf("found %v", slugs)
	}
}
