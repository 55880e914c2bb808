package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
)

// paged is a page of a list.
type paged interface {
	PageInfo() model.PageInfo
	TotalCount() int
	size() int
}

// edge is an entry in its place in a page.
type edge[P paged] struct {
	page P
	i    int
}

// compileConnection makes the object of a field that is a connection. entry
// gives the writer of a field of its edges; asked for nodes, it gives that of
// node. more gives that of a field which not every connection has; it may be nil.
func compileConnection[P paged](
	c *compiler, f graphql.CollectedField, entry func(graphql.CollectedField) writer[edge[P]], more func(graphql.CollectedField) writer[P],
) object[P] {
	entries := func(write writer[edge[P]]) writer[P] {
		return func(x *execution, page P) bool {
			return writeList(x, page.size(), func(i int) bool { return write(x, edge[P]{page, i}) })
		}
	}
	return compileObject(c, f.Definition.Type.Name(), f.Selections, func(f graphql.CollectedField) writer[P] {
		switch f.Name {
		case "nodes":
			if node := entry(f); node != nil {
				return entries(node)
			}
		case "edges":
			return entries(compileObject(c, f.Definition.Type.Name(), f.Selections, entry).write)
		case "totalCount":
			return numberOf(P.TotalCount)
		case "pageInfo":
			info := c.pageInfo(f)
			return func(x *execution, page P) bool { return info.write(x, page.PageInfo()) }
		}
		if more == nil {
			return nil
		}
		return more(f)
	})
}

func (c *compiler) pageInfo(f graphql.CollectedField) object[model.PageInfo] {
	return compileObject(c, "PageInfo", f.Selections, func(f graphql.CollectedField) writer[model.PageInfo] {
		switch f.Name {
		case "hasNextPage":
			return truthOf(func(p model.PageInfo) bool { return p.HasNextPage })
		case "hasPreviousPage":
			return truthOf(func(p model.PageInfo) bool { return p.HasPreviousPage })
		case "startCursor":
			return textOf(f, func(p model.PageInfo) string { return p.StartCursor })
		case "endCursor":
			return textOf(f, func(p model.PageInfo) string { return p.EndCursor })
		}
		return nil
	})
}
