package rest

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// listFacets counts the posts that match by the terms of some fields.
func listFacets(r *route.Request) (*route.Answer, error) {
	by := r.By
	if by == nil {
		by = store.Kinds
	}
	facets, err := r.Reader.Facets(r.Ctx, store.FacetQuery{Filter: r.Filter, By: by, First: r.Limit, WithoutOwn: !r.Own})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	body := []byte(`{"data":[`)
	for i, facet := range facets {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, `{"field":`...)
		body = appendString(body, string(facet.Kind))
		body = append(body, `,"distinct":`...)
		body = strconv.AppendInt(body, int64(facet.Distinct), 10)
		body = append(body, `,"buckets":[`...)
		for j, bucket := range facet.Buckets {
			if j > 0 {
				body = append(body, ',')
			}
			body = appendBucket(body, &bucket)
			body = append(body, `,"count":`...)
			body = strconv.AppendInt(body, int64(bucket.Count), 10)
			body = append(body, '}')
		}
		body = append(body, `]}`...)
	}
	return statistics(r, append(body, ']'))
}

// scores gives the statistics of the scores of the posts that match, all
// together or by the terms of a field.
func scores(r *route.Request) (*route.Answer, error) {
	if r.By != nil {
		return scoreGroups(r)
	}
	stats, err := r.Reader.Scores(r.Ctx, store.ScoreQuery{Filter: r.Filter})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	return statistics(r, appendStats([]byte(`{"data":`), stats))
}

func scoreGroups(r *route.Request) (*route.Answer, error) {
	found, err := r.Reader.ScoreGroups(r.Ctx, store.ScoreGroupQuery{
		By: r.By[0], Filter: r.Filter, Order: r.GroupOrder, MinCount: r.MinCount, Window: window(r.Query),
	})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	suggested, err := suggestions(r)
	if err != nil {
		return nil, err
	}
	body := r.Bodies.Take(listStart)
	for i, group := range found.Groups {
		body = appendBucket(separate(body, i), &group.Bucket)
		body = append(body, `,"scores":`...)
		body = append(appendStats(body, group.Scores), '}')
	}
	a := endList(r, body, located{found.Cursors, found.Total, found.HasNext, found.HasPrevious}, suggested)
	a.Keys = append(a.Keys, "posts")
	return a, nil
}

// statistics ends an envelope whose data any post can change, which makes it an answer.
func statistics(r *route.Request, body []byte) (*route.Answer, error) {
	suggested, err := suggestions(r)
	if err != nil {
		return nil, err
	}
	a := route.JSON(append(appendSuggestions(r, body, suggested), '}'))
	a.Keys = []string{"posts"}
	return a, nil
}

// appendBucket begins an object with what names a bucket.
func appendBucket(dst []byte, b *store.Bucket) []byte {
	dst = append(dst, `{"value":`...)
	dst = appendString(dst, b.Value)
	dst = append(dst, `,"slug":`...)
	dst = appendString(dst, b.Slug)
	if b.Type != "" {
		dst = append(dst, `,"type":`...)
		dst = appendString(dst, b.Type)
	}
	return dst
}

func appendStats(dst []byte, s *store.ScoreStats) []byte {
	dst = append(dst, `{"count":`...)
	dst = strconv.AppendInt(dst, int64(s.Count), 10)
	for _, score := range []struct {
		name string
		sum  *store.ScoreSummary
	}{{"quality", &s.Quality}, {"freshness", &s.Freshness}, {"depth", &s.Depth}, {"clarity", &s.Clarity}} {
		dst = append(dst, `,"`+score.name+`":`...)
		dst = appendSummary(dst, score.sum)
	}
	return append(dst, '}')
}

