package release

import (
	"context"
	"math/bits"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// FindEveryWay gives all posts of a list as each of the ways to find them does:
// its members in order, then backwards, then each by its number. A list is
// found in one way only, the cheapest, and few tests are large enough to make
// each the cheapest.
func FindEveryWay(ctx context.Context, r *Reader, q store.PostQuery) (map[string][]store.Ref, error) {
	return call(ctx, r, func(tx *file.Tx) (map[string][]store.Ref, error) {
		all, err := r.release.engine.conditions(ctx, tx, q.Filter)
		if err != nil {
			return nil, err
		}
		seq, err := r.release.orders.sequence(tx, q.Order)
		if err != nil {
			return nil, err
		}
		l, err := r.release.engine.list(ctx, tx, all, seq)
		if err != nil {
			return nil, err
		}
		if l.total, err = l.count(); err != nil {
			return nil, err
		}
		ways := map[string]places{"lazily": l.lazily(), "laid out": l.laidOut()}
		patient, impatient := l.lazily(), l.lazily()
		patient.budget, impatient.budget = 1<<30, min(5, l.total/2)
		ways["lazily to the end"], ways["lazily, then laid out"] = patient, impatient
		sorted := sets.Sorted{}
		l.all.each(sets.Everything(tx.Size()), func(ordinals []uint32) {
			for _, o := range ordinals {
				sorted = append(sorted, uint32(seq.placeOf(o)))
			}
		})
		slices.Sort(sorted)
		ways["sorted"] = sorted
		found := map[string][]store.Ref{}
		for name, members := range ways {
			p := &pager{list: l, members: members}
			refs := []store.Ref{}
			add := func(positions []int) {
				for _, position := range positions {
					refs = append(refs, store.Ref(seq.at(position)))
				}
			}
			add(p.forward(0, seq.n, seq.n+1))
			add(p.backward(0, seq.n, seq.n+1))
			for k := range l.total {
				if k%7 == 0 {
					add([]int{p.nth(k)})
				}
			}
			found[name] = refs
		}
		return found, nil
	})
}

// Read makes a read, which may fail.
func (r *Reader) Read(ctx context.Context, read func() (int, error)) (int, error) {
	return call(ctx, r, func(*file.Tx) (int, error) { return read() })
}

// Forget drops what the release remembers of questions.
func (r *Release) Forget() {
	r.engine.Forget()
	file.ForgetAll(r.words.searches[:])
	for i := range r.similar.views {
		if x := r.similar.views[i].Load(); x != nil {
			for j := range x.totals {
				x.totals[j].Store(nil)
			}
		}
	}
}

// ListsRead counts the blocks of lists of words that were read, but for the first of
// each, which says how long it is.
func (r *Release) ListsRead() (blocks int) {
	for i := range r.words.lists {
		l := r.words.lists[i].Load()
		if l == nil || l.form == listShort { // which is read when it is opened
			continue
		}
		for j := range l.data.Good {
			good := l.data.Good[j].Load()
			if j == 0 {
				good &^= 1
			}
			blocks += bits.OnesCount32(good)
		}
	}
	return blocks
}
