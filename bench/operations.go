package bench

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Names of the faces.
const (
	REST    = "REST"
	GraphQL = "GraphQL"
)

// pageSize is how many posts a list of an operation has.
const pageSize = 20

// operation is a kind of question and how each face is asked it.
type operation struct {
	name      string
	doc       string
	questions func(context.Context, *archive) ([]question, error)
	rest      func(question) []request
	graphql   string                        // the operation's text; "" where GraphQL cannot be asked
	variables func(question) map[string]any // for graphql
	unchanged bool                          // asks only for what is not the same as before: the answer is 304
}

// card are the fields of a post that a list shows.
const card = `fragment Card on Post {
  slug title updated
  meta { summary readingTime difficulty score { quality freshness depth clarity } toolNames }
}`

const postsOperation = `query ($filter: PostFilter, $orderBy: PostOrder, $first: Int, $after: String, $offset: Int) {
  posts(filter: $filter, orderBy: $orderBy, first: $first, after: $after, offset: $offset) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ...Card }
  }
}
` + card

// Everything about a post but what says its body a second time, text and html.
const postOperation = `query ($slug: String!) {
  post(slug: $slug) {
    id slug title intro publishedAt updated
    body {
      __typename
      ... on HeadingBlock { level text }
      ... on ParagraphBlock { text html }
      ... on CodeBlock { language source }
      ... on ListBlock { ordered items { text html } }
      ... on ImageBlock { url source caption }
      ... on QuoteBlock { text html }
      ... on HtmlBlock { html }
    }
    meta {
      topic summary brief outline { label text } stack checklist notes
      tools { id slug name postCount } toolNames
      entities { id slug name type postCount } entityNames { name type }
      codeLanguage difficulty readingTime viewCount
      score { quality freshness depth clarity } revision { status version lastReviewed }
      reference hash flags { aiGeneratedStyle hasImages imageHeavy needsHumanReview }
      images { source url caption } payload { sourceId generator paragraphs scenario seed } extra
    }
  }
}`

const similarOperation = `query ($slug: String!, $first: Int) {
  post(slug: $slug) {
    similar(first: $first) {
      totalCount pageInfo { hasNextPage endCursor }
      edges { similarity shared { kind name type contribution } node { ...Card } }
    }
  }
}
` + card

const similarTermsOperation = `query ($to: SimilarTo!, $first: Int) {
  similarPosts(to: $to, first: $first) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { similarity shared { kind name type contribution } node { ...Card } }
  }
}
` + card

const searchOperation = `query ($query: String!, $filter: PostFilter, $first: Int) {
  search(query: $query, filter: $filter, first: $first) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { score highlights { field html } node { ...Card } }
  }
}
` + card

const entityOperation = `query ($slug: String!, $orderBy: PostOrder, $first: Int) {
  entity(slug: $slug) {
    slug name type postCount
    posts(orderBy: $orderBy, first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes { ...Card } }
  }
}
` + card

const facetsOperation = `query ($filter: PostFilter, $by: [FacetField!]!, $first: Int) {
  facets(filter: $filter, by: $by, first: $first) { field distinct buckets { value slug count } }
}`

const facetsOwnOperation = `query ($filter: PostFilter, $by: [FacetField!]!, $first: Int) {
  facets(filter: $filter, by: $by, first: $first, own: false) { field distinct buckets { value slug count } }
}`

const scoresOperation = `query ($filter: PostFilter) {
  scores(filter: $filter) { count quality ` + summary + ` freshness ` + summary + ` depth ` + summary + ` clarity ` + summary + ` }
}`

const summary = `{ count min max mean p50 p90 p99 histogram { from to count } }`