func appendSummary(dst []byte, s *store.ScoreSummary) []byte {
	dst = append(dst, `{"count":`...)
	dst = strconv.AppendInt(dst, int64(s.Count), 10)
	if s.Count > 0 {
		dst = append(dst, `,"min":`...)
		dst = strconv.AppendInt(dst, int64(*s.Min), 10)
		dst = append(dst, `,"max":`...)
		dst = strconv.AppendInt(dst, int64(*s.Max), 10)
		dst = append(dst, `,"mean":`...)
		dst = appendFraction(dst, *s.Mean)
		dst = append(dst, `,"p50":`...)
		dst = strconv.AppendInt(dst, int64(*s.P50), 10)
		dst = append(dst, `,"p90":`...)
		dst = strconv.AppendInt(dst, int64(*s.P90), 10)
		dst = append(dst, `,"p99":`...)
		dst = strconv.AppendInt(dst, int64(*s.P99), 10)
	}
	dst = append(dst, `,"histogram":[`...)
	for i, bin := range s.Histogram {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"from":`...)
		dst = strconv.AppendInt(dst, int64(bin.From), 10)
		dst = append(dst, `,"to":`...)
		dst = strconv.AppendInt(dst, int64(bin.To), 10)
		dst = append(dst, `,"count":`...)
		dst = strconv.AppendInt(dst, int64(bin.Count), 10)
		dst = append(dst, '}')
	}
	return append(dst, `]}`...)
}

// The parameters of facets and statistics.
var (
	byFields = route.ChoicesParameter("by", "The fields to count by, each once; all of them where it is left out.", kindNames(),
		func(q *route.Query, names []string) {
			for _, name := range names {
				q.By = append(q.By, store.Kind(name))
			}
		})
	ownConditions = ownParameter()
	byField       = route.ChoiceParameter("by", "The field to group by; all posts together where it is left out.", "", kindNames(),
		func(q *route.Query, name string) { q.By = []store.Kind{store.Kind(name)} })
	sortGroups = route.ChoiceParameter("sort", "The order of the groups; - before the name turns it round. Ties are in the order of values, groups without the score come last.",
		"-"+string(store.GroupPostCount), groupOrders(), func(q *route.Query, word string) {
			field, desc := strings.CutPrefix(word, "-")
			q.GroupOrder = store.GroupOrder{Field: store.GroupField(field), Desc: desc}
		})
	minCount = route.IntegerParameter("minCount", "Only groups of at least so many posts, with scores and without.", 0, math.MaxInt32, &schema.Schema{Default: 1},
		func(q *route.Query, n int64) { q.MinCount = int(n) })
	buckets = route.IntegerParameter("limit", "How many terms of a field there are at most: the commonest, or the first in the order; 0 for how many there are alone.", 0, store.MaxLimit, &schema.Schema{Default: route.DefaultLimit},
		func(q *route.Query, n int64) { q.Limit = int(n) })
)

// ownParameter is true where it is left out.
func ownParameter() *route.Parameter {
	p := route.TruthParameter("own", "false: each field is counted without the filter's own conditions on that field (field=, field.all=, field.not= and topic.contains=): "+
		"what a reader could choose instead, or beside.", func(q *route.Query, own bool) { q.Own = own })
	p.Schema.Default = true
	return p
}

func kindNames() []string {
	names := make([]string, len(store.Kinds))
	for i, kind := range store.Kinds {
		names[i] = string(kind)
	}
	return names
}

func groupOrders() []string {
	var words []string
	for _, field := range store.GroupFields {
		words = append(words, string(field), "-"+string(field))
	}
	return words
}

// checkFacets refuses a field twice.
func checkFacets(q *route.Query) (f route.Faults) {
	for i, kind := range q.By {
		if slices.Contains(q.By[:i], kind) {
			f = append(f, apierror.Field{Location: "query.by", Value: string(kind) + " twice", Expected: "each field once"})
			break
		}
	}
	return f
}

// checkScores refuses what is about groups where there are none, and two places at once.
func checkScores(q *route.Query) (f route.Faults) {
	if q.By != nil {
		return checkPaging(q)
	}
	for _, p := range slices.Concat([]*route.Parameter{sortGroups, minCount, buckets}, places) {
		if q.Values.Has(p.Name) {
			f = append(f, apierror.Field{Location: "query." + p.Name, Value: route.Shorten(q.Values.Get(p.Name)), Expected: p.Name + " only together with by"})
		}
	}
	return f
}

// What is sent of facets and statistics.
var (
	bucketFields = []schema.Property{
		is("value", text("The name, in the spelling most posts use.", "Redis")),
		is("slug", text("What tells it from others of the field.", "redis")),
		maybe("type", text("Of an entity.", "database")),
	}

	facetShape = object("How posts divide by the terms of one field.",
		is("field", &schema.Schema{Type: "string", Enum: kindNames()}),
		is("distinct", number("integer", "How many terms at least one of the posts has.", zero, "")),
		is("buckets", listOf("The commonest terms, by count and then by value.", object("", slices.Concat(bucketFields, []schema.Property{
			is("count", number("integer", "How many posts have it.", one, "", 12))})...))))

	summaryShape = object("One score, over the posts that have it. Where none has, there are only the count and an empty histogram.",
		is("count", number("integer", "How many posts have the score.", zero, "")),
		maybe("min", scoreNumber("The lowest.")), maybe("max", scoreNumber("The highest.")),
		maybe("mean", number("number", "The mean, not rounded.", zero, hundred, 74.25)),
		maybe("p50", scoreNumber("The median: by nearest rank, as the other percentiles.")),
		maybe("p90", scoreNumber("Nine in ten posts have no more.")),
		maybe("p99", scoreNumber("99 in 100 posts have no more.")),
		is("histogram", listOf("Ten bins of ten.", object("",
			is("from", number("integer", "The lowest score of the bin.", zero, "")),
			is("to", number("integer", "The score where the bin ends: in the last bin it is within, in the others it is not.", zero, hundred)),
			is("count", number("integer", "How many posts score so.", zero, ""))))))

	scoreStatsShape = object("The statistics of the scores of some posts.",
		is("count", number("integer", "How many posts, with scores and without.", zero, "")),
		is("quality", component("ScoreSummary")), is("freshness", component("ScoreSummary")),
		is("depth", component("ScoreSummary")), is("clarity", component("ScoreSummary")))

	groupsPage = maybe("page", component("Page"))

	scoreGroupShape = object("A term and the scores of the posts that have it.",
		slices.Concat(bucketFields, []schema.Property{is("scores", component("ScoreStats"))})...)
)

func scoreNumber(doc string) *schema.Schema { return number("integer", doc, zero, hundred) }
