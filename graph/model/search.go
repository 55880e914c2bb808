package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Search(ctx context.Context, typed string, match *store.Match, language *string, correct *bool, filter *store.Filter, first *int, after *string) (*SearchConnection, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	found, err := FindText(ctx, r, store.SearchQuery{Search: SearchFor(typed, match, language), Correct: correct != nil && *correct, Filter: filter}, first, after, n)
	if err != nil {
		return nil, err
	}
	posts, err := n.read(ctx, r, found.Refs)
	if err != nil {
		return nil, err
	}
	suggested, err := n.Suggest(ctx, r, filter, found.Page.Suggestions)
	return &SearchConnection{FoundText: found, Nodes: posts, Suggestions: suggested}, err
}

// FoundText is a page of what a search found.
type FoundText struct {
	Page       *store.SearchPage
	Refs       []store.Ref
	Highlights [][]store.Highlight // nil where they are not shown
	After      bool                // whether the page begins behind a cursor
}

// SearchFor is a search of arguments that need not be given.
func SearchFor(typed string, match *store.Match, language *string) store.Search {
	s := store.Search{Text: typed, Language: given(language)}
	if match != nil {
		s.Match = *match
	}
	return s
}

// FindText searches for a page, and reads the highlights where a need says so.
func FindText(ctx context.Context, r Reads, q store.SearchQuery, first *int, after *string, n Need) (found FoundText, err error) {
	q.First, q.After, q.Cursors, q.Suggest = FirstOrDefault(first), given(after), n.Cursors, n.Suggestions
	if found.Page, err = r.Search(ctx, q); err != nil {
		return found, err
	}
	found.After = q.After != ""
	found.Refs = make([]store.Ref, len(found.Page.Hits))
	for i, hit := range found.Page.Hits {
		found.Refs[i] = hit.Ref
	}
	if n.highlights && len(found.Refs) > 0 {
		found.Highlights, err = r.Highlights(ctx, found.Page.Searched(q.Search), found.Refs)
	}
	return found, err
}

// Cursors are those of the posts.
func (f FoundText) Cursors() []string {
	cursors := make([]string, len(f.Page.Hits))
	for i, hit := range f.Page.Hits {
		cursors[i] = hit.Cursor
	}
	return cursors
}

// SearchConnection is a page of the posts that a search found.
type SearchConnection struct {
	FoundText
	// Nodes are the posts; nil entries where the selection shows none.
	Nodes       []*Post
	Suggestions []store.Suggestion // for words and terms that are not there
}

// SearchEdge is a post that was found, in its place in the list.
type SearchEdge struct {
	store.SearchHit
	Node       *Post
	Highlights []store.Highlight
}

// Edges are the posts with how well they fit, and where.
func (c *SearchConnection) Edges() []SearchEdge {
	edges := make([]SearchEdge, len(c.Nodes))
	for i, post := range c.Nodes {
		edges[i] = SearchEdge{SearchHit: c.Page.Hits[i], Node: post}
		if c.Highlights != nil {
			edges[i].Highlights = c.Highlights[i]
		}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *SearchConnection) PageInfo() PageInfo {
	return PageInfoOf(c.Cursors(), c.After, c.Page.HasNext)
}

// Match says how the search was understood.
func (f FoundText) Match() store.Matched { return f.Page.Match }

// Corrected says what was searched for in place of what was typed.
func (f FoundText) Corrected() *store.Corrected { return f.Page.Corrected }

// TotalCount is how many posts are found in all.
func (c *SearchConnection) TotalCount() int { return c.Page.Total }
