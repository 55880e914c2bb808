package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
)

// MaxConditions bounds how many conditions and values a filter may hold, so
// that its cost is known before it is answered.
const MaxConditions = 500

// tooManyConditions is the argument that an over-long filter is reported as.
const tooManyConditions = "filter"

// match gives the posts for which a filter holds: bitmap algebra, never a scan
// over posts.
func (tx *readTx) match(f *Filter) (set, error) {
	if f == nil {
		return everything(tx.size()), nil
	}
	if n := f.conditions(); n > MaxConditions {
		return set{}, &ArgumentError{tooManyConditions, fmt.Sprintf("%d conditions", n), fmt.Sprintf("at most %d", MaxConditions)}
	}
	m := matcher{tx: tx}
	result := m.filter(f)
	return result, m.err
}

// conditions counts the conditions and values of a filter.
func (f *Filter) conditions() int {
	n := 1
	for i := range f.And {
		n += f.And[i].conditions()
	}
	for i := range f.Or {
		n += f.Or[i].conditions()
	}
	if f.Not != nil {
		n += f.Not.conditions()
	}
	for _, c := range f.termConditions() {
		if c.filter != nil {
			n += 1 + len(c.filter.In) + len(c.filter.All) + len(c.filter.None)
		}
	}
	return n
}

// matcher evaluates a filter and keeps the first error; after an error its
// answers mean nothing.
type matcher struct {
	tx  *readTx
	err error
}

// checked takes the set out of a read that may fail.
func (m *matcher) checked(s set, err error) set {
	if err != nil && m.err == nil {
		m.err = err
	}
	if m.err != nil {
		return nothing(m.tx.size())
	}
	return s
}

func (m *matcher) filter(f *Filter) set {
	result := everything(m.tx.size())
	for _, c := range f.termConditions() {
		if c.filter != nil {
			result = result.and(m.terms(c.kind, c.filter))
		}
	}
	for _, c := range f.flagConditions() {
		if c.want != nil {
			s := m.checked(m.tx.postings(bucketFlags, []byte(c.name)))
			if !*c.want {
				s = s.not()
			}
			result = result.and(s)
		}
	}
	for _, c := range f.rangeConditions() {
		if c.given {
			result = result.and(m.checked(m.tx.numberRange(c.field, c.low, c.high)))
		}
	}
	if f.Slug != nil {
		result = result.and(m.slug(f.Slug))
	}
	if f.Title != nil {
		result = result.and(m.title(f.Title))
	}
	if f.Reference != nil {
		result = result.and(m.reference(f.Reference))
	}
	if f.Topic != nil && f.Topic.Contains != nil {
		result = result.and(m.topicContains(*f.Topic.Contains))
	}
	for i := range f.And {
		result = result.and(m.filter(&f.And[i]))
	}
	if f.Or != nil {
		any := nothing(m.tx.size())
		for i := range f.Or {
			any = any.or(m.filter(&f.Or[i]))
		}
		result = result.and(any)
	}
	if f.Not != nil {
		result = result.and(m.filter(f.Not).not())
	}
	return result
}

type termCondition struct {
	kind   Kind
	filter *TermFilter
}

func (f *Filter) termConditions() []termCondition {
	conditions := []termCondition{
		{KindTool, f.Tool}, {KindEntity, f.Entity}, {KindStack, f.Stack}, {KindDifficulty, f.Difficulty},
		{KindCodeLanguage, f.CodeLanguage}, {KindStatus, f.Status}, {KindScenario, f.Scenario},
	}
	if f.Topic != nil {
		conditions = append(conditions, termCondition{KindTopic, &f.Topic.TermFilter})
	}
	return conditions
}

func (m *matcher) terms(kind Kind, f *TermFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		result = result.and(m.term(kind, *f.Eq))
	}
	if f.In != nil {
		any := nothing(m.tx.size())
		for _, value := range f.In {
			any = any.or(m.term(kind, value))
		}
		result = result.and(any)
	}
	for _, value := range f.All {
		result = result.and(m.term(kind, value))
	}
	for _, value := range f.None {
		result = result.and(m.term(kind, value).not())
	}
	return result
}

