package query

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/fulltext"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
)

// Engine answers questions about the posts that match a filter, from all indexes of a
// release.
type Engine struct {
	posts      *posts.Records
	orders     *order.Orders
	terms      *terms.Index
	words      *fulltext.Index
	counters   *tally.Counters
	Remembered remembered
	matchings  sync.Pool // of *Matching
}

// Open gives an engine over the indexes of a release. It reads nothing yet.
func Open(posts *posts.Records, orders *order.Orders, terms *terms.Index, words *fulltext.Index) *Engine {
	return &Engine{posts: posts, orders: orders, terms: terms, words: words, counters: tally.Open()}
}

// Forget has every question answered anew.
func (e *Engine) Forget() {
	for i := range e.Remembered.rows {
		file.ForgetAll(e.Remembered.rows[i][:])
	}
}

// remembered are what a release remembers of questions, which never changes: how
// many posts a list has in all, which each of its pages says, and where in a list
// a page begins that is asked for by its number. Each is one number.
type remembered struct {
	// A question has its number in one of the slots of a row.
	rows [1024][4]atomic.Pointer[finding]
	next atomic.Uint32 // slot to be given up where all of a row are taken
}

type finding struct {
	of     cursor.Key
	number int
}

func (f *remembered) row(of cursor.Key) *[4]atomic.Pointer[finding] {
	return &f.rows[binary.LittleEndian.Uint64(of[8:])%uint64(len(f.rows))]
}

func (f *remembered) Get(of cursor.Key) (number int, ok bool) {
	row := f.row(of)
	for i := range row {
		if known := row[i].Load(); known != nil && known.of == of {
			return known.number, true
		}
	}
	return 0, false
}

func (f *remembered) Put(of cursor.Key, number int) {
	row, found := f.row(of), &finding{of, number}
	for i := range row {
		if row[i].CompareAndSwap(nil, found) {
			return
		}
	}
	row[f.next.Add(1)%uint32(len(row))].Store(found)
}
