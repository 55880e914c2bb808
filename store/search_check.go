package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
)

// Check says what is wrong with how the text of a query is meant: an *ArgumentError. What
// is wrong with the text itself is said where it is read.
func (q *SearchQuery) Check() error { return q.Search.check("match", "language") }

// Check says what is wrong with how a filter, or one inside it, means what it searches
// for: an *ArgumentError. A filter that says it and searches for nothing is wrong too.
func (f *Filter) Check() error {
	for inside := range f.Within() {
		match, language := "filter.searchMatch", "filter.searchLanguage"
		if inside.Search != nil {
			if err := inside.Searching().check(match, language); err != nil {
				return err
			}
			continue
		}
		if inside.SearchMatch != MatchUsual {
			return &ArgumentError{match, string(inside.SearchMatch), "search beside it"}
		}
		if inside.SearchLanguage != "" {
			return &ArgumentError{language, fmt.Sprintf("%.40q", inside.SearchLanguage), "search beside it"}
		}
	}
	return nil
}

// check names the arguments that the match and the language of a search came in.
func (s Search) check(match, language string) error {
	if s.Match != MatchUsual && !slices.Contains(Matches, s.Match) {
		return &ArgumentError{match, strconv.Quote(string(s.Match)), "all, most or any"}
	}
	if _, ok := content.NormalLanguage(s.Language); s.Language != "" && !ok {
		return &ArgumentError{language, fmt.Sprintf("%.40q", s.Language), content.LanguageExpected}
	}
	return nil
}

// MarshalText is the match as GraphQL names it: filters are written as JSON for it.
func (m Match) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(string(m))), nil }
