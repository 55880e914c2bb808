package store

import "math"

// MaxFilterCost bounds what a filter may cost, so that its cost is known before
// it is answered: each term counts 1, each range costRange, and each look inside
// texts costContains.
const MaxFilterCost = 500

const (
	costRange    = 5
	costContains = 50
)

// Cost of a filter and all inside it: 1 for each filter and each term, costRange
// for each range, costContains for each look inside texts. At most MaxFilterCost
// is answered.
func (f *Filter) Cost() int {
	n := 1
	for i := range f.And {
		n += f.And[i].Cost()
	}
	for i := range f.Or {
		n += f.Or[i].Cost()
	}
	if f.Not != nil {
		n += f.Not.Cost()
	}
	for _, c := range f.termConditions() {
		if c.filter != nil {
			n += 1 + len(c.filter.In) + len(c.filter.All) + len(c.filter.None)
		}
	}
	for _, c := range f.rangeConditions() {
		if c.given {
			n += costRange
		}
	}
	text := func(given *string, cost int) {
		if given != nil {
			n += cost
		}
	}
	if f.Slug != nil {
		text(f.Slug.Prefix, costRange)
	}
	if f.Title != nil {
		text(f.Title.Eq, costRange)
		text(f.Title.Prefix, costRange)
		text(f.Title.Contains, costContains)
	}
	if f.Reference != nil {
		text(f.Reference.Prefix, costRange)
		text(f.Reference.Contains, costContains)
	}
	if f.Topic != nil {
		text(f.Topic.Contains, costContains)
	}
	text(f.Search, costContains)
	return n
}

type termCondition struct {
	kind   Kind
	filter *TermFilter
}

func (f *Filter) termConditions() [8]termCondition {
	conditions := [8]termCondition{
		{KindTool, f.Tool}, {KindEntity, f.Entity}, {KindStack, f.Stack}, {KindDifficulty, f.Difficulty},
		{KindCodeLanguage, f.CodeLanguage}, {KindStatus, f.Status}, {KindScenario, f.Scenario}, {kind: KindTopic},
	}
	if f.Topic != nil {
		conditions[7].filter = &f.Topic.TermFilter
	}
	return conditions
}

type flagCondition struct {
	name string
	want *bool
}

func (f *Filter) flagConditions() [4]flagCondition {
	return [4]flagCondition{
		{"aiGeneratedStyle", f.AIGeneratedStyle}, {"hasImages", f.HasImages},
		{"imageHeavy", f.ImageHeavy}, {"needsHumanReview", f.NeedsHumanReview},
	}
}

// rangeCondition is a range of values, both ends within it.
type rangeCondition struct {
	field     Field
	low, high int64
	given     bool
}

func (f *Filter) rangeConditions() [10]rangeCondition {
	return [...]rangeCondition{
		f.Quality.bounds(FieldQuality), f.Freshness.bounds(FieldFreshness), f.Depth.bounds(FieldDepth),
		f.Clarity.bounds(FieldClarity), f.ViewCount.bounds(FieldViewCount), f.ReadingTime.bounds(FieldReadingTime),
		f.Paragraphs.bounds(FieldParagraphs), f.LastReviewed.bounds(FieldLastReviewed),
		f.PublishedAt.bounds(FieldPublishedAt), f.Updated.bounds(FieldUpdated),
	}
}

func (f *NumberFilter) bounds(field Field) rangeCondition {
	r := rangeCondition{field: field, low: math.MinInt64, high: math.MaxInt64}
	if f == nil {
		return r
	}
	r.given = *f != NumberFilter{}
	from := func(n int64) { r.low = max(r.low, n) }
	to := func(n int64) { r.high = min(r.high, n) }
	if f.Eq != nil {
		from(*f.Eq)
		to(*f.Eq)
	}
	if f.Gte != nil {
		from(*f.Gte)
	}
	if f.Lte != nil {
		to(*f.Lte)
	}
	// An end that no number can lie beyond leaves an empty range.
	empty := false
	if f.Gt != nil {
		empty = *f.Gt == math.MaxInt64
		from(*f.Gt + 1)
	}
	if f.Lt != nil {
		empty = empty || *f.Lt == math.MinInt64
		to(*f.Lt - 1)
	}
	if empty {
		r.low, r.high = 0, -1
	}
	return r
}

// bounds turns UTC days into the instants from the start of the first to just
// before the end of the last.
func (f *DateFilter) bounds(field Field) rangeCondition {
	if f == nil {
		return rangeCondition{field: field}
	}
	day := func(d *Day) *int64 { return (*int64)(d) }
	r := (&NumberFilter{Eq: day(f.Eq), Gt: day(f.Gt), Gte: day(f.Gte), Lt: day(f.Lt), Lte: day(f.Lte)}).bounds(field)
	if r.low != math.MinInt64 {
		r.low *= microsPerDay
	}
	if r.high != math.MaxInt64 {
		r.high = (r.high+1)*microsPerDay - 1
	}
	return r
}

// each gives the terms that a condition asks for, every one of them. It reports
// false where it asks for more than a group can mean, for any of several, or for
// posts without one.
func (f *TermFilter) each() (values []string, ok bool) {
	if f.Eq != nil {
		values = append(values, *f.Eq)
	}
	values = append(values, f.All...)
	if f.In != nil {
		if len(f.In) != 1 {
			return nil, false
		}
		values = append(values, f.In[0])
	}
	return values, len(values) <= 2 && len(f.None) == 0
}
