package model

import (
	"context"
	"errors"

	"alphanode/store"
)

// The resolvers find what is not already in the value that a field belongs to.
type (
	QueryResolver  struct{}
	PostResolver   struct{}
	EntityResolver struct{}
	ToolResolver   struct{}
)

func (QueryResolver) Post(ctx context.Context, slug string) (*Post, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := r.Lookup(ctx, slug)
	if err != nil {
		return nil, err
	}
	return onePost(ctx, r, refs[0])
}

func (QueryResolver) PostByReference(ctx context.Context, reference string) (*Post, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	ref, err := r.LookupReference(ctx, reference)
	if err != nil {
		return nil, err
	}
	return onePost(ctx, r, ref)
}

func (QueryResolver) PostByURL(ctx context.Context, url string) (*Post, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	ref, err := r.LookupAddress(ctx, url)
	if err != nil {
		return nil, err
	}
	return onePost(ctx, r, ref)
}

// onePost reads a post, or nothing for NoRef.
func onePost(ctx context.Context, r Reads, ref store.Ref) (*Post, error) {
	if ref == store.NoRef {
		return nil, nil
	}
	posts, err := selectedPost(ctx).read(ctx, r, []store.Ref{ref})
	if err != nil {
		return nil, err
	}
	return posts[0], nil
}

func (QueryResolver) Posts(ctx context.Context, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, nil, filter, orderBy, Window(first, after, last, before, offset))
}

func (EntityResolver) Posts(ctx context.Context, e *Entity, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, &e.Term.ID, filter, orderBy, Window(first, after, last, before, offset))
}

func (ToolResolver) Posts(ctx context.Context, t *Tool, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, &t.Term.ID, filter, orderBy, Window(first, after, last, before, offset))
}

func findPosts(ctx context.Context, term *store.TermID, filter *store.Filter, orderBy *store.Order, w store.Window) (*PostConnection, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	page, err := r.Find(ctx, PostQuery(term, filter, orderBy, w, n))
	if err != nil {
		return nil, err
	}
	posts, err := n.read(ctx, r, page.Refs)
	if err != nil {
		return nil, err
	}
	suggested, err := n.Suggest(ctx, r, filter, nil)
	return &PostConnection{page: page, Nodes: posts, Suggestions: suggested}, err
}

func (QueryResolver) Entity(ctx context.Context, slug string) (*Entity, error) {
	term, err := findTerm(ctx, store.KindEntity, slug)
	if term == nil {
		return nil, err
	}
	return &Entity{term}, nil
}

func (QueryResolver) Tool(ctx context.Context, slug string) (*Tool, error) {
	term, err := findTerm(ctx, store.KindTool, slug)
	if term == nil {
		return nil, err
	}
	return &Tool{term}, nil
}

// findTerm gives nil where no term is meant, or several are.
func findTerm(ctx context.Context, kind store.Kind, slug string) (*store.Term, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	term, err := r.FindTerm(ctx, kind, slug)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return term, err
}

// EntityTypes are the types that entities have.
func (QueryResolver) EntityTypes(ctx context.Context, first *int) ([]store.EntityType, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.EntityTypes(ctx, FirstOrDefault(first))
}

func (QueryResolver) Entities(ctx context.Context, typ *string, prefix *string, orderBy *store.TermOrder, first *int, after *string, last *int, before *string) (*EntityConnection, error) {
	page, suggested, err := findTerms(ctx, TermQuery(store.KindEntity, typ, prefix, orderBy, Window(first, after, last, before, nil)))
	if err != nil {
		return nil, err
	}
	return &EntityConnection{page, suggested}, nil
}

func (QueryResolver) Tools(ctx context.Context, prefix *string, orderBy *store.TermOrder, first *int, after *string, last *int, before *string) (*ToolConnection, error) {
	page, suggested, err := findTerms(ctx, TermQuery(store.KindTool, nil, prefix, orderBy, Window(first, after, last, before, nil)))
	if err != nil {
		return nil, err
	}
	return &ToolConnection{page, suggested}, nil
}

func findTerms(ctx context.Context, q store.TermQuery) (*store.TermPage, []store.Suggestion, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	page, err := r.FindTerms(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	suggested, err := selectedPosts(ctx).SuggestTerms(ctx, r, q, page)
	return page, suggested, err
}

func (QueryResolver) Node(ctx context.Context, id string) (Node, error) {
	found, err := findNodes(ctx, []string{id}, NameOfID)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (QueryResolver) Nodes(ctx context.Context, ids []string) ([]Node, error) {
	if err := CheckIDs(ids); err != nil {
		return nil, err
	}
	return findNodes(ctx, ids, NameInIDs)
}

// findNodes reads all posts among the ids at once, and so the entities and the
// tools. What is not there stays nil.
func findNodes(ctx context.Context, ids []string, argument func(i int) string) ([]Node, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := ParseIDs(ids, argument)
	if err != nil {
		return nil, err
	}
	nodes, err := LookupNodes(ctx, r, wanted)
	if err != nil {
		return nil, err
	}
	posts, err := selectedPost(ctx).read(ctx, r, nodes.Refs)
	if err != nil {
		return nil, err
	}
	found := make([]Node, len(ids))
	for i, id := range wanted {
		switch at := nodes.At[id]; id.Type {
		case TypePost:
			if post := posts[at]; post != nil {
				found[i] = post
			}
		case TypeEntity:
			if term := nodes.Entities[at]; term != nil {
				found[i] = &Entity{term}
			}
		case TypeTool:
			if term := nodes.Tools[at]; term != nil {
				found[i] = &Tool{term}
			}
		}
	}
	return found, nil
}

func (QueryResolver) Release(ctx context.Context) (*Release, error) {
	r, err := ReaderOf(ctx)
	if err != nil {
		return nil, err
	}
	return ReleaseOf(r), nil
}
