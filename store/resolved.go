package store

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"
)

// resolutions are what a release remembers of the values by which filters name
// terms: the same few are asked for again and again, each at the cost of
// several searches. A value that shares its slot with another takes its place.
type resolutions struct {
	seed  maphash.Seed
	slots [2048]atomic.Pointer[resolution]
}

type resolution struct {
	kind  Kind
	value string
	ids   []TermID
}

// resolve gives every term that a value of a filter means, each once. The list
// is the caller's to read, not to change.
func (tx *readTx) resolve(kind Kind, value string) ([]TermID, error) {
	known := &tx.release.resolutions
	slot := &known.slots[maphash.String(known.seed, value)%uint64(len(known.slots))]
	if r := slot.Load(); r != nil && r.kind == kind && r.value == value {
		return r.ids, nil
	}
	ids, err := tx.lookUpTerms(kind, value)
	slices.Sort(ids)
	ids = slices.Compact(ids) // the name and the slug may be the same
	if err == nil && len(ids) > 0 {
		// The value may be a part of a long request, which is not to be kept.
		slot.Store(&resolution{kind, strings.Clone(value), slices.Clip(ids)})
	}
	return ids, err
}
