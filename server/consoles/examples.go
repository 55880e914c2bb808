package consoles

import (
	"context"
	"encoding/json"
	"net/url"

	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
)

// example is an operation to begin with, of a kind of user. Its variables name what is in
// the archive that is served, so that it answers with something there.
type example struct {
	Title     string
	Why       string
	Query     string
	part      string // of the server that it needs
	variables func(*taste) map[string]any
}

// exampleGroup are the examples of one kind of user.
type exampleGroup struct {
	Who      string
	Examples []example
}

// taste is a little of what an archive holds, to fill examples and forms with. In an empty
// archive its names are such as nothing has.
type taste struct {
	post, tool, entity, release string
}

// tasteOf reads a taste: the best post, the commonest tool and entity.
func tasteOf(ctx context.Context, r *release.Reader) (*taste, error) {
	t := &taste{post: "a-post", tool: "git", entity: "an-entity", release: "r1"}
	best, err := r.Find(ctx, store.PostQuery{Order: store.Order{Field: store.FieldQuality, Desc: true}, Window: store.Window{First: new(1)}, Cursors: store.NoCursors})
	if err != nil {
		return nil, err
	}
	if len(best.Refs) > 0 {
		posts, err := r.Posts(ctx, best.Refs, store.Card)
		if err != nil {
			return nil, err
		}
		t.post = posts[0].Slug
	}
	for kind, name := range map[store.Kind]*string{store.KindTool: &t.tool, store.KindEntity: &t.entity} {
		commonest, err := r.FindTerms(ctx, store.TermQuery{Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: new(1)}})
		if err != nil {
			return nil, err
		}
		if len(commonest.Terms) > 0 {
			*name = commonest.Terms[0].Slug
		}
	}
	return t, nil
}