var operations = []*operation{
	{
		name: "post", doc: "one post with all its meta", questions: eachSlug,
		rest:    func(q question) []request { return []request{get("/v1/posts/"+url.PathEscape(q.slug), nil)} },
		graphql: postOperation, variables: func(q question) map[string]any { return map[string]any{"slug": q.slug} },
	},
	{
		name: "list", doc: "20 cards of the posts of a tool, best first", questions: eachList,
		rest: listRequest, graphql: postsOperation, variables: question.variables,
	},
	{
		name: "deep", doc: "the same 5,000 posts deep, by cursor", questions: eachDeep,
		rest: listRequest, graphql: postsOperation, variables: question.variables,
	},
	{
		name: "page", doc: "page 250 by its number, of all posts", questions: eachPage,
		rest: listRequest, graphql: postsOperation, variables: question.variables,
	},
	{
		name: "page-filtered", doc: "page 250 by its number, of the posts of a tool", questions: eachFilteredPage,
		rest: listRequest, graphql: postsOperation, variables: question.variables,
	},
	{
		name: "similar", doc: "the 20 posts most like one post", questions: eachSlug,
		rest: func(q question) []request {
			return []request{get("/v1/posts/"+url.PathEscape(q.slug)+"/similar", url.Values{"limit": {strconv.Itoa(pageSize)}})}
		},
		graphql: similarOperation, variables: func(q question) map[string]any { return map[string]any{"slug": q.slug, "first": pageSize} },
	},
	{
		name: "similar-terms", doc: "the 20 posts most like an entity and two tools, one of which a quarter of all posts have, if any has so many", questions: eachTerms,
		rest: func(q question) []request {
			return []request{get("/v1/similar", url.Values{"entity": {q.entity}, "tool": q.tools, "limit": {strconv.Itoa(pageSize)}})}
		},
		graphql: similarTermsOperation, variables: func(q question) map[string]any {
			terms := map[string]any{"entities": []string{q.entity}, "tools": q.tools}
			return map[string]any{"to": map[string]any{"terms": terms}, "first": pageSize}
		},
	},
	{
		name: "search", doc: "the first 20 posts that have two words, with highlights", questions: eachSearch,
		rest:    func(q question) []request { return []request{get("/v1/search", q.parameters())} },
		graphql: searchOperation, variables: func(q question) map[string]any {
			v := q.variables()
			v["query"] = q.text
			return v
		},
	},
	{
		name: "entity", doc: "an entity and the first 20 of its posts", questions: eachEntity,
		rest: func(q question) []request {
			path := "/v1/entities/" + url.PathEscape(q.slug)
			return []request{get(path, nil), get(path+"/posts", q.parameters())}
		},
		graphql: entityOperation, variables: func(q question) map[string]any {
			v := q.variables()
			v["slug"] = q.slug
			delete(v, "filter")
			return v
		},
	},
	{
		name: "facets", doc: "the posts of a tool, counted by one field or two", questions: eachFacets,
		rest: facetsRequest, graphql: facetsOperation, variables: facetsVariables,
	},
	{
		name: "facets-six", doc: "the posts of a tool, most narrower, counted by six fields", questions: eachSixFacets,
		rest: facetsRequest, graphql: facetsOperation, variables: facetsVariables,
	},
	{
		name: "facets-own", doc: "the same, each field without its own condition", questions: eachSixFacets,
		rest: func(q question) []request {
			parameters := q.parameters()
			parameters.Set("by", strings.Join(q.by, ","))
			parameters.Set("own", "false")
			return []request{get("/v1/facets", parameters)}
		},
		graphql: facetsOwnOperation, variables: facetsVariables,
	},
	{
		name: "scores", doc: "statistics of the scores of the posts of a tool", questions: eachFilter,
		rest:    func(q question) []request { return []request{get("/v1/scores", q.parameters())} },
		graphql: scoresOperation, variables: question.variables,
	},
	{
		name: "search-page", doc: "the page of a search, as a browser gets it", questions: eachSearch,
		rest: func(q question) []request {
			parameters := q.parameters()
			parameters.Del("limit")
			return []request{see("/", parameters)}
		},
	},
	{
		name: "post-page", doc: "the page of a post", questions: eachSlug,
		rest: func(q question) []request { return []request{see("/posts/"+url.PathEscape(q.slug), nil)} },
	},
	{
		name: "unchanged", doc: "the list again, with the tag it had: 304", questions: eachList,
		rest: listRequest, unchanged: true,
	},
}

func facetsRequest(q question) []request {
	parameters := q.parameters()
	parameters.Set("by", strings.Join(q.by, ","))
	return []request{get("/v1/facets", parameters)}
}

func facetsVariables(q question) map[string]any {
	v := q.variables()
	by := make([]string, len(q.by))
	for i, name := range q.by {
		by[i] = enum(name)
	}
	v["by"] = by
	return v
}

func listRequest(q question) []request { return []request{get("/v1/summaries", q.parameters())} }

func eachSlug(_ context.Context, a *archive) (questions []question, _ error) {
	for _, slug := range a.slugs {
		questions = append(questions, question{slug: slug})
	}
	return questions, nil
}

// pageOrders are those in which the page of an entity shows its posts.
var pageOrders = []string{"-updated", "-publishedAt", "-quality"}

// eachEntity takes entities of many posts and of few, each in some of the
// orders. Where enough have a full page the others are left out, so that
// archives of different sizes send about the same.
func eachEntity(_ context.Context, a *archive) (questions []question, _ error) {
	entities := a.entities
	if full := slices.IndexFunc(entities, func(t term) bool { return t.PostCount < pageSize }); full*len(pageOrders) >= wanted {
		entities = entities[:full]
	}
	all := len(entities) * len(pageOrders)
	for i := range min(wanted, all) {
		at := i * all / min(wanted, all)
		questions = append(questions, question{
			slug: entities[at/len(pageOrders)].Slug, order: pageOrders[at%len(pageOrders)], limit: pageSize,
		})
	}
	return questions, nil
}

func eachFilter(ctx context.Context, a *archive) ([]question, error) {
	return a.filters(ctx, 1, wanted)
}

func eachList(ctx context.Context, a *archive) ([]question, error) {
	questions, err := eachFilter(ctx, a)
	for i := range questions {
		questions[i].order, questions[i].limit = "-quality", pageSize
	}
	return questions, err
}

