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

// NewBounds makes what holds operations of a schema to limits, and remembers what it
// found of so many.
func NewBounds(limits Limits, schema graphql.ExecutableSchema, remembered int) *Bounds {
	return &Bounds{limits: limits, schema: schema, measured: lru.New(remembered, remembered,
		func(*ast.OperationDefinition, *Measured) int { return 1 })}
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

// AdmitValues refuses an operation to which more values were sent than it may cost to
// read, before they are read, and else spends that. It gives what was spent.
func (b *Bounds) AdmitValues(ctx context.Context, doc *ast.QueryDocument, operation *ast.OperationDefinition, sent map[string]any) (cost int, err error) {
	cost = costOfValues(doc, operation, sent)
	if err := b.limits.Exceeded(Extent{Cost: cost}); err != nil {
		return cost, err
	}
	return cost, Spend(ctx, cost)
}

// Admit refuses an operation that is over a limit, and else spends what it costs beside
// its values. It gives what it costs with these.
func (b *Bounds) Admit(ctx context.Context, op *graphql.OperationContext, values int) (cost int, err error) {
	known := b.Of(ctx, op)
	e, ok := known.extent(op)
	if !ok {
		m := measure{ctx: ctx, schema: b.schema, variables: op.Variables, fragments: map[string]Extent{}}
		e = m.selection(op.Operation.SelectionSet)
		if m.err != nil {
			return 0, m.err
		}
		known.keep(op, e)
	}
	cost = Plus(e.Cost, values)
	if err := b.limits.Exceeded(Extent{e.Depth, cost}); err != nil {
		return cost, err
	}
	return cost, Spend(ctx, e.Cost)
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

// directives refuses switches that are null.
func (m *measure) directives(list ast.DirectiveList) {
	for _, d := range list {
		if _, ok := d.ArgumentMap(m.variables)["if"].(bool); !ok && m.err == nil {
			m.err = wrongSwitch(d)
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
