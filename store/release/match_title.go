package release

import (
	"context"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/sets"
)

// titleRange is met by the posts from the first title for which from holds to
// just before the first for which until holds.
func (e *engine) titleRange(tx *Tx, from, until func(title string) bool) (*interval, error) {
	low, err := titles(tx).search(from)
	if err != nil {
		return nil, err
	}
	high, err := titles(tx).search(until)
	if err != nil {
		return nil, err
	}
	x, err := e.orders.orderBy(tx, store.FieldTitle)
	if err != nil {
		return nil, err
	}
	return e.interval(tx, x, int(x.starts.uint32(low)), int(x.starts.uint32(high))), nil
}

// titleContains looks into every distinct title.
func titleContains(ctx context.Context, tx *Tx, part string) (sets.Set, error) {
	starts, err := tx.column(startsColumn(store.FieldTitle))
	if err != nil {
		return sets.Set{}, err
	}
	order, err := tx.column(orderColumn(store.FieldTitle))
	if err != nil {
		return sets.Set{}, err
	}
	members := sets.NewBits(int(tx.size()))
	for group := 0; group < tx.file.info.Titles; group += textsPerChunk {
		if err := ctx.Err(); err != nil {
			return sets.Set{}, err
		}
		titles, err := titles(tx).chunk(group / textsPerChunk)
		if err != nil {
			return sets.Set{}, err
		}
		for i, title := range titles {
			if !strings.Contains(title, part) {
				continue
			}
			for place := starts.uint32(group + i); place < starts.uint32(group+i+1); place++ {
				if ordinal := order.uint32(int(place)); ordinal < tx.size() {
					members.Add(int(ordinal))
				}
			}
		}
	}
	return sets.Of(tx.size(), roaring.FromDense(members, false)), nil
}
