package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// explanation makes the writer of the field that says why a search gives a post its score.
func (c *compiler) explanation(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	explanation := compileObject(c, "SearchExplanation", f.Selections, func(f graphql.CollectedField) writer[*store.Explanation] {
		switch f.Name {
		case "slug":
			return textOf(f, func(e *store.Explanation) string { return e.Slug })
		case "found":
			return truthOf(func(e *store.Explanation) bool { return e.Found })
		case "score":
			return floatOf(func(e *store.Explanation) float64 { return e.Score })
		case "analysis":
			return textOf(f, func(e *store.Explanation) string { return e.Analysis })
		case "match":
			matched := c.matched(f)
			return func(x *execution, e *store.Explanation) bool { return matched.write(x, &e.Match) }
		case "met":
			return numberOf(func(e *store.Explanation) int { return e.Met })
		case "passedOver":
			return func(x *execution, e *store.Explanation) bool {
				return writeList(x, len(e.PassedOver), func(i int) bool { x.text(e.PassedOver[i]); return true })
			}
		case "words":
			return listIn(c.explainedClause(f), func(e *store.Explanation) []store.ExplainedClause { return e.Words })
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := model.Explain(x.ctx, x.reads, args.slug, model.SearchFor(args.text, args.match, args.language))
		if err != nil {
			return x.fail(f, err)
		}
		if found == nil {
			return false
		}
		return explanation.write(x, found)
	}
}

func (c *compiler) explainedClause(f graphql.CollectedField) object[*store.ExplainedClause] {
	return compileObject(c, "ExplainedClause", f.Selections, func(f graphql.CollectedField) writer[*store.ExplainedClause] {
		switch f.Name {
		case "typed":
			return textOf(f, func(e *store.ExplainedClause) string { return e.Typed })
		case "unwanted":
			return truthOf(func(e *store.ExplainedClause) bool { return e.Unwanted })
		case "met":
			return truthOf(func(e *store.ExplainedClause) bool { return e.Met })
		case "times":
			return numberOf(func(e *store.ExplainedClause) int { return e.Times })
		case "score":
			return floatOf(func(e *store.ExplainedClause) float64 { return e.Score })
		case "parts":
			return listIn(c.explainedWord(f), func(e *store.ExplainedClause) []store.ExplainedWord { return e.Parts })
		}
		return nil
	})
}

func (c *compiler) explainedWord(f graphql.CollectedField) object[*store.ExplainedWord] {
	return compileObject(c, "ExplainedWord", f.Selections, func(f graphql.CollectedField) writer[*store.ExplainedWord] {
		switch f.Name {
		case "word":
			return textOf(f, func(e *store.ExplainedWord) string { return e.Word })
		case "posts":
			return numberOf(func(e *store.ExplainedWord) int { return e.Posts })
		case "rarity":
			return floatOf(func(e *store.ExplainedWord) float64 { return e.Rarity })
		case "impact":
			return floatOf(func(e *store.ExplainedWord) float64 { return e.Impact })
		case "score":
			return floatOf(func(e *store.ExplainedWord) float64 { return e.Score })
		case "forms":
			return listIn(c.explainedForm(f), func(e *store.ExplainedWord) []store.ExplainedForm { return e.Forms })
		}
		return nil
	})
}

func (c *compiler) explainedForm(f graphql.CollectedField) object[*store.ExplainedForm] {
	return compileObject(c, "ExplainedForm", f.Selections, func(f graphql.CollectedField) writer[*store.ExplainedForm] {
		switch f.Name {
		case "form":
			return textOf(f, func(e *store.ExplainedForm) string { return e.Form })
		case "kind":
			return nameOf(model.FormKinds, func(e *store.ExplainedForm) store.FormKind { return e.Kind })
		case "impact":
			return floatOf(func(e *store.ExplainedForm) float64 { return e.Impact })
		case "fields":
			return listIn(c.explainedField(f), func(e *store.ExplainedForm) []store.ExplainedField { return e.Fields })
		}
		return nil
	})
}

func (c *compiler) explainedField(f graphql.CollectedField) object[*store.ExplainedField] {
	return compileObject(c, "ExplainedField", f.Selections, func(f graphql.CollectedField) writer[*store.ExplainedField] {
		switch f.Name {
		case "field":
			return nameOf(model.SearchFields, func(e *store.ExplainedField) store.SearchField { return e.Field })
		case "count":
			return numberOf(func(e *store.ExplainedField) int { return e.Count })
		case "length":
			return numberOf(func(e *store.ExplainedField) int { return e.Length })
		case "share":
			return floatOf(func(e *store.ExplainedField) float64 { return e.Share })
		}
		return nil
	})
}

// listIn makes the writer of a list of objects in a value.
func listIn[T, E any](of object[*E], list func(*T) []E) writer[*T] {
	return func(x *execution, value *T) bool {
		all := list(value)
		return writeList(x, len(all), func(i int) bool { return of.write(x, &all[i]) })
	}
}