// examples are for each kind of user what they ask most.
var examples = []exampleGroup{
	{"Front end", []example{
		{Title: "A page of a list", Why: "Twenty cards, best first, with what a pager needs. Send endCursor as after for the next page.",
			Query: `query Page($filter: PostFilter, $after: String) {
  posts(first: 20, after: $after, filter: $filter, orderBy: {field: QUALITY, direction: DESC}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      slug
      title
      updated
      meta { summary readingTime difficulty score { quality } tools { slug name } }
    }
  }
}`, variables: func(t *taste) map[string]any {
				return map[string]any{"filter": map[string]any{"tool": map[string]any{"in": []string{t.tool}}, "quality": map[string]any{"gte": 50}}, "after": nil}
			}},
		{Title: "An article", Why: "All that a page of a post shows, block by block, and what is similar with the reasons.",
			Query: `query Article($slug: String!) {
  post(slug: $slug) {
    title
    intro
    updated
    body {
      __typename
      ... on HeadingBlock { level text anchor }
      ... on ParagraphBlock { text html }
      ... on CodeBlock { language source }
      ... on ListBlock { ordered items { text html } }
      ... on ImageBlock { url caption alt source }
    }
    meta {
      summary
      difficulty
      readingTime
      checklist
      entities { slug name type }
      tools { slug name }
      score { quality freshness depth clarity }
      flags { aiGeneratedStyle needsHumanReview }
    }
    similar(first: 3) {
      edges { similarity shared { kind name contribution } node { slug title } }
    }
  }
}`, variables: func(t *taste) map[string]any { return map[string]any{"slug": t.post} }},
		{Title: "Filters with counts", Why: "What a reader can narrow a list by. With own: false what is chosen does not hide the rest of its field.",
			Query: `query Filters($filter: PostFilter) {
  facets(by: [TOOL, DIFFICULTY, CODE_LANGUAGE], filter: $filter, first: 8, own: false) {
    field
    distinct
    buckets { value slug count }
  }
  posts(filter: $filter, first: 0) { totalCount }
}`, variables: func(t *taste) map[string]any {
				return map[string]any{"filter": map[string]any{"tool": map[string]any{"in": []string{t.tool}}}}
			}},
		{Title: "Search as you type", part: route.PartSearch, Why: "The last word may be unfinished. Highlights are HTML that is safe to show.",
			Query: `query Search($q: String!) {
  search(query: $q, first: 10) {
    totalCount
    suggestions { value nearest }
    edges {
      score
      highlights { field html }
      node { slug title }
    }
  }
}`, variables: func(t *taste) map[string]any { return map[string]any{"q": "deploy"} }},
	}},
	{"Phone", []example{
		{Title: "Cards", Why: "The compact card alone: no body is read. One field that is not on the card, and whole posts are.",
			Query: `query Cards($after: String) {
  posts(first: 20, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { slug title updatedDay meta { summary readingTime difficulty score { quality } toolNames image { url } } }
  }
}`, variables: func(*taste) map[string]any { return map[string]any{"after": nil} }},
		{Title: "A tool's screen", Why: "One request for the whole screen: the tool, its posts, and what stands beside it.",
			Query: `query Tool($slug: String!) {
  tool(slug: $slug) {
    name
    postCount
    posts(first: 5) { nodes { slug title meta { readingTime } } }
    related(first: 5) { kind count lift node { slug name } }
  }
}`, variables: func(t *taste) map[string]any { return map[string]any{"slug": t.tool} }},
	}},
	{"Script", []example{
		{Title: "Similar posts, with the reasons", Why: "The contributions of what is shared add up to the similarity.",
			Query: `query Similar($to: SimilarTo!) {
  similarPosts(to: $to, first: 10, diversity: 0.3) {
    totalCount
    edges { similarity shared { kind name type contribution } node { slug title } }
  }
}`, variables: func(t *taste) map[string]any { return map[string]any{"to": map[string]any{"post": t.post}} }},
		{Title: "Walk the archive", Why: "A hundred at a time by slug. A cursor holds what was asked and where it stands, never a release.",
			Query: `query Walk($after: String) {
  posts(first: 100, after: $after, orderBy: {field: SLUG, direction: ASC}) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { slug title updated meta { reference tools { slug } } }
  }
}`, variables: func(*taste) map[string]any { return map[string]any{"after": nil} }},
		{Title: "Keep a copy", Why: "What changed since a release. Apply each edge, and next time ask since the release that the answer names.",
			Query: `query Changes($since: ID!, $after: String) {
  changes(since: $since, first: 100, after: $after) {
    release
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { kind slug node { title updated } }
  }
}`, variables: func(t *taste) map[string]any { return map[string]any{"since": t.release, "after": nil} }},
	}},
	{"On call", []example{
		{Title: "What is served", Why: "The release that answers, and what it holds.",
			Query: `{
  release { name publishedAt postCount entityCount toolCount }
  entityTypes(first: 10) { type entityCount }
}`},
		{Title: "Is the content sound", Why: "Scores, how old the archive is, and what still waits for somebody to read it.",
			Query: `{
  scores { count quality { min p50 p90 max } freshness { p50 } }
  ranges(by: [{field: UPDATED, interval: YEAR}]) { field missing buckets { from count } }
  needsReview: posts(filter: {needsHumanReview: true}, first: 5) {
    totalCount
    nodes { slug title }
  }
}`},
		{Title: "What an answer costs", Why: "extensions.cost of each answer here: requested before it ran, actual in the end. A budget is counted in the same units.",
			Query: `query Cost($first: Int!) {
  tools(first: $first, orderBy: {field: POST_COUNT, direction: DESC}) {
    nodes { name postCount scores { quality { p50 } } posts(first: 3) { nodes { slug } } }
  }
}`, variables: func(*taste) map[string]any { return map[string]any{"first": 10} }},
	}},
}

// written gives the variables of the example as JSON on several lines; "" where it has none.
func (e *example) written(t *taste) string {
	if e.variables == nil {
		return ""
	}
	text, err := json.MarshalIndent(e.variables(t), "", "  ")
	if err != nil { // texts, lists and objects of them always encode
		panic(err)
	}
	return string(text)
}

// openedWith is what a link to the console holds that opens it with an operation.
func openedWith(query, variables string) url.Values {
	v := url.Values{}
	if query != "" {
		v.Set("query", query)
	}
	if variables != "" {
		v.Set("variables", variables)
	}
	return v
}
