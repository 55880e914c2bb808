package store

import "context"

// Row is a post in the form in which a release stores it, not decoded.
type Row struct {
	Ref      Ref
	JSON     []byte   // canonical JSON without updated, or the card
	Updated  string   // the later of publishedAt and lastReviewed, as given; in a card it stands in the JSON
	Tools    []TermID // for each of meta.tools its term
	Entities []TermID // for each of meta.entities its term; Whole only
}

// Rows reads posts as they are stored, in the order of refs; a NoRef gives a
// row without JSON. The JSON is appended to arena, which is given back for
// another use once the rows are no longer needed.
func (r *Reader) Rows(ctx context.Context, refs []Ref, part Part, arena []byte) ([]Row, []byte, error) {
	rows, err := call(ctx, r, func(tx *readTx) (rows []Row, err error) {
		rows, arena, err = tx.rows(refs, part, arena)
		return rows, err
	})
	return rows, arena, err
}

func (tx *readTx) rows(refs []Ref, part Part, arena []byte) ([]Row, []byte, error) {
	rows := make([]Row, len(refs))
	for i, ref := range refs {
		row := &rows[i]
		row.Ref = ref
		if ref == NoRef {
			continue
		}
		from := len(arena)
		if part == Card {
			tools, card, err := tx.cardRecord(ref)
			if err != nil {
				return nil, arena, err
			}
			row.Tools = tools
			arena = append(arena, card...)
		} else {
			rec, err := tx.postRecord(ref)
			if err != nil {
				return nil, arena, err
			}
			row.Updated, row.Tools, row.Entities = rec.updated, rec.tools, rec.entities
			size, err := unpackedLen(rec.compressed)
			if err != nil {
				return nil, arena, err
			}
			if cap(arena)-from < size { // the rows before keep the old one
				arena, from = make([]byte, 0, max(size, 2*cap(arena), 64<<10)), 0
			}
			json, err := tx.unpack(ref, rec.compressed, arena[from:])
			if err != nil {
				return nil, arena, err
			}
			arena = arena[:from+len(json)]
		}
		row.JSON = arena[from:len(arena):len(arena)]
	}
	return rows, arena, nil
}
