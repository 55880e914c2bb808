package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/store"
)

// need is what must be read for the posts that a selection shows.
type need struct {
	posts    bool // any post at all
	part     store.Part
	tools    bool // the tools' nodes, not only their names
	entities bool // the entities' nodes, not only their names
	cursors  store.CursorNeed

	highlights  bool // of a search
	suggestions bool // of similar posts or of a search
}

// cardFields are the fields of a post, and of its meta, that its card holds.
// That of Post.similar is the post's Ref.
var (
	cardFields     = set("__typename", "id", "slug", "title", "updated", "similar")
	cardMetaFields = set("__typename", "summary", "readingTime", "difficulty", "score", "tools", "toolNames")
)

// postTypes are the types of the schema that a post is of.
var postTypes = []string{typePost, "Node"}

func set(names ...string) map[string]bool {
	members := make(map[string]bool, len(names))
	for _, name := range names {
		members[name] = true
	}
	return members
}

// selectedPost gives what the current field, which is a post or a Node, needs.
func selectedPost(ctx context.Context) need {
	var n need
	n.addPost(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections)
	return n
}

// selectedPosts gives what the current field, which is a connection of posts,
// needs.
func selectedPosts(ctx context.Context) need {
	return connectionNeed(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections)
}

// connectionNeed gives what a selection on a connection of posts needs: no post
// where it shows no more than counts and cursors.
func connectionNeed(op *graphql.OperationContext, selections ast.SelectionSet) need {
	n := need{cursors: store.NoCursors}
	eachIncluded(op, selections, nil, func(field *ast.Field) {
		switch field.Name {
		case "nodes":
			n.addPost(op, field.SelectionSet)
		case "edges":
			n.addEdge(op, field.SelectionSet)
		case "suggestions":
			n.suggestions = true
		case "pageInfo":
			eachIncluded(op, field.SelectionSet, nil, func(info *ast.Field) {
				if info.Name == "startCursor" || info.Name == "endCursor" {
					n.cursors = min(n.cursors, store.EndCursors) // of the two the one that gives more
				}
			})
		}
	})
	return n
}

func (n *need) addEdge(op *graphql.OperationContext, selections ast.SelectionSet) {
	eachIncluded(op, selections, nil, func(field *ast.Field) {
		switch field.Name {
		case "node":
			n.addPost(op, field.SelectionSet)
		case "cursor":
			n.cursors = store.AllCursors
		case "highlights":
			n.highlights = true
		}
	})
}

func (n *need) addPost(op *graphql.OperationContext, selections ast.SelectionSet) {
	n.posts = true
	eachIncluded(op, selections, postTypes, func(field *ast.Field) {
		switch {
		case field.Name == "meta":
			n.addMeta(op, field.SelectionSet)
		case !cardFields[field.Name]:
			n.part = store.Whole
		}
	})
}

func (n *need) addMeta(op *graphql.OperationContext, selections ast.SelectionSet) {
	eachIncluded(op, selections, nil, func(field *ast.Field) {
		if !cardMetaFields[field.Name] {
			n.part = store.Whole
		}
		n.tools = n.tools || field.Name == "tools"
		n.entities = n.entities || field.Name == "entities"
	})
}

// read gives posts with the terms that are shown: at most one read of posts
// and one of terms, however many there are. A NoRef gives nil. Where no post is
// shown, it reads none and gives that many nils.
func (n need) read(ctx context.Context, r reads, refs []store.Ref) ([]*Post, error) {
	posts := make([]*Post, len(refs))
	if !n.posts || len(refs) == 0 {
		return posts, nil
	}
	found, err := r.Posts(ctx, refs, n.part)
	if err != nil {
		return nil, err
	}
	terms := &shownTerms{need: n}
	for _, post := range found {
		if post != nil {
			terms.add(post.Tools, post.Entities)
		}
	}
	if err := terms.read(ctx, r); err != nil {
		return nil, err
	}
	for i, post := range found {
		if post != nil {
			posts[i] = &Post{Post: post, terms: terms}
		}
	}
	return posts, nil
}

// shownTerms are the terms that are shown of some posts.
type shownTerms struct {
	need  need
	ids   []store.TermID // when they are read, each once and in order
	found []*store.Term  // in the order of ids
}

// add adds the terms of one post.
func (t *shownTerms) add(tools, entities []store.TermID) {
	if t.need.tools {
		t.ids = append(t.ids, tools...)
	}
	if t.need.entities {
		t.ids = append(t.ids, entities...)
	}
}

// read reads all that were added, in one read.
func (t *shownTerms) read(ctx context.Context, r reads) (err error) {
	if len(t.ids) == 0 {
		return nil
	}
	slices.Sort(t.ids)
	t.ids = slices.Compact(t.ids)
	t.found, err = r.Terms(ctx, t.ids)
	return err
}

// term gives one that was read, nil for another.
func (t *shownTerms) term(id store.TermID) *store.Term {
	i, ok := slices.BinarySearch(t.ids, id)
	if !ok {
		return nil
	}
	return t.found[i]
}
