package rest

import (
	"slices"
	"strconv"
	"time"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// divisions are those that are asked for, of all fields where none is named.
func divisions(q *route.Ranges) []store.RangeBy {
	fields := q.Fields
	if fields == nil {
		fields = store.RangeFields
	}
	by := make([]store.RangeBy, len(fields))
	for i, field := range fields {
		by[i] = store.RangeBy{Field: field, Bounds: q.Bounds[field], Interval: q.Intervals[field]}
	}
	return by
}

// listRanges counts the posts that match by the ranges in which their numbers and
// dates lie.
func listRanges(r *route.Request) (*route.Answer, error) {
	facets, err := r.Reader.Ranges(r.Ctx, store.RangeQuery{Filter: r.Filter, By: divisions(&r.Ranges)})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	body := []byte(listStart)
	for i, facet := range facets {
		body = append(separate(body, i), `{"field":`...)
		body = appendString(body, string(facet.Field))
		body = append(body, `,"count":`...)
		body = strconv.AppendInt(body, int64(facet.Count), 10)
		body = append(body, `,"missing":`...)
		body = strconv.AppendInt(body, int64(facet.Missing), 10)
		body = append(body, `,"buckets":[`...)
		for j, bucket := range facet.Buckets {
			body = append(separate(body, j), `{"from":`...)
			body = appendBound(body, bucket.From)
			body = append(body, `,"to":`...)
			body = appendBound(body, bucket.To)
			body = append(body, `,"count":`...)
			body = strconv.AppendInt(body, int64(bucket.Count), 10)
			body = append(body, '}')
		}
		body = append(body, `]}`...)
	}
	return statistics(r, append(body, ']'))
}

func appendBound(dst []byte, b *store.Bound) []byte {
	if b == nil {
		return append(dst, "null"...)
	}
	return b.AppendJSON(dst)
}

// rangeParameters say which fields posts are divided by, and how each is.
var rangeParameters = makeRangeParameters()

func makeRangeParameters() []*route.Parameter {
	all := []*route.Parameter{route.ChoicesParameter("by", "The fields to divide by, each once; all of them where it is left out. "+
		"Where it is given it must name each field whose .bounds or .interval is given.", rangeFieldNames(),
		func(q *route.Query, names []string) {
			for _, name := range names {
				q.Ranges.Fields = append(q.Ranges.Fields, store.Field(name))
			}
		})}
	const doc = ": where ranges begin, ascending; at most 100. 10,50 makes three: below 10, from 10 to below 50, and from 50 on."
	for _, field := range route.NumberFields {
		all = append(all, boundsParameter(field.Name, "Divides "+field.Doc+doc, number("integer", "", "", "", field.Examples...), "integers of at most 64 bits",
			func(value string) (store.Bound, error) {
				n, err := strconv.ParseInt(value, 10, 64)
				return store.NumberBound(n), err
			}))
	}
	for _, field := range route.DateFields {
		all = append(all,
			boundsParameter(field.Name, "Divides "+field.Doc+": the days with which ranges begin, ascending; at most 100.",
				&schema.Schema{Type: "string", Format: "date", MaxLength: len(time.DateOnly), Examples: field.Examples}, "UTC days as YYYY-MM-DD",
				func(value string) (store.Bound, error) {
					day, err := store.ParseDay(value)
					return store.DayBound(day), err
				}),
			route.ChoiceParameter(field.Name+".interval", "Divides "+field.Doc+": one bucket for each, without a gap from the first to the last that the posts have; more than 1000 are an error. Years where there are no bounds either.",
				"", intervalNames(), func(q *route.Query, word string) {
					if q.Ranges.Intervals == nil {
						q.Ranges.Intervals = map[store.Field]store.DateInterval{}
					}
					q.Ranges.Intervals[store.Field(field.Name)] = store.DateInterval(word)
				}))
	}
	return all
}

// boundsParameter takes bounds of a field.
func boundsParameter(field, doc string, s *schema.Schema, expected string, parse func(string) (store.Bound, error)) *route.Parameter {
	return route.ListParameter(field+".bounds", doc, s, func(q *route.Query, values []string) (bad []route.Misfit) {
		var bounds []store.Bound
		for _, value := range values {
			bound, err := parse(value)
			if bounds = append(bounds, bound); err != nil {
				return []route.Misfit{{Found: value, Expected: expected + ", separated by commas"}}
			}
		}
		if q.Ranges.Bounds == nil {
			q.Ranges.Bounds = map[store.Field][]store.Bound{}
		}
		q.Ranges.Bounds[store.Field(field)] = bounds
		return nil
	})
}

func rangeFieldNames() []string {
	names := make([]string, len(store.RangeFields))
	for i, field := range store.RangeFields {
		names[i] = string(field)
	}
	return names
}

func intervalNames() []string {
	names := make([]string, len(store.DateIntervals))
	for i, interval := range store.DateIntervals {
		names[i] = string(interval)
	}
	return names
}

// checkRanges refuses a division of a field that is not divided by.
func checkRanges(q *route.Query) (f route.Faults) {
	for _, field := range store.RangeFields {
		for _, name := range []string{string(field) + ".bounds", string(field) + ".interval"} {
			if q.Ranges.Fields != nil && q.Values.Has(name) && !slices.Contains(q.Ranges.Fields, field) {
				f = append(f, apierror.Field{Location: "query." + name, Value: route.Shorten(q.Given(name)), Expected: string(field) + " in by"})
			}
		}
	}
	return f
}

// rangeFacetShape is what is sent of a division.
var rangeFacetShape = object("How posts divide by the values of one field.",
	is("field", &schema.Schema{Type: "string", Enum: rangeFieldNames()}),
	is("count", number("integer", "How many of the posts have a value. The buckets add up to it.", zero, "", 93)),
	is("missing", number("integer", "How many of the posts have none.", zero, "", 7)),
	is("buckets", listOf("The ranges, ascending; those without posts too.", object("",
		is("from", boundShape("Where the range begins, which is within; null where it is open.")),
		is("to", boundShape("Where the range ends, which is not within; null where it is open.")),
		is("count", number("integer", "How many posts.", zero, ""))))))

func boundShape(doc string) *schema.Schema {
	s := number("integer", doc+" An integer, or of dates a UTC day.", "", "", 10, "2026-03-01").Most(len(time.DateOnly))
	s.Type, s.Format = []string{"integer", "string", "null"}, ""
	return s
}
