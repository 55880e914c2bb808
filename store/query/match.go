package query

import (
	"cmp"
	"context"
	"fmt"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// conditions gives what a post must meet for a filter to hold.
func (e *Engine) conditions(ctx context.Context, tx *file.Tx, f *store.Filter) (conjunction, error) {
	if f == nil {
		return nil, nil
	}
	if err := check(f); err != nil {
		return nil, err
	}
	if err := tx.Pay(ctx, priceOfNames(f)); err != nil {
		return nil, err
	}
	m := matcher{ctx: ctx, tx: tx, engine: e}
	all := m.filter(f)
	if m.err != nil {
		return nil, m.err
	}
	return all, nil
}

// check refuses a filter that is wrong by itself, or that costs too much: a *store.CostError.
func check(f *store.Filter) error {
	n := f.Cost()
	if n <= store.MaxFilterCost {
		return f.Check()
	}
	return &store.CostError{Argument: &store.ArgumentError{Name: "filter", Found: fmt.Sprintf("a filter that costs %d", n), Expected: fmt.Sprintf(
		"at most %d: a filter costs 1, and in it a term or a slug of a list 1, a range %d, contains and search %d", store.MaxFilterCost, store.CostRange, store.CostContains)}}
}

// Meeting gives those of some posts that match a filter and, where one is given, have
// a term.
func (e *Engine) Meeting(ctx context.Context, tx *file.Tx, f *store.Filter, term *store.TermID, posts sets.Set) (sets.Set, error) {
	all, err := e.conditions(ctx, tx, f)
	if err != nil {
		return sets.Set{}, err
	}
	if term != nil {
		having, err := (&matcher{ctx: ctx, tx: tx, engine: e}).having(*term)
		if err != nil {
			return sets.Set{}, err
		}
		all = append(all, having)
	}
	return all.within(posts), nil
}

// priceOfNames is what it costs to look up what a filter names, and to fold what was
// typed. The types of an entity may hold colons: each is a look-up.
func priceOfNames(f *store.Filter) (nanos int) {
	if f == nil {
		return 0
	}
	for i := range f.And {
		nanos += priceOfNames(&f.And[i])
	}
	for i := range f.Or {
		nanos += priceOfNames(&f.Or[i])
	}
	nanos += priceOfNames(f.Not)
	for _, c := range f.TermConditions() {
		if c.Filter == nil {
			continue
		}
		for _, values := range [][]string{c.Filter.In, c.Filter.All, c.Filter.None} {
			for _, value := range values {
				nanos += terms.PriceOfName(value)
			}
		}
		if c.Filter.Eq != nil {
			nanos += terms.PriceOfName(*c.Filter.Eq)
		}
	}
	for _, c := range f.RangeConditions() {
		if c.Given {
			nanos += file.PriceOfLookup
		}
	}
	typed := func(text *string, looks int) {
		if text != nil {
			nanos += looks + file.PriceOfTyped*len(*text)
		}
	}
	if f.Slug != nil {
		typed(f.Slug.Eq, file.PriceOfLookup)
		for i := range f.Slug.In {
			typed(&f.Slug.In[i], file.PriceOfLookup)
		}
		typed(f.Slug.Prefix, 2*file.PriceOfLookup)
	}
	if f.Title != nil {
		typed(f.Title.Eq, file.PriceOfTitle)
		typed(f.Title.Prefix, file.PriceOfTitle)
		typed(f.Title.Contains, 0)
	}
	if f.Reference != nil {
		typed(f.Reference.Eq, file.PriceOfLookup)
		typed(f.Reference.Prefix, file.PriceOfLookup)
		typed(f.Reference.Contains, 0)
	}
	if f.Topic != nil {
		typed(f.Topic.Contains, 0)
	}
	return nanos
}

// matcher turns a filter into conditions and keeps the first error; after an
// error its answers mean nothing.
type matcher struct {
	ctx    context.Context // of the one evaluation
	tx     *file.Tx
	engine *Engine
	err    error
}

// check keeps an error, and that the caller has left.
func (m *matcher) check(err error) {
	if m.err == nil {
		m.err = cmp.Or(err, m.ctx.Err())
	}
}

// checked takes the condition out of a read that may fail.
func checked[C condition](m *matcher, c C, err error) condition {
	if m.check(err); m.err != nil {
		return fixed{sets.Nothing(m.tx.Size())}
	}
	return c
}

func (m *matcher) filter(f *store.Filter) conjunction {
	all := make(conjunction, 0, 4)
	for _, c := range f.TermConditions() {
		if c.Filter != nil {
			all = m.terms(all, c.Kind, c.Filter)
		}
	}
	for _, c := range f.FlagConditions() {
		if c.Want != nil {
			var with condition = m.flag(c.Name)
			if !*c.Want {
				with = m.not(with)
			}
			all = append(all, with)
		}
	}
	for _, c := range f.RangeConditions() {
		if c.Given {
			within, err := m.engine.numberRange(m.tx, c.Field, c.Low, c.High)
			all = append(all, checked(m, within, err))
		}
	}
	if f.Slug != nil {
		all = m.slug(all, f.Slug)
	}
	if f.Title != nil {
		all = m.title(all, f.Title)
	}
	if f.Reference != nil {
		all = m.reference(all, f.Reference)
	}
	if f.Topic != nil && f.Topic.Contains != nil {
		all = append(all, m.topicContains(*f.Topic.Contains))
	}
	if f.Search != nil {
		found, err := m.searching(f.Searching())
		all = append(all, checked(m, found, err))
	}
	for i := range f.And {
		all = append(all, m.filter(&f.And[i])...)
	}
	if f.Or != nil {
		any := make([]condition, len(f.Or))
		for i := range f.Or {
			any[i] = m.filter(&f.Or[i])
		}
		all = append(all, m.any(any))
	}
	if f.Not != nil {
		all = append(all, m.not(m.filter(f.Not)))
	}
	return all
}

func (m *matcher) any(parts []condition) condition {
	if len(parts) == 1 {
		return parts[0]
	}
	return &disjunction{parts: parts, size: m.tx.Size()}
}

func (m *matcher) not(c condition) condition { return negation{of: c, size: m.tx.Size()} }

func (m *matcher) terms(all conjunction, kind store.Kind, f *store.TermFilter) conjunction {
	if f.Eq != nil {
		all = append(all, m.term(kind, *f.Eq))
	}
	if f.In != nil {
		any := make([]condition, len(f.In))
		for i, value := range f.In {
			any[i] = m.term(kind, value)
		}
		all = append(all, m.any(any))
	}
	for _, value := range f.All {
		all = append(all, m.term(kind, value))
	}
	for _, value := range f.None {
		all = append(all, m.not(m.term(kind, value)))
	}
	return all
}

// term is met by the posts that have any term the value means. One that none of the
// view's posts has is as if it were not there: it must not even cost anything.
func (m *matcher) term(kind store.Kind, value string) condition {
	ids, err := m.engine.terms.Resolve(m.tx, kind, value)
	m.check(err)
	var any []condition
	for _, id := range ids {
		having, err := m.having(id)
		if m.check(err); m.err == nil && having.count > 0 {
			any = append(any, having)
		}
	}
	return m.any(any)
}

// searching is met by the posts of the view that a text finds.
func (m *matcher) searching(typed store.Search) (*sought, error) {
	found, err := m.engine.words.Finds(m.ctx, m.tx, "filter.search", typed)
	if found == nil {
		return nil, err
	}
	return &sought{matcher: m, cost: found.Cost, count: found.Count, find: found.Posts}, err
}

// flag is met by the posts that have a flag.
func (m *matcher) flag(name string) *sought {
	return &sought{matcher: m, count: int(m.tx.Size()), cost: file.PriceOfPostings, find: func() (sets.Set, error) {
		return m.tx.Postings(file.BucketFlags, []byte(name))
	}}
}