// term gives the posts that have any term the value means.
func (m *matcher) term(kind Kind, value string) set {
	result := nothing(m.tx.size())
	ids, err := m.tx.resolve(kind, value)
	if err != nil {
		return m.checked(set{}, err)
	}
	for i, id := range ids {
		posts := m.checked(m.tx.postings(bucketPostings, ordinalKey(uint32(id))))
		if i == 0 {
			result = posts
		} else {
			result = result.or(posts)
		}
	}
	return result
}

type flagCondition struct {
	name string
	want *bool
}

func (f *Filter) flagConditions() []flagCondition {
	return []flagCondition{
		{"aiGeneratedStyle", f.AIGeneratedStyle}, {"hasImages", f.HasImages},
		{"imageHeavy", f.ImageHeavy}, {"needsHumanReview", f.NeedsHumanReview},
	}
}

// rangeCondition is a range of values, both ends within it.
type rangeCondition struct {
	field     Field
	low, high int64
	given     bool
}

func (f *Filter) rangeConditions() []rangeCondition {
	return []rangeCondition{
		f.Quality.bounds(FieldQuality), f.Freshness.bounds(FieldFreshness), f.Depth.bounds(FieldDepth),
		f.Clarity.bounds(FieldClarity), f.ViewCount.bounds(FieldViewCount), f.ReadingTime.bounds(FieldReadingTime),
		f.Paragraphs.bounds(FieldParagraphs), f.LastReviewed.bounds(FieldLastReviewed),
		f.PublishedAt.bounds(FieldPublishedAt), f.Updated.bounds(FieldUpdated),
	}
}

func (f *NumberFilter) bounds(field Field) rangeCondition {
	r := rangeCondition{field: field, low: math.MinInt64, high: math.MaxInt64}
	if f == nil {
		return r
	}
	r.given = *f != NumberFilter{}
	// An end that no number can lie beyond leaves an empty range.
	empty := f.Gt != nil && *f.Gt == math.MaxInt64 || f.Lt != nil && *f.Lt == math.MinInt64
	for _, low := range []*int64{f.Eq, f.Gte, after(f.Gt)} {
		if low != nil {
			r.low = max(r.low, *low)
		}
	}
	for _, high := range []*int64{f.Eq, f.Lte, before(f.Lt)} {
		if high != nil {
			r.high = min(r.high, *high)
		}
	}
	if empty {
		r.low, r.high = 0, -1
	}
	return r
}

func after(n *int64) *int64 {
	if n == nil || *n == math.MaxInt64 {
		return nil
	}
	m := *n + 1
	return &m
}

func before(n *int64) *int64 {
	if n == nil || *n == math.MinInt64 {
		return nil
	}
	m := *n - 1
	return &m
}

// bounds turns UTC days into the instants from the start of the first to just
// before the end of the last.
func (f *DateFilter) bounds(field Field) rangeCondition {
	if f == nil {
		return rangeCondition{field: field}
	}
	day := func(d *Day) *int64 { return (*int64)(d) }
	r := (&NumberFilter{Eq: day(f.Eq), Gt: day(f.Gt), Gte: day(f.Gte), Lt: day(f.Lt), Lte: day(f.Lte)}).bounds(field)
	if r.low != math.MinInt64 {
		r.low *= microsPerDay
	}
	if r.high != math.MaxInt64 {
		r.high = (r.high+1)*microsPerDay - 1
	}
	return r
}

// numberRange gives the posts whose value lies between low and high, both
// within.
func (tx *readTx) numberRange(f Field, low, high int64) (set, error) {
	if low > high {
		return nothing(tx.size()), nil
	}
	values, err := tx.column(valuesColumn(f))
	if err != nil {
		return set{}, err
	}
	starts, err := tx.column(startsColumn(f))
	if err != nil {
		return set{}, err
	}
	first, end := values.search64(low), starts.len32()-1
	if high < math.MaxInt64 {
		end = values.search64(high + 1)
	}
	return tx.places(f, int(starts.uint32(first)), int(starts.uint32(end)))
}

// places gives the posts at the places from low to just before high of an
// order.
func (tx *readTx) places(f Field, low, high int) (set, error) {
	if low >= high {
		return nothing(tx.size()), nil
	}
	order, err := tx.column(orderColumn(f))
	if err != nil {
		return set{}, err
	}
	size := tx.size()
	members := newBitset(int(size))
	for place := low; place < high; place++ {
		if ordinal := order.uint32(place); ordinal < size {
			members.add(int(ordinal))
		}
	}
	return set{size, roaring.FromDense(members, false)}, nil
}

