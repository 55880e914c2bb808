package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// completions makes the writer of the field that gives what fits a text that is being typed.
func (c *compiler) completions(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	completion := compileObject(c, "Completion", f.Selections, func(f graphql.CollectedField) writer[*store.Completion] {
		switch f.Name {
		case "kind":
			return nameOf(model.CompletionKinds, func(c *store.Completion) store.CompletionKind { return c.Kind })
		case "text":
			return textOf(f, func(c *store.Completion) string { return c.Text })
		case "slug":
			return textOf(f, func(c *store.Completion) string { return c.Slug })
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.Complete(x.ctx, model.CompletionQuery(args.text, args.first))
		if err != nil {
			return x.fail(f, err)
		}
		return writeList(x, len(found), func(i int) bool { return completion.write(x, &found[i]) })
	}
}
