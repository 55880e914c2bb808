package graph

import (
	"context"

	"alphanode/store"
)

func (queryResolver) Search(ctx context.Context, typed string, filter *store.Filter, first *int, after *string) (*SearchConnection, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	found, err := findText(ctx, r, typed, filter, first, after, n)
	if err != nil {
		return nil, err
	}
	posts, err := n.read(ctx, r, found.refs)
	if err != nil {
		return nil, err
	}
	return &SearchConnection{foundText: found, Nodes: posts}, nil
}

// foundText is a page of what a search found.
type foundText struct {
	page       *store.SearchPage
	refs       []store.Ref
	highlights [][]store.Highlight // nil where they are not shown
	after      bool                // whether the page begins behind a cursor
}

// findText searches, and reads the highlights where a need says so.
func findText(ctx context.Context, r reads, typed string, filter *store.Filter, first *int, after *string, n need) (found foundText, err error) {
	q := store.SearchQuery{Text: typed, Filter: filter, First: firstOrDefault(first), After: given(after), Cursors: n.cursors, Suggest: n.suggestions}
	if found.page, err = r.Search(ctx, q); err != nil {
		return found, err
	}
	found.after = q.After != ""
	found.refs = make([]store.Ref, len(found.page.Hits))
	for i, hit := range found.page.Hits {
		found.refs[i] = hit.Ref
	}
	if n.highlights && len(found.refs) > 0 {
		found.highlights, err = r.Highlights(ctx, typed, found.refs)
	}
	return found, err
}

func (f foundText) cursors() []string {
	cursors := make([]string, len(f.page.Hits))
	for i, hit := range f.page.Hits {
		cursors[i] = hit.Cursor
	}
	return cursors
}

// SearchConnection is a page of the posts that a search found.
type SearchConnection struct {
	foundText
	// Nodes are the posts; nil entries where the selection shows none.
	Nodes []*Post
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
		edges[i] = SearchEdge{SearchHit: c.page.Hits[i], Node: post}
		if c.highlights != nil {
			edges[i].Highlights = c.highlights[i]
		}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *SearchConnection) PageInfo() PageInfo {
	return pageInfoOf(c.cursors(), c.after, c.page.HasNext)
}

// TotalCount is how many posts are found in all.
func (c *SearchConnection) TotalCount() int { return c.page.Total }

// Suggestions are for words that are not there.
func (c *SearchConnection) Suggestions() []store.Suggestion { return c.page.Suggestions }
