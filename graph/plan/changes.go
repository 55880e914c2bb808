package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// changePage is a page of what changed, with the posts that are shown of it.
type changePage struct {
	found *store.ChangePage
	after bool // whether it begins behind a cursor
	posts []storedPost

	suggestions []store.Suggestion
}

func (p *changePage) PageInfo() model.PageInfo { return model.ChangeInfo(p.found, p.after) }
func (p *changePage) TotalCount() int          { return p.found.Total() }
func (p *changePage) size() int                { return len(p.found.Changes) }

// changes makes the writer of the field that is a list of what changed.
func (c *compiler) changes(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	n := model.ConnectionNeed(c.op, f.Selections)
	connection := compileConnection(c, f, func(f graphql.CollectedField) writer[edge[*changePage]] {
		return c.changeEdge(f, n)
	}, func(f graphql.CollectedField) writer[*changePage] {
		switch f.Name {
		case "since":
			return textOf(f, func(p *changePage) string { return p.found.Since })
		case "release":
			return textOf(f, func(p *changePage) string { return p.found.Release })
		case "suggestions":
			write := c.suggested(f)
			return func(x *execution, p *changePage) bool { return write(x, p.suggestions) }
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		q := model.ChangeQuery(args.since, args.filter, args.first, args.after, n)
		found, err := x.reads.Changes(x.ctx, q)
		if err != nil {
			return x.fail(f, err)
		}
		page := &changePage{found: found, after: q.After != ""}
		if page.posts, err = x.readPosts(n, model.ChangedPosts(found)); err != nil {
			return x.fail(f, err)
		}
		if page.suggestions, err = n.Suggest(x.ctx, x.reads, q.Filter, nil); err != nil {
			return x.fail(f, err)
		}
		return connection.write(x, page)
	}
}

// changeEdge makes the writer of a field of an edge.
func (c *compiler) changeEdge(f graphql.CollectedField, n model.Need) writer[edge[*changePage]] {
	switch f.Name {
	case "node":
		post := c.storedPost(f.Selections, n.Part)
		return func(x *execution, e edge[*changePage]) bool {
			if e.page.found.Changes[e.i].Ref == store.NoRef {
				return false // null
			}
			return post.writePost(x, e.page.posts[e.i])
		}
	case "cursor":
		return textOf(f, func(e edge[*changePage]) string { return e.page.found.Changes[e.i].Cursor })
	case "kind":
		return nameOf(model.ChangeKinds, func(e edge[*changePage]) store.ChangeKind { return e.page.found.Changes[e.i].Kind })
	case "slug":
		return textOf(f, func(e edge[*changePage]) string { return e.page.found.Changes[e.i].Slug })
	}
	return nil
}
