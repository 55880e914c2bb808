package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FacetQuery asks, of the posts that match a filter, how many have each term of
// some kinds.
type FacetQuery struct {
	Filter *Filter
	By     []Kind // each once
	First  int    // how many terms of a kind at most, 0 to MaxLimit
	// WithoutOwn counts each kind over the posts that match the filter without its own
	// conditions on that kind, see [Filter.Apart]: what a reader could choose instead.
	WithoutOwn bool
}

// FilterOf is the filter that a kind is counted under.
func (q FacetQuery) FilterOf(kind Kind) *Filter {
	if !q.WithoutOwn {
		return q.Filter
	}
	_, rest := q.Filter.Apart(kind)
	return rest
}

// Check says what is wrong with the question: an *ArgumentError.
func (q FacetQuery) Check() error {
	for i, kind := range q.By {
		if !slices.Contains(Kinds, kind) {
			return &ArgumentError{"by", strconv.Quote(string(kind)), "one of " + kindNames()}
		}
		if slices.Contains(q.By[:i], kind) {
			return &ArgumentError{"by", string(kind) + " twice", "each field once"}
		}
	}
	return Window{First: &q.First}.Check()
}

// Facet is how posts divide by the terms of one kind.
type Facet struct {
	Kind     Kind
	Distinct int      // terms that at least one of the posts has
	Buckets  []Bucket // the commonest terms first, then by value and slug
}

// Bucket is a term and how many posts have it.
type Bucket struct {
	Value string // the term's name
	Slug  string
	Type  string // of an entity
	Count int
}

func kindNames() string {
	names := make([]string, len(Kinds))
	for i, kind := range Kinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// RangeQuery asks, of the posts that match a filter, how many have a number or a
// date within each of some ranges.
type RangeQuery struct {
	Filter *Filter
	By     []RangeBy // each field once
}

// Check refuses what cannot be answered. Its errors name by and the field.
func (q RangeQuery) Check() error {
	for i, by := range q.By {
		if !slices.Contains(RangeFields, by.Field) {
			return &ArgumentError{"by", strconv.Quote(string(by.Field)), "one of " + rangeFieldNames()}
		}
		if slices.ContainsFunc(q.By[:i], func(other RangeBy) bool { return other.Field == by.Field }) {
			return &ArgumentError{"by", string(by.Field) + " twice", "each field once"}
		}
		if err := by.check(); err != nil {
			return err
		}
	}
	return nil
}

// RangeBy is a field and how its values are divided: by bounds, or dates by an
// interval of the calendar. With neither, scores are divided into ten bins of
// ten, dates by years (by decades, centuries or more where they would be over a
// thousand), and other numbers at 1, 2, 5, 10, 20, 50 and so on, as far
// as there are values.
type RangeBy struct {
	Field    Field        // one of RangeFields
	Bounds   []Bound      // where ranges begin, ascending; at most MaxBounds
	Interval DateInterval // empty where not given
}

func (by RangeBy) check() error {
	bounds, interval := "by."+string(by.Field)+".bounds", "by."+string(by.Field)+".interval"
	switch {
	case by.Interval != "" && !slices.Contains(DateIntervals, by.Interval):
		return &ArgumentError{interval, strconv.Quote(string(by.Interval)), "one of " + intervalNames()}
	case by.Interval != "" && !by.Field.Dated():
		return &ArgumentError{interval, string(by.Interval), "bounds: the values are numbers"}
	case by.Interval != "" && by.Bounds != nil:
		return &ArgumentError{interval, "bounds and interval", "one of the two"}
	case by.Bounds != nil && (len(by.Bounds) == 0 || len(by.Bounds) > MaxBounds):
		return &ArgumentError{bounds, strconv.Itoa(len(by.Bounds)) + " bounds", fmt.Sprintf("1 to %d", MaxBounds)}
	}
	for i, b := range by.Bounds {
		switch {
		case by.Field.Dated() && !b.day:
			return &ArgumentError{bounds, b.String(), "days as YYYY-MM-DD"}
		case !by.Field.Dated() && b.day:
			return &ArgumentError{bounds, b.String(), "integers"}
		case i > 0 && b.n <= by.Bounds[i-1].n:
			return &ArgumentError{bounds, fmt.Sprintf("%s after %s", b, by.Bounds[i-1]), "bounds that ascend"}
		}
	}
	return nil
}

// MaxBounds is by how many bounds a field can be divided at most.
const MaxBounds = 100

// RangeFields are the fields that posts can be divided by.
var RangeFields = []Field{
	FieldQuality, FieldFreshness, FieldDepth, FieldClarity, FieldViewCount, FieldReadingTime, FieldParagraphs,
	FieldLastReviewed, FieldPublishedAt, FieldUpdated,
}

// Dated reports whether the values of a field are dates.
func (f Field) Dated() bool {
	return f == FieldLastReviewed || f == FieldPublishedAt || f == FieldUpdated
}

// RangeFacet is how posts divide by the values of one field.
type RangeFacet struct {
	Field   Field
	Count   int // posts that have a value; the buckets add up to it
	Missing int // posts that have none
	Buckets []RangeBucket
}

// RangeBucket counts the values from From to just below To. An end that is nil is
// open.
type RangeBucket struct {
	From, To *Bound
	Count    int
}

func rangeFieldNames() string {
	names := make([]string, len(RangeFields))
	for i, f := range RangeFields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// ScoreQuery asks for the statistics of posts that match a filter and, where
// one is given, have a term.
type ScoreQuery struct {
	Filter *Filter
	Term   *TermID
}

// ScoreStats are the statistics of the scores of some posts.
type ScoreStats struct {
	Count     int // posts, with scores and without
	Quality   ScoreSummary
	Freshness ScoreSummary
	Depth     ScoreSummary
	Clarity   ScoreSummary
}

// ScoreSummary sums up one score, over the posts that have it. Where none has,
// all but the count and the histogram is absent. Percentile p is the least
// score that at least p of a hundred posts do not exceed (nearest rank).
type ScoreSummary struct {
	Count         int
	Min, Max      *int
	Mean          *float64
	P50, P90, P99 *int
	Histogram     []ScoreBin // ten
}

// ScoreBin counts the scores from From to just below To; the last bin has the
// score 100 too.
type ScoreBin struct{ From, To, Count int }

// RelatedQuery asks for the entities and tools that most often stand in the same
// posts as a term.
type RelatedQuery struct {
	Term  TermID
	Kind  Kind // KindEntity or KindTool alone; both where it is empty
	First int  // how many at most, 0 to MaxLimit
}

// Check says what is wrong with the question: an *ArgumentError.
func (q RelatedQuery) Check() error {
	if q.Kind != "" && !slices.Contains(RelatedKinds, q.Kind) {
		return &ArgumentError{"kind", strconv.Quote(string(q.Kind)), "entity or tool"}
	}
	return Window{First: &q.First}.Check()
}

// RelatedTerm is a term that stands in the same posts as another.
type RelatedTerm struct {
	*Term
	Count int // posts that have both
	// Lift is how many times as many that is as it would be if the two had nothing
	// to do with each other: 1 is chance, 2 is twice as often.
	Lift float64
}

// RelatedKinds are the kinds of terms that are told as related.
var RelatedKinds = []Kind{KindEntity, KindTool}
