package cursor

import (
	"crypto/sha256"
	"encoding/binary"

	"alphanode/store"
)

// Question is what was asked, in bytes: the same for the same list, however it
// is paged through, and never the same for two lists. Each part says where it
// ends.
type Question []byte

// Key is a question in little room.
type Key [16]byte

// Key stands for the question where it is looked up.
func (q Question) Key() (key Key) {
	sum := sha256.Sum256(q)
	copy(key[:], sum[:])
	return key
}

// Hash is as much of the key as a cursor holds.
func (q Question) Hash() uint64 {
	key := q.Key()
	return binary.LittleEndian.Uint64(key[:])
}

// Text adds a text.
func (q Question) Text(s string) Question {
	return append(binary.AppendUvarint(q, uint64(len(s))), s...)
}

// Number adds a number.
func (q Question) Number(n int64) Question { return binary.AppendVarint(q, n) }

// Truth adds whether something holds.
func (q Question) Truth(t bool) Question {
	if t {
		return append(q, 1)
	}
	return append(q, 0)
}

// Texts adds a list of texts.
func (q Question) Texts(list []string) Question {
	q = q.Number(int64(len(list)))
	for _, s := range list {
		q = q.Text(s)
	}
	return q
}

// Search adds what is searched for among some posts, how it is meant, and whether it may be
// corrected: where nothing says that, no more than there was before anything could.
func (q Question) Search(s store.Search, correct bool, among *store.Filter) Question {
	q = q.Text("search").Text(s.Text).Filter(among)
	if s.Match != store.MatchUsual || s.Language != "" || correct {
		q = q.Text(string(s.Match)).Text(s.Language)
	}
	if correct {
		q = q.Truth(true)
	}
	return q
}

// optional is a text that may not be there.
func (q Question) optional(s *string) Question {
	if s == nil {
		return q.Truth(false)
	}
	return q.Truth(true).Text(*s)
}

// Order adds an order.
func (q Question) Order(o store.Order) Question { return q.Text(string(o.Field)).Truth(o.Desc) }

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
	filterSlugs // new ones are the last, for the others stand in cursors
	filterMeant
)

// Filter adds those of a filter's conditions that are given.
func (q Question) Filter(f *store.Filter) Question {
	if f == nil {
		return append(q, filterEnd)
	}
	for i, c := range f.TermConditions() {
		if c.Filter != nil {
			q = append(q, filterTerms, byte(i))
			q = q.optional(c.Filter.Eq).Truth(c.Filter.In != nil).Texts(c.Filter.In).Texts(c.Filter.All).Texts(c.Filter.None)
		}
	}
	for i, c := range f.FlagConditions() {
		if c.Want != nil {
			q = append(q, filterFlag, byte(i)).Truth(*c.Want)
		}
	}
	for i, c := range f.RangeConditions() {
		if c.Given {
			q = append(q, filterRange, byte(i)).Number(c.Low).Number(c.High)
		}
	}
	if f.Slug != nil {
		q = append(q, filterSlug).optional(f.Slug.Eq).optional(f.Slug.Prefix)
	}
	if f.Slug != nil && f.Slug.In != nil {
		q = append(q, filterSlugs).Texts(f.Slug.In)
	}
	if f.Title != nil {
		q = append(q, filterTitle).textFilter(f.Title)
	}
	if f.Reference != nil {
		q = append(q, filterReference).textFilter(f.Reference)
	}
	if f.Topic != nil && f.Topic.Contains != nil {
		q = append(q, filterTopic).Text(*f.Topic.Contains)
	}
	if f.Search != nil {
		q = append(q, filterSearch).Text(*f.Search)
		if f.SearchMatch != store.MatchUsual || f.SearchLanguage != "" {
			q = append(q, filterMeant).Text(string(f.SearchMatch)).Text(f.SearchLanguage)
		}
	}
	for i := range f.And {
		q = append(q, filterAnd).Filter(&f.And[i])
	}
	if f.Or != nil {
		q = append(q, filterOr).Number(int64(len(f.Or)))
		for i := range f.Or {
			q = q.Filter(&f.Or[i])
		}
	}
	if f.Not != nil {
		q = append(q, filterNot).Filter(f.Not)
	}
	return append(q, filterEnd)
}

func (q Question) textFilter(f *store.TextFilter) Question {
	return q.optional(f.Eq).optional(f.Prefix).optional(f.Contains)
}