func (m *matcher) slug(f *SlugFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		ref, err := m.tx.ordinal(bucketSlugs, *f.Eq)
		result = result.and(m.checked(single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		result = result.and(m.checked(m.tx.slugPrefix(*f.Prefix)))
	}
	return result
}

func single(size uint32, ref Ref) set {
	s := nothing(size)
	if ref != NoRef {
		s.members.Add(uint32(ref))
	}
	return s
}

// afterPrefix is a key behind every UTF-8 text that begins with the prefix.
func afterPrefix(prefix string) []byte { return append([]byte(prefix), 0xff) }

func (tx *readTx) slugPrefix(prefix string) (set, error) {
	low, err := tx.slugPlace([]byte(prefix))
	if err != nil {
		return set{}, err
	}
	high, err := tx.slugPlace(afterPrefix(prefix))
	if err != nil {
		return set{}, err
	}
	return tx.places(FieldSlug, low, high)
}

// slugPlace gives how many slugs stand before a key, be it there or not.
func (tx *readTx) slugPlace(key []byte) (int, error) {
	k, v := tx.bucket(bucketSlugs).Cursor().Seek(key)
	if k == nil {
		return tx.release.info.Posts, nil
	}
	payload, err := unseal(bucketSlugs, k, v)
	if err != nil {
		return 0, err
	}
	place, err := tx.column(placeColumn(FieldSlug))
	if err != nil {
		return 0, err
	}
	return int(place.uint32(int(binary.LittleEndian.Uint32(payload)))), nil
}

func (m *matcher) title(f *TextFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		title := content.Identity(*f.Eq)
		result = result.and(m.checked(m.tx.titleRange(
			func(t string) bool { return t >= title }, func(t string) bool { return t > title })))
	}
	if f.Prefix != nil {
		prefix := content.Identity(*f.Prefix)
		result = result.and(m.checked(m.tx.titleRange(
			func(t string) bool { return t >= prefix },
			func(t string) bool { return t >= prefix && !strings.HasPrefix(t, prefix) })))
	}
	if f.Contains != nil {
		result = result.and(m.checked(m.tx.titleContains(content.Identity(*f.Contains))))
	}
	return result
}

func (m *matcher) reference(f *TextFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		ref, err := m.tx.lookupReference(*f.Eq)
		result = result.and(m.checked(single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		prefix := []byte(*f.Prefix)
		result = result.and(m.checked(m.tx.references(prefix, func(k []byte) bool { return true })))
	}
	if f.Contains != nil {
		part := []byte(*f.Contains)
		result = result.and(m.checked(m.tx.references(nil, func(k []byte) bool { return bytes.Contains(k, part) })))
	}
	return result
}

// references gives the posts whose reference begins with a prefix and is one
// the caller wants.
func (tx *readTx) references(prefix []byte, want func(reference []byte) bool) (set, error) {
	var ordinals []uint32
	cursor := tx.bucket(bucketReferences).Cursor()
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix) && k != nil; k, v = cursor.Next() {
		if !want(k) {
			continue
		}
		payload, err := unseal(bucketReferences, k, v)
		if err != nil {
			return set{}, err
		}
		if ordinal := binary.LittleEndian.Uint32(payload); ordinal < tx.size() {
			ordinals = append(ordinals, ordinal)
		}
	}
	slices.Sort(ordinals)
	return set{tx.size(), roaring.BitmapOf(ordinals...)}, nil
}

// topicContains looks into the topics, of which there are fewer than posts.
func (m *matcher) topicContains(part string) set {
	result := nothing(m.tx.size())
	folded := []byte(content.Identity(part))
	prefix := termIDKey(KindTopic, "")
	cursor := m.tx.bucket(bucketTermIDs).Cursor()
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if !bytes.Contains(k[len(prefix):], folded) {
			continue
		}
		payload, err := unseal(bucketTermIDs, k, v)
		if err != nil {
			return m.checked(set{}, err)
		}
		result = result.or(m.checked(m.tx.postings(bucketPostings, ordinalKey(binary.LittleEndian.Uint32(payload)))))
	}
	return result
}
