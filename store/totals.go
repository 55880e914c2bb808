package store

import (
	"encoding/binary"
	"sync/atomic"
)

// totals remembers how many posts some lists have in all. A release never
// changes, and each page of a list says the same total.
type totals struct {
	// A list has its total in one of the slots of a row.
	rows [1024][4]atomic.Pointer[knownTotal]
	next atomic.Uint32 // slot to be given up where all of a row are taken
}

type knownTotal struct {
	list  questionKey
	total int
}

func (t *totals) row(list questionKey) *[4]atomic.Pointer[knownTotal] {
	return &t.rows[binary.LittleEndian.Uint64(list[8:])%uint64(len(t.rows))]
}

func (t *totals) get(list questionKey) (total int, ok bool) {
	row := t.row(list)
	for i := range row {
		if known := row[i].Load(); known != nil && known.list == list {
			return known.total, true
		}
	}
	return 0, false
}

func (t *totals) put(list questionKey, total int) {
	row, known := t.row(list), &knownTotal{list, total}
	for i := range row {
		if row[i].CompareAndSwap(nil, known) {
			return
		}
	}
	row[t.next.Add(1)%uint32(len(row))].Store(known)
}
