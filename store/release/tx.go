package release

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"alphanode/store"
	"alphanode/store/sets"
)

// Tx is one read transaction, for one goroutine at a time.
type Tx struct {
	file   *File
	view   store.View
	budget *store.Budget   // of the question; nil where there is no bound
	alone  store.Budget    // of a question that has none
	paid   int             // units, by the one read
	ctx    context.Context // of the one read, for what is asked often; nil where nobody waits
	steps  int             // see stayOften
	bolt   *bolt.Tx
	seeks  map[string]*Cursor // for seek, which needs no new one each time
	room   sets.Bits          // see emptyBitset
	texts  []byte             // room for a chunk, see sortedTexts
	asked  []byte             // room for a question
}

// stay ends the read whose reader has left, by a readFault.
func (tx *Tx) stay() {
	if tx.ctx != nil && tx.ctx.Err() != nil {
		panic(Fault{tx.ctx.Err()})
	}
}

// stayOften is stay for steps that take less than some microseconds: it asks at some
// of them.
func (tx *Tx) stayOften() {
	if tx.steps++; tx.steps%64 == 0 {
		tx.stay()
	}
}

// size is how many posts the transaction's view sees.
func (tx *Tx) size() uint32 { return uint32(tx.file.size(tx.view)) }

func (tx *Tx) column(name string) (*Column, error) { return tx.file.column(tx, name) }

// seek gives the first key of a bucket that is not below one, and its value.
func (tx *Tx) seek(bucket string, key []byte) (found, value []byte) {
	c, ok := tx.seeks[bucket]
	if !ok {
		c = tx.cursor(bucket)
		tx.seeks[bucket] = c
	}
	return c.Seek(key)
}

// get reads a sealed value; nil where the key is not there.
func (tx *Tx) get(bucket string, key []byte) ([]byte, error) {
	found, value := tx.seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return nil, nil
	}
	return unseal(bucket, key, value)
}

// number reads a sealed number; false where the key is not there. It is checked as a
// copy, for that a view does not see a post is an absence too.
func (tx *Tx) number(bucket string, key []byte) (n uint32, ok bool, err error) {
	found, value := tx.seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return 0, false, nil
	}
	n, err = unsealNumber(bucket, key, value)
	return n, err == nil, err
}

// must is get for a key that has to be there.
func (tx *Tx) must(bucket string, key []byte) ([]byte, error) {
	value, err := tx.get(bucket, key)
	if err == nil && value == nil {
		err = fmt.Errorf("%w: nothing at %s %q", store.ErrCorrupt, bucket, key)
	}
	return value, err
}

// postings reads a bitmap and leaves out the posts the view does not see.
func (tx *Tx) postings(bucket string, key []byte) (sets.Set, error) {
	payload, err := tx.must(bucket, key)
	if err != nil {
		return sets.Set{}, err
	}
	posts, err := sets.Read(payload, tx.size())
	if err != nil {
		return sets.Set{}, fmt.Errorf("%w: bitmap of %s %q: %w", store.ErrCorrupt, bucket, key, err)
	}
	return posts, nil
}

// EmptyBits gives an empty set of numbers below the count of posts, until it
// is called again.
func (tx *Tx) EmptyBits() sets.Bits {
	if tx.room == nil {
		tx.room = sets.NewBits(tx.file.info.Posts)
	}
	clear(tx.room)
	return tx.room
}

// takeFrom lets the read take from a budget, or where there is none from its own.
func (tx *Tx) takeFrom(b *store.Budget) {
	tx.paid = 0
	if tx.budget = b; b == nil {
		tx.alone.Limit = store.MostAlone
		tx.alone.Used.Store(0)
		tx.alone.Ended.Store(nil)
		tx.budget = &tx.alone
	}
}

// cursor gives a cursor over a bucket. A damaged one is a readFault.
func (tx *Tx) cursor(bucket string) *Cursor {
	p := tx.file.pages
	return p.cursor(&p.trees[slices.Index(buckets, bucket)])
}

// pay takes nanoseconds from the budget of the question, before they are used.
func (tx *Tx) pay(ctx context.Context, nanos int) error {
	units := (nanos + unit - 1) / unit
	tx.paid += units
	return tx.budget.Spend(ctx, units)
}

// begin takes a transaction, which end gives back.
func (f *File) begin(ctx context.Context, v store.View) (*Tx, error) {
	select { // without waiting, and so without what waiting needs
	case tx := <-f.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	default:
	}
	select {
	case tx := <-f.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *File) end(tx *Tx) {
	tx.budget, tx.ctx = nil, nil
	f.idle <- tx
}
