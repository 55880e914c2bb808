package rest

import (
	"slices"
	"strconv"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// relatedTerms lists the entities and tools that most often stand in the same
// posts as the term that the address names.
func relatedTerms(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		term, err := route.NamedTerm(r, kind)
		if err != nil {
			return nil, err
		}
		body, err := appendRelated(r, []byte(`{"data":`), store.RelatedQuery{Term: term.ID, Kind: r.Kind, First: r.Limit})
		if err != nil {
			return nil, route.InAddress(r.Query, err)
		}
		a, err := statistics(r, body)
		if err == nil {
			a.AboutTerm(r, term)
		}
		return a, err
	}
}

func appendRelated(r *route.Request, dst []byte, q store.RelatedQuery) ([]byte, error) {
	found, err := r.Reader.Related(r.Ctx, q)
	if err != nil {
		return nil, err
	}
	dst = append(dst, '[')
	for i, related := range found {
		dst = append(separate(dst, i), `{"kind":`...)
		dst = appendString(dst, string(related.Kind))
		dst = append(dst, ',')
		dst = appendTermFields(dst, related.Term)
		dst = append(dst, `,"count":`...)
		dst = strconv.AppendInt(dst, int64(related.Count), 10)
		dst = append(dst, `,"lift":`...)
		dst = append(appendFraction(dst, related.Lift), '}')
	}
	return append(dst, ']'), nil
}

// The parameters of related terms.
var (
	relatedKind = route.ChoiceParameter("kind", "Only entities, or only tools; both where it is left out.", "", []string{string(store.KindEntity), string(store.KindTool)},
		func(q *route.Query, name string) { q.Kind = store.Kind(name) })
	relatedLimit = route.IntegerParameter("limit", "How many there are at most, those that stand in the most posts first.", 1, store.MaxLimit, &schema.Schema{Default: route.DefaultLimit},
		func(q *route.Query, n int64) { q.Limit = int(n) })
	termParts = route.ChoicesParameter("include", "scores: also the statistics of the scores of its posts. related: also the first of its related terms.",
		[]string{"scores", "related"},
		func(q *route.Query, parts []string) {
			q.Scores, q.Related = slices.Contains(parts, "scores"), slices.Contains(parts, "related")
		})
)

// termListParts is what include= gives with each term of a list.
var termListParts = route.ChoicesParameter("include", "scores: each also with the statistics of the scores of its posts.", []string{"scores"},
	func(q *route.Query, parts []string) { q.Scores = slices.Contains(parts, "scores") })

var relatedShape = object("An entity or a tool that stands in the same posts as another.",
	is("kind", &schema.Schema{Type: "string", Enum: []string{string(store.KindEntity), string(store.KindTool)}}),
	is("slug", text("", "redis")),
	is("name", text("The spelling most posts use.", "Redis")),
	maybe("type", text("Of an entity.", "database")),
	is("postCount", number("integer", "How many posts have it.", one, "", 12)),
	is("count", number("integer", "How many posts have both.", one, "", 9)),
	is("lift", number("number", "How many times as many posts have both as would if the two had nothing to do with each other: 1 is chance, 2 is twice as often.",
		zero, "", 2.25)))

// withParts is a term with what include= asked for of one.
func withParts(term *schema.Schema) *schema.Schema {
	return object(term.Description, slices.Concat(*term.Properties, []schema.Property{
		maybe("related", listOf("Only with include=related: as the related terms have them, the first "+strconv.Itoa(route.DefaultLimit)+".", component("RelatedTerm"))),
	})...)
}
