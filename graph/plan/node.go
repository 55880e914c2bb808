package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// node makes the writer of a field that is whatever has an id.
func (c *compiler) node(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	nodes := c.anyNode(f)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		write, err := nodes(x, []string{args.id}, model.NameOfID)
		if err != nil {
			return x.fail(f, err)
		}
		return write(0)
	}
}

// nodes makes the writer of a list of whatever has these ids.
func (c *compiler) nodes(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	nodes := c.anyNode(f)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		ids := args.ids
		err := model.CheckIDs(ids)
		if err != nil {
			return x.fail(f, err)
		}
		write, err := nodes(x, ids, model.NameInIDs)
		if err != nil {
			return x.fail(f, err)
		}
		element := orNull(func(_ *execution, i int) bool { return write(i) })
		return writeList(x, len(ids), func(i int) bool { return element(x, i) })
	}
}

// anyNode makes what looks ids up together. It gives the function that writes
// one of them, by its place; that reports false where nothing has the id.
func (c *compiler) anyNode(f graphql.CollectedField) func(x *execution, ids []string, argument func(i int) string) (func(i int) bool, error) {
	var n model.Need
	n.AddPost(c.op, f.Selections)
	post := c.storedPost(f.Selections, n.Part)
	entity, tool := c.term(model.TypeEntity, f.Selections), c.term(model.TypeTool, f.Selections)
	return func(x *execution, ids []string, argument func(i int) string) (func(i int) bool, error) {
		wanted, err := model.ParseIDs(ids, argument)
		if err != nil {
			return nil, err
		}
		found, err := model.LookupNodes(x.ctx, x.reads, wanted)
		if err != nil {
			return nil, err
		}
		posts, err := x.readPosts(n, found.Refs)
		if err != nil {
			return nil, err
		}
		return func(i int) bool {
			switch at := found.At[wanted[i]]; wanted[i].Type {
			case model.TypePost:
				return found.Refs[at] != store.NoRef && post.writePost(x, posts[at])
			case model.TypeEntity:
				return found.Entities[at] != nil && entity.write(x, found.Entities[at])
			default:
				return found.Tools[at] != nil && tool.write(x, found.Tools[at])
			}
		}, nil
	}
}
