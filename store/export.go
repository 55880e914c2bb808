package store

import (
	"context"
	"encoding/binary"
)

// Each gives the canonical JSON of every post of the release, those the public
// does not see included, in the order of slugs. The bytes are valid until f
// returns.
func (r *Release) Each(ctx context.Context, f func(json []byte) error) error {
	tx, err := r.file.begin(ctx, Preview)
	if err != nil {
		return err
	}
	defer r.file.end(tx)
	return guard(func() error {
		var json []byte
		cursor, passing := tx.cursor(bucketSlugs), r.file.passing()
		for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			payload, err := unseal(bucketSlugs, k, v)
			if err != nil {
				return err
			}
			if json, err = r.posts.canonical(tx, Ref(binary.LittleEndian.Uint32(payload)), json[:0]); err != nil {
				return err
			}
			passing.pass(len(json))
			if err := f(json); err != nil {
				return err
			}
		}
		return nil
	})
}
