package query

import (
	"context"
	"math/bits"
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// ownPart is a kind that is counted without the filter's own conditions on it: over the
// posts that meet those on all other kinds, and the rest of the filter.
type ownPart struct {
	kind    store.Kind
	place   int           // in the question
	filter  *store.Filter // what the filter asks of the kind
	own     conjunction   // the same, as conditions
	without *store.Filter // the filter without it
	wanted  bool          // it must be counted: no tally says it
	key     cursor.Key    // by which its count is remembered
}

// apart takes out of a filter what it asks of its own of each kind that is counted.
func apart(q store.FacetQuery) (parts []*ownPart, rest *store.Filter) {
	rest = q.Filter
	for i, kind := range q.By {
		var own *store.Filter
		if own, rest = rest.Apart(kind); own != nil {
			parts = append(parts, &ownPart{kind: kind, place: i, filter: own, without: q.FilterOf(kind)})
		}
	}
	return parts, rest
}

// countApart counts each kind without the filter's own conditions on it. The kinds of
// which the filter asks nothing are counted together, over the posts that match.
func (e *Engine) countApart(ctx context.Context, tx *file.Tx, q store.FacetQuery, parts []*ownPart, rest *store.Filter) ([]tally.Counted, error) {
	if err := check(q.Filter); err != nil {
		return nil, err
	}
	c := ownCount{engine: e, tx: tx, limit: q.First, all: make([]tally.Counted, len(q.By))}
	for i, kind := range q.By {
		at := slices.IndexFunc(parts, func(p *ownPart) bool { return p.place == i })
		if at < 0 {
			c.plain, c.places = append(c.plain, kind), append(c.places, i)
			continue
		}
		known, err := c.tallied(ctx, parts[at].without, []store.Kind{kind}, []int{i})
		if err != nil {
			return nil, err
		}
		parts[at].wanted = !known
	}
	known, err := c.tallied(ctx, q.Filter, c.plain, c.places)
	if err != nil {
		return nil, err
	}
	if known {
		c.plain = nil
	}
	if len(c.plain) == 0 && !slices.ContainsFunc(parts, isWanted) {
		return c.all, nil
	}
	if c.rest, err = e.conditions(ctx, tx, rest); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.own, err = e.conditions(ctx, tx, p.filter); err != nil {
			return nil, err
		}
	}
	if err := c.pay(ctx, parts); err != nil {
		return nil, err
	}
	c.recall(parts)
	return c.all, e.counters.Lend(ctx, func(counter *tally.Counter) error {
		c.counter = counter
		return c.count(ctx, parts)
	})
}

// ownCount is one count of kinds apart.
type ownCount struct {
	engine  *Engine
	tx      *file.Tx
	limit   int
	rest    conjunction // what the filter asks of no kind that is counted
	plain   []store.Kind
	places  []int // of those in the question
	counter *tally.Counter
	all     []tally.Counted
}

func isWanted(p *ownPart) bool { return p.wanted }

// allOf joins what is asked of some kinds.
func allOf(rest conjunction, parts []*ownPart) conjunction {
	all := slices.Clone(rest)
	for _, p := range parts {
		all = append(all, p.own...)
	}
	return all
}

// tallied takes from a tally what some kinds have under a filter. It reports false where
// there is none.
func (c *ownCount) tallied(ctx context.Context, filter *store.Filter, kinds []store.Kind, places []int) (bool, error) {
	if len(kinds) == 0 {
		return true, nil
	}
	if err := c.tx.Pay(ctx, file.PriceOfLookup+priceOfNames(filter)); err != nil {
		return false, err
	}
	asked, err := c.engine.conditionsOf(c.tx, filter)
	if err != nil {
		return false, err
	}
	t, err := tally.Read(c.tx, asked.group())
	if t == nil || err != nil {
		return false, err
	}
	counted, err := t.Counted(kinds, c.limit)
	for i := range counted {
		c.all[places[i]] = counted[i]
	}
	return true, err
}

