package pages

import (
	"math"
	"strconv"
	"strings"

	"alphanode/server/pages/sample"
	"alphanode/store"
)

// asked is the request that gives what the page shows.
func (s *selection) asked() sample.Request {
	values := kept(s.Values)
	variables := map[string]any{"first": perPage}
	if s.Filter != nil {
		variables["filter"] = s.Filter
	}
	if s.here != nil {
		variables["here"] = s.here
	}
	list := ""
	path := "/v1/summaries"
	if ranked(s.Query) {
		path = "/v1/search"
		variables["q"] = s.Search
		if s.Match != store.MatchUsual {
			variables["match"] = s.Match
		}
		if s.SearchLanguage != "" {
			variables["language"] = s.SearchLanguage
		}
		if s.After != "" {
			values.Set("after", s.After)
			variables["after"] = s.After
		}
		list = `query Search($q: String!, $match: SearchMatch, $language: String, $filter: PostFilter, $here: PostFilter, $first: Int!, $after: String) {
  search(query: $q, match: $match, language: $language, filter: $filter, first: $first, after: $after) {
    totalCount
    edges { score node { slug title updated meta { summary readingTime tools { name } } } }
  }
`
	} else {
		moveToFilters(values)
		delete(variables, "filter")
		variables["offset"] = 0
		if s.Page > 1 {
			values.Set("page", strconv.Itoa(s.Page))
			variables["offset"] = offset(s.Page)
		}
		if s.Order != (store.Order{}) {
			variables["order"] = orderOf(s.Order)
		}
		list = `query Posts($here: PostFilter, $order: PostOrder, $first: Int!, $offset: Int!) {
  posts(filter: $here, orderBy: $order, first: $first, offset: $offset) {
    totalCount
    nodes { slug title updated meta { summary readingTime tools { name } } }
  }
`
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	return sample.Request{Path: path, Vars: variables, Query: list + `  facets(by: [TOOL, ENTITY, DIFFICULTY, CODE_LANGUAGE], filter: $here, own: false, first: 40) {
    field distinct buckets { value slug count }
  }
  scores(filter: $here) { quality { p50 p90 p99 histogram { from to count } } }
}`}
}

// offset is how many posts stand before a page with a number, as GraphQL takes it: an
// integer of 32 bits, behind the end of every archive.
func offset(number int) int {
	if number > math.MaxInt32/perPage {
		return math.MaxInt32
	}
	return (number - 1) * perPage
}

// orderOf is an order as a variable of GraphQL.
func orderOf(o store.Order) map[string]string {
	return map[string]string{"field": constant(string(o.Field)), "direction": direction(o.Desc)}
}

func direction(desc bool) string {
	if desc {
		return "DESC"
	}
	return "ASC"
}

// constant spells a name as GraphQL does: viewCount is VIEW_COUNT.
func constant(name string) string {
	var w strings.Builder
	for _, r := range name {
		if 'A' <= r && r <= 'Z' {
			w.WriteByte('_')
		}
		w.WriteRune(r)
	}
	return strings.ToUpper(w.String())
}
