package store

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"alphanode/content"
)

// SearchQuery asks for the posts that a text of words finds: First of them,
// after the cursor After. docs/search.md says how the words are read.
type SearchQuery struct {
	Search
	Filter  *Filter
	First   int
	After   string
	Cursors CursorNeed
	Suggest bool // say what may have been meant by words that no post of the view has, or hardly any
	Correct bool // search for what may have been meant
}

// SearchPage is what a SearchQuery found, the best first.
type SearchPage struct {
	Match   Matched
	Hits    []SearchHit
	Total   int
	HasNext bool
	// Suggestions are for words that were asked for and that no post has, or hardly any; none
	// where they were not asked for.
	Suggestions []Suggestion
	// Meant is the text with the nearest of them in place of these words; "" where it has none.
	Meant string
	// Corrected is what was searched for in place of what was typed; nil where that was searched for.
	Corrected *Corrected
}

// Searched is what a page was found by.
func (p *SearchPage) Searched(asked Search) Search {
	if p.Corrected != nil {
		asked.Text = p.Corrected.To
	}
	return asked
}

// Corrected is a text that was typed, and the one that may have been meant.
type Corrected struct{ From, To string }

// SearchHit is one post and how well it fits.
type SearchHit struct {
	Ref    Ref
	Score  float64 // above 0; rounded to 9 decimals. Scores of one query can be compared
	Cursor string  // "" where the query did not need it
}

// MaxSearch is how many bytes a text to search for may have.
const MaxSearch = 1024

// Highlight is a part of a post in which a search found words.
type Highlight struct {
	Field SearchField
	HTML  string // safe to show: the text escaped, words that were found in mark elements
}

// What suggestions are bounded by: finding them is a look at every name of a kind, or
// at many words.
const (
	MaxSuggestions = 10 // values for which there are any
	MaxNearest     = 5  // names for a value
)

// Suggestion is a value that names nothing the view has, and what may have been
// meant.
type Suggestion struct {
	Value   string   // as it was asked for
	Kind    Kind     // of term, or KindEntityType; "" where it is a word of a text
	Nearest []string // names, the nearest first; those of drafts only for a view that sees them
	// Parts are what stands between the commas of a value, where a part names what the
	// whole does not: several terms may have been meant. Those that do are the nearest.
	Parts []string
}

// KindEntityType is what a suggestion is for where no entity has a type. It is no kind of
// term.
const KindEntityType Kind = "entityType"

// SuggestedKinds are those that suggestions can have.
var SuggestedKinds = slices.Concat(Kinds, []Kind{KindEntityType})

// MergeSuggestions puts suggestions behind others, each value once, however it is written, and MaxSuggestions at
// most.
func MergeSuggestions(first, more []Suggestion) []Suggestion {
	for _, s := range more {
		same := func(o Suggestion) bool {
			return o.Kind == s.Kind && (o.Value == s.Value || content.Identity(o.Value) == content.Identity(s.Value))
		}
		if len(first) < MaxSuggestions && !slices.ContainsFunc(first, same) {
			first = append(first, s)
		}
	}
	return first
}

// SimilarTerms are what posts are compared with: entities, tools and words of
// the stack, each by name or slug, an entity also by type:name. An entity's
// name means it under each type. What none of the view's posts has is left out.
type SimilarTerms struct {
	Entities []string `json:"entities,omitempty"`
	Tools    []string `json:"tools,omitempty"`
	Stack    []string `json:"stack,omitempty"`
}

// Check says what is wrong with the question: an *ArgumentError.
func (q *SimilarQuery) Check() error {
	if err := (Window{First: &q.First}).Check(); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"minSimilarity", q.MinSimilarity}, {"diversity", q.Diversity}} {
		if !(f.value >= 0 && f.value <= 1) {
			return &ArgumentError{f.name, strconv.FormatFloat(f.value, 'g', -1, 64), "a number from 0 to 1"}
		}
	}
	if len(q.Exclude) > maxExclude {
		return &ArgumentError{"exclude", fmt.Sprintf("%d slugs", len(q.Exclude)), fmt.Sprintf("at most %d", maxExclude)}
	}
	return nil
}

// maxExclude bounds how many posts can be left out of an answer by name.
const maxExclude = 100

// SearchField is a part of a post that is searched, named as in GraphQL.
type SearchField string

// The parts of a post that are searched.
const (
	SearchTitle    SearchField = "TITLE"
	SearchSummary  SearchField = "SUMMARY"
	SearchIntro    SearchField = "INTRO"
	SearchEntities SearchField = "ENTITIES"
	SearchTools    SearchField = "TOOLS"
	SearchBody     SearchField = "BODY"
)

// Decimals9 rounds a measure as it is sent.
func Decimals9(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// Search is what someone typed to be searched for, and how it is meant.
type Search struct {
	Text  string
	Match Match
	// Language is a BCP 47 tag: the words are taken by it, whatever language a post has.
	// Where it is empty, each is taken by the language of the post it is held against.
	Language string
}

// Match is how many of the words of a search a post must have.
type Match string

const (
	MatchUsual Match = ""     // MatchMost, and MatchAll where operators were typed
	MatchAll   Match = "all"  // every one
	MatchMost  Match = "most" // two, where there are so many
	MatchAny   Match = "any"  // one
)

// Matches are those that can be asked for.
var Matches = []Match{MatchAll, MatchMost, MatchAny}

// Matched says how a search was understood: of so many words and quotations so many are
// needed. Where languages differ in which words say nothing, it is by that which most
// posts are taken by.
type Matched struct {
	Mode   Match
	Words  int
	Needed int
}
