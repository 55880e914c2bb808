package query

import (
	"context"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/fulltext"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
	"alphanode/store/sets"
)

// FindEveryWay gives all posts of a list as each of the ways to find them does:
// its members in order, then backwards, then each by its number. A list is
// found in one way only, the cheapest, and few tests are large enough to make
// each the cheapest.
func (e *Engine) FindEveryWay(ctx context.Context, tx *file.Tx, q store.PostQuery) (found map[string][]store.Ref, err error) {
	err = file.Guard(func() error {
		all, err := e.conditions(ctx, tx, q.Filter)
		if err != nil {
			return err
		}
		seq, err := e.orders.Sequence(tx, q.Order)
		if err != nil {
			return err
		}
		l, err := e.list(ctx, tx, all, seq)
		if err != nil {
			return err
		}
		if l.total, err = l.count(); err != nil {
			return err
		}
		ways := map[string]places{"lazily": l.lazily(), "laid out": l.laidOut()}
		patient, impatient := l.lazily(), l.lazily()
		patient.budget, impatient.budget = 1<<30, min(5, l.total/2)
		ways["lazily to the end"], ways["lazily, then laid out"] = patient, impatient
		sorted := sets.Sorted{}
		l.all.each(sets.Everything(tx.Size()), func(ordinals []uint32) {
			for _, o := range ordinals {
				sorted = append(sorted, uint32(seq.PlaceOf(o)))
			}
		})
		slices.Sort(sorted)
		ways["sorted"] = sorted
		found = map[string][]store.Ref{}
		for name, members := range ways {
			p := &pager{list: l, members: members}
			refs := []store.Ref{}
			add := func(positions []int) {
				for _, position := range positions {
					refs = append(refs, store.Ref(seq.At(position)))
				}
			}
			add(p.forward(0, seq.N, seq.N+1))
			add(p.backward(0, seq.N, seq.N+1))
			for k := range l.total {
				if k%7 == 0 {
					add([]int{p.nth(k)})
				}
			}
			found[name] = refs
		}
		return nil
	})
	return found, err
}

// EngineOf makes what answers questions from a file.
func EngineOf(f *file.File) (*Engine, error) {
	records, err := posts.Open(f)
	if err != nil {
		return nil, err
	}
	orders := order.Open()
	return Open(records, orders, terms.Open(), fulltext.Open(records, orders)), nil
}
