package terms

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/file"
)

// Index is the terms of a release, and what it remembers of them.
type Index struct {
	known  knownTerms
	seen   [2]atomic.Pointer[map[store.Kind]int] // by View; nil until they are asked for
	values sync.Map                              // valueIndexOf → *Values
}

// Open gives the terms of a release. It reads nothing yet.
func Open() *Index { return &Index{known: knownTerms{seed: maphash.MakeSeed()}} }

// Forget has everything looked up again.
func (x *Index) Forget() {
	file.ForgetAll(x.known.values[:])
	for i := range x.known.terms {
		file.ForgetAll(x.known.terms[i][:])
	}
	file.ForgetAll(x.seen[:])
	x.values.Clear()
}

// knownTerms are what a release remembers of its terms, which the same few are
// asked for again and again, each at the cost of a search or several. What
// shares its slot with another takes its place.
type knownTerms struct {
	seed   maphash.Seed
	values [2048]atomic.Pointer[resolution]    // by the value of a filter
	terms  [2][4096]atomic.Pointer[store.Term] // by View and TermID
}

// resolution is what a value of a filter means to a view, which has slugs of its own.
type resolution struct {
	view  store.View
	kind  store.Kind
	value string
	ids   []store.TermID
}

// Resolve gives every term that a value of a filter means, each once. The list
// is the caller's to read, not to change.
func (x *Index) Resolve(tx *file.Tx, kind store.Kind, value string) ([]store.TermID, error) {
	known := &x.known
	slot := &known.values[maphash.String(known.seed, value)%uint64(len(known.values))]
	if r := slot.Load(); r != nil && r.view == tx.View && r.kind == kind && r.value == value {
		return r.ids, nil
	}
	ids, err := lookUpTerms(tx, kind, value)
	slices.Sort(ids)
	ids = slices.Compact(ids) // the name and the slug may be the same
	if err == nil && len(ids) > 0 {
		// The value may be a part of a long request, which is not to be kept.
		slot.Store(&resolution{tx.View, kind, strings.Clone(value), slices.Clip(ids)})
	}
	return ids, err
}

// Terms reads terms, in the order of ids. They are the callers' to read, not to
// change.
func (x *Index) Terms(tx *file.Tx, ids []store.TermID) ([]*store.Term, error) {
	known := &x.known.terms[tx.View]
	terms := make([]*store.Term, len(ids))
	var key []byte
	for i, id := range ids {
		slot := &known[uint32(id)%uint32(len(known))]
		if t := slot.Load(); t != nil && t.ID == id {
			terms[i] = t
			continue
		}
		key = binary.BigEndian.AppendUint32(key[:0], uint32(id)) // as OrdinalKey
		payload, err := tx.Must(file.BucketTerms, key)
		if err != nil {
			return nil, err
		}
		t, err := Read(payload, id, tx.View)
		if err != nil {
			return nil, err
		}
		terms[i] = &t
		slot.Store(&t)
	}
	return terms, nil
}

// Seen is how many terms of a kind the view sees.
func (x *Index) Seen(tx *file.Tx, kind store.Kind) (int, error) {
	known := &x.seen[tx.View]
	if seen := known.Load(); seen != nil {
		return (*seen)[kind], nil
	}
	seen := make(map[store.Kind]int, len(store.Kinds))
	for _, k := range store.Kinds {
		terms, err := listColumn(tx, k, "", store.TermOrder{})
		if err != nil {
			return 0, err
		}
		if terms != nil {
			seen[k] = terms.Len32()
		}
	}
	known.Store(&seen)
	return seen[kind], nil
}
