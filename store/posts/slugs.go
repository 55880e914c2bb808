package posts

import (
	"encoding/binary"

	"alphanode/store"
	"alphanode/store/file"
)

// SlugWalk goes over the slugs that a view sees, in order.
type SlugWalk struct {
	tx     *file.Tx
	cursor *file.Cursor
	Slug   []byte // nil behind the last
	Ref    store.Ref
}

// WalkSlugs begins with the first slug.
func WalkSlugs(tx *file.Tx) (*SlugWalk, error) {
	w := &SlugWalk{tx: tx, cursor: tx.Cursor(file.BucketSlugs)}
	return w, w.take(w.cursor.First())
}

// At gives the slug that the walk is at, nil behind the last.
func (w *SlugWalk) At() []byte { return w.Slug }

// Next goes on to the next slug.
func (w *SlugWalk) Next() error { return w.take(w.cursor.Next()) }

func (w *SlugWalk) take(slug, value []byte) error {
	for ; slug != nil; slug, value = w.cursor.Next() {
		payload, err := file.Unseal(file.BucketSlugs, slug, value)
		if err != nil {
			return err
		}
		// Preview sees every post: a number that none has fails when it is read.
		if ordinal := binary.LittleEndian.Uint32(payload); w.tx.View == store.Preview || ordinal < w.tx.Size() {
			w.Slug, w.Ref = slug, store.Ref(ordinal)
			return nil
		}
	}
	w.Slug = nil
	return nil
}

// EachSlug calls a function for each slug that a view sees, in order, with its post.
// The slug is valid until the function returns.
func EachSlug(tx *file.Tx, f func(slug []byte, ref store.Ref) error) error {
	w, err := WalkSlugs(tx)
	for err == nil && w.Slug != nil {
		if err = f(w.Slug, w.Ref); err == nil {
			err = w.Next()
		}
	}
	return err
}
