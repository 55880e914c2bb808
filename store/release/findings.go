package release

import (
	"encoding/binary"
	"sync/atomic"

	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/fulltext"
	"alphanode/store/index/order"
	"alphanode/store/index/tally"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
)

// engine answers questions about the posts that match a filter, from all indexes of a
// release.
type engine struct {
	posts    *posts.Records
	orders   *order.Orders
	terms    *terms.Index
	words    *fulltext.Index
	counters *tally.Counters
	findings findings
}

func newEngine(posts *posts.Records, orders *order.Orders, terms *terms.Index, words *fulltext.Index) *engine {
	return &engine{posts: posts, orders: orders, terms: terms, words: words, counters: tally.Open()}
}

// Forget has every question answered anew.
func (e *engine) Forget() {
	for i := range e.findings.rows {
		file.ForgetAll(e.findings.rows[i][:])
	}
}

// findings are what a release remembers of questions, which never changes: how
// many posts a list has in all, which each of its pages says, and where in a list
// a page begins that is asked for by its number. Each is one number.
type findings struct {
	// A question has its number in one of the slots of a row.
	rows [1024][4]atomic.Pointer[finding]
	next atomic.Uint32 // slot to be given up where all of a row are taken
}

type finding struct {
	of     cursor.Key
	number int
}

func (f *findings) row(of cursor.Key) *[4]atomic.Pointer[finding] {
	return &f.rows[binary.LittleEndian.Uint64(of[8:])%uint64(len(f.rows))]
}

func (f *findings) get(of cursor.Key) (number int, ok bool) {
	row := f.row(of)
	for i := range row {
		if known := row[i].Load(); known != nil && known.of == of {
			return known.number, true
		}
	}
	return 0, false
}

func (f *findings) put(of cursor.Key, number int) {
	row, found := f.row(of), &finding{of, number}
	for i := range row {
		if row[i].CompareAndSwap(nil, found) {
			return
		}
	}
	row[f.next.Add(1)%uint32(len(row))].Store(found)
}
