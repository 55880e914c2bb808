package server

import (
	"math"
	"slices"

	"alphanode/apierror"
	"alphanode/server/schema"
	"alphanode/store"
)

// restRoutes are the addresses under /v1.
func restRoutes(archive restArchive) []*route {
	var (
		posts    = slices.Concat(filterParameters, []*parameter{sortPosts}, paging)
		terms    = slices.Concat([]*parameter{termPrefix, sortTerms}, paging)
		post     = slugParameter("post")
		entity   = slugParameter("entity")
		tool     = slugParameter("tool")
		missing  = []apierror.Code{apierror.NotFound}
		gone     = []apierror.Code{apierror.NotFound, apierror.ReleaseGone}
		aPost    = fieldsParameter(postShape)
		aSummary = fieldsParameter(cardShape)
	)
	with := func(more []*parameter, first ...*parameter) []*parameter { return slices.Concat(first, more) }
	routes := []*route{
		{method: "GET", pattern: "/v1/posts", id: "listPosts", tag: "posts", summary: "List posts",
			doc:        "Whole posts, newest first. All conditions must hold. For lists on small screens use /v1/summaries.",
			parameters: with(posts, aPost), check: checkPaging, gives: listed(partOr("Post")), pinned: true, restsOn: onPosts, handle: listPosts},
		{method: "GET", pattern: "/v1/posts.ndjson", id: "streamPosts", tag: "posts", summary: "Every post that matches",
			doc: "All of them in one answer, by slug, one a line, each as /v1/posts/{slug} gives it; Post-Count says how many. " +
				"An answer that cannot be sent to its end is broken off; Range: lines=N- with the ETag as If-Range gives what is behind the first N lines.",
			parameters: with(filterParameters, aPost), gives: partOr("Post"), media: ndjsonMedia, faults: []apierror.Code{apierror.RateLimited},
			pinned: true, streams: true, restsOn: onPosts, handle: archive.streamPosts},
		{method: "GET", pattern: "/v1/posts/{slug}", id: "getPost", tag: "posts", summary: "One post",
			parameters: []*parameter{post, aPost, include}, gives: enveloped(partOr("PostWithSimilar")), faults: missing, pinned: true, restsOn: onPost, handle: onePost},
		{method: "GET", pattern: "/v1/posts/{slug}/similar", id: "listSimilarPosts", tag: "posts", summary: "The posts most like one post",
			doc:        "Most similar first, forward only. Each row is a summary with the similarity and what both posts have in common.",
			parameters: with(filterParameters, post, limit, after, minSimilarity, diversity, exclude),
			gives:      listed(component("SimilarPost")), faults: missing, pinned: true, restsOn: onPost, handle: similarPosts},
		{method: "GET", pattern: "/v1/similar", id: "listSimilarToTerms", tag: "posts", summary: "The posts most like some terms",
			doc: "As /v1/posts/{slug}/similar. entity, tool and stack name what posts are compared with, 1 to 100 terms in all, and are no filters here; " +
				"entity.all, tool.not and the others are. A term that no post has is left out, and suggestions says what may have been meant.",
			parameters: with(otherFilters(similarTerms), append(similarTerms, limit, after, minSimilarity, diversity, exclude)...), check: checkTerms,
			gives:  listed(component("SimilarPost"), maybe("suggestions", listOf("For the first ten terms that no post has; left out where there are none.", component("Suggestion")))),
			pinned: true, restsOn: onQuestion, handle: similarToTerms},
		{method: "GET", pattern: "/v1/summaries", id: "listSummaries", tag: "posts", summary: "List posts in compact form",
			doc:        "As /v1/posts, with the few fields that a list shows.",
			parameters: with(posts, aSummary), check: checkPaging, gives: listed(partOr("Summary")), pinned: true, restsOn: onPosts, handle: listSummaries},

		{method: "GET", pattern: "/v1/search", id: "searchPosts", tag: "posts", summary: "Search the texts of posts",
			doc: "The posts that have all the words, in any of their forms, those that fit best first; forward only. " +
				"\"Words in quotation marks\" stand one behind the other, OR between two asks for either, - before one for none. The last word may be unfinished, unless a space follows.",
			parameters: with(filterParameters, searched, limit, after),
			gives:      listed(component("FoundPost"), maybe("suggestions", listOf("For the first ten words that no post has; left out where every word is there.", component("Suggestion")))), pinned: true, restsOn: onQuestion, handle: searchPosts},

		{method: "GET", pattern: "/v1/entities", id: "listEntities", tag: "terms", summary: "List entities",
			parameters: with(terms, entityType), check: checkPaging, gives: listed(component("Entity")), pinned: true, restsOn: onTerms, kind: store.KindEntity, handle: listTerms(store.KindEntity)},
		{method: "GET", pattern: "/v1/entities/{slug}", id: "getEntity", tag: "terms", summary: "One entity",
			doc:        "With include, all that its page shows beside its posts.",
			parameters: []*parameter{entity, termParts}, gives: enveloped(component("EntityPage")), faults: missing, pinned: true, restsOn: onTerm, kind: store.KindEntity, handle: oneTerm(store.KindEntity)},
		{method: "GET", pattern: "/v1/entities/{slug}/related", id: "listEntityRelated", tag: "terms", summary: "List what stands in the same posts as an entity",
			doc:        "The entities and tools that most often do: by the number of posts, then by lift. The whole answer is one page.",
			parameters: []*parameter{entity, relatedKind, relatedLimit}, gives: enveloped(listOf("", component("RelatedTerm"))), faults: missing, pinned: true, restsOn: onTermPosts, kind: store.KindEntity, handle: relatedTerms(store.KindEntity)},
		{method: "GET", pattern: "/v1/entities/{slug}/posts", id: "listEntityPosts", tag: "terms", summary: "List the posts about an entity",
			doc:        "As /v1/posts.",
			parameters: with(posts, entity, aPost), check: checkPaging, gives: listed(partOr("Post")), faults: missing, pinned: true, restsOn: onTermPosts, kind: store.KindEntity, handle: termPosts(store.KindEntity)},
		{method: "GET", pattern: "/v1/tools", id: "listTools", tag: "terms", summary: "List tools",
			parameters: terms, check: checkPaging, gives: listed(component("Tool")), pinned: true, restsOn: onTerms, kind: store.KindTool, handle: listTerms(store.KindTool)},
		{method: "GET", pattern: "/v1/tools/{slug}", id: "getTool", tag: "terms", summary: "One tool",
			doc:        "With include, all that its page shows beside its posts.",
			parameters: []*parameter{tool, termParts}, gives: enveloped(component("ToolPage")), faults: missing, pinned: true, restsOn: onTerm, kind: store.KindTool, handle: oneTerm(store.KindTool)},
		{method: "GET", pattern: "/v1/tools/{slug}/related", id: "listToolRelated", tag: "terms", summary: "List what stands in the same posts as a tool",
			doc:        "The entities and tools that most often do: by the number of posts, then by lift. The whole answer is one page.",
			parameters: []*parameter{tool, relatedKind, relatedLimit}, gives: enveloped(listOf("", component("RelatedTerm"))), faults: missing, pinned: true, restsOn: onTermPosts, kind: store.KindTool, handle: relatedTerms(store.KindTool)},
		{method: "GET", pattern: "/v1/tools/{slug}/posts", id: "listToolPosts", tag: "terms", summary: "List the posts that use a tool",
			doc:        "As /v1/posts.",
			parameters: with(posts, tool, aPost), check: checkPaging, gives: listed(partOr("Post")), faults: missing, pinned: true, restsOn: onTermPosts, kind: store.KindTool, handle: termPosts(store.KindTool)},

		{method: "GET", pattern: "/v1/facets", id: "listFacets", tag: "statistics", summary: "Count posts by their terms",
			doc:        "For each field the commonest terms of the posts that match. The whole answer is one page.",
			parameters: with(filterParameters, byFields, buckets), check: checkFacets, gives: enveloped(listOf("In the order of by.", component("Facet"))), pinned: true, restsOn: onPosts, handle: listFacets},
		{method: "GET", pattern: "/v1/ranges", id: "listRanges", tag: "statistics", summary: "Count posts by ranges of their numbers and dates",
			doc: "For each field how many of the posts that match lie in each range. Without bounds or an interval, scores are divided into ten bins of ten, dates by years, " +
				"and other numbers at 1, 2, 5, 10, 20, 50 and so on, as far as there are values. The whole answer is one page.",
			parameters: with(filterParameters, rangeParameters...), check: checkRanges, gives: enveloped(listOf("In the order of by.", component("RangeFacet"))), pinned: true, restsOn: onPosts, handle: listRanges},
		{method: "GET", pattern: "/v1/scores", id: "getScores", tag: "statistics", summary: "Statistics of scores",
			doc:        "Of the posts that match, together; with by, apart for each of the commonest terms of a field.",
			parameters: with(filterParameters, byField, buckets), check: checkScores, pinned: true, restsOn: onPosts, handle: scores,
			gives: enveloped(oneOf("", component("ScoreStats"), listOf("With by.", component("ScoreGroup"))))},

		{method: "GET", pattern: "/v1/releases/current", id: "getCurrentRelease", tag: "releases", summary: "The release that is served",
			gives: enveloped(component("Release")), pinned: true, restsOn: onRelease, handle: currentRelease},
		{method: "POST", pattern: "/v1/releases/{name}/publish", id: "publishRelease", tag: "releases", summary: "Make a release the current one",
			doc: "It is checked first, every byte of it. Publishing what is current already changes nothing, but for servers that found it damaged and went back: they serve it again. The answer names the release that was current before; " +
				"it is served within 250 ms.",
			parameters: []*parameter{releaseName, force}, gives: enveloped(component("Published")), faults: gone, scope: store.ScopeAdmin, handle: archive.publishRelease},
		{method: "POST", pattern: "/v1/releases/rollback", id: "rollBack", tag: "releases", summary: "Make an earlier release the current one",
			doc:        "Never a later one: to go forward, publish.",
			parameters: []*parameter{rollbackTo}, gives: enveloped(component("Published")), faults: gone, scope: store.ScopeAdmin, handle: archive.rollBack},

		{method: "GET", pattern: "/v1/releases", id: "listReleases", tag: "releases", summary: "List the releases that were published",
			doc:        "The newest first, forward only; those that are still kept. With a key of scope admin every release on disk, staged ones too, and all that is known of each.",
			parameters: []*parameter{limit, after}, gives: listed(component("PublishedRelease")), pinned: true, restsOn: onRelease, handle: archive.listReleases},
		{method: "GET", pattern: "/v1/releases/{a}/diff/{b}", id: "diffReleases", tag: "releases", summary: "What differs between two releases",
			doc:        "The posts that readers see in b and not in a (ADDED), in a and not in b (REMOVED), or in both with another content (CHANGED); by slug, forward only.",
			parameters: []*parameter{fromRelease, toRelease, limit, after}, faults: gone, pinned: true, restsOn: onQuestion, handle: diffReleases,
			gives: listed(component("Difference"), is("counts", countsShape))},
		{method: "GET", pattern: "/v1/changes", id: "listChanges", tag: "releases", summary: "What changed since a release",
			doc: "For clients that keep a copy: apply each row, and ask again with since= the release that the answer names. By slug, forward only. Under filters, a post that no longer " +
				"matches is REMOVED. Where the pages of a walk name several releases, the archive was switched in between: ask for the changes since each of them, until all answers name one.",
			parameters: with(filterParameters, since, limit, after, aPost), faults: gone, pinned: true, restsOn: onQuestion, handle: listChanges,
			gives: listed(component("Change"), is("release", text("Up to which the changes lead.", "r7")))},
	}
	for _, rt := range routes {
		rt.prepare()
	}
	return routes
}

