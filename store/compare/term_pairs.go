package compare

import (
	"context"
	"encoding/binary"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/terms"
	"alphanode/store/release"
)

// eachTermPair calls a function for each term that a view has in one of two releases
// or in both, by kind and identity, with how it stands in each; nil where it does
// not. The key is the same in every release, and is valid until the function
// returns.
func eachTermPair(ctx context.Context, before, after release.Reading, f func(key []byte, was, is *store.Term) error) error {
	x, err := walkTerms(before.Tx)
	if err != nil {
		return err
	}
	y, err := walkTerms(after.Tx)
	if err != nil {
		return err
	}
	return sideBySide(ctx, x, y, func(key []byte, inBefore, inAfter bool) error {
		var was, is *store.Term
		if inBefore {
			was = &x.term
		}
		if inAfter {
			is = &y.term
		}
		return f(key, was, is)
	})
}

// termWalk goes over the terms that a view sees, in the order of their keys.
type termWalk struct {
	tx     *file.Tx
	cursor *file.Cursor
	key    []byte // nil behind the last
	term   store.Term
}

func walkTerms(tx *file.Tx) (*termWalk, error) {
	w := &termWalk{tx: tx, cursor: tx.Cursor(file.BucketTermIDs)}
	return w, w.take(w.cursor.First())
}

func (w *termWalk) At() []byte { return w.key }

func (w *termWalk) Next() error { return w.take(w.cursor.Next()) }

func (w *termWalk) take(key, value []byte) error {
	for ; key != nil; key, value = w.cursor.Next() {
		payload, err := file.Unseal(file.BucketTermIDs, key, value)
		if err != nil {
			return err
		}
		id := store.TermID(binary.LittleEndian.Uint32(payload))
		record, err := w.tx.Must(file.BucketTerms, file.OrdinalKey(uint32(id)))
		if err != nil {
			return err
		}
		if w.term, err = terms.Read(record, id, w.tx.View); err != nil {
			return err
		}
		if w.term.PostCount > 0 {
			break
		}
	}
	w.key = key
	return nil
}

// looksAs reports whether a term is told in the same words and with the same count
// in two releases.
func looksAs(t *store.Term, other *store.Term) bool {
	return t.Slug == other.Slug && t.Name == other.Name && t.Type == other.Type && t.PostCount == other.PostCount
}
