package plan

import (
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/store"
)

// query makes the root object of an operation.
func (c *compiler) query(set ast.SelectionSet) object[struct{}] {
	return compileObject(c, "Query", set, func(f graphql.CollectedField) writer[struct{}] {
		switch f.Name {
		case "node":
			return c.node(f, c.arguments(f))
		case "nodes":
			return c.nodes(f, c.arguments(f))
		case "post":
			return c.post(f, c.arguments(f), func(x *execution, args *arguments) (store.Ref, error) {
				refs, err := x.reads.Lookup(x.ctx, args.slug)
				if err != nil {
					return store.NoRef, err
				}
				return refs[0], nil
			})
		case "postByReference":
			return c.post(f, c.arguments(f), func(x *execution, args *arguments) (store.Ref, error) {
				return x.reads.LookupReference(x.ctx, args.reference)
			})
		case "postByUrl":
			return c.post(f, c.arguments(f), func(x *execution, args *arguments) (store.Ref, error) {
				return x.reads.LookupAddress(x.ctx, args.url)
			})
		case "posts":
			return postList(c, f, c.arguments(f), func(struct{}) *store.TermID { return nil })
		case "search":
			return c.search(f, c.arguments(f))
		case "explainSearch":
			return c.explanation(f, c.arguments(f))
		case "suggest":
			return c.completions(f, c.arguments(f))
		case "similarPosts":
			return similar(c, f, c.arguments(f), func(_ struct{}, args *arguments) model.SimilarSearch {
				return args.to.Find
			})
		case "entity":
			return c.oneTerm(f, store.KindEntity, c.arguments(f))
		case "entities":
			return c.termList(f, store.KindEntity, c.arguments(f))
		case "entityTypes":
			return c.entityTypes(f, c.arguments(f))
		case "tool":
			return c.oneTerm(f, store.KindTool, c.arguments(f))
		case "tools":
			return c.termList(f, store.KindTool, c.arguments(f))
		case "facets":
			return c.facets(f, c.arguments(f))
		case "ranges":
			return c.ranges(f, c.arguments(f))
		case "scoreGroups":
			return c.scoreGroups(f, c.arguments(f))
		case "scoreGroupsConnection":
			return c.scoreGroupPages(f, c.arguments(f))
		case "scores":
			given := c.arguments(f)
			return scoresOf(c, f, func(x *execution, _ struct{}) (store.ScoreQuery, bool) {
				args, ok := given(x)
				if !ok {
					return store.ScoreQuery{}, false
				}
				return store.ScoreQuery{Filter: args.filter}, true
			})
		case "suggestions":
			return c.suggestions(f, c.arguments(f))
		case "changes":
			return c.changes(f, c.arguments(f))
		case "__schema":
			return c.schemaOf(f)
		case "__type":
			return c.typeNamed(f)
		case "release":
			release := c.release(f.Selections)
			return func(x *execution, _ struct{}) bool { return release.write(x, model.ReleaseOf(x.reads)) }
		}
		return nil
	})
}

func (c *compiler) release(set ast.SelectionSet) object[*model.Release] {
	return compileObject(c, "Release", set, func(f graphql.CollectedField) writer[*model.Release] {
		switch f.Name {
		case "name":
			return textOf(f, func(r *model.Release) string { return r.Name })
		case "publishedAt":
			return func(x *execution, r *model.Release) bool {
				if r.PublishedAt.IsZero() {
					return false
				}
				x.out = r.PublishedAt.AppendFormat(append(x.out, '"'), time.RFC3339Nano)
				x.out = append(x.out, '"')
				return true
			}
		case "postCount":
			return numberOf(func(r *model.Release) int { return r.Posts })
		case "entityCount":
			return numberOf(func(r *model.Release) int { return r.Entities })
		case "toolCount":
			return numberOf(func(r *model.Release) int { return r.Tools })
		}
		return nil
	})
}