// The parameters that are not filters. Each says what it takes and which part
// of the query it fills.
var (
	limit = integerParameter("limit", "How many entries a page has at most.", 1, store.MaxLimit, &schema.Schema{Default: defaultLimit},
		func(q *query, n int64) { q.limit = int(n) })
	after = cursorParameter("after", "A cursor, from page.after of an earlier answer to the same question: the entries behind it.",
		func(q *query, cursor string) { q.after = cursor })
	before = cursorParameter("before", "A cursor, from page.before of an earlier answer to the same question: the entries before it.",
		func(q *query, cursor string) { q.before = cursor })
	page = integerParameter("page", "The number of a page, instead of a cursor. Cursors do not repeat or leave out entries when the archive changes; numbers can.",
		1, math.MaxInt32, &schema.Schema{}, func(q *query, n int64) { q.page = int(n) })

	sortPosts = choiceParameter("sort", "The order; - before the name turns it round. Ties are in the order of slugs, posts without the value come last.",
		"-"+string(store.DefaultOrder.Field), postOrders(), func(q *query, word string) { q.order = postOrder(word) })
	include = choicesParameter("include", "similar: also the first page of the posts most like it.", []string{"similar"},
		func(q *query, _ []string) { q.similar = true })

	minSimilarity = fractionParameter("minSimilarity", "Only posts at least this similar.", &schema.Schema{Default: 0.0, Examples: []any{0.25}},
		func(q *query, f float64) { q.minSimilarity = f })
	diversity = fractionParameter("diversity", "How much posts that are like others of the list are kept apart, so that near copies do not fill it. "+
		"0 is the plain order; 0.3 suits most lists. Above 0 the list has at most 200 posts.", &schema.Schema{Default: 0.0, Examples: []any{0.3}},
		func(q *query, f float64) { q.diversity = f })
	exclude = textsParameter("exclude", "Not the post with this slug. May be given several times.", nil,
		func(q *query, slugs []string) { q.exclude = slugs })

	searched     = searchParameter("q", "What is searched for, as people type it; at most 32 words.")
	similarTerms = []*parameter{
		textsParameter("entity", "An entity to compare posts with, by name, slug or type:name. May be given several times.", []any{"database:PostgreSQL"},
			func(q *query, names []string) { q.terms.Entities = names }),
		textsParameter("tool", "A tool to compare posts with, by name or slug. May be given several times.", []any{"redis"},
			func(q *query, names []string) { q.terms.Tools = names }),
		textsParameter("stack", "A stack term to compare posts with, by name or slug. May be given several times.", []any{"Go"},
			func(q *query, names []string) { q.terms.Stack = names }),
	}

	fromRelease = releaseInPath("a", "The release that is compared with another.", func(q *query, name string) { q.since = name })
	toRelease   = releaseInPath("b", "The release that it is compared with.", func(q *query, name string) { q.until = name })
	since       = sinceParameter()

	entityType = textParameter("type", "Only entities of this type; case does not matter.", []any{"database"},
		func(q *query, name string) { q.termType = name })
	termPrefix = textParameter("q", "Only names that begin so; case does not matter.", []any{"post"},
		func(q *query, prefix string) { q.termPrefix = prefix })
	sortTerms = choiceParameter("sort", "The order; - before the name turns it round.", "name", []string{"name", "-name", "postCount", "-postCount"},
		func(q *query, word string) {
			q.termOrder = store.TermOrder{Desc: word[0] == '-', ByPostCount: word == "postCount" || word == "-postCount"}
		})

	paging = []*parameter{limit, after, before, page}
)

// otherFilters gives the filters whose names other parameters do not have.
func otherFilters(others []*parameter) []*parameter {
	return slices.DeleteFunc(slices.Clone(filterParameters), func(filter *parameter) bool {
		return slices.ContainsFunc(others, func(p *parameter) bool { return p.name == filter.name })
	})
}

func postOrders() []string {
	var words []string
	for _, field := range store.SortFields {
		words = append(words, string(field), "-"+string(field))
	}
	return words
}

func postOrder(word string) store.Order {
	if word[0] == '-' {
		return store.Order{Field: store.Field(word[1:]), Desc: true}
	}
	return store.Order{Field: store.Field(word)}
}
