package file

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
	File   *File
	View   store.View
	Budget *store.Budget   // of the question; nil where there is no bound
	alone  store.Budget    // of a question that has none
	Paid   int             // units, by the one read
	ctx    context.Context // of the one read, for what is asked often; nil where nobody waits
	steps  int             // see StayOften
	bolt   *bolt.Tx
	seeks  map[string]*Cursor // for seek, which needs no new one each time
	room   sets.Bits          // see EmptyBits
	texts  []byte             // room for a chunk, see Texts
	Asked  []byte             // room for a question
}

// Stay ends the read whose reader has left, by a Fault.
func (tx *Tx) Stay() {
	if tx.ctx != nil && tx.ctx.Err() != nil {
		panic(Fault{tx.ctx.Err()})
	}
}

// StayOften is Stay for steps that take less than some microseconds: it asks at some
// of them.
func (tx *Tx) StayOften() {
	if tx.steps++; tx.steps%64 == 0 {
		tx.Stay()
	}
}

// Size is how many posts the transaction's view sees.
func (tx *Tx) Size() uint32 { return uint32(tx.File.Size(tx.View)) }

// Analyses says by which analyses the words are taken of the posts that the view sees, and
// of how many posts each. The public must not learn of a language that only drafts have.
func (tx *Tx) Analyses() (seen []AnalysisPosts) {
	for _, of := range tx.File.Info.Analyses {
		if tx.View != store.Preview {
			of.Posts = of.Public
		}
		if of.Posts > 0 {
			seen = append(seen, of)
		}
	}
	return seen
}

// Column gives a column of the release by its name. One that is not there is an ErrCorrupt.
func (tx *Tx) Column(name string) (*Column, error) { return tx.File.column(tx, name) }

// Seek gives the first key of a bucket that is not below one, and its value.
func (tx *Tx) Seek(bucket string, key []byte) (found, value []byte) {
	c, ok := tx.seeks[bucket]
	if !ok {
		c = tx.Cursor(bucket)
		tx.seeks[bucket] = c
	}
	return c.Seek(key)
}

// Get reads a sealed value; nil where the key is not there.
func (tx *Tx) Get(bucket string, key []byte) ([]byte, error) {
	found, value := tx.Seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return nil, nil
	}
	return Unseal(bucket, key, value)
}

// Number reads a sealed number; false where the key is not there. It is checked as a
// copy, for that a view does not see a post is an absence too.
func (tx *Tx) Number(bucket string, key []byte) (n uint32, ok bool, err error) {
	found, value := tx.Seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return 0, false, nil
	}
	n, err = UnsealNumber(bucket, key, value)
	return n, err == nil, err
}

// Must is Get for a key that has to be there.
func (tx *Tx) Must(bucket string, key []byte) ([]byte, error) {
	value, err := tx.Get(bucket, key)
	if err == nil && value == nil {
		err = fmt.Errorf("%w: nothing at %s %q", store.ErrCorrupt, bucket, key)
	}
	return value, err
}

// Postings reads a bitmap and leaves out the posts the view does not see.
func (tx *Tx) Postings(bucket string, key []byte) (sets.Set, error) {
	payload, err := tx.Must(bucket, key)
	if err != nil {
		return sets.Set{}, err
	}
	posts, err := sets.Read(payload, tx.Size())
	if err != nil {
		return sets.Set{}, fmt.Errorf("%w: bitmap of %s %q: %w", store.ErrCorrupt, bucket, key, err)
	}
	return posts, nil
}

// EmptyBits gives an empty set of numbers below the count of posts, until it
// is called again.
func (tx *Tx) EmptyBits() sets.Bits {
	if tx.room == nil {
		tx.room = sets.NewBits(tx.File.Info.Posts)
	}
	clear(tx.room)
	return tx.room
}

// TakeFrom lets the read take from a budget, or where there is none from its own.
func (tx *Tx) TakeFrom(b *store.Budget) {
	tx.Paid = 0
	if tx.Budget = b; b == nil {
		tx.alone.Limit = store.MostAlone
		tx.alone.Used.Store(0)
		tx.alone.Ended.Store(nil)
		tx.Budget = &tx.alone
	}
}

// Cursor gives a cursor over a bucket. A damaged one is a Fault.
func (tx *Tx) Cursor(bucket string) *Cursor {
	p := tx.File.Pages
	return p.cursor(&p.trees[slices.Index(buckets, bucket)])
}

// Pay takes nanoseconds from the budget of the question, before they are used.
func (tx *Tx) Pay(ctx context.Context, nanos int) error {
	units := (nanos + Unit - 1) / Unit
	tx.Paid += units
	return tx.Budget.Spend(ctx, units)
}

// Begin takes a transaction, which End gives back.
func (f *File) Begin(ctx context.Context, v store.View) (*Tx, error) {
	select { // without waiting, and so without what waiting needs
	case tx := <-f.Idle:
		tx.View, tx.ctx = v, ctx
		return tx, nil
	default:
	}
	select {
	case tx := <-f.Idle:
		tx.View, tx.ctx = v, ctx
		return tx, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// End gives a transaction back. Nothing that it gave may be used after.
func (f *File) End(tx *Tx) {
	tx.Budget, tx.ctx = nil, nil
	f.Idle <- tx
}
