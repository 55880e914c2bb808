package store

import (
	"fmt"
	"strconv"

	"alphanode/content"
)

// Ref points at a post of one release. It means nothing in another.
type Ref uint32

// NoRef points at no post.
const NoRef = ^Ref(0)

// TermID points at a term of one release. It means nothing in another.
type TermID uint32

// Order is what a list of posts is ordered by; posts that tie are in the order
// of their slugs, and posts without the value come last in both directions.
type Order struct {
	Field Field
	Desc  bool
}

// DefaultOrder is newest first.
var DefaultOrder = Order{Field: FieldUpdated, Desc: true}

// MaxLimit is the most entries a page of a list may have.
const MaxLimit = 100

// Window says which part of a list is wanted. First and Last exclude each
// other, as do Offset and cursors. With neither First nor Last it is an error.
type Window struct {
	First, Last   *int
	After, Before string // cursors; empty where not given
	Offset        *int   // how many entries to pass over, with First
}

// PostQuery asks for a page of posts.
type PostQuery struct {
	Filter  *Filter
	Term    *TermID // only posts that have this term
	Order   Order   // the zero one is DefaultOrder, but for a query that is Listed
	Window  Window
	Cursors CursorNeed // each cursor costs a read of its post's card
}

// Listed reports whether the posts come as the filter lists their slugs: a reading list
// for which no order is asked. A slug that is listed again counts where it stands first.
func (q *PostQuery) Listed() bool {
	return q.Order == (Order{}) && q.Filter != nil && q.Filter.Slug != nil && q.Filter.Slug.In != nil
}

// CursorNeed says which cursors of a page are wanted.
type CursorNeed uint8

const (
	AllCursors CursorNeed = iota // one for each row
	EndCursors                   // those of the first and the last row
	LastCursor                   // that of the last row, to go forward
	NoCursors
)

// Of reports whether row i of n needs its cursor.
func (need CursorNeed) Of(i, n int) bool {
	return need == AllCursors || need == EndCursors && (i == 0 || i == n-1) || need == LastCursor && i == n-1
}

// Page is what a query found. Refs are read with [Reader.Posts] or
// [Reader.PostsJSON].
type Page struct {
	Refs        []Ref
	Cursors     []string // one for each of Refs; "" where the query did not need it
	Total       int      // of the whole list
	HasNext     bool     // there is a post behind the last of Refs
	HasPrevious bool     // there is a post before the first of Refs
}

// Part says how much of a post is read.
type Part uint8

const (
	// Card is the compact form: slug, title, updated, and of meta the summary,
	// readingTime, difficulty, score and tools; and the first image.
	// A list that shows no more never reads a body.
	Card Part = iota
	// Whole is everything.
	Whole
)

// Post is a post as a release holds it. Read as a Card, only the fields of the
// card are filled.
type Post struct {
	content.Post
	Ref      Ref
	Updated  string // the later of publishedAt and lastReviewed, as given
	Days     Days
	Image    *content.Image // the first of Meta.Images, of which a card has no other
	Tools    []TermID       // for each of Meta.Tools its term
	Entities []TermID       // for each of Meta.Entities its term; Whole only
}

// Term is a tool, an entity or another word posts are indexed by, as one view
// sees it.
type Term struct {
	ID        TermID
	Kind      Kind
	Slug      string
	Name      string // the spelling most posts use
	Type      string // of an entity
	PostCount int
}

// TermIDs are those of some terms.
func TermIDs(terms []*Term) []TermID {
	ids := make([]TermID, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	return ids
}

// PostTerms are the terms of a post that have names of many posts, each list place by
// place as the post has it.
type PostTerms struct{ Tools, Entities, Stack []*Term }

// TermOrder is what a list of terms is ordered by; ties are in the order of
// slugs.
type TermOrder struct {
	ByPostCount bool // else by name, where case does not matter
	Desc        bool
}

// TermQuery asks for a page of terms of one kind.
type TermQuery struct {
	Kind   Kind
	Type   string // of entities: only this type; empty for all
	Prefix string // only names of which a word begins so, where case does not matter
	Order  TermOrder
	Window Window
}

// TermPage is what a TermQuery found.
type TermPage struct {
	Terms       []*Term
	Cursors     []string
	Total       int
	HasNext     bool
	HasPrevious bool
}

// EntityType is a type of entities, as one view sees it.
type EntityType struct {
	Type        string
	EntityCount int
}

// SimilarQuery asks for the posts most like a post or like some terms: First of
// them, after the cursor After.
type SimilarQuery struct {
	First         int
	After         string
	Filter        *Filter
	Exclude       []string // slugs
	MinSimilarity float64  // 0–1
	Diversity     float64  // 0–1; above 0 posts that are like others of the list are kept apart
	Cursors       CursorNeed
	Suggest       bool // whether terms that are not there are told
}

// SimilarPage is what a SimilarQuery found: most similar first, or as they were
// picked.
type SimilarPage struct {
	Hits        []SimilarHit
	Total       int
	HasNext     bool
	Terms       []*Term      // what the posts were compared with, where that was terms
	Suggestions []Suggestion // for terms that are not there, where they were asked for
}

// SimilarHit is one similar post and why it is similar.
type SimilarHit struct {
	Ref        Ref
	Similarity float64 // 0–1, rounded to 9 decimals
	Shared     []SharedFeature
	Cursor     string // "" where the query did not need it
}

// Feature is what posts can have in common.
type Feature struct {
	Kind Kind // KindEntity, KindTool or KindStack
	Name string
	Type string // of an entity
}

// SharedFeature is a feature that two posts have in common, and what it adds
// to their similarity, rounded to 9 decimals.
type SharedFeature struct {
	*Feature
	Contribution float64
}

// Rows is how many a page has at most.
func (w Window) Rows() int {
	if w.Last != nil {
		return *w.Last
	}
	return *w.First
}

// Within gives the entries from low to just before high of a list that the window shows,
// of those that its cursors leave: from start to just before end.
func (w Window) Within(start, end int) (low, high int) {
	low, high = start, max(start, end)
	switch {
	case w.Last != nil:
		return max(low, high-*w.Last), high
	case w.Offset != nil:
		low = min(*w.Offset, high)
	}
	return low, min(high, low+*w.First)
}

// Check finds what is wrong with a window by itself.
func (w Window) Check() error {
	if w.First != nil && w.Last != nil {
		return &ArgumentError{"last", "first and last together", "one of the two"}
	}
	if w.First == nil && w.Last == nil {
		return &ArgumentError{"first", "neither first nor last", "one of the two"}
	}
	for _, limit := range []struct {
		name  string
		value *int
	}{{"first", w.First}, {"last", w.Last}} {
		if limit.value != nil && (*limit.value < 0 || *limit.value > MaxLimit) {
			return &ArgumentError{limit.name, strconv.Itoa(*limit.value), fmt.Sprintf("an integer from 0 to %d", MaxLimit)}
		}
	}
	if w.Offset != nil {
		if *w.Offset < 0 {
			return &ArgumentError{"offset", strconv.Itoa(*w.Offset), "an integer of at least 0"}
		}
		if w.After != "" || w.Before != "" || w.Last != nil {
			return &ArgumentError{"offset", "an offset beside a cursor or last", "offset with first alone"}
		}
	}
	return nil
}
