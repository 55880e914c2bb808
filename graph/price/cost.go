package price

import (
	"math"

	"alphanode/graph/model"
	"alphanode/graph/schema"
	"alphanode/store"
)

// costOfFind is what finding something costs beside its fields, counted in fields:
// to read the arguments, to ask, and to make a page. What the store does for it
// is spent by the store, from the same budget: it knows how much there is to do.
const costOfFind = 10

// A related term is an entity or a tool: what is asked of it is made ready for
// both.
const relatedKinds = 2

// How long the lists are taken to be whose length no argument gives.
const (
	bodyLength          = 20
	itemsLength         = 5
	metaLength          = 5
	introspectionLength = 8
	histogramLength     = 10
	highlightsLength    = 10
	rangesLength        = 50
)

// Costs gives the cost of every list, and of what is asked of the store.
func Costs() schema.ComplexityRoot {
	var c schema.ComplexityRoot

	posts := func(inner int, _ *store.Filter, _ *store.Order, first *int, _ *string, last *int, _ *string, _ *int) int {
		return list(costOfFind, length(first, last), inner)
	}
	c.Query.Posts, c.Entity.Posts, c.Tool.Posts = posts, posts, posts
	c.Query.Entities = func(inner int, _, _ *string, _ *store.TermOrder, first *int, _ *string, last *int, _ *string) int {
		return list(costOfFind, length(first, last), inner)
	}
	c.Query.Tools = func(inner int, _ *string, _ *store.TermOrder, first *int, _ *string, last *int, _ *string) int {
		return list(costOfFind, length(first, last), inner)
	}
	c.Post.Similar = func(inner int, first *int, _ *string, _ *store.Filter, _ []string, _, _ *float64) int {
		return list(costOfFind, length(first, nil), inner)
	}
	c.Query.Search = func(inner int, _ string, _ *store.Match, _ *string, _ *bool, _ *store.Filter, first *int, _ *string) int {
		return list(costOfFind, length(first, nil), inner)
	}
	c.Query.ExplainSearch = func(inner int, _, _ string, _ *store.Match, _ *string) int { return costOfFind + inner }
	c.Query.Suggest = func(inner int, _ string, first *int) int {
		n := model.CompletionQuery("", first).First
		return list(costOfFind, length(&n, nil), inner)
	}
	c.Query.Changes = func(inner int, _ string, _ *store.Filter, first *int, _ *string) int {
		return list(costOfFind, length(first, nil), inner)
	}
	c.Query.SimilarPosts = func(inner int, _ model.SimilarTo, _ *store.Filter, first *int, _ *string, _ []string, _, _ *float64) int {
		return list(costOfFind, length(first, nil), inner)
	}
	c.Query.Facets = func(inner int, _ *store.Filter, by []store.Kind, first *int, _ *bool) int {
		fields := min(len(by), len(store.Kinds))
		return list(fields*costOfFind, fields*length(first, nil), inner)
	}
	c.Query.Ranges = func(inner int, by []store.RangeBy, _ *store.Filter) int {
		fields := min(len(by), len(store.RangeFields))
		return list(fields*costOfFind, fields, inner)
	}
	c.RangeFacet.Buckets = of(rangesLength)
	c.Query.ScoreGroups = func(inner int, _ store.Kind, _ *store.Filter, first *int, _ *store.GroupOrder, _ *int) int {
		return list(costOfFind, length(first, nil), inner)
	}
	c.Query.Suggestions = func(inner int, _ *store.Filter) int { return list(costOfFind, store.MaxSuggestions, inner) }
	c.Query.ScoreGroupsConnection = func(inner int, _ store.Kind, _ *store.Filter, _ *store.GroupOrder, _, first *int, _ *string, last *int, _ *string, _ *int) int {
		return list(costOfFind, length(first, last), inner)
	}
	c.Query.Scores = func(inner int, _ *store.Filter) int { return list(costOfFind, 1, inner) }
	ofTerm := func(inner int) int { return list(costOfFind, 1, inner) }
	c.Entity.Scores, c.Tool.Scores = ofTerm, ofTerm
	c.ScoreSummary.Histogram = of(histogramLength)
	related := func(inner int, first *int, _ *store.Kind) int { return list(costOfFind, length(first, nil), inner) }
	c.Entity.Related, c.Tool.Related, c.RelatedTerm.Node = related, related, of(relatedKinds)
	c.Query.EntityTypes = func(inner int, first *int) int { return list(costOfFind, length(first, nil), inner) }
	c.Query.Nodes = func(inner int, ids []string) int { return list(costOfFind, min(len(ids), model.MaxIDs), inner) }

	one := func(inner int, _ string) int { return list(costOfFind, 1, inner) }
	c.Query.Node, c.Query.Post, c.Query.PostByReference, c.Query.Entity, c.Query.Tool = one, one, one, one, one

	c.Post.Body = of(bodyLength)
	c.ListBlock.Items = of(itemsLength)
	c.PostMeta.Outline = of(metaLength)
	c.PostMeta.Stack = of(metaLength)
	c.PostMeta.Checklist = of(metaLength)
	c.PostMeta.Notes = of(metaLength)
	c.PostMeta.Tools = of(metaLength)
	c.PostMeta.ToolNames = of(metaLength)
	c.PostMeta.Entities = of(metaLength)
	c.PostMeta.EntityNames = of(metaLength)
	c.PostMeta.Images = of(metaLength)
	c.SimilarEdge.Shared = of(metaLength)
	c.SearchEdge.Highlights = of(highlightsLength)
	return c
}

// of is the cost of a list of n entries. The lists of a connection are not
// multiplied again: the connection's own field was.
func of(n int) func(inner int) int {
	return func(inner int) int { return list(0, n, inner) }
}

// length of a page that is asked for. One that is out of range is an error
// where the list is found; it must not be one of cost before.
func length(first, last *int) int {
	n := model.DefaultFirst
	if first != nil {
		n = *first
	} else if last != nil {
		n = *last
	}
	return min(max(n, 0), store.MaxLimit)
}

// list is what a list of n entries costs that cost inner each; a text costs
// nothing more. An empty one costs as if it had one: its fields are made ready.
func list(base, n, inner int) int {
	n = max(n, 1)
	if inner > (math.MaxInt-base-1)/n {
		return math.MaxInt
	}
	return 1 + base + n*inner
}

// Plus does not run over.
func Plus(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}
