package posts

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
)

// Raw gives posts as they are stored. Their JSON is unpacked into the arena, which is given
// back larger; refs may hold NoRef.
func (x *Records) Raw(ctx context.Context, tx *file.Tx, refs []store.Ref, part store.Part, arena []byte) ([]store.Raw, []byte, error) {
	rows, size := make([]store.Raw, len(refs)), 0
	room := make([]store.TermID, 0, len(refs)*8) // for the terms of all rows
	for i, ref := range refs {
		row := &rows[i]
		row.Ref = ref
		if ref == store.NoRef {
			continue
		}
		// Until all rows are known JSON is what the file holds of it.
		if part == store.Card {
			record, err := x.cards.Record(tx, uint32(ref))
			if err != nil {
				return nil, arena, err
			}
			if row.Tools, row.JSON, err = readTermIDs(record, &room); err != nil {
				return nil, arena, err
			}
			size += len(row.JSON)
			continue
		}
		record, err := x.whole.Record(tx, uint32(ref))
		if err != nil {
			return nil, arena, err
		}
		rec, err := readPostRecord(record, &room)
		if err != nil {
			return nil, arena, err
		}
		row.Updated, row.NoIndex, row.Tools, row.Entities, row.JSON = rec.updated, rec.noIndex, rec.Tools, rec.Entities, rec.Compressed
		n, err := UnpackedLen(rec.Compressed)
		if err != nil {
			return nil, arena, err
		}
		size += n
	}
	if err := tx.Pay(ctx, (1+len(refs))*file.PriceOfText+size*file.PriceOfUnpacked); err != nil {
		return nil, arena, err
	}
	if cap(arena)-len(arena) < size { // rows that were read before keep the old one
		arena = make([]byte, 0, max(size, 2*cap(arena), 16<<10))
	}
	for i := range rows {
		row := &rows[i]
		if row.Ref == store.NoRef {
			continue
		}
		from := len(arena)
		if part == store.Card {
			arena = append(arena, row.JSON...)
		} else {
			json, err := x.Unpack(tx, row.Ref, row.JSON, arena[from:])
			if err != nil {
				return nil, arena, err
			}
			arena = arena[:from+len(json)]
		}
		row.JSON = arena[from:len(arena):len(arena)]
	}
	return rows, arena, nil
}
