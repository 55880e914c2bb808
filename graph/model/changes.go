package model

import (
	"context"

	"alphanode/store"
)

func (QueryResolver) Changes(ctx context.Context, since string, filter *store.Filter, first *int, after *string) (*ChangeConnection, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	page, err := r.Changes(ctx, ChangeQuery(since, filter, first, after, n))
	if err != nil {
		return nil, err
	}
	posts, err := n.read(ctx, r, ChangedPosts(page))
	if err != nil {
		return nil, err
	}
	suggested, err := n.Suggest(ctx, r, filter, nil)
	return &ChangeConnection{page: page, after: given(after) != "", posts: posts, Suggestions: suggested}, err
}

// ChangedPosts gives the posts of a page, NoRef for those that are removed.
func ChangedPosts(page *store.ChangePage) []store.Ref {
	refs := make([]store.Ref, len(page.Changes))
	for i, change := range page.Changes {
		refs[i] = change.Ref
	}
	return refs
}

// ChangeInfo says where a page of what changed stands.
func ChangeInfo(page *store.ChangePage, after bool) PageInfo {
	cursors := make([]string, len(page.Changes))
	for i, change := range page.Changes {
		cursors[i] = change.Cursor
	}
	return PageInfoOf(cursors, after, page.HasNext)
}

// ChangeConnection is a page of what changed.
type ChangeConnection struct {
	page  *store.ChangePage
	after bool    // whether the page begins behind a cursor
	posts []*Post // nil for those that are removed, and where the selection shows none

	Suggestions []store.Suggestion // nil where they are not shown
}

// ChangeEdge is a post that changed, in its place in the list.
type ChangeEdge struct {
	store.Change
	Node *Post
}

// Edges are the changes.
func (c *ChangeConnection) Edges() []ChangeEdge {
	edges := make([]ChangeEdge, len(c.posts))
	for i, post := range c.posts {
		edges[i] = ChangeEdge{c.page.Changes[i], post}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *ChangeConnection) PageInfo() PageInfo { return ChangeInfo(c.page, c.after) }

// TotalCount is how many posts changed in all.
func (c *ChangeConnection) TotalCount() int { return c.page.Total() }

// Since is the name of the release that the changes are since.
func (c *ChangeConnection) Since() string { return c.page.Since }

// Release is the name of the release up to which the changes lead.
func (c *ChangeConnection) Release() string { return c.page.Release }
