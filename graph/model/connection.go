package model

import "alphanode/store"

// PageInfo says where a page stands in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     string // empty where the page is
	EndCursor       string
}

// PageInfoOf says where a page with these cursors stands.
func PageInfoOf(cursors []string, hasPrevious, hasNext bool) PageInfo {
	info := PageInfo{HasNextPage: hasNext, HasPreviousPage: hasPrevious}
	if len(cursors) > 0 {
		info.StartCursor, info.EndCursor = cursors[0], cursors[len(cursors)-1]
	}
	return info
}

// PostConnection is a page of posts.
type PostConnection struct {
	page *store.Page
	// Nodes are the posts; nil entries where the selection shows none.
	Nodes       []*Post
	Suggestions []store.Suggestion // nil where they are not shown
}

// PostEdge is a post in its place in a list.
type PostEdge struct {
	Cursor string
	Node   *Post
}

// Edges are the posts with their cursors.
func (c *PostConnection) Edges() []PostEdge {
	edges := make([]PostEdge, len(c.Nodes))
	for i, post := range c.Nodes {
		edges[i] = PostEdge{c.page.Cursors[i], post}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *PostConnection) PageInfo() PageInfo {
	return PageInfoOf(c.page.Cursors, c.page.HasPrevious, c.page.HasNext)
}

// TotalCount is the length of the whole list.
func (c *PostConnection) TotalCount() int { return c.page.Total }

// EntityConnection is a page of entities.
type EntityConnection struct {
	page        *store.TermPage
	Suggestions []store.Suggestion // nil where they are not shown
}

// EntityEdge is an entity in its place in a list.
type EntityEdge struct {
	Cursor string
	Node   *Entity
}

// Edges are the entities with their cursors.
func (c *EntityConnection) Edges() []EntityEdge {
	edges := make([]EntityEdge, len(c.page.Terms))
	for i, term := range c.page.Terms {
		edges[i] = EntityEdge{c.page.Cursors[i], &Entity{term}}
	}
	return edges
}

// Nodes are the entities.
func (c *EntityConnection) Nodes() []*Entity {
	nodes := make([]*Entity, len(c.page.Terms))
	for i, term := range c.page.Terms {
		nodes[i] = &Entity{term}
	}
	return nodes
}

// PageInfo says where the page stands.
func (c *EntityConnection) PageInfo() PageInfo {
	return PageInfoOf(c.page.Cursors, c.page.HasPrevious, c.page.HasNext)
}

// TotalCount is the length of the whole list.
func (c *EntityConnection) TotalCount() int { return c.page.Total }

// ToolConnection is a page of tools.
type ToolConnection struct {
	page        *store.TermPage
	Suggestions []store.Suggestion // nil where they are not shown
}

// ToolEdge is a tool in its place in a list.
type ToolEdge struct {
	Cursor string
	Node   *Tool
}

// Edges are the tools with their cursors.
func (c *ToolConnection) Edges() []ToolEdge {
	edges := make([]ToolEdge, len(c.page.Terms))
	for i, term := range c.page.Terms {
		edges[i] = ToolEdge{c.page.Cursors[i], &Tool{term}}
	}
	return edges
}

// Nodes are the tools.
func (c *ToolConnection) Nodes() []*Tool {
	nodes := make([]*Tool, len(c.page.Terms))
	for i, term := range c.page.Terms {
		nodes[i] = &Tool{term}
	}
	return nodes
}

// PageInfo says where the page stands.
func (c *ToolConnection) PageInfo() PageInfo {
	return PageInfoOf(c.page.Cursors, c.page.HasPrevious, c.page.HasNext)
}

// TotalCount is the length of the whole list.
func (c *ToolConnection) TotalCount() int { return c.page.Total }

// ScoreGroupConnection is a page of groups of scores.
type ScoreGroupConnection struct {
	page        *store.ScoreGroupPage
	Suggestions []store.Suggestion // nil where they are not shown
}

// ScoreGroupEdge is a group in its place in a list.
type ScoreGroupEdge struct {
	Cursor string
	Node   *store.ScoreGroup
}

// Edges are the groups with their cursors.
func (c *ScoreGroupConnection) Edges() []ScoreGroupEdge {
	edges := make([]ScoreGroupEdge, len(c.page.Groups))
	for i := range c.page.Groups {
		edges[i] = ScoreGroupEdge{c.page.Cursors[i], &c.page.Groups[i]}
	}
	return edges
}

// Nodes are the groups.
func (c *ScoreGroupConnection) Nodes() []store.ScoreGroup { return c.page.Groups }

// PageInfo says where the page stands.
func (c *ScoreGroupConnection) PageInfo() PageInfo {
	return PageInfoOf(c.page.Cursors, c.page.HasPrevious, c.page.HasNext)
}

// TotalCount is the length of the whole list.
func (c *ScoreGroupConnection) TotalCount() int { return c.page.Total }