// lists bounds from how many lists deep pages are taken; each gives several.
const lists = 128

// eachDeep learns cursors: that of the page before the first that is asked
// for, by its number, and then page by page. A face's cursors are its own.
func eachDeep(ctx context.Context, a *archive) (questions []question, err error) {
	depth := a.deepest()
	filters, err := a.filters(ctx, depth+2*pageSize, lists)
	if err != nil || len(filters) == 0 {
		return nil, err
	}
	each := (wanted + len(filters) - 1) / len(filters)
	for _, q := range filters {
		q.order, q.limit, q.page = "-quality", pageSize, max(1, depth/pageSize)
		for range each {
			rest, err := a.list(ctx, q)
			if err != nil {
				return nil, err
			}
			graphql, err := a.endCursor(ctx, q)
			if err != nil {
				return nil, err
			}
			if rest.Page.After == "" {
				break
			}
			q.page, q.after, q.graphqlAfter = 0, rest.Page.After, graphql
			questions = append(questions, q)
		}
	}
	return questions[:min(wanted, len(questions))], nil
}

// orders are all there are.
var orders = strings.Fields("slug -slug title -title publishedAt -publishedAt lastReviewed -lastReviewed updated -updated " +
	"quality -quality freshness -freshness depth -depth clarity -clarity viewCount -viewCount readingTime -readingTime")

const byNumber = 250

// eachPage varies orders and how long a page is, about 20.
func eachPage(_ context.Context, a *archive) (questions []question, _ error) {
	const shortest, longest = 9, 32
	for limit := shortest; limit <= longest; limit++ {
		for _, order := range orders {
			questions = append(questions, question{order: order, limit: limit, page: min(byNumber, max(1, a.posts/longest))})
		}
	}
	return questions[:min(wanted, len(questions))], nil
}

// eachFilteredPage varies orders and filters, and where those do not suffice,
// how long a page is.
func eachFilteredPage(ctx context.Context, a *archive) (questions []question, err error) {
	const shortest = 15
	depth := a.deepest()
	filters, err := a.filters(ctx, depth+pageSize, lists)
	for limit := pageSize; limit >= shortest; limit-- {
		for _, order := range orders {
			for _, q := range filters {
				q.order, q.limit, q.page = order, limit, max(1, depth/pageSize)
				questions = append(questions, q)
			}
		}
	}
	return questions[:min(wanted, len(questions))], err
}

func eachFacets(ctx context.Context, a *archive) ([]question, error) {
	fields := [][]string{{"tool"}, {"difficulty"}, {"entity"}, {"stack"}, {"codeLanguage"}, {"scenario"}, {"topic"}, {"tool", "difficulty"}}
	questions, err := eachFilter(ctx, a)
	for i := range questions {
		questions[i].by, questions[i].limit = fields[i%len(fields)], 10
	}
	return questions, err
}

// eachSixFacets takes filters of a tool and a score that no tally answers for.
func eachSixFacets(ctx context.Context, a *archive) ([]question, error) {
	questions, err := eachFilter(ctx, a)
	for i := range questions {
		q := &questions[i]
		q.by, q.limit = []string{"tool", "entity", "stack", "difficulty", "codeLanguage", "scenario"}, 10
		if q.difficulty == "" && len(a.difficulties) > 0 {
			q.difficulty = a.difficulties[i%len(a.difficulties)]
		}
		q.quality = max(q.quality, 1+i%90)
	}
	return questions, err
}

// eachTerms takes an entity, a tool, and with them the tool that comes nearest to
// being in a quarter of all posts from above, or else the commonest.
func eachTerms(_ context.Context, a *archive) (questions []question, _ error) {
	if len(a.tools) == 0 || len(a.entities) == 0 {
		return nil, nil
	}
	common := 0
	for i, tool := range a.tools {
		if tool.PostCount*4 >= a.posts {
			common = i
		}
	}
	for i := range wanted {
		other := a.tools[i*7%len(a.tools)]
		questions = append(questions, question{entity: a.entities[i%len(a.entities)].Slug, tools: []string{a.tools[common].Slug, other.Slug}})
	}
	return questions, nil
}

// eachSearch takes two words of what one post is about, so common ones and rare
// ones as they come.
func eachSearch(_ context.Context, a *archive) (questions []question, _ error) {
	for i, text := range a.texts {
		words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
		words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 4 })
		if len(words) > 1 {
			at := i * 7 % (len(words) - 1)
			questions = append(questions, question{text: words[at] + " " + words[at+1+(i%(len(words)-at-1))] + " ", limit: pageSize})
		}
	}
	return questions, nil
}

// calls makes the calls of an operation over one face.
func (o *operation) calls(face string, questions []question) (calls []call, err error) {
	for _, q := range questions {
		if face == REST {
			calls = append(calls, o.rest(q))
			continue
		}
		r, err := post(o.graphql, o.variables(q))
		if err != nil {
			return nil, err
		}
		calls = append(calls, call{r})
	}
	return calls, nil
}
