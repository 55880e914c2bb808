package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// similar makes the writer of a field that is a list of similar posts. find says
// what they are compared with.
func similar[T any](c *compiler, f graphql.CollectedField, given givenArguments, find func(T, *arguments) model.SimilarSearch) writer[T] {
	n := model.ConnectionNeed(c.op, f.Selections)
	connection := c.postConnection(f, n)
	return func(x *execution, value T) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		q := args.similarQuery()
		q.Cursors, q.Suggest = n.Cursors, n.Suggestions
		found, err := find(value, args)(x.ctx, x.reads, q)
		if err != nil {
			return x.fail(f, err)
		}
		page := &postPage{similar: found, found: &store.Page{
			Refs: make([]store.Ref, len(found.Hits)), Cursors: make([]string, len(found.Hits)),
			Total: found.Total, HasPrevious: q.After != "", HasNext: found.HasNext,
		}}
		for i, hit := range found.Hits {
			page.found.Refs[i], page.found.Cursors[i] = hit.Ref, hit.Cursor
		}
		if page.posts, err = x.readPosts(n, page.found.Refs); err != nil {
			return x.fail(f, err)
		}
		if page.suggestions, err = n.Suggest(x.ctx, x.reads, q.Filter, found.Suggestions); err != nil {
			return x.fail(f, err)
		}
		return connection.write(x, page)
	}
}

func (c *compiler) sharedFeature(f graphql.CollectedField) object[*store.SharedFeature] {
	return compileObject(c, "SharedFeature", f.Selections, func(f graphql.CollectedField) writer[*store.SharedFeature] {
		switch f.Name {
		case "kind":
			return nameOf(model.FeatureKinds, func(s *store.SharedFeature) store.Kind { return s.Kind })
		case "name":
			return textOf(f, func(s *store.SharedFeature) string { return s.Name })
		case "type":
			return textOf(f, func(s *store.SharedFeature) string { return s.Type })
		case "contribution":
			return floatOf(func(s *store.SharedFeature) float64 { return s.Contribution })
		}
		return nil
	})
}
