package query

import (
	"cmp"
	"context"
	"math"
	"sort"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
	"alphanode/text"
)

// groupList is all groups of a question, in its order.
type groupList struct {
	tx     *file.Tx
	order  store.GroupOrder
	values *terms.Values
	items  []uint32 // the values that make a group
	keys   []uint64 // what each of them is sorted by, ascending
	most   uint64   // that the key of a group is which has what the list is ordered by; of one that has not, one more
	posts  []uint32 // value → posts of the group
}

// groupsInOrder measures the groups of a question and puts them in order.
func (e *Engine) groupsInOrder(ctx context.Context, tx *file.Tx, q store.ScoreGroupQuery, matched *Matching) (*groupList, error) {
	seen, err := e.terms.Seen(tx, q.By)
	if err != nil {
		return nil, err
	}
	if err := matched.Pay(ctx, func(most int) int { return priceOfOrder(q, most, seen, int(tx.Size())) }); err != nil {
		return nil, err
	}
	l := &groupList{tx: tx, order: q.Order, most: math.MaxUint32}
	if l.values, err = e.terms.Values(tx, q.By); err != nil {
		return nil, err
	}
	scores, err := tx.Column(order.ScoresColumn)
	if err != nil {
		return nil, err
	}
	var names []uint32
	if _, statistic := q.Order.Field.Score(); statistic != "" {
		l.most = tally.MostKey(statistic)
	} else if q.Order.Field == store.GroupName {
		if names, err = terms.PlacesByName(tx, q.By, q.Order.Desc); err != nil {
			return nil, err
		}
	}
	posts := matched.Posts()
	err = e.counters.Lend(ctx, func(c *tally.Counter) error {
		all, err := c.Measure(ctx, posts, l.values, scores, q.Order.Field)
		if err != nil {
			return err
		}
		l.fill(all, uint32(max(1, q.MinCount)), names)
		return nil
	})
	if err != nil {
		return nil, err
	}
	sets.SortByKey(l.keys, l.items)
	return l, ctx.Err()
}

// priceOfOrder is what it costs to measure the groups of so many posts and terms, and to
// put them in order.
func priceOfOrder(q store.ScoreGroupQuery, posts, terms, size int) int {
	each := file.PriceOfMeasured
	if _, statistic := q.Order.Field.Score(); statistic.Percent() > 0 {
		each *= 3
	}
	nanos := file.PriceOfSets(posts, size) + each*min(posts, size) + file.PriceOfOrdered*terms
	if q.Window.After != "" || q.Window.Before != "" {
		nanos += file.PriceOfTitle
	}
	return nanos
}

// fill takes the groups of at least so many posts. They are taken by value, which is how
// groups stay that tie.
func (l *groupList) fill(all []tally.Measured, least uint32, names []uint32) {
	byValue := make([]uint32, len(all))
	l.values.Ranks.CheckAll()
	for value := range all {
		byValue[l.values.Ranks.Uint32(value)] = uint32(value)
	}
	l.posts, l.items, l.keys = make([]uint32, len(all)), make([]uint32, 0, len(all)), make([]uint64, 0, len(all))
	for _, value := range byValue {
		v := all[value]
		if v.Posts < least {
			continue
		}
		key := l.most + 1
		switch {
		case names != nil:
			key = uint64(names[l.values.Terms.Uint32(int(value))])
		case l.order.Field == store.GroupPostCount:
			key = l.turned(uint64(v.Posts))
		case v.Scored > 0:
			key = l.turned(v.Key)
		}
		l.items, l.keys = append(l.items, value), append(l.keys, key)
		l.posts[value] = v.Posts
	}
}

// turned turns a key round where the order descends, and back.
func (l *groupList) turned(key uint64) uint64 {
	if l.order.Desc {
		return l.most - key
	}
	return key
}

func (l *groupList) len() int { return len(l.items) }

func (l *groupList) term(i int) tally.Term {
	value := l.items[i]
	return tally.Term{Term: store.TermID(l.values.Terms.Uint32(int(value))), Posts: l.posts[value]}
}

// number is what a cursor holds of the value that a group has in the order: -1 where it
// has none, 0 in an order by name.
func (l *groupList) number(i int) int64 {
	switch key := l.keys[i]; {
	case l.order.Field == store.GroupName:
		return 0
	case key > l.most:
		return -1
	default:
		return int64(l.turned(key))
	}
}

// groupCursor is the cursor of a group in an order.
func groupCursor(number int64, b store.Bucket) cursor.Cursor {
	return cursor.Cursor{Number: number, Text: content.Identity(b.Value), Slug: b.Slug}
}

// search gives the first group that stands behind a cursor, or that does not stand
// before it.
func (l *groupList) search(argument, s string, question uint64, behind bool) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	if err != nil {
		return 0, err
	}
	least := 0
	if behind {
		least = 1
	}
	collator := text.NewCollator()
	wanted := collator.Of(c.Text)
	found := sort.Search(l.len(), func(i int) bool {
		bucket, unread := bucketOf(l.tx, l.term(i))
		err = cmp.Or(err, unread)
		at := groupCursor(l.number(i), bucket)
		return compareGroups(l.order, at, c, collator.Of(at.Text).Compare(wanted)) >= least
	})
	return found, err
}

// compareGroups says which of two groups stands first in an order, given which does by name.
func compareGroups(o store.GroupOrder, a, b cursor.Cursor, byName int) int {
	direction := 1
	if o.Desc {
		direction = -1
	}
	if o.Field == store.GroupName {
		return cmp.Or(direction*byName, strings.Compare(a.Slug, b.Slug))
	}
	absent := func(c cursor.Cursor) int { return int(c.Number >> 63 & 1) }
	return cmp.Or(cmp.Compare(absent(a), absent(b)), direction*cmp.Compare(a.Number, b.Number), byName, strings.Compare(a.Slug, b.Slug))
}