// pay pays for all that is counted. The conditions are read once, and joined once more
// for each time that the kinds are halved.
func (c *ownCount) pay(ctx context.Context, parts []*ownPart) error {
	everything := allOf(c.rest, parts).price()
	nanos := everything.all + everything.again*bits.Len(uint(len(parts)-1))
	counting := func(kinds []store.Kind, asked conjunction) error {
		values := 0
		for _, kind := range kinds {
			seen, err := c.engine.terms.Seen(c.tx, kind)
			if err != nil {
				return err
			}
			values += seen
		}
		nanos += c.engine.priceOfCounting(c.tx, min(asked.most(), int(c.tx.Size())), len(kinds), values)
		return nil
	}
	if len(c.plain) > 0 {
		if err := counting(c.plain, allOf(c.rest, parts)); err != nil {
			return err
		}
	}
	for i, p := range parts {
		if !p.wanted {
			continue
		}
		others := slices.Delete(slices.Clone(parts), i, i+1)
		if err := counting([]store.Kind{p.kind}, allOf(c.rest, others)); err != nil {
			return err
		}
	}
	return c.tx.Pay(ctx, nanos)
}

// recall takes what was counted before and is remembered, after it is paid for. While a
// reader chooses among the terms of one kind, that kind is counted the same.
func (c *ownCount) recall(parts []*ownPart) {
	for _, p := range parts {
		if !p.wanted {
			continue
		}
		p.key = append(cursor.Question(nil).Filter(p.without).Text(string(p.kind)).Number(int64(c.limit)), byte(c.tx.View)).Key()
		if known, ok := c.engine.facets.Get(p.key); ok {
			c.all[p.place], p.wanted = known, false
		}
	}
}

// count counts what is wanted. Once the posts of one kind are found, those that match
// are its posts that meet its own conditions too.
func (c *ownCount) count(ctx context.Context, parts []*ownPart) error {
	everything := sets.Everything(c.tx.Size())
	var matched *sets.Set
	err := c.divide(everything, c.rest, parts, func(p *ownPart, posts sets.Set) error {
		if matched == nil && len(c.plain) > 0 {
			both := slices.Clone(p.own).within(posts)
			matched = &both
		}
		err := c.countIn(ctx, posts, []store.Kind{p.kind}, []int{p.place})
		if err == nil {
			c.engine.facets.Put(p.key, c.all[p.place])
		}
		return err
	})
	if err != nil || len(c.plain) == 0 {
		return err
	}
	if matched == nil {
		both := allOf(c.rest, parts).within(everything)
		matched = &both
	}
	return c.countIn(ctx, *matched, c.plain, c.places)
}

// divide visits each wanted kind with those of some posts that meet a conjunction and
// the conditions on all other kinds. It halves the kinds: the posts that meet what is
// asked of one half are found once for all of the other.
func (c *ownCount) divide(posts sets.Set, all conjunction, parts []*ownPart, visit func(*ownPart, sets.Set) error) error {
	switch {
	case !slices.ContainsFunc(parts, isWanted):
		return nil
	case len(parts) == 1:
		return visit(parts[0], slices.Clone(all).within(posts))
	}
	half := len(parts) / 2
	for _, halves := range [][2][]*ownPart{{parts[:half], parts[half:]}, {parts[half:], parts[:half]}} {
		if !slices.ContainsFunc(halves[0], isWanted) {
			continue
		}
		if err := c.divide(allOf(all, halves[1]).within(posts), nil, halves[0], visit); err != nil {
			return err
		}
	}
	return nil
}

// countIn counts some kinds over some posts.
func (c *ownCount) countIn(ctx context.Context, posts sets.Set, kinds []store.Kind, places []int) error {
	indexes := make([]*terms.Values, len(kinds))
	for i, kind := range kinds {
		var err error
		if indexes[i], err = c.engine.terms.Values(c.tx, kind); err != nil {
			return err
		}
	}
	counted, err := c.counter.Count(ctx, posts, indexes, c.limit, tally.ByName)
	for i := range counted {
		c.all[places[i]] = counted[i]
	}
	return err
}
