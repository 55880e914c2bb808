package plan

import (
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/store"
)

// term makes the object of an entity or a tool.
func (c *compiler) term(typ string, set ast.SelectionSet) object[*store.Term] {
	return compileObject(c, typ, set, func(f graphql.CollectedField) writer[*store.Term] {
		switch f.Name {
		case "id":
			return func(x *execution, t *store.Term) bool {
				x.id(typ, t.Slug)
				return true
			}
		case "slug":
			return textOf(f, func(t *store.Term) string { return t.Slug })
		case "name":
			return textOf(f, func(t *store.Term) string { return t.Name })
		case "type":
			return textOf(f, func(t *store.Term) string { return t.Type })
		case "postCount":
			return numberOf(func(t *store.Term) int { return t.PostCount })
		case "posts":
			return postList(c, f, c.arguments(f), func(t *store.Term) *store.TermID { return &t.ID })
		case "related":
			return c.related(f, c.arguments(f))
		case "scores":
			return scoresOf(c, f, func(_ *execution, t *store.Term) (store.ScoreQuery, bool) { return store.ScoreQuery{Term: &t.ID}, true })
		}
		return nil
	})
}

// related makes the writer of the terms that are related to one.
func (c *compiler) related(f graphql.CollectedField, given givenArguments) writer[*store.Term] {
	related := compileObject(c, "RelatedTerm", f.Selections, func(f graphql.CollectedField) writer[*store.RelatedTerm] {
		switch f.Name {
		case "node":
			entity, tool := c.term(model.TypeEntity, f.Selections), c.term(model.TypeTool, f.Selections)
			return func(x *execution, r *store.RelatedTerm) bool {
				if r.Kind == store.KindEntity {
					return entity.write(x, r.Term)
				}
				return tool.write(x, r.Term)
			}
		case "kind":
			return nameOf(model.TermKinds, func(r *store.RelatedTerm) store.Kind { return r.Kind })
		case "count":
			return numberOf(func(r *store.RelatedTerm) int { return r.Count })
		case "lift":
			return floatOf(func(r *store.RelatedTerm) float64 { return r.Lift })
		}
		return nil
	})
	return func(x *execution, t *store.Term) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.Related(x.ctx, model.RelatedQuery(t, args.first, args.kind))
		if err != nil {
			return x.fail(f, err)
		}
		return writeList(x, len(found), func(i int) bool { return related.write(x, &found[i]) })
	}
}

// termsOf makes the writer of a post's terms, which were read with it.
func (c *compiler) termsOf(f graphql.CollectedField, ids func(*store.Raw) []store.TermID) writer[storedPost] {
	term := c.term(f.Definition.Type.Name(), f.Selections)
	return func(x *execution, p storedPost) bool {
		all := ids(p.row)
		return writeList(x, len(all), func(i int) bool {
			t := p.terms.Term(all[i])
			if t == nil {
				return x.fail(f, fmt.Errorf("term %d of post %d was not read", all[i], p.row.Ref))
			}
			return term.write(x, t)
		})
	}
}

// oneTerm makes the writer of a field that is the term with a slug or name.
func (c *compiler) oneTerm(f graphql.CollectedField, kind store.Kind, given givenArguments) writer[struct{}] {
	term := c.term(f.Definition.Type.Name(), f.Selections)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.FindTerm(x.ctx, kind, args.slug)
		if err != nil {
			return !errors.Is(err, store.ErrNotFound) && x.fail(f, err)
		}
		return term.write(x, found)
	}
}

// entityTypes makes the writer of a field that is the types of entities.
func (c *compiler) entityTypes(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	typed := compileObject(c, "EntityType", f.Selections, func(f graphql.CollectedField) writer[*store.EntityType] {
		switch f.Name {
		case "type":
			return textOf(f, func(t *store.EntityType) string { return t.Type })
		case "entityCount":
			return numberOf(func(t *store.EntityType) int { return t.EntityCount })
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.EntityTypes(x.ctx, model.FirstOrDefault(args.first))
		if err != nil {
			return x.fail(f, err)
		}
		return writeList(x, len(found), func(i int) bool { return typed.write(x, &found[i]) })
	}
}

// termPage is a page of terms.
type termPage struct {
	*store.TermPage
	suggestions []store.Suggestion
}

func (p termPage) PageInfo() model.PageInfo {
	return model.PageInfoOf(p.Cursors, p.HasPrevious, p.HasNext)
}
func (p termPage) TotalCount() int { return p.Total }
func (p termPage) size() int       { return len(p.Terms) }

// termList makes the writer of a field that is a list of terms of a kind.
func (c *compiler) termList(f graphql.CollectedField, kind store.Kind, given givenArguments) writer[struct{}] {
	n := model.ConnectionNeed(c.op, f.Selections)
	connection := compileConnection(c, f, func(f graphql.CollectedField) writer[edge[termPage]] {
		switch f.Name {
		case "node", "nodes":
			term := c.term(f.Definition.Type.Name(), f.Selections)
			return func(x *execution, e edge[termPage]) bool { return term.write(x, e.page.Terms[e.i]) }
		case "cursor":
			return textOf(f, func(e edge[termPage]) string { return e.page.Cursors[e.i] })
		}
		return nil
	}, func(f graphql.CollectedField) writer[termPage] {
		if f.Name != "suggestions" {
			return nil
		}
		write := c.suggested(f)
		return func(x *execution, p termPage) bool { return write(x, p.suggestions) }
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		q := model.TermQuery(kind, args.typ, args.prefix, args.termOrder, args.window())
		found, err := x.reads.FindTerms(x.ctx, q)
		if err != nil {
			return x.fail(f, err)
		}
		suggested, err := n.SuggestTerms(x.ctx, x.reads, q, found)
		if err != nil {
			return x.fail(f, err)
		}
		return connection.write(x, termPage{found, suggested})
	}
}
