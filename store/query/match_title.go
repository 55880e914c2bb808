package query

import (
	"context"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// titleRange is met by the posts from the first title for which from holds to
// just before the first for which until holds.
func (e *Engine) titleRange(tx *file.Tx, from, until func(title string) bool) (*interval, error) {
	low, err := order.Titles(tx).Search(from)
	if err != nil {
		return nil, err
	}
	high, err := order.Titles(tx).Search(until)
	if err != nil {
		return nil, err
	}
	x, err := e.orders.By(tx, store.FieldTitle)
	if err != nil {
		return nil, err
	}
	return e.interval(tx, x, int(x.Starts.Uint32(low)), int(x.Starts.Uint32(high))), nil
}

// titleContains looks into every distinct title.
func titleContains(ctx context.Context, tx *file.Tx, part string) (sets.Set, error) {
	starts, err := tx.Column(order.StartsColumn(store.FieldTitle))
	if err != nil {
		return sets.Set{}, err
	}
	o, err := tx.Column(order.OrderColumn(store.FieldTitle))
	if err != nil {
		return sets.Set{}, err
	}
	members := sets.NewBits(int(tx.Size()))
	for group := 0; group < tx.File.Info.Titles; group += file.TextsPerChunk {
		if err := ctx.Err(); err != nil {
			return sets.Set{}, err
		}
		titles, err := order.Titles(tx).Chunk(group / file.TextsPerChunk)
		if err != nil {
			return sets.Set{}, err
		}
		for i, title := range titles {
			if !strings.Contains(title, part) {
				continue
			}
			for place := starts.Uint32(group + i); place < starts.Uint32(group+i+1); place++ {
				if ordinal := o.Uint32(int(place)); ordinal < tx.Size() {
					members.Add(int(ordinal))
				}
			}
		}
	}
	return sets.Of(tx.Size(), roaring.FromDense(members, false)), nil
}
