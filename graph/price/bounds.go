package price

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/graph/lru"
)

// Bounds refuses an operation that nests too deep or costs too much, or whose
// arguments cannot be read.
//
// It measures fragments once, however often they are spread: in a text of few
// words, fragments that spread others twice can stand for billions of fields.
type Bounds struct {
	limits   Limits
	schema   graphql.ExecutableSchema
	measured *lru.Cache[*ast.OperationDefinition, *Measured]
}

// NewBounds makes the extension of an executor that holds operations to limits, and
// remembers what it found of so many.
func NewBounds(limits Limits, remembered int) *Bounds {
	return &Bounds{limits: limits, measured: lru.New(remembered, remembered,
		func(*ast.OperationDefinition, *Measured) int { return 1 })}
}

var _ graphql.OperationContextMutator = (*Bounds)(nil)

// ExtensionName names the extension to the executor.
func (*Bounds) ExtensionName() string { return "bounds" }

// Validate takes the schema from the executor.
func (b *Bounds) Validate(schema graphql.ExecutableSchema) error {
	b.schema = schema
	return nil
}

// Of gives what is known of an operation.
func (b *Bounds) Of(ctx context.Context, op *graphql.OperationContext) *Measured {
	known, ok := b.measured.Get(ctx, op.Operation)
	if !ok {
		known = newMeasured(op)
		b.measured.Add(ctx, op.Operation, known)
	}
	return known
}

// MutateOperationContext refuses an operation that is over a limit.
func (b *Bounds) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	known := b.Of(ctx, op)
	sent, _ := ctx.Value(valuesKey{}).(map[string]int)
	values := costOfValues(op, sent)
	if err := b.limits.Exceeded(Extent{Cost: values}); err != nil {
		return err // before they are read
	}
	if err := Spend(ctx, values); err != nil {
		return gqlerror.Wrap(err)
	}
	e, ok := known.extent(b.schema.Schema(), op)
	if !ok {
		m := measure{ctx: ctx, schema: b.schema, variables: op.Variables, fragments: map[string]Extent{}}
		e = m.selection(op.Operation.SelectionSet)
		if m.err != nil {
			return m.err
		}
		known.keep(op, e)
	}
	if err := b.limits.Exceeded(Extent{e.Depth, Plus(e.Cost, values)}); err != nil {
		return err
	}
	return gqlerror.Wrap(Spend(ctx, e.Cost))
}

// measure finds the extent of one operation.
type measure struct {
	ctx       context.Context
	schema    graphql.ExecutableSchema
	variables map[string]any
	fragments map[string]Extent
	err       *gqlerror.Error // the first argument found wrong
}

func (m *measure) selection(set ast.SelectionSet) Extent {
	var all Extent
	for _, selected := range set {
		var one Extent
		switch s := selected.(type) {
		case *ast.Field:
			m.directives(s.Directives)
			one = m.field(s)
		case *ast.InlineFragment:
			m.directives(s.Directives)
			one = m.selection(s.SelectionSet)
		case *ast.FragmentSpread:
			m.directives(s.Directives)
			one = m.fragment(s.Definition)
		}
		all.Depth = max(all.Depth, one.Depth)
		all.Cost = Plus(all.Cost, one.Cost)
	}
	return all
}

// directives refuses what @skip and @include would panic on.
func (m *measure) directives(list ast.DirectiveList) {
	for _, d := range list {
		if _, ok := d.ArgumentMap(m.variables)["if"].(bool); !ok && m.err == nil {
			m.err = gqlerror.WrapPos(d.Position, badArgument("@"+d.Name+"(if:)", "null", "true or false"))
		}
	}
}

func (m *measure) fail(f *ast.Field, err error) {
	if m.err == nil {
		m.err = gqlerror.WrapPos(f.Position, err)
	}
}

// fragment relies on validation for there being no cycles.
func (m *measure) fragment(f *ast.FragmentDefinition) Extent {
	e, measured := m.fragments[f.Name]
	if !measured {
		e = m.selection(f.SelectionSet)
		m.fragments[f.Name] = e
	}
	return e
}

func (m *measure) field(f *ast.Field) Extent {
	inner := m.selection(f.SelectionSet)
	return Extent{Depth: inner.Depth + 1, Cost: m.cost(f, inner.Cost)}
}

// cost of a field with all that is in it.
func (m *measure) cost(f *ast.Field, inner int) int {
	if strings.HasPrefix(f.ObjectDefinition.Name, "__") {
		if f.Definition.Type.Elem != nil {
			return list(0, introspectionLength, inner)
		}
		return Plus(1, inner)
	}
	arguments, err := argumentsOf(m.schema.Schema(), f, m.variables)
	if err != nil {
		m.fail(f, err)
		return 0
	}
	if cost, ok := m.schema.Complexity(m.ctx, f.ObjectDefinition.Name, f.Name, inner, arguments); ok {
		return cost
	}
	return Plus(1, inner)
}
