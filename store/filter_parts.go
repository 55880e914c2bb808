package store

import (
	"iter"
	"math"
)

// MaxFilterCost bounds what a filter may cost, so that its cost is known before
// it is answered: each term and each slug of a list counts 1, each range CostRange, and
// each look inside texts CostContains.
const MaxFilterCost = 500

const (
	CostRange    = 5
	CostContains = 50
)

// Cost of a filter and all inside it: 1 for each filter, each term and each slug of a
// list, CostRange for each range, CostContains for each look inside texts. At most
// MaxFilterCost is answered.
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
	for _, c := range f.TermConditions() {
		if c.Filter != nil {
			n += 1 + len(c.Filter.In) + len(c.Filter.All) + len(c.Filter.None)
		}
	}
	for _, c := range f.RangeConditions() {
		if c.Given {
			n += CostRange
		}
	}
	text := func(given *string, cost int) {
		if given != nil {
			n += cost
		}
	}
	if f.Slug != nil {
		n += len(f.Slug.In)
		text(f.Slug.Prefix, CostRange)
	}
	if f.Title != nil {
		text(f.Title.Eq, CostRange)
		text(f.Title.Prefix, CostRange)
		text(f.Title.Contains, CostContains)
	}
	if f.Reference != nil {
		text(f.Reference.Prefix, CostRange)
		text(f.Reference.Contains, CostContains)
	}
	if f.Topic != nil {
		text(f.Topic.Contains, CostContains)
	}
	text(f.Search, CostContains)
	return n
}

type termCondition struct {
	Kind   Kind
	Filter *TermFilter
}

// TermConditions are the conditions about terms, of this filter and not of those inside it:
// one for each kind, with a nil filter where nothing is asked of the kind.
func (f *Filter) TermConditions() [9]termCondition {
	conditions := [9]termCondition{
		{KindTool, f.Tool}, {KindEntity, f.Entity}, {KindStack, f.Stack}, {KindDifficulty, f.Difficulty},
		{KindCodeLanguage, f.CodeLanguage}, {KindStatus, f.Status}, {KindScenario, f.Scenario}, {Kind: KindTopic},
		{KindLanguage, f.Language},
	}
	if f.Topic != nil {
		conditions[7].Filter = &f.Topic.TermFilter
	}
	return conditions
}

// Within gives the filter and each one inside it; nothing of nil.
func (f *Filter) Within() iter.Seq[*Filter] {
	return func(yield func(*Filter) bool) { f.within(yield) }
}

func (f *Filter) within(yield func(*Filter) bool) (more bool) {
	if f == nil {
		return true
	}
	if !yield(f) {
		return false
	}
	for _, inside := range [...][]Filter{f.And, f.Or} {
		for i := range inside {
			if !inside[i].within(yield) {
				return false
			}
		}
	}
	return f.Not.within(yield)
}

// Values gives all terms that a condition names; none of nil.
func (f *TermFilter) Values() iter.Seq[string] {
	return func(yield func(string) bool) {
		if f == nil || f.Eq != nil && !yield(*f.Eq) {
			return
		}
		for _, values := range [...][]string{f.In, f.All, f.None} {
			for _, value := range values {
				if !yield(value) {
					return
				}
			}
		}
	}
}

type flagCondition struct {
	Name string
	Want *bool
}

// FlagConditions are the conditions about flags, one for each: Want is nil where nothing
// is asked.
func (f *Filter) FlagConditions() [4]flagCondition {
	return [4]flagCondition{
		{"aiGeneratedStyle", f.AIGeneratedStyle}, {"hasImages", f.HasImages},
		{"imageHeavy", f.ImageHeavy}, {"needsHumanReview", f.NeedsHumanReview},
	}
}

// RangeCondition is a range of values, both ends within it.
type RangeCondition struct {
	Field     Field
	Low, High int64
	Given     bool
}

// RangeConditions are the ranges of numbers and dates, one for each field: Given says
// whether it is asked for.
func (f *Filter) RangeConditions() [10]RangeCondition {
	return [...]RangeCondition{
		f.Quality.bounds(FieldQuality), f.Freshness.bounds(FieldFreshness), f.Depth.bounds(FieldDepth),
		f.Clarity.bounds(FieldClarity), f.ViewCount.bounds(FieldViewCount), f.ReadingTime.bounds(FieldReadingTime),
		f.Paragraphs.bounds(FieldParagraphs), f.LastReviewed.bounds(FieldLastReviewed),
		f.PublishedAt.bounds(FieldPublishedAt), f.Updated.bounds(FieldUpdated),
	}
}

func (f *NumberFilter) bounds(field Field) RangeCondition {
	r := RangeCondition{Field: field, Low: math.MinInt64, High: math.MaxInt64}
	if f == nil {
		return r
	}
	r.Given = *f != NumberFilter{}
	from := func(n int64) { r.Low = max(r.Low, n) }
	to := func(n int64) { r.High = min(r.High, n) }
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
		r.Low, r.High = 0, -1
	}
	return r
}

// bounds turns UTC days into the instants from the start of the first to just
// before the end of the last.
func (f *DateFilter) bounds(field Field) RangeCondition {
	if f == nil {
		return RangeCondition{Field: field}
	}
	day := func(d *Day) *int64 { return (*int64)(d) }
	r := (&NumberFilter{Eq: day(f.Eq), Gt: day(f.Gt), Gte: day(f.Gte), Lt: day(f.Lt), Lte: day(f.Lte)}).bounds(field)
	if r.Low != math.MinInt64 {
		r.Low *= microsPerDay
	}
	if r.High != math.MaxInt64 {
		r.High = (r.High+1)*microsPerDay - 1
	}
	return r
}

// Each gives the terms that a condition asks for, every one of them. It reports
// false where it asks for more than a group can mean, for any of several, or for
// posts without one.
func (f *TermFilter) Each() (values []string, ok bool) {
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
