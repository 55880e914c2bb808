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
	Remembered remembered[int]
	facets     remembered[tally.Counted] // of kinds without own conditions
	matchings  sync.Pool                 // of *Matching
}

// Open gives an engine over the indexes of a release. It reads nothing yet.
func Open(posts *posts.Records, orders *order.Orders, terms *terms.Index, words *fulltext.Index) *Engine {
	return &Engine{posts: posts, orders: orders, terms: terms, words: words, counters: tally.Open()}
}

// Forget has every question answered anew.
func (e *Engine) Forget() {
	e.Remembered.forget()
	e.facets.forget()
}

// remembered are what a release remembers of questions, which never changes: how
// many posts a list has in all, which each of its pages says, where in a list a page
// begins that is asked for by its number, and how posts divide by a kind without its own
// conditions, which stays while a reader chooses among its terms. Each is small.
type remembered[T any] struct {
	// A question has its answer in one of the slots of a row.
	rows [1024][4]atomic.Pointer[finding[T]]
	next atomic.Uint32 // slot to be given up where all of a row are taken
}

type finding[T any] struct {
	of     cursor.Key
	answer T
}

func (f *remembered[T]) row(of cursor.Key) *[4]atomic.Pointer[finding[T]] {
	return &f.rows[binary.LittleEndian.Uint64(of[8:])%uint64(len(f.rows))]
}

func (f *remembered[T]) Get(of cursor.Key) (answer T, ok bool) {
	row := f.row(of)
	for i := range row {
		if known := row[i].Load(); known != nil && known.of == of {
			return known.answer, true
		}
	}
	return answer, false
}

func (f *remembered[T]) Put(of cursor.Key, answer T) {
	row, found := f.row(of), &finding[T]{of, answer}
	for i := range row {
		if row[i].CompareAndSwap(nil, found) {
			return
		}
	}
	row[f.next.Add(1)%uint32(len(row))].Store(found)
}

func (f *remembered[T]) forget() {
	for i := range f.rows {
		file.ForgetAll(f.rows[i][:])
	}
}
