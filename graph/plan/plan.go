package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/lru"
	"alphanode/graph/model"
	"alphanode/graph/price"
)

// Planner answers queries: it compiles an operation once into a plan, which
// writes JSON straight from what the release stores. The generated executor gives
// the same bytes, but builds an answer whole before its size is known.
type Planner struct {
	schema *ast.Schema
	made   *lru.Cache[planKey, *plan]
}

// rememberedFields is how many fields the plans that are remembered have, all
// together: each takes up to half a KiB. Fragments make many of a short text.
const rememberedFields = 100_000

// NewPlanner makes one that remembers so many plans.
func NewPlanner(schema *ast.Schema, remembered int) *Planner {
	return &Planner{schema, lru.New(remembered, rememberedFields, func(_ planKey, p *plan) int { return p.fields })}
}

// Answer answers an operation whose variables were coerced. It reports false
// where no plan covers it.
func (s *Planner) Answer(ctx context.Context, limits price.Limits, op *graphql.OperationContext) (Response, bool) {
	reads, err := model.ReaderOf(ctx)
	if err != nil {
		return Response{}, false
	}
	p := s.plans(op).plan(ctx, op)
	if !p.covers {
		return Response{}, false
	}
	x := newExecution(ctx, reads, limits)
	defer x.release()
	x.variables = op.Variables
	return x.answer(p), true
}

// plans of one operation. Which fields it has can depend on the variables in
// its @skip and @include, so there is a plan for each combination of these.
type plans struct {
	of        *Planner
	operation *ast.OperationDefinition
	switches  []string // the variables
}

// planKey names a plan: the values of the switches are a bit for each.
type planKey struct {
	operation *ast.OperationDefinition
	switched  uint
}

// plan is an operation ready to run.
type plan struct {
	root     object[struct{}]
	fields   int  // how many it has, as often as fragments spread them; at least 1
	covers   bool // whether it has them all
	readable bool // whether it takes variables that were read before, see prepared
}

// maxSwitches bounds how many plans an operation can have, which is 2 to the
// power of it.
const maxSwitches = 6

func (s *Planner) plans(op *graphql.OperationContext) *plans {
	return &plans{s, op.Operation, switchesOf(op.Doc)}
}

// switched gives the values of the switches, a bit for each.
func (ps *plans) switched(variable func(name string) any) (values uint) {
	for i, name := range ps.switches[:min(len(ps.switches), maxSwitches)] {
		var on bool
		if assign(&on, variable(name)); on {
			values |= 1 << i
		}
	}
	return values
}

// find gives the plan that was made for some values of the switches.
func (ps *plans) find(ctx context.Context, values uint) (*plan, bool) {
	return ps.of.made.Get(ctx, planKey{ps.operation, values})
}

// plan gives the plan for the variables of an operation. One of an operation with
// too many switches is not kept.
func (ps *plans) plan(ctx context.Context, op *graphql.OperationContext) *plan {
	if len(ps.switches) > maxSwitches {
		return compile(ctx, ps.of.schema, op)
	}
	values := ps.switched(func(name string) any { return op.Variables[name] })
	p, made := ps.find(ctx, values)
	if !made {
		p = compile(ctx, ps.of.schema, op)
		ps.of.made.Add(ctx, planKey{ps.operation, values}, p)
	}
	return p
}

// switchesOf gives the variables that the directives of a document take.
func switchesOf(doc *ast.QueryDocument) []string {
	var names []string
	price.EachDirective(doc, func(d *ast.Directive) {
		for _, argument := range d.Arguments {
			names = price.AppendVariables(names, argument.Value)
		}
	})
	return names
}

// compiler makes the plan of one operation.
type compiler struct {
	ctx       context.Context
	schema    *ast.Schema
	op        *graphql.OperationContext
	fields    int // compiled so far
	keys      AnswerKeys
	uncovered bool // a field was met that no plan covers
	readable  bool

	// ofPost are the fields met so far in the selection on one post, each by its
	// type and name.
	ofPost map[string]bool
}

func compile(ctx context.Context, schema *ast.Schema, op *graphql.OperationContext) *plan {
	c := &compiler{ctx: ctx, schema: schema, op: op, keys: NewAnswerKeys(), readable: true}
	root := c.query(op.Operation.SelectionSet)
	if c.uncovered {
		return &plan{fields: 1}
	}
	return &plan{root, max(c.fields, 1), true, c.readable}
}
