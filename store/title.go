package store

import (
	"context"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// titles are the distinct folded titles. Title number g is that of group g of
// the order by title.
func (tx *readTx) titles() sortedTexts {
	return sortedTexts{tx, bucketTitles, tx.release.info.Titles}
}

// titleRange is met by the posts from the first title for which from holds to
// just before the first for which until holds.
func (tx *readTx) titleRange(from, until func(title string) bool) (*interval, error) {
	low, err := tx.titles().search(from)
	if err != nil {
		return nil, err
	}
	high, err := tx.titles().search(until)
	if err != nil {
		return nil, err
	}
	x, err := tx.orderBy(FieldTitle)
	if err != nil {
		return nil, err
	}
	return tx.interval(x, int(x.starts.uint32(low)), int(x.starts.uint32(high))), nil
}

// titleContains looks into every distinct title.
func (tx *readTx) titleContains(ctx context.Context, part string) (set, error) {
	starts, err := tx.column(startsColumn(FieldTitle))
	if err != nil {
		return set{}, err
	}
	order, err := tx.column(orderColumn(FieldTitle))
	if err != nil {
		return set{}, err
	}
	members := newBitset(int(tx.size()))
	for group := 0; group < tx.release.info.Titles; group += textsPerChunk {
		if err := ctx.Err(); err != nil {
			return set{}, err
		}
		titles, err := tx.titles().chunk(group / textsPerChunk)
		if err != nil {
			return set{}, err
		}
		for i, title := range titles {
			if !strings.Contains(title, part) {
				continue
			}
			for place := starts.uint32(group + i); place < starts.uint32(group+i+1); place++ {
				if ordinal := order.uint32(int(place)); ordinal < tx.size() {
					members.add(int(ordinal))
				}
			}
		}
	}
	return set{tx.size(), roaring.FromDense(members, false)}, nil
}
