package graph

import (
	"context"

	"alphanode/store"
)

// defaultFirst is the length of a page that was not asked for any.
const defaultFirst = 20

type (
	queryResolver  struct{}
	postResolver   struct{}
	entityResolver struct{}
	toolResolver   struct{}
)

func (queryResolver) Post(ctx context.Context, slug string) (*Post, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := r.Lookup(ctx, slug)
	if err != nil {
		return nil, err
	}
	return onePost(ctx, r, refs[0])
}

func (queryResolver) PostByReference(ctx context.Context, reference string) (*Post, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	ref, err := r.LookupReference(ctx, reference)
	if err != nil {
		return nil, err
	}
	return onePost(ctx, r, ref)
}

// onePost reads a post, or nothing for NoRef.
func onePost(ctx context.Context, r reads, ref store.Ref) (*Post, error) {
	if ref == store.NoRef {
		return nil, nil
	}
	posts, err := selectedPost(ctx).read(ctx, r, []store.Ref{ref})
	if err != nil {
		return nil, err
	}
	return posts[0], nil
}

func (queryResolver) Posts(ctx context.Context, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, nil, filter, orderBy, window(first, after, last, before, offset))
}

func (entityResolver) Posts(ctx context.Context, e *Entity, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, &e.Term.ID, filter, orderBy, window(first, after, last, before, offset))
}

func (toolResolver) Posts(ctx context.Context, t *Tool, filter *store.Filter, orderBy *store.Order, first *int, after *string, last *int, before *string, offset *int) (*PostConnection, error) {
	return findPosts(ctx, &t.Term.ID, filter, orderBy, window(first, after, last, before, offset))
}

func findPosts(ctx context.Context, term *store.TermID, filter *store.Filter, orderBy *store.Order, w store.Window) (*PostConnection, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	n := selectedPosts(ctx)
	page, err := r.Find(ctx, postQuery(term, filter, orderBy, w, n))
	if err != nil {
		return nil, err
	}
	posts, err := n.read(ctx, r, page.Refs)
	if err != nil {
		return nil, err
	}
	return &PostConnection{page: page, Nodes: posts}, nil
}

func postQuery(term *store.TermID, filter *store.Filter, orderBy *store.Order, w store.Window, n need) store.PostQuery {
	q := store.PostQuery{Filter: filter, Term: term, Order: store.DefaultOrder, Window: w, Cursors: n.cursors}
	if orderBy != nil {
		q.Order = *orderBy
	}
	return q
}

func window(first *int, after *string, last *int, before *string, offset *int) store.Window {
	w := store.Window{First: first, Last: last, After: given(after), Before: given(before), Offset: offset}
	if first == nil && last == nil {
		n := defaultFirst
		w.First = &n
	}
	return w
}

// given is the text, empty where none was given.
func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (queryResolver) Entity(ctx context.Context, slug string) (*Entity, error) {
	term, err := findTerm(ctx, store.KindEntity, slug)
	if term == nil {
		return nil, err
	}
	return &Entity{term}, nil
}

func (queryResolver) Tool(ctx context.Context, slug string) (*Tool, error) {
	term, err := findTerm(ctx, store.KindTool, slug)
	if term == nil {
		return nil, err
	}
	return &Tool{term}, nil
}

// findTerm gives nil for a term that is not there.
func findTerm(ctx context.Context, kind store.Kind, slug string) (*store.Term, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	terms, err := r.LookupTerms(ctx, kind, slug)
	if err != nil {
		return nil, err
	}
	return terms[0], nil
}

func (queryResolver) Entities(ctx context.Context, typ *string, prefix *string, orderBy *store.TermOrder, first *int, after *string, last *int, before *string) (*EntityConnection, error) {
	page, err := findTerms(ctx, termQuery(store.KindEntity, typ, prefix, orderBy, window(first, after, last, before, nil)))
	if err != nil {
		return nil, err
	}
	return &EntityConnection{page}, nil
}

func (queryResolver) Tools(ctx context.Context, prefix *string, orderBy *store.TermOrder, first *int, after *string, last *int, before *string) (*ToolConnection, error) {
	page, err := findTerms(ctx, termQuery(store.KindTool, nil, prefix, orderBy, window(first, after, last, before, nil)))
	if err != nil {
		return nil, err
	}
	return &ToolConnection{page}, nil
}

func findTerms(ctx context.Context, q store.TermQuery) (*store.TermPage, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return r.FindTerms(ctx, q)
}

func termQuery(kind store.Kind, typ, prefix *string, orderBy *store.TermOrder, w store.Window) store.TermQuery {
	q := store.TermQuery{Kind: kind, Type: given(typ), Prefix: given(prefix), Window: w}
	if orderBy != nil {
		q.Order = *orderBy
	}
	return q
}

func (queryResolver) Node(ctx context.Context, id string) (Node, error) {
	found, err := findNodes(ctx, []string{id}, nameOfID)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (queryResolver) Nodes(ctx context.Context, ids []string) ([]Node, error) {
	if err := checkIDs(ids); err != nil {
		return nil, err
	}
	return findNodes(ctx, ids, nameInIDs)
}

// findNodes reads all posts among the ids at once, and so the entities and the
// tools. What is not there stays nil.
func findNodes(ctx context.Context, ids []string, argument func(i int) string) ([]Node, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := parseIDs(ids, argument)
	if err != nil {
		return nil, err
	}
	nodes, err := lookupNodes(ctx, r, wanted)
	if err != nil {
		return nil, err
	}
	posts, err := selectedPost(ctx).read(ctx, r, nodes.refs)
	if err != nil {
		return nil, err
	}
	found := make([]Node, len(ids))
	for i, id := range wanted {
		switch at := nodes.at[id]; id.Type {
		case typePost:
			if post := posts[at]; post != nil {
				found[i] = post
			}
		case typeEntity:
			if term := nodes.entities[at]; term != nil {
				found[i] = &Entity{term}
			}
		case typeTool:
			if term := nodes.tools[at]; term != nil {
				found[i] = &Tool{term}
			}
		}
	}
	return found, nil
}

func (queryResolver) Release(ctx context.Context) (*Release, error) {
	r, err := readerOf(ctx)
	if err != nil {
		return nil, err
	}
	return releaseOf(r), nil
}
