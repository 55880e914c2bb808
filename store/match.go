package store

import (
	"context"
	"fmt"
	"slices"
)

// MaxFilterCost bounds what a filter may cost, so that its cost is known before
// it is answered: each term counts 1, each range costRange, and each search
// inside texts costContains.
const MaxFilterCost = 500

const (
	costRange    = 5
	costContains = 50
)

// filterCost is the argument that a filter over the bound is reported as.
const filterCost = "filter"

// match gives the posts for which a filter holds: bitmap algebra, never a scan
// over posts.
func (tx *readTx) match(ctx context.Context, f *Filter) (set, error) {
	if f == nil {
		return everything(tx.size()), nil
	}
	if n := f.cost(); n > MaxFilterCost {
		return set{}, &ArgumentError{filterCost, fmt.Sprintf("a filter that costs %d", n), fmt.Sprintf(
			"at most %d: a term costs 1, a range %d, contains %d", MaxFilterCost, costRange, costContains)}
	}
	m := matcher{ctx: ctx, tx: tx}
	result := m.filter(f)
	return result, m.err
}

// cost of a filter and all inside it.
func (f *Filter) cost() int {
	n := 1
	for i := range f.And {
		n += f.And[i].cost()
	}
	for i := range f.Or {
		n += f.Or[i].cost()
	}
	if f.Not != nil {
		n += f.Not.cost()
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
	return n
}

// matcher evaluates a filter and keeps the first error; after an error its
// answers mean nothing.
type matcher struct {
	ctx context.Context // of the one evaluation
	tx  *readTx
	err error
}

// checked takes the set out of a read that may fail.
func (m *matcher) checked(s set, err error) set {
	if err == nil {
		err = m.ctx.Err()
	}
	if err != nil && m.err == nil {
		m.err = err
	}
	if m.err != nil {
		return nothing(m.tx.size())
	}
	return s
}

func (m *matcher) filter(f *Filter) set {
	result := everything(m.tx.size())
	for _, c := range f.termConditions() {
		if c.filter != nil {
			result = result.and(m.terms(c.kind, c.filter))
		}
	}
	for _, c := range f.flagConditions() {
		if c.want != nil {
			s := m.checked(m.tx.postings(bucketFlags, []byte(c.name)))
			if !*c.want {
				s = s.not()
			}
			result = result.and(s)
		}
	}
	for _, c := range f.rangeConditions() {
		if c.given {
			result = result.and(m.checked(m.tx.numberRange(c.field, c.low, c.high)))
		}
	}
	if f.Slug != nil {
		result = result.and(m.slug(f.Slug))
	}
	if f.Title != nil {
		result = result.and(m.title(f.Title))
	}
	if f.Reference != nil {
		result = result.and(m.reference(f.Reference))
	}
	if f.Topic != nil && f.Topic.Contains != nil {
		result = result.and(m.topicContains(*f.Topic.Contains))
	}
	for i := range f.And {
		result = result.and(m.filter(&f.And[i]))
	}
	if f.Or != nil {
		any := nothing(m.tx.size())
		for i := range f.Or {
			any = any.or(m.filter(&f.Or[i]))
		}
		result = result.and(any)
	}
	if f.Not != nil {
		result = result.and(m.filter(f.Not).not())
	}
	return result
}

type termCondition struct {
	kind   Kind
	filter *TermFilter
}

func (f *Filter) termConditions() []termCondition {
	conditions := []termCondition{
		{KindTool, f.Tool}, {KindEntity, f.Entity}, {KindStack, f.Stack}, {KindDifficulty, f.Difficulty},
		{KindCodeLanguage, f.CodeLanguage}, {KindStatus, f.Status}, {KindScenario, f.Scenario},
	}
	if f.Topic != nil {
		conditions = append(conditions, termCondition{KindTopic, &f.Topic.TermFilter})
	}
	return conditions
}

func (m *matcher) terms(kind Kind, f *TermFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		result = result.and(m.term(kind, *f.Eq))
	}
	if f.In != nil {
		any := nothing(m.tx.size())
		for i, value := range f.In {
			if posts := m.term(kind, value); i == 0 {
				any = posts // not joined with nothing, which would copy it
			} else {
				any = any.or(posts)
			}
		}
		result = result.and(any)
	}
	for _, value := range f.All {
		result = result.and(m.term(kind, value))
	}
	for _, value := range f.None {
		result = result.and(m.term(kind, value).not())
	}
	return result
}

// term gives the posts that have any term the value means.
func (m *matcher) term(kind Kind, value string) set {
	result := nothing(m.tx.size())
	ids, err := m.tx.resolve(kind, value)
	if err != nil {
		return m.checked(set{}, err)
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) { // the name and the slug may be the same
			continue
		}
		posts := m.checked(m.tx.postings(bucketPostings, ordinalKey(uint32(id))))
		if i == 0 {
			result = posts
		} else {
			result = result.or(posts)
		}
	}
	return result
}

type flagCondition struct {
	name string
	want *bool
}

func (f *Filter) flagConditions() []flagCondition {
	return []flagCondition{
		{"aiGeneratedStyle", f.AIGeneratedStyle}, {"hasImages", f.HasImages},
		{"imageHeavy", f.ImageHeavy}, {"needsHumanReview", f.NeedsHumanReview},
	}
}
