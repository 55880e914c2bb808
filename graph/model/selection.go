package model

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/store"
)

// Need is what must be read for the posts that a selection shows.
type Need struct {
	Posts    bool // any post at all
	Part     store.Part
	tools    bool // the tools' nodes, not only their names
	entities bool // the entities' nodes, not only their names
	Days     bool // the days of its dates
	Cursors  store.CursorNeed

	highlights  bool // of a search
	Suggestions bool // of a list
}

// cardFields are the fields of a post, and of its meta, that its card holds. That of
// Post.similar is the post's Ref. dayFields are read beside posts, in either form.
var (
	cardFields     = set("__typename", "id", "slug", "title", "updated", "similar")
	dayFields      = set("updatedDay", "publishedDay", "lastReviewedDay")
	cardMetaFields = set("__typename", "summary", "readingTime", "difficulty", "score", "tools", "toolNames", "image")
)

// postTypes are the types of the schema that a post is of.
var postTypes = []string{TypePost, "Node"}

func set(names ...string) map[string]bool {
	members := make(map[string]bool, len(names))
	for _, name := range names {
		members[name] = true
	}
	return members
}

// selectedPost gives what the current field, which is a post or a Node, needs.
func selectedPost(ctx context.Context) Need {
	var n Need
	n.AddPost(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections)
	return n
}

// selectedPosts gives what the current field, which is a connection of posts,
// needs.
func selectedPosts(ctx context.Context) Need {
	return ConnectionNeed(graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections)
}

// ConnectionNeed gives what a selection on a connection of posts needs: no post
// where it shows no more than counts and cursors.
func ConnectionNeed(op *graphql.OperationContext, selections ast.SelectionSet) Need {
	n := Need{Cursors: store.NoCursors}
	EachIncluded(op, selections, nil, func(field *ast.Field) {
		switch field.Name {
		case "nodes":
			n.AddPost(op, field.SelectionSet)
		case "edges":
			n.addEdge(op, field.SelectionSet)
		case "suggestions":
			n.Suggestions = true
		case "pageInfo":
			EachIncluded(op, field.SelectionSet, nil, func(info *ast.Field) {
				if info.Name == "startCursor" || info.Name == "endCursor" {
					n.Cursors = min(n.Cursors, store.EndCursors) // of the two the one that gives more
				}
			})
		}
	})
	return n
}

func (n *Need) addEdge(op *graphql.OperationContext, selections ast.SelectionSet) {
	EachIncluded(op, selections, nil, func(field *ast.Field) {
		switch field.Name {
		case "node":
			n.AddPost(op, field.SelectionSet)
		case "cursor":
			n.Cursors = store.AllCursors
		case "highlights":
			n.highlights = true
		}
	})
}

// AddPost adds what a selection on a post needs.
func (n *Need) AddPost(op *graphql.OperationContext, selections ast.SelectionSet) {
	n.Posts = true
	EachIncluded(op, selections, postTypes, func(field *ast.Field) {
		switch {
		case field.Name == "meta":
			n.addMeta(op, field.SelectionSet)
		case dayFields[field.Name]:
			n.Days = true
		case !cardFields[field.Name]:
			n.Part = store.Whole
		}
	})
}

func (n *Need) addMeta(op *graphql.OperationContext, selections ast.SelectionSet) {
	EachIncluded(op, selections, nil, func(field *ast.Field) {
		if !cardMetaFields[field.Name] {
			n.Part = store.Whole
		}
		n.tools = n.tools || field.Name == "tools"
		n.entities = n.entities || field.Name == "entities"
	})
}

// read gives posts with the terms and days that are shown: at most one read of posts, one
// of terms and one of days, however many there are. A NoRef gives nil. Where no post is
// shown, it reads none and gives that many nils.
func (n Need) read(ctx context.Context, r Reads, refs []store.Ref) ([]*Post, error) {
	posts := make([]*Post, len(refs))
	if !n.Posts || len(refs) == 0 {
		return posts, nil
	}
	found, err := r.Posts(ctx, refs, n.Part)
	if err != nil {
		return nil, err
	}
	terms := &ShownTerms{Need: n}
	for _, post := range found {
		if post != nil {
			terms.Add(post.Tools, post.Entities)
		}
	}
	if err := terms.Read(ctx, r); err != nil {
		return nil, err
	}
	var days []store.Days
	if n.Days {
		if days, err = r.Days(ctx, refs); err != nil {
			return nil, err
		}
	}
	for i, post := range found {
		if post == nil {
			continue
		}
		posts[i] = &Post{Post: post, terms: terms}
		if n.Days {
			posts[i].days = days[i]
		}
	}
	return posts, nil
}

// ShownTerms are the terms that are shown of some posts.
type ShownTerms struct {
	Need  Need
	ids   []store.TermID // when they are read, each once and in order
	found []*store.Term  // in the order of ids
}

// Add adds the terms of one post.
func (t *ShownTerms) Add(tools, entities []store.TermID) {
	if t.Need.tools {
		t.ids = append(t.ids, tools...)
	}
	if t.Need.entities {
		t.ids = append(t.ids, entities...)
	}
}

// Read reads all that were added, in one read.
func (t *ShownTerms) Read(ctx context.Context, r Reads) (err error) {
	if len(t.ids) == 0 {
		return nil
	}
	slices.Sort(t.ids)
	t.ids = slices.Compact(t.ids)
	t.found, err = r.Terms(ctx, t.ids)
	return err
}

// Term gives one that was read, nil for another.
func (t *ShownTerms) Term(id store.TermID) *store.Term {
	i, ok := slices.BinarySearch(t.ids, id)
	if !ok {
		return nil
	}
	return t.found[i]
}
