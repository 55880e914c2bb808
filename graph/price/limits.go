package price

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// Limits bound what one operation may cost. All but Bytes are checked before it
// runs.
type Limits struct {
	Depth      int // how deep its fields may nest
	Complexity int // its cost: about the number of fields in the answer at most
	Tokens     int // how many words and signs its text may have

	// Aliases and Directives are how many of them its text may have; 0 stands for
	// those of DefaultLimits.
	Aliases, Directives int

	// Bytes is the most that an answer may have, errors in it included; 0 stands
	// for that of DefaultLimits. For an answer with a large post it is more, so that
	// one post alone is never refused: as much as that post's fields make, each
	// written once, and a quarter of Bytes for what is around them. The post is the
	// first that the answer shows.
	Bytes int
}

// MostBytes is the most that an answer may have.
func (l Limits) MostBytes() int {
	if l.Bytes > 0 {
		return l.Bytes
	}
	return DefaultLimits.Bytes
}

// DefaultLimits let a page of 100 posts pass with every field they have, and
// the introspection of the tools; a list in a list in a list, each of 100, not.
var DefaultLimits = Limits{Depth: 20, Complexity: 100_000, Tokens: 1_000, Aliases: 300, Directives: 50, Bytes: 16 << 20}

// OfText tells which limit a document is over as it is written, if any, before it is
// validated.
func (l Limits) OfText(doc *ast.QueryDocument) error {
	aliases, directives := 0, 0
	EachField(doc, func(f *ast.Field) {
		if f.Alias != f.Name {
			aliases++
		}
	})
	EachDirective(doc, func(*ast.Directive) { directives++ })
	for _, operation := range doc.Operations {
		directives += len(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			directives += len(variable.Directives)
		}
	}
	for _, fragment := range doc.Fragments {
		directives += len(fragment.Directives)
	}
	switch {
	case aliases > cmp.Or(l.Aliases, DefaultLimits.Aliases):
		return overLimit("number of aliases", aliases, cmp.Or(l.Aliases, DefaultLimits.Aliases), "Ask for fewer things at once.")
	case directives > cmp.Or(l.Directives, DefaultLimits.Directives):
		return overLimit("number of directives", directives, cmp.Or(l.Directives, DefaultLimits.Directives), "Write fewer of them.")
	}
	return nil
}

// Spend takes what an operation costs from the budget of its reader.
func Spend(ctx context.Context, cost int) error {
	r, err := model.ReaderOf(ctx)
	if err != nil {
		return nil // that is for those to tell who read
	}
	return r.Budget().Spend(ctx, cost)
}

// Spent is what was taken so far from the budget of a reader.
func Spent(ctx context.Context) int {
	r, err := model.ReaderOf(ctx)
	if err != nil {
		return 0
	}
	return r.Budget().Spent()
}

// Exceeded tells which limit an operation is over, if any.
func (l Limits) Exceeded(e Extent) *gqlerror.Error {
	switch {
	case e.Depth > l.Depth:
		return overLimit("depth", e.Depth, l.Depth, "Ask for fewer levels at once.")
	case e.Cost > l.Complexity:
		return overLimit("complexity", e.Cost, l.Complexity, "Ask for shorter lists or fewer fields at once.")
	}
	return nil
}

func overLimit(what string, found, limit int, advice string) *gqlerror.Error {
	expected := fmt.Sprintf("a %s of at most %d", what, limit)
	return gqlerror.Wrap(apierror.New(apierror.TooComplex,
		fmt.Sprintf("The operation has a %s of %d, expected %s. %s", what, found, expected, advice),
		apierror.Field{Location: what, Value: strconv.Itoa(found), Expected: expected}))
}

// Extent is how deep a selection goes and what it costs.
type Extent struct{ Depth, Cost int }
