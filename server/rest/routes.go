package rest

import (
	"math"
	"slices"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// Routes are the addresses under /v1.
func Routes(archive Archive) []*route.Route {
	var (
		posts    = slices.Concat(route.Filters, []*route.Parameter{sortPosts}, paging)
		terms    = slices.Concat([]*route.Parameter{termPrefix, sortTerms, termListParts}, paging)
		post     = route.SlugParameter("post")
		entity   = route.TermParameter("entity", "its name or type:name")
		tool     = route.TermParameter("tool", "its name")
		missing  = []apierror.Code{apierror.NotFound}
		gone     = []apierror.Code{apierror.NotFound, apierror.ReleaseGone}
		aPost    = route.FieldsParameter(postShape)
		form     = slices.Concat([]*route.Parameter{asSummary, fieldsOfForm}, includeParameters)
		aSummary = route.FieldsParameter(cardShape)
	)
	with := func(more []*route.Parameter, first ...*route.Parameter) []*route.Parameter {
		return slices.Concat(first, more)
	}
	routes := []*route.Route{
		{Method: "GET", Pattern: "/v1/posts", ID: "listPosts", Tag: "posts", Summary: "List posts",
			Doc:        "Whole posts, newest first, or as slug lists them. All conditions must hold. For lists on small screens use /v1/summaries.",
			Parameters: with(posts, form...), Check: checkPosts, Gives: listed(component("Post"), suggested), Pinned: true, RestsOn: route.OnPosts, Handle: listPosts},
		{Method: "GET", Pattern: "/v1/posts.ndjson", ID: "streamPosts", Part: route.PartStreams, Tag: "posts", Summary: "Every post that matches",
			Doc: "All of them in one answer, by slug, one a line, each as /v1/posts/{slug} gives it; Post-Count says how many. " +
				"An answer that cannot be sent to its end is broken off; Range: lines=N- with the ETag as If-Range gives what is behind the first N lines.",
			Parameters: slices.Concat(route.Filters, form, []*route.Parameter{streamLimit}), Check: checkIncluded, Gives: component("Post"), Media: ndjsonMedia, Faults: []apierror.Code{apierror.RateLimited},
			Pinned: true, Streams: true, Onward: "the header Range: lines=N- for what is behind the first N lines", RestsOn: route.OnPosts, Handle: archive.streamPosts},
		{Method: "GET", Pattern: "/v1/posts/{slug}", ID: "getPost", Tag: "posts", Summary: "One post",
			Doc:        "Exactly as it was imported, and updated. With include, also what is made from it.",
			Parameters: with(includeParameters, post, aPost), Check: checkIncluded, Gives: enveloped(component("Post")), Faults: missing, Pinned: true, RestsOn: route.OnPost, Handle: onePost},
		{Method: "GET", Pattern: "/v1/posts/{slug}/similar", ID: "listSimilarPosts", Tag: "posts", Summary: "The posts most like one post",
			Doc:        "Most similar first, forward only. Each row is a summary with the similarity and what both posts have in common.",
			Parameters: with(route.Filters, post, limit, after, minSimilarity, diversity, exclude),
			Gives:      listed(component("SimilarPost"), rankedSuggested), Faults: missing, Pinned: true, RestsOn: route.OnPost, Handle: similarPosts},
		{Method: "GET", Pattern: "/v1/similar", ID: "listSimilarToTerms", Tag: "posts", Summary: "The posts most like some terms",
			Doc: "As /v1/posts/{slug}/similar. entity, tool and stack name what posts are compared with, 1 to 100 terms in all, and are no filters here; " +
				"entity.all, tool.not and the others are. A term that no post has is left out, and suggestions says what may have been meant.",
			Parameters: with(otherFilters(similarTerms), append(similarTerms, limit, after, minSimilarity, diversity, exclude)...), Check: checkTerms,
			Gives:  listed(component("SimilarPost"), rankedSuggested),
			Pinned: true, RestsOn: route.OnQuestion, Handle: similarToTerms},
		{Method: "GET", Pattern: "/v1/summaries", ID: "listSummaries", Tag: "posts", Summary: "List posts in compact form",
			Doc:        "As /v1/posts, with the few fields that a list shows.",
			Parameters: with(posts, append(ofSimilar, aSummary, includeOfCard)...), Check: checkPosts, Gives: listed(component("Summary"), suggested), Pinned: true, RestsOn: route.OnPosts, Handle: listSummaries},

		{Method: "GET", Pattern: "/v1/search", ID: "searchPosts", Part: route.PartSearch, Tag: "posts", Summary: "Search the texts of posts",
			Doc: "The posts that have enough of the words (match), in any of their forms, those that fit best first; forward only. " +
				"\"Words in quotation marks\" stand one behind the other, OR between two asks for either, - before one for none. The last word may be unfinished, unless a space follows.",
			Parameters: with(route.Filters, searched, match, language, correct, limit, after),
			Gives:      listed(component("FoundPost"), rankedSuggested, is("match", matchedShape), maybe("corrected", correctedShape)), Pinned: true, RestsOn: route.OnQuestion, Handle: searchPosts},

		{Method: "GET", Pattern: "/v1/posts/{slug}/explain", ID: "explainSearch", Part: route.PartSearch, Tag: "posts", Summary: "Why a search gives a post its score",
			Doc: "Or why it does not find it: which of the words the post has, in which forms and fields, and what each adds. " +
				"The scores of the words add up to that of the post.",
			Parameters: []*route.Parameter{post, searched, match, language}, Gives: enveloped(component("SearchExplanation")), Faults: missing, Pinned: true, RestsOn: route.OnQuestion, Handle: explain},

		{Method: "GET", Pattern: "/v1/suggest", ID: "suggest", Part: route.PartSearch, Tag: "posts", Summary: "Complete what is being typed",
			Doc: "Entities and tools of whose names a word begins so, those that most posts have first, then titles that begin so, those of the best posts first. " +
				"Names take the first half, and more where there are fewer titles. The whole answer is one page.",
			Parameters: []*route.Parameter{beingTyped, completionLimit}, Gives: enveloped(listOf("", component("Completion"))), Pinned: true, RestsOn: route.OnQuestion, Handle: complete},

		{Method: "GET", Pattern: "/v1/resolve", ID: "resolveAddress", Tag: "posts", Summary: "The post that stood at an address",
			Doc:        "By meta.urls: of several posts that stood there, the one that has the address nearest to the front of its list, then the first by slug.",
			Parameters: []*route.Parameter{stoodAt()}, Gives: enveloped(resolvedShape), Faults: missing, Pinned: true, RestsOn: route.OnQuestion, Handle: resolve},

		{Method: "GET", Pattern: "/v1/entities", ID: "listEntities", Tag: "terms", Summary: "List entities",
			Doc:        "By name, or by the number of posts.",
			Parameters: with(terms, entityType), Check: checkPaging, Gives: listed(component("Entity"), listedSuggested), Pinned: true, RestsOn: route.OnTerms, Kind: store.KindEntity, Handle: listTerms(store.KindEntity)},
		{Method: "GET", Pattern: "/v1/entities/{slug}", ID: "getEntity", Tag: "terms", Summary: "One entity",
			Doc:        "With include, all that its page shows beside its posts.",
			Parameters: []*route.Parameter{entity, termParts}, Gives: enveloped(component("EntityPage")), Faults: missing, Pinned: true, RestsOn: route.OnTerm, Kind: store.KindEntity, Handle: oneTerm(store.KindEntity)},
		{Method: "GET", Pattern: "/v1/entities/{slug}/related", ID: "listEntityRelated", Tag: "terms", Summary: "List what stands in the same posts as an entity",
			Doc:        "The entities and tools that most often do: by the number of posts, then by lift. The whole answer is one page.",
			Parameters: []*route.Parameter{entity, relatedKind, relatedLimit}, Gives: enveloped(listOf("", component("RelatedTerm"))), Faults: missing, Pinned: true, RestsOn: route.OnTermPosts, Kind: store.KindEntity, Handle: relatedTerms(store.KindEntity)},
		{Method: "GET", Pattern: "/v1/entities/{slug}/posts", ID: "listEntityPosts", Tag: "terms", Summary: "List the posts about an entity",
			Doc:        "As /v1/posts.",
			Parameters: with(posts, append([]*route.Parameter{entity}, form...)...), Check: checkPosts, Gives: listed(component("Post"), suggested), Faults: missing, Pinned: true, RestsOn: route.OnTermPosts, Kind: store.KindEntity, Handle: termPosts(store.KindEntity)},
		{Method: "GET", Pattern: "/v1/entity-types", ID: "listEntityTypes", Tag: "terms", Summary: "List the types of entities",
			Doc:        "Those that the most entities have first, then by type. The whole answer is one page.",
			Parameters: []*route.Parameter{typeLimit}, Gives: enveloped(listOf("", component("EntityType"))), Pinned: true, RestsOn: route.OnTerms, Kind: store.KindEntity, Handle: listTypes},
		{Method: "GET", Pattern: "/v1/tools", ID: "listTools", Tag: "terms", Summary: "List tools",
			Doc:        "By name, or by the number of posts.",
			Parameters: terms, Check: checkPaging, Gives: listed(component("Tool"), listedSuggested), Pinned: true, RestsOn: route.OnTerms, Kind: store.KindTool, Handle: listTerms(store.KindTool)},
		{Method: "GET", Pattern: "/v1/tools/{slug}", ID: "getTool", Tag: "terms", Summary: "One tool",
			Doc:        "With include, all that its page shows beside its posts.",
			Parameters: []*route.Parameter{tool, termParts}, Gives: enveloped(component("ToolPage")), Faults: missing, Pinned: true, RestsOn: route.OnTerm, Kind: store.KindTool, Handle: oneTerm(store.KindTool)},
		{Method: "GET", Pattern: "/v1/tools/{slug}/related", ID: "listToolRelated", Tag: "terms", Summary: "List what stands in the same posts as a tool",
			Doc:        "The entities and tools that most often do: by the number of posts, then by lift. The whole answer is one page.",
			Parameters: []*route.Parameter{tool, relatedKind, relatedLimit}, Gives: enveloped(listOf("", component("RelatedTerm"))), Faults: missing, Pinned: true, RestsOn: route.OnTermPosts, Kind: store.KindTool, Handle: relatedTerms(store.KindTool)},
		{Method: "GET", Pattern: "/v1/tools/{slug}/posts", ID: "listToolPosts", Tag: "terms", Summary: "List the posts that use a tool",
			Doc:        "As /v1/posts.",
			Parameters: with(posts, append([]*route.Parameter{tool}, form...)...), Check: checkPosts, Gives: listed(component("Post"), suggested), Faults: missing, Pinned: true, RestsOn: route.OnTermPosts, Kind: store.KindTool, Handle: termPosts(store.KindTool)},

		{Method: "GET", Pattern: "/v1/facets", ID: "listFacets", Tag: "statistics", Summary: "Count posts by their terms",
			Doc:        "For each field the commonest terms of the posts that match. The whole answer is one page.",
			Parameters: with(route.Filters, byFields, ownConditions, buckets), Check: checkFacets, Gives: filtered(listOf("In the order of by.", component("Facet"))), Pinned: true, RestsOn: route.OnPosts, Handle: listFacets},
		{Method: "GET", Pattern: "/v1/ranges", ID: "listRanges", Tag: "statistics", Summary: "Count posts by ranges of their numbers and dates",
			Doc: "For each field how many of the posts that match lie in each range. Without bounds or an interval, scores are divided into ten bins of ten, dates by years, " +
				"and other numbers at 1, 2, 5, 10, 20, 50 and so on, as far as there are values. The whole answer is one page.",
			Parameters: with(route.Filters, rangeParameters...), Check: checkRanges, Gives: filtered(listOf("In the order of by.", component("RangeFacet"))), Pinned: true, RestsOn: route.OnPosts, Handle: listRanges},
		{Method: "GET", Pattern: "/v1/scores", ID: "getScores", Tag: "statistics", Summary: "Statistics of scores",
			Doc:        "Of the posts that match, together; with by, apart for each term of a field, as a list in any order: the best by sort=-quality.mean&minCount=5.",
			Parameters: with(route.Filters, slices.Concat([]*route.Parameter{byField, sortGroups, minCount, buckets}, places)...), Check: checkScores,
			Pinned: true, RestsOn: route.OnPosts, Handle: scores,
			Gives: object("", is("data", oneOf("", component("ScoreStats"), listOf("With by.", component("ScoreGroup")))), groupsPage, suggested)},

		{Method: "GET", Pattern: "/v1/releases/current", ID: "getCurrentRelease", Tag: "releases", Summary: "The release that is served",
			Doc:   "What everyone may know of the release that answers this very request.",
			Gives: enveloped(component("Release")), Pinned: true, RestsOn: route.OnRelease, Handle: currentRelease},
		{Method: "POST", Pattern: "/v1/releases/{name}/publish", ID: "publishRelease", Tag: "releases", Summary: "Make a release the current one",
			Doc: "It is checked first, every byte of it. Publishing what is current already changes nothing, but for servers that found it damaged and went back: they serve it again. The answer names the release that was current before; " +
				"it is served within 250 ms.",
			Parameters: []*route.Parameter{releaseName, force}, Gives: enveloped(component("Published")), Faults: gone, Scope: store.ScopeAdmin, Handle: archive.publishRelease},
		{Method: "POST", Pattern: "/v1/releases/rollback", ID: "rollBack", Tag: "releases", Summary: "Make an earlier release the current one",
			Doc:        "Never a later one: to go forward, publish.",
			Parameters: []*route.Parameter{rollbackTo}, Gives: enveloped(component("Published")), Faults: gone, Scope: store.ScopeAdmin, Handle: archive.rollBack},

		{Method: "GET", Pattern: "/v1/releases", ID: "listReleases", Tag: "releases", Summary: "List the releases that were published",
			Doc:        "The newest first, forward only; those that are still kept. With a key of scope admin every release on disk, staged ones too, and all that is known of each.",
			Parameters: []*route.Parameter{limit, after}, Gives: listed(component("PublishedRelease")), Pinned: true, RestsOn: route.OnRelease, Handle: archive.listReleases},
		{Method: "GET", Pattern: "/v1/releases/{a}/diff/{b}", ID: "diffReleases", Tag: "releases", Summary: "What differs between two releases",
			Doc:        "The posts that readers see in b and not in a (added), in a and not in b (removed), or in both with another content (changed); by slug, forward only.",
			Parameters: []*route.Parameter{fromRelease, toRelease, limit, after}, Faults: gone, Pinned: true, RestsOn: route.OnQuestion, Handle: diffReleases,
			Gives: listed(component("Difference"), is("counts", countsShape))},
		{Method: "GET", Pattern: "/v1/changes", ID: "listChanges", Tag: "releases", Summary: "What changed since a release",
			Doc: "For clients that keep a copy: apply each row, and ask again with since= the release that the answer names. By slug, forward only. Under filters, a post that no longer " +
				"matches is removed. Where the pages of a walk name several releases, the archive was switched in between: ask for the changes since each of them, until all answers name one.",
			Parameters: with(route.Filters, since, limit, after, asSummary, fieldsOfForm), Faults: gone, Pinned: true, RestsOn: route.OnQuestion, Handle: listChanges,
			Gives: listed(component("Change"), suggested, maybe("since", text("Which release was current then; only where since was a day or an instant.", "r4")), is("release", text("Up to which the changes lead.", "r7")))},
	}
	for _, rt := range routes {
		rt.Prepare()
	}
	return routes
}

// OfPages are the forms of pages that are what an address here gives.
func OfPages() []*route.Route {
	post := &route.Route{Method: "GET", Pattern: "/posts/{slug}", ID: "postJSON", Part: route.PartPages, Tag: "posts", Media: route.JSONMedia, Summary: "A post as /v1/posts/{slug} gives it",
		Parameters: slices.Concat(includeParameters, []*route.Parameter{route.SlugParameter("post"), route.FieldsParameter(postShape)}), Check: checkIncluded, Gives: enveloped(component("Post")),
		Faults: []apierror.Code{apierror.NotFound}, Pinned: true, Pins: true, Lenient: true, RestsOn: route.OnPost, Handle: onePost}
	return []*route.Route{post.Prepare()}
}

// The parameters that are not filters. Each says what it takes and which part
// of the query it fills.
var (
	limit = route.IntegerParameter("limit", "How many entries a page has at most; 0 for their total alone.", 0, store.MaxLimit, &schema.Schema{Default: route.DefaultLimit},
		func(q *route.Query, n int64) { q.Limit = int(n) })
	streamLimit = route.IntegerParameter("limit", "How many posts at most: the first by slug. All of them where it is not given.", 0, math.MaxInt32, &schema.Schema{},
		func(q *route.Query, n int64) { q.Limit = int(n) })
	after = route.CursorParameter("after", "A cursor, from page.after of an earlier answer to the same question: the entries behind it.",
		func(q *route.Query, cursor string) { q.After = cursor })
	before = route.CursorParameter("before", "A cursor, from page.before of an earlier answer to the same question: the entries before it.",
		func(q *route.Query, cursor string) { q.Before = cursor })
	page = route.IntegerParameter("page", "The number of a page, instead of a cursor. Cursors do not repeat or leave out entries when the archive changes; numbers can.",
		1, math.MaxInt32, &schema.Schema{}, func(q *route.Query, n int64) { q.Page = int(n) })

	sortPosts = route.ChoiceParameter("sort", "The order; - before the name turns it round. Ties are in the order of slugs, posts without the value come last. "+
		"Where it is left out and slug is given several times, the posts come in that order.",
		"-"+string(store.DefaultOrder.Field), postOrders(), func(q *route.Query, word string) { q.Order = postOrder(word) })

	minSimilarity = route.FractionParameter("minSimilarity", "Only posts at least this similar.", &schema.Schema{Default: 0.0, Examples: []any{0.25}},
		func(q *route.Query, f float64) { q.MinSimilarity = f })
	diversity = route.FractionParameter("diversity", "How much posts that are like others of the list are kept apart, so that near copies do not fill it. "+
		"0 is the plain order; 0.3 suits most lists. Above 0 the list has at most 200 posts.", &schema.Schema{Default: 0.0, Examples: []any{0.3}},
		func(q *route.Query, f float64) { q.Diversity = f })
	exclude = route.NamesParameter("exclude", "Not the post with this slug. May be given several times.", nil,
		func(q *route.Query, slugs []string) { q.Exclude = slugs })

	searched = searchParameter("q", "What is searched for, as people type it; at most 64 words.")
	match    = route.MatchParameter("match", "q", func(q *route.Query, m store.Match) { q.Match = m })
	language = route.LanguageParameter("queryLanguage", "The language that the words of q are taken by, a BCP 47 tag. Where it is left out: each by the language of the post it is held against.",
		func(q *route.Query, tag string) { q.SearchLanguage = tag })
	correct = route.ChoiceParameter("correct", "Searches for what may have been meant where no post has a word, or hardly any: corrected says so.", "", []string{"auto"},
		func(q *route.Query, _ string) { q.Correct = true })

	similarTerms = []*route.Parameter{
		route.NamesParameter("entity", "An entity to compare posts with, by name, slug or type:name. May be given several times.", []any{"database:PostgreSQL"},
			func(q *route.Query, names []string) { q.Terms.Entities = names }),
		route.NamesParameter("tool", "A tool to compare posts with, by name or slug. May be given several times.", []any{"redis"},
			func(q *route.Query, names []string) { q.Terms.Tools = names }),
		route.NamesParameter("stack", "A stack term to compare posts with, by name or slug. May be given several times.", []any{"Go"},
			func(q *route.Query, names []string) { q.Terms.Stack = names }),
	}

	fromRelease = releaseInPath("a", "The release that is compared with another.", func(q *route.Query, name string) { q.Since = name })
	toRelease   = releaseInPath("b", "The release that it is compared with.", func(q *route.Query, name string) { q.Until = name })
	since       = sinceParameter()

	entityType = route.NameParameter("type", "Only entities of this type; case does not matter.", []any{"database"},
		func(q *route.Query, name string) { q.TermType = name })
	termPrefix = route.TextParameter("q", "Only names of which a word begins so: kafka is in Apache Kafka. Case and accents do not matter.", []any{"post"},
		func(q *route.Query, prefix string) { q.TermPrefix = prefix })
	typeLimit = route.IntegerParameter("limit", "How many there are at most, those that the most entities have first.", 1, store.MaxLimit, &schema.Schema{Default: route.DefaultLimit},
		func(q *route.Query, n int64) { q.Limit = int(n) })
	sortTerms = route.ChoiceParameter("sort", "The order; - before the name turns it round.", "name", []string{"name", "-name", "postCount", "-postCount"},
		func(q *route.Query, word string) {
			q.TermOrder = store.TermOrder{Desc: word[0] == '-', ByPostCount: word == "postCount" || word == "-postCount"}
		})

	places = []*route.Parameter{after, before, page}
	paging = append([]*route.Parameter{limit}, places...)
)

// otherFilters gives the filters whose names other parameters do not have.
func otherFilters(others []*route.Parameter) []*route.Parameter {
	return slices.DeleteFunc(slices.Clone(route.Filters), func(filter *route.Parameter) bool {
		return slices.ContainsFunc(others, func(p *route.Parameter) bool { return p.Name == filter.Name })
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
