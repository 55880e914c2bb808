package store

import (
	"fmt"
	"strconv"
	"time"
)

// Filter narrows a set of posts. All its conditions must hold; the zero Filter
// holds for every post. Both faces ask with this one type.
type Filter struct {
	And []Filter `json:"and,omitempty"`
	Or  []Filter `json:"or,omitzero"` // an empty list matches nothing
	Not *Filter  `json:"not,omitempty"`

	Tool         *TermFilter  `json:"tool,omitempty"`
	Entity       *TermFilter  `json:"entity,omitempty"`
	Stack        *TermFilter  `json:"stack,omitempty"`
	Difficulty   *TermFilter  `json:"difficulty,omitempty"`
	CodeLanguage *TermFilter  `json:"codeLanguage,omitempty"`
	Language     *TermFilter  `json:"language,omitempty"`
	Status       *TermFilter  `json:"status,omitempty"`
	Scenario     *TermFilter  `json:"scenario,omitempty"`
	Topic        *TopicFilter `json:"topic,omitempty"`

	Quality      *NumberFilter `json:"quality,omitempty"`
	Freshness    *NumberFilter `json:"freshness,omitempty"`
	Depth        *NumberFilter `json:"depth,omitempty"`
	Clarity      *NumberFilter `json:"clarity,omitempty"`
	ViewCount    *NumberFilter `json:"viewCount,omitempty"`
	ReadingTime  *NumberFilter `json:"readingTime,omitempty"`
	Paragraphs   *NumberFilter `json:"paragraphs,omitempty"`
	LastReviewed *DateFilter   `json:"lastReviewed,omitempty"`
	PublishedAt  *DateFilter   `json:"publishedAt,omitempty"`
	Updated      *DateFilter   `json:"updated,omitempty"`

	Slug      *SlugFilter `json:"slug,omitempty"`
	Title     *TextFilter `json:"title,omitempty"`
	Reference *TextFilter `json:"reference,omitempty"`

	AIGeneratedStyle *bool `json:"aiGeneratedStyle,omitempty"`
	HasImages        *bool `json:"hasImages,omitempty"`
	ImageHeavy       *bool `json:"imageHeavy,omitempty"`
	NeedsHumanReview *bool `json:"needsHumanReview,omitempty"`

	Search         *string `json:"search,omitempty"` // the posts that a text finds, as [Reader.Search] does
	SearchMatch    Match   `json:"searchMatch,omitempty"`
	SearchLanguage string  `json:"searchLanguage,omitempty"`
}

// TermFilter asks for terms, each by name or slug; an entity also by
// type:name. An unknown term matches no post.
type TermFilter struct {
	Eq   *string  `json:"eq,omitempty"`
	In   []string `json:"in,omitzero"`   // any of; an empty list matches nothing
	All  []string `json:"all,omitempty"` // each of
	None []string `json:"none,omitempty"`
}

// TopicFilter is a TermFilter that also looks into the text.
type TopicFilter struct {
	TermFilter
	Contains *string `json:"contains,omitempty"` // case does not matter
}

// NumberFilter asks for a range. A post without the number matches none.
type NumberFilter struct {
	Eq  *int64 `json:"eq,omitempty"`
	Gt  *int64 `json:"gt,omitempty"`
	Gte *int64 `json:"gte,omitempty"`
	Lt  *int64 `json:"lt,omitempty"`
	Lte *int64 `json:"lte,omitempty"`
}

// DateFilter asks for a range of UTC days. A post without the date matches
// none.
type DateFilter struct {
	Eq  *Day `json:"eq,omitempty"`
	Gt  *Day `json:"gt,omitempty"`
	Gte *Day `json:"gte,omitempty"`
	Lt  *Day `json:"lt,omitempty"`
	Lte *Day `json:"lte,omitempty"`
}

// SlugFilter asks for a slug, for several, or for all that begin alike. Case matters.
type SlugFilter struct {
	Eq     *string  `json:"eq,omitempty"`
	In     []string `json:"in,omitzero"` // any of, see [PostQuery.Listed]; an empty list matches nothing
	Prefix *string  `json:"prefix,omitempty"`
}

// TextFilter asks for a text. Case and spacing do not matter in a title; in a
// reference they do.
type TextFilter struct {
	Eq       *string `json:"eq,omitempty"`
	Prefix   *string `json:"prefix,omitempty"`
	Contains *string `json:"contains,omitempty"`
}

// Day is a UTC day, counted from 1970-01-01.
type Day int64

const microsPerDay = int64(24 * time.Hour / time.Microsecond)

// ParseDay reads a day as 2006-01-02.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("found %s, expected a day as YYYY-MM-DD", strconv.Quote(s))
	}
	return Day(FloorDiv(t.UnixMicro(), microsPerDay)), nil
}

// String is the day as 2006-01-02.
func (d Day) String() string {
	return time.UnixMicro(int64(d) * microsPerDay).UTC().Format(time.DateOnly)
}

// FloorDiv divides as a calendar does: down, before the beginning of time too.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// MarshalText is the day as 2006-01-02.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Searching is the search of a filter that has one.
func (f *Filter) Searching() Search {
	return Search{Text: *f.Search, Match: f.SearchMatch, Language: f.SearchLanguage}
}
