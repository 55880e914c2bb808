package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// suggestions makes the writer of the field that suggests for a filter.
func (c *compiler) suggestions(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	write := c.suggested(f)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		all, err := x.reads.Suggest(x.ctx, args.filter)
		if err != nil {
			return x.fail(f, err)
		}
		return write(x, all)
	}
}

// suggested makes the writer of a list of suggestions.
func (c *compiler) suggested(f graphql.CollectedField) writer[[]store.Suggestion] {
	suggestion := c.suggestion(f)
	return func(x *execution, all []store.Suggestion) bool {
		return writeList(x, len(all), func(i int) bool { return suggestion.write(x, &all[i]) })
	}
}

func (c *compiler) suggestion(f graphql.CollectedField) object[*store.Suggestion] {
	return compileObject(c, "Suggestion", f.Selections, func(f graphql.CollectedField) writer[*store.Suggestion] {
		switch f.Name {
		case "value":
			return textOf(f, func(s *store.Suggestion) string { return s.Value })
		case "kind":
			return nameOf(model.FeatureKinds, func(s *store.Suggestion) store.Kind { return s.Kind })
		case "nearest":
			return func(x *execution, s *store.Suggestion) bool {
				return writeList(x, len(s.Nearest), func(i int) bool {
					x.text(s.Nearest[i])
					return true
				})
			}
		}
		return nil
	})
}
