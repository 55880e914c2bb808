package query

import (
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/tally"
)

// asked are what a filter asks for, as far as groups are concerned.
type asked struct {
	terms  []store.TermID // each of them, once
	flags  []tally.Group
	ranges []openRange
	other  bool // or anything else
}

// with adds the condition that posts have a term.
func (c asked) with(id store.TermID) asked {
	if !slices.Contains(c.terms, id) {
		c.terms = append(slices.Clip(c.terms), id)
	}
	return c
}

// mostOfGroup is how many conditions a group has at most.
const mostOfGroup = 2

// group gives the group of the posts for which the conditions hold.
func (c asked) group() tally.Group {
	switch n := len(c.terms) + len(c.flags) + len(c.ranges); {
	case c.other || n > mostOfGroup:
		return ""
	case n == 0:
		return tally.GroupAll
	case n == 2 && len(c.terms) == 2:
		return tally.OfTerms(c.terms[0], c.terms[1])
	case n == 2 && len(c.terms) == 1 && len(c.ranges) == 1 && !c.ranges[0].to:
		return tally.Within(c.terms[0], c.ranges[0].field, c.ranges[0].n)
	case n == 2:
		return ""
	case len(c.terms) == 1:
		return tally.OfTerm(c.terms[0])
	case len(c.flags) == 1:
		return c.flags[0]
	case c.ranges[0].to:
		return tally.To(c.ranges[0].field, c.ranges[0].n)
	default:
		return tally.From(c.ranges[0].field, c.ranges[0].n)
	}
}

// openRange is the condition that a number is at least one that some post has,
// or where to is set, at most.
type openRange struct {
	field store.Field
	n     int64
	to    bool
}

// conditionsOf reads a filter. Of one that asks for much, no more is of
// interest than that it does.
func (e *Engine) conditionsOf(tx *file.Tx, f *store.Filter) (c asked, err error) {
	if f == nil {
		return c, nil
	}
	if len(f.And) > 0 || f.Or != nil || f.Not != nil || f.Slug != nil || f.Title != nil || f.Reference != nil ||
		f.Topic != nil && f.Topic.Contains != nil || f.Search != nil || f.SearchMatch != "" || f.SearchLanguage != "" {
		return asked{other: true}, nil
	}
	if !mayBeGroup(f) {
		return asked{other: true}, nil // before anything is looked up
	}
	for _, flag := range f.FlagConditions() {
		if flag.Want != nil {
			c.flags = append(c.flags, tally.OfFlag(flag.Name, *flag.Want))
		}
	}
	for _, r := range f.RangeConditions() {
		if !r.Given {
			continue
		}
		open, ok, err := e.opened(tx, r)
		if err != nil || !ok {
			return asked{other: true}, err
		}
		c.ranges = append(c.ranges, open)
	}
	for _, t := range f.TermConditions() {
		if t.Filter == nil {
			continue
		}
		values, ok := t.Filter.Each()
		if !ok {
			return asked{other: true}, nil
		}
		for _, value := range values {
			ids, err := e.terms.Resolve(tx, t.Kind, value)
			if err != nil || len(ids) != 1 {
				return asked{other: true}, err
			}
			c = c.with(ids[0])
		}
	}
	return c, nil
}

// mayBeGroup reports whether a filter asks for few enough things, each by itself.
func mayBeGroup(f *store.Filter) bool {
	n := 0
	for _, flag := range f.FlagConditions() {
		if flag.Want != nil {
			n++
		}
	}
	for _, r := range f.RangeConditions() {
		if r.Given {
			n++
		}
	}
	for _, t := range f.TermConditions() {
		if t.Filter == nil {
			continue
		}
		values, ok := t.Filter.Each()
		if !ok {
			return false
		}
		n += len(values)
	}
	return n <= mostOfGroup
}

// opened words a range by the values that posts have, where one of its ends
// is open.
func (e *Engine) opened(tx *file.Tx, r store.RangeCondition) (open openRange, ok bool, err error) {
	x, err := e.orders.By(tx, r.Field)
	if err != nil {
		return open, false, err
	}
	first, end := x.Groups(r.Low, r.High)
	switch {
	case first >= end:
		return open, false, nil
	case end == x.Starts.Len32()-1:
		return openRange{field: r.Field, n: x.Values.Int64(first)}, true, nil
	case first == 0:
		return openRange{field: r.Field, n: x.Values.Int64(end - 1), to: true}, true, nil
	default:
		return open, false, nil
	}
}
