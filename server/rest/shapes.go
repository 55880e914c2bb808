package rest

import (
	"encoding/json"
	"slices"
	"time"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// The shapes are what is sent, field by field and in the order of sending. The
// document publishes them, the parameter fields= takes its names from them,
// and a test holds every kind of answer against them.

// The words in which shapes are written.
var (
	is, maybe, object, listOf = schema.Is, schema.Maybe, schema.Object, schema.ListOf
	text, number, truth       = schema.Text, schema.Number, schema.Truth
	oneOf, orNull, component  = schema.OneOf, schema.OrNull, schema.Component
)

// Bounds of numbers. A number of which one is left out is as large as its kind.
const zero, one, six, hundred, mostPixels json.Number = "0", "1", "6", "100", "1048576"

var (
	scoreShape = object("The four editorial scores. A score that nobody gave is left out.",
		maybe("quality", number("integer", "", zero, hundred, 84)),
		maybe("freshness", number("integer", "", zero, hundred, 61)),
		maybe("depth", number("integer", "", zero, hundred, 77)),
		maybe("clarity", number("integer", "", zero, hundred, 90)))

	imageShape = object("An image.",
		maybe("source", text("Where the image is from.", "Unsplash")),
		is("url", text("Its address.", "https://images.example.org/bench.jpg")),
		maybe("caption", text("", "A measuring bench")),
		maybe("alt", altShape), maybe("width", widthShape), maybe("height", heightShape))

	altShape    = text("What it shows, in words for who does not see it.")
	widthShape  = number("integer", "In pixels.", one, mostPixels, 1200)
	heightShape = number("integer", "In pixels.", one, mostPixels, 800)

	entityNameShape = object("Something the post is about.",
		is("name", text("", "PostgreSQL")), is("type", text("", "database")))

	listItemShape = object("One line of a list.",
		is("text", text("As plain text.")),
		maybe("html", text("As sanitised mark-up, where that says more than the text.")))

	flagsShape = object("Yes-or-no facts.",
		is("aiGeneratedStyle", truth("")), is("hasImages", truth("")),
		is("imageHeavy", truth("")), is("needsHumanReview", truth("Such a post is served, but asks search engines not to index it.")))
)

var blockShape = oneOf("One piece of a body, told apart by its type.",
	block("heading", is("level", number("integer", "1 is the highest.", one, six)), is("text", text(""))),
	block("paragraph", is("text", text("As plain text.")),
		maybe("html", text("As sanitised mark-up, where that says more than the text."))),
	block("code", maybe("language", text("", "go")), is("source", text("Kept byte for byte."))),
	block("list", is("ordered", truth("Whether the lines are numbered.")), is("items", listOf("", listItemShape))),
	block("image", is("url", text("")), maybe("source", text("")), maybe("caption", text("")),
		maybe("alt", altShape), maybe("width", widthShape), maybe("height", heightShape)),
	block("quote", is("text", text("As plain text.")),
		maybe("html", text("As sanitised mark-up, where that says more than the text."))),
	block("html", is("html", text("Sanitised mark-up: a table, an embed."))),
)

func block(kind string, fields ...schema.Property) *schema.Schema {
	return object("", append([]schema.Property{is("type", &schema.Schema{Type: "string", Const: kind})}, fields...)...)
}

var metaShape = object("Everything known about a post beside its text.",
	maybe("topic", text("", "Caching")),
	maybe("summary", text("Falls back to the intro.")),
	maybe("brief", text("")),
	is("outline", listOf("", object("", is("label", text("")), is("text", text(""))))),
	is("stack", listOf("", text("", "Go"))),
	is("checklist", listOf("", text(""))),
	is("notes", listOf("", text(""))),
	is("tools", listOf("Names, spelled as the post spells them.", text("", "Redis"))),
	is("entities", listOf("", entityNameShape)),
	maybe("codeLanguage", text("", "go")),
	maybe("language", text("The language it is written in: a BCP 47 tag in its usual case.", "pt-BR")),
	maybe("difficulty", text("", "intermediate")),
	maybe("readingTime", number("integer", "Minutes.", zero, "", 6)),
	maybe("viewCount", number("integer", "Up to 64 bits, which is more than a JavaScript number holds exactly.", zero, "", 1250)),
	maybe("score", scoreShape),
	maybe("revision", object("Where the post stands in review.",
		maybe("status", &schema.Schema{Type: "string", Enum: []string{"draft", "in-review", "reviewed", "archived"}}),
		maybe("version", text("", "1.2")),
		maybe("lastReviewed", dateShape("")))),
	maybe("reference", text("Unique in the archive.")),
	maybe("hash", text("")),
	is("flags", flagsShape),
	is("images", listOf("", imageShape)),
	maybe("payload", object("What the generator or importer of the post left behind.",
		maybe("sourceId", text("")),
		maybe("generator", text("")),
		maybe("paragraphs", number("integer", "", zero, "")),
		maybe("scenario", text("")),
		maybe("seed", number("integer", "", "", "")))),
	maybe("urls", listOf("Where the post stood before: paths or whole addresses, the newest first.", text("", "/2014/09/15/measuring-a-cache/"))),
	maybe("extra", &schema.Schema{Type: "object", Additional: true,
		Description: "Meta without a field of its own: any names, any values, numbers exact."}),
)

var postShape = object("A whole post.",
	is("slug", text("The key of the post.", "measuring-a-cache")),
	is("title", text("", "Measuring a cache")),
	maybe("intro", text("")),
	is("body", listOf("", component("Block"))),
	maybe("publishedAt", dateShape("")),
	is("meta", metaShape),
	maybe("updated", dateShape("The later of publishedAt and meta.revision.lastReviewed. Not when the post came into the archive or was changed in it, which /v1/changes tells.")),
	maybe("updatedDay", dayShape("updated")),
	maybe("publishedDay", dayShape("publishedAt")),
	maybe("lastReviewedDay", dayShape("meta.revision.lastReviewed")),
)

// dayShape is the day of a date.
func dayShape(date string) *schema.Schema {
	day := text("The UTC day of "+date+", by which posts are filtered and ordered.", "2026-03-01")
	day.Format = "date"
	return day
}

func dateShape(description string) *schema.Schema {
	return text(join(description, "A date or a date-time, as it was given."), "2026-03-01", "2026-03-01T09:30:00Z")
}

// cardFields are the compact form of a post.
var cardFields = []schema.Property{
	is("slug", text("The key of the post.", "measuring-a-cache")),
	is("title", text("", "Measuring a cache")),
	maybe("summary", text("")),
	maybe("readingTime", number("integer", "Minutes.", zero, "", 6)),
	maybe("difficulty", text("", "intermediate")),
	maybe("score", scoreShape),
	is("tools", listOf("Names, spelled as the post spells them.", text("", "Redis"))),
	maybe("image", imageShape),
	maybe("updated", dateShape("")),
	maybe("updatedDay", dayShape("updated")),
	maybe("publishedDay", dayShape("publishedAt")),
}

var cardShape = object("The compact form of a post.", cardFields...)

var featureKind = &schema.Schema{Type: "string", Enum: []string{string(store.KindEntity), string(store.KindTool), string(store.KindStack)}}

var similarShape = object("A similar post: its card, how similar it is, and why.", slices.Concat(cardFields, []schema.Property{
	is("similarity", number("number", "From 0 to 1, rounded to 9 decimals.", zero, one, 0.731204518)),
	is("shared", listOf("What both posts have in common, and what each adds to the similarity.", object("",
		is("kind", featureKind),
		is("name", text("", "Redis")),
		maybe("type", text("Of an entity.", "database")),
		is("contribution", number("number", "Rounded to 9 decimals.", zero, one, 0.25))))),
})...)

var foundShape = object("A post that a search finds.",
	is("post", component("Summary")),
	is("score", number("number", "How well it fits (BM25), above 0. Scores of the same words can be compared.", zero, "", 5.382107843)),
	is("highlights", listOf("Where the words are in it, as far as they are there: the title, parts of the summary, the intro and the body, names of entities and tools.", object("",
		is("field", &schema.Schema{Type: "string", Enum: searchFieldNames}),
		is("html", text("HTML that is safe to show: plain text, escaped, with what was found in mark elements.", "keep a <mark>rollback</mark> ready"))))),
)

var searchFieldNames = []string{"title", "summary", "intro", "entities", "tools", "body"}

var matchedShape = object("How q was understood.",
	is("mode", &schema.Schema{Type: "string", Enum: route.MatchWords(), Description: "How many of the words a post must have, in general."}),
	is("words", number("integer", "How many words and quotations are searched for. Those that say nothing and those that are not wanted do not count.", zero, "", 3)),
	is("needed", number("integer", "How many of them a post must have.", zero, "", 2)))

var correctedShape = object("What was searched for in place of q, with correct.",
	is("from", text("What was typed.", "rollbakc plan")),
	is("to", text("What was searched for: ask for this in a filter beside it, as for facets.", "rollback plan")))

var (
	entityShape = object("An entity that posts are about.",
		is("slug", text("", "database-postgresql")),
		is("name", text("The spelling most posts use.", "PostgreSQL")),
		is("type", text("", "database")),
		is("postCount", number("integer", "How many posts have it.", zero, "", 12)), scoresOfTerm)

	toolShape = object("A tool that posts use.",
		is("slug", text("", "redis")),
		is("name", text("The spelling most posts use.", "Redis")),
		is("postCount", number("integer", "How many posts have it.", zero, "", 12)), scoresOfTerm)

	// Only with include=scores.
	scoresOfTerm = maybe("scores", component("ScoreStats"))

	entityTypeShape = object("A type that entities have.",
		is("type", text("As its commonest entity spells it; what type= of /v1/entities takes.", "database")),
		is("entityCount", number("integer", "How many entities have it.", one, "", 31)))

	releaseShape = object("A release: the state of the archive that answers are from.",
		is("name", text("", "r3")),
		is("publishedAt", orNull(instant("When it was first published."))),
		is("postCount", number("integer", "How many posts it has.", zero, "")),
		is("entityCount", number("integer", "How many entities its posts have.", zero, "")),
		is("toolCount", number("integer", "How many tools its posts have.", zero, "")))

	pageShape = object("Where the list stands.",
		is("limit", number("integer", "How many entries were asked for at most.", zero, hundred)),
		is("total", number("integer", "How many entries the whole list has.", zero, "")),
		is("after", orNull(text("Give it as after= to get the next page; null on the last page."))),
		is("before", orNull(text("Give it as before= to get the previous page; null on the first page."))))

	publishedShape = object("What an act changed.", is("release", text("The release that is current now.", "r3")),
		maybe("from", text("The one that was current before.", "r2")))
)

var problemShape = object("What went wrong, as RFC 9457 puts it.",
	is("type", &schema.Schema{Type: "string", Format: "uri-reference", MaxLength: 64, Examples: []any{"/problems/not-found"},
		Description: "Names the kind of problem. It is made from the code, is relative to this server, and is a name: there need not be a page behind it."}),
	is("title", text("The kind of problem in a few words.", "Not found")),
	is("status", number("integer", "The status of the answer.", "400", "599", 404)),
	is("detail", text("What failed and what was found.")),
	is("instance", &schema.Schema{Type: "string", Format: "uri-reference", MaxLength: 1 << 20, Description: "The path that was asked for; the header Request-Id names the request."}),
	is("code", &schema.Schema{Type: "string", Enum: codeNames()}),
	is("retryable", truth("Whether the same request may succeed later.")),
	maybe("errors", listOf("Each part of the request that is at fault.", object("",
		is("location", text("Where it is: query, path, header or body, and the name.", "query.limit")),
		is("value", text("What was found there.", "500")),
		is("expected", text("", "an integer from 1 to 100"))))),
	maybe("suggestions", listOf("Where the address names nothing: what may have been meant. Of a name that several entities have, these, as type:name.", object("",
		maybe("kind", &schema.Schema{Type: "string", Enum: []string{string(store.KindEntity), string(store.KindTool)}, Description: "Left out where it is the slug of a post."}),
		is("value", text("What the address has.", "pgbensh")),
		is("nearest", listOf("Up to five, the nearest first.", text("", "pgbench")))))),
)

func codeNames() []string {
	names := make([]string, len(apierror.Codes))
	for i, code := range apierror.Codes {
		names[i] = string(code)
	}
	return names
}

// enveloped is the envelope of one thing.
func enveloped(data *schema.Schema) *schema.Schema { return object("", is("data", data)) }

// filtered is the envelope of what a filter is for.
func filtered(data *schema.Schema) *schema.Schema { return object("", is("data", data), suggested) }

// listed is the envelope of a list, and what else it may hold.
func listed(items *schema.Schema, more ...schema.Property) *schema.Schema {
	return object("", append([]schema.Property{is("data", listOf("", items)), is("page", component("Page"))}, more...)...)
}

// components are the shapes that have a name in the document.
var components = schema.Properties{
	is("Post", withIncluded(postShape, includable...)), is("Block", blockShape), is("Summary", withIncluded(cardShape, includable[len(includable)-2:]...)),
	is("SimilarPost", similarShape), is("FoundPost", foundShape), is("Suggestion", suggestionShape), is("Completion", completionShape), is("SearchExplanation", explanationShape),
	is("Entity", entityShape), is("Tool", toolShape), is("EntityType", entityTypeShape), is("PostTerms", postTermsShape), is("RelatedTerm", relatedShape),
	is("EntityPage", withParts(entityShape)), is("ToolPage", withParts(toolShape)),
	is("Facet", facetShape), is("RangeFacet", rangeFacetShape), is("ScoreStats", scoreStatsShape), is("ScoreSummary", summaryShape), is("ScoreGroup", scoreGroupShape),
	is("Release", releaseShape), is("PublishedRelease", publishedReleaseShape), is("Published", publishedShape), is("Difference", differenceShape), is("Change", changeShape), is("Page", pageShape), is("Problem", problemShape),
}

// instant is a date-time as the server writes it.
func instant(description string) *schema.Schema {
	s := text(description).Most(len(time.RFC3339Nano))
	s.Format = "date-time"
	return s
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
