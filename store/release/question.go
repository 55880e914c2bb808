package release

import (
	"crypto/sha256"
	"encoding/binary"

	"alphanode/store"
)

// question is what was asked, in bytes: the same for the same list, however it
// is paged through, and never the same for two lists. Each part says where it
// ends.
type question []byte

// questionKey is a question in little room.
type questionKey [16]byte

func (q question) key() (key questionKey) {
	sum := sha256.Sum256(q)
	copy(key[:], sum[:])
	return key
}

// hash is as much of the key as a cursor holds.
func (q question) hash() uint64 {
	key := q.key()
	return binary.LittleEndian.Uint64(key[:])
}

func (q question) text(s string) question {
	return append(binary.AppendUvarint(q, uint64(len(s))), s...)
}

func (q question) number(n int64) question { return binary.AppendVarint(q, n) }

func (q question) truth(t bool) question {
	if t {
		return append(q, 1)
	}
	return append(q, 0)
}

func (q question) texts(list []string) question {
	q = q.number(int64(len(list)))
	for _, s := range list {
		q = q.text(s)
	}
	return q
}

// optional is a text that may not be there.
func (q question) optional(s *string) question {
	if s == nil {
		return q.truth(false)
	}
	return q.truth(true).text(*s)
}

func (q question) order(o store.Order) question { return q.text(string(o.Field)).truth(o.Desc) }

// What a part of a filter is about. A filter ends with filterEnd.
const (
	filterEnd byte = iota
	filterTerms
	filterFlag
	filterRange
	filterSlug
	filterTitle
	filterReference
	filterTopic
	filterSearch
	filterAnd
	filterOr
	filterNot
)

// filter adds those of a filter's conditions that are given.
func (q question) filter(f *store.Filter) question {
	if f == nil {
		return append(q, filterEnd)
	}
	for i, c := range f.TermConditions() {
		if c.Filter != nil {
			q = append(q, filterTerms, byte(i))
			q = q.optional(c.Filter.Eq).truth(c.Filter.In != nil).texts(c.Filter.In).texts(c.Filter.All).texts(c.Filter.None)
		}
	}
	for i, c := range f.FlagConditions() {
		if c.Want != nil {
			q = append(q, filterFlag, byte(i)).truth(*c.Want)
		}
	}
	for i, c := range f.RangeConditions() {
		if c.Given {
			q = append(q, filterRange, byte(i)).number(c.Low).number(c.High)
		}
	}
	if f.Slug != nil {
		q = append(q, filterSlug).optional(f.Slug.Eq).optional(f.Slug.Prefix)
	}
	if f.Title != nil {
		q = append(q, filterTitle).textFilter(f.Title)
	}
	if f.Reference != nil {
		q = append(q, filterReference).textFilter(f.Reference)
	}
	if f.Topic != nil && f.Topic.Contains != nil {
		q = append(q, filterTopic).text(*f.Topic.Contains)
	}
	if f.Search != nil {
		q = append(q, filterSearch).text(*f.Search)
	}
	for i := range f.And {
		q = append(q, filterAnd).filter(&f.And[i])
	}
	if f.Or != nil {
		q = append(q, filterOr).number(int64(len(f.Or)))
		for i := range f.Or {
			q = q.filter(&f.Or[i])
		}
	}
	if f.Not != nil {
		q = append(q, filterNot).filter(f.Not)
	}
	return append(q, filterEnd)
}

func (q question) textFilter(f *store.TextFilter) question {
	return q.optional(f.Eq).optional(f.Prefix).optional(f.Contains)
}
