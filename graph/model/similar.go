package model

import (
	"context"
	"strconv"

	"alphanode/apierror"
	"alphanode/store"
)

// SimilarTo is what posts are compared with. One of the two is given.
type SimilarTo struct {
	Post  *string
	Terms *store.SimilarTerms
}

func (QueryResolver) SimilarPosts(ctx context.Context, to SimilarTo, filter *store.Filter, first *int, after *string, exclude []string, minSimilarity, diversity *float64) (*SimilarConnection, error) {
	return findSimilar(ctx, SimilarQuery(first, after, filter, exclude, minSimilarity, diversity), to.Find)
}

func (PostResolver) Similar(ctx context.Context, p *Post, first *int, after *string, filter *store.Filter, exclude []string, minSimilarity, diversity *float64) (*SimilarConnection, error) {
	return findSimilar(ctx, SimilarQuery(first, after, filter, exclude, minSimilarity, diversity), ToPost(p.Ref))
}

// SimilarSearch finds similar posts.
type SimilarSearch func(context.Context, Reads, store.SimilarQuery) (*store.SimilarPage, error)

// ToPost finds the posts most like one.
func ToPost(ref store.Ref) SimilarSearch {
	return func(ctx context.Context, r Reads, q store.SimilarQuery) (*store.SimilarPage, error) {
		return r.Similar(ctx, ref, q)
	}
}

// Find finds the posts most like the post or the terms.
func (to SimilarTo) Find(ctx context.Context, r Reads, q store.SimilarQuery) (*store.SimilarPage, error) {
	if to.Post == nil {
		return r.SimilarToTerms(ctx, *to.Terms, q)
	}
	refs, err := r.Lookup(ctx, *to.Post)
	if err != nil {
		return nil, err
	}
	if refs[0] == store.NoRef {
		slug := Shorten(*to.Post)
		return nil, apierror.New(apierror.NotFound, "There is no post with the slug "+strconv.Quote(slug)+".",
			apierror.Field{Location: "to.post", Value: slug, Expected: "the slug of a post"})
	}
	return r.Similar(ctx, refs[0], q)
}

func findSimilar(ctx context.Context, q store.SimilarQuery, find SimilarSearch) (*SimilarConnection, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	q.Cursors, q.Suggest = n.Cursors, n.Suggestions
	page, err := find(ctx, r, q)
	if err != nil {
		return nil, err
	}
	refs := make([]store.Ref, len(page.Hits))
	for i, hit := range page.Hits {
		refs[i] = hit.Ref
	}
	posts, err := n.read(ctx, r, refs)
	if err != nil {
		return nil, err
	}
	suggested, err := n.Suggest(ctx, r, q.Filter, page.Suggestions)
	return &SimilarConnection{page: page, after: q.After != "", Nodes: posts, Suggestions: suggested}, err
}

// SimilarConnection is a page of similar posts.
type SimilarConnection struct {
	page  *store.SimilarPage
	after bool // whether the page begins behind a cursor
	// Nodes are the posts; nil entries where the selection shows none.
	Nodes       []*Post
	Suggestions []store.Suggestion // for terms that are not there
}

// SimilarEdge is a similar post in its place in the list.
type SimilarEdge struct {
	store.SimilarHit
	Node *Post
}

// Edges are the posts with how similar they are, and why.
func (c *SimilarConnection) Edges() []SimilarEdge {
	edges := make([]SimilarEdge, len(c.Nodes))
	for i, post := range c.Nodes {
		edges[i] = SimilarEdge{c.page.Hits[i], post}
	}
	return edges
}

// PageInfo says where the page stands.
func (c *SimilarConnection) PageInfo() PageInfo {
	cursors := make([]string, len(c.page.Hits))
	for i, hit := range c.page.Hits {
		cursors[i] = hit.Cursor
	}
	return PageInfoOf(cursors, c.after, c.page.HasNext)
}

// TotalCount is how many similar posts there are in all.
func (c *SimilarConnection) TotalCount() int { return c.page.Total }
