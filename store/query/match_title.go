package query

import (
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
	"alphanode/text"
)

func (m *matcher) title(all conjunction, f *store.TextFilter) conjunction {
	if f.Eq != nil {
		having, err := m.engine.titled(m.tx, content.Identity(*f.Eq))
		all = append(all, checked(m, having, err))
	}
	if f.Prefix != nil {
		if plain := text.Unaccented(content.Identity(*f.Prefix)); plain != "" { // else every title begins so
			begun, err := m.engine.orders.Begin(m.tx, plain)
			if m.check(err); m.err != nil {
				return all
			}
			all = append(all, &sought{matcher: m, count: begun.Count, cost: file.PriceOfMember * begun.Count, find: func() (sets.Set, error) {
				return allBegun(m.tx, begun), nil
			}})
		}
	}
	if f.Contains != nil {
		part, posts := text.Unaccented(content.Identity(*f.Contains)), int(m.tx.Size())
		all = append(all, &sought{matcher: m, count: posts, cost: file.PriceOfTitleRead * posts, find: func() (sets.Set, error) {
			return titleContains(m.ctx, m.tx, part)
		}})
	}
	return all
}

// titled is met by the posts of one title.
func (e *Engine) titled(tx *file.Tx, title string) (*interval, error) {
	group, found, err := order.TitlesOf(tx).Group(title)
	if err != nil {
		return nil, err
	}
	x, err := e.orders.By(tx, store.FieldTitle)
	if err != nil {
		return nil, err
	}
	low := int(x.Starts.Uint32(group))
	high := low
	if found {
		high = int(x.Starts.Uint32(group + 1))
	}
	return e.interval(tx, x, low, high), nil
}

// allBegun gives the posts whose titles begin with a text.
func allBegun(tx *file.Tx, begun *order.Begun) sets.Set {
	if begun.Count < int(tx.Size())/32 { // a bitmap would be mostly empty
		ordinals := make([]uint32, 0, begun.Count)
		begun.Each(func(ordinal uint32) { ordinals = append(ordinals, ordinal) })
		slices.Sort(ordinals)
		return sets.Of(tx.Size(), roaring.BitmapOf(ordinals...))
	}
	members := sets.NewBits(int(tx.Size()))
	begun.Each(func(ordinal uint32) { members.Add(int(ordinal)) })
	return sets.Of(tx.Size(), roaring.FromDense(members, false))
}

// titleContains looks into every distinct title.
func titleContains(ctx context.Context, tx *file.Tx, part string) (sets.Set, error) {
	o, err := tx.Column(order.OrderColumn(store.FieldTitle))
	if err != nil {
		return sets.Set{}, err
	}
	members, looked := sets.NewBits(int(tx.Size())), 0
	err = order.TitlesOf(tx).EachPlain(func(plain string, low, high int) bool {
		if strings.Contains(plain, part) {
			for place := low; place < high; place++ {
				if ordinal := o.Uint32(place); ordinal < tx.Size() {
					members.Add(int(ordinal))
				}
			}
		}
		looked++
		return looked%1024 != 0 || ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	return sets.Of(tx.Size(), roaring.FromDense(members, false)), err
}
