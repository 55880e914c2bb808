package release

import (
	"encoding/binary"

	"alphanode/store"
	"alphanode/store/file"
)

// slugWalk goes over the slugs that a view sees, in order.
type slugWalk struct {
	tx     *file.Tx
	cursor *file.Cursor
	slug   []byte // nil behind the last
	ref    store.Ref
}

func walkSlugs(tx *file.Tx) (*slugWalk, error) {
	w := &slugWalk{tx: tx, cursor: tx.Cursor(file.BucketSlugs)}
	return w, w.take(w.cursor.First())
}

func (w *slugWalk) at() []byte { return w.slug }

func (w *slugWalk) next() error { return w.take(w.cursor.Next()) }

func (w *slugWalk) take(slug, value []byte) error {
	for ; slug != nil; slug, value = w.cursor.Next() {
		payload, err := file.Unseal(file.BucketSlugs, slug, value)
		if err != nil {
			return err
		}
		// Preview sees every post: a number that none has fails when it is read.
		if ordinal := binary.LittleEndian.Uint32(payload); w.tx.View == store.Preview || ordinal < w.tx.Size() {
			w.slug, w.ref = slug, store.Ref(ordinal)
			return nil
		}
	}
	w.slug = nil
	return nil
}

// eachSlug calls a function for each slug that a view sees, in order, with its post.
// The slug is valid until the function returns.
func eachSlug(tx *file.Tx, f func(slug []byte, ref store.Ref) error) error {
	w, err := walkSlugs(tx)
	for err == nil && w.slug != nil {
		if err = f(w.slug, w.ref); err == nil {
			err = w.next()
		}
	}
	return err
}
