package graph

import (
	"context"

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
}

// cardFields are the fields of a post, and of its meta, that its card holds.
// That of Post.similar is the post's Ref.
var (
	cardFields     = set("__typename", "id", "slug", "title", "updated", "similar")
	cardMetaFields = set("__typename", "summary", "readingTime", "difficulty", "score", "tools", "toolNames")
)

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
// needs: nothing where it shows no more than counts and cursors.
func selectedPosts(ctx context.Context) need {
	var n need
	op := graphql.GetOperationContext(ctx)
	for _, field := range graphql.CollectFields(op, graphql.GetFieldContext(ctx).Field.Selections, nil) {
		switch field.Name {
		case "nodes":
			n.addPost(op, field.Selections)
		case "edges":
			for _, inEdge := range graphql.CollectFields(op, field.Selections, nil) {
				if inEdge.Name == "node" {
					n.addPost(op, inEdge.Selections)
				}
			}
		}
	}
	return n
}

func (n *need) addPost(op *graphql.OperationContext, selections ast.SelectionSet) {
	n.posts = true
	for _, field := range graphql.CollectFields(op, selections, postImplementors) {
		switch {
		case field.Name == "meta":
			n.addMeta(op, field.Selections)
		case !cardFields[field.Name]:
			n.part = store.Whole
		}
	}
}

func (n *need) addMeta(op *graphql.OperationContext, selections ast.SelectionSet) {
	for _, field := range graphql.CollectFields(op, selections, nil) {
		if !cardMetaFields[field.Name] {
			n.part = store.Whole
		}
		n.tools = n.tools || field.Name == "tools"
		n.entities = n.entities || field.Name == "entities"
	}
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
	terms, err := n.readTerms(ctx, r, found)
	if err != nil {
		return nil, err
	}
	for i, post := range found {
		if post != nil {
			posts[i] = &Post{Post: post, terms: terms}
		}
	}
	return posts, nil
}

// readTerms reads each of the posts' terms that are shown once.
func (n need) readTerms(ctx context.Context, r reads, posts []*store.Post) (map[store.TermID]*store.Term, error) {
	terms := map[store.TermID]*store.Term{}
	var ids []store.TermID
	add := func(of []store.TermID) {
		for _, id := range of {
			if _, known := terms[id]; !known {
				terms[id] = nil
				ids = append(ids, id)
			}
		}
	}
	for _, post := range posts {
		if post != nil && n.tools {
			add(post.Tools)
		}
		if post != nil && n.entities {
			add(post.Entities)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := r.Terms(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		terms[id] = found[i]
	}
	return terms, nil
}
