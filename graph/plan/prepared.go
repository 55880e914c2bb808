package plan

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/graph/price"
)

// Prepared is an operation that was answered before: what is known of it
// suffices to answer it again with other variables, without the executor. What
// is not known, or is wrong or unusual in the variables, is left to that.
type Prepared struct {
	name      string // of the operation; "" where it has none
	readable  bool   // false where it always is left to the executor
	variables []variable
	measured  *price.Measured
	plans     *plans
}

// Name is what the operation is called, "" where it has no name.
func (p *Prepared) Name() string { return p.name }

// variable is one that an operation declares.
type variable struct {
	name     string
	read     input
	standard any  // what it is where it is not given; nil where it has no default
	required bool // whether it must not be null
	taken    int  // by how many arguments
	values   int  // in its default, where they are several
}

// Prepare makes what is needed to answer an operation again that was found
// right.
func Prepare(ctx context.Context, op *graphql.OperationContext, bounds *price.Bounds, planner *Planner) *Prepared {
	p := &Prepared{name: op.Operation.Name, measured: bounds.Of(ctx, op), plans: planner.plans(op)}
	if len(op.Doc.Operations) > 1 {
		return p
	}
	p.readable = true
	for _, definition := range op.Operation.VariableDefinitions {
		v := variable{name: definition.Variable, read: planner.inputOf(definition.Type), required: definition.Type.NonNull}
		if n := price.ValuesOfDefault(definition); n > 1 {
			v.values = n
		}
		p.readable = p.readable && v.read != nil && (definition.DefaultValue == nil || v.readDefault(definition.DefaultValue))
		p.variables = append(p.variables, v)
	}
	take := func(a *ast.Argument, definition *ast.ArgumentDefinition) {
		switch i := variableIndex(op.Operation, a.Value.Raw); {
		case a.Value.Kind == ast.Variable && i >= 0 && definition.DefaultValue == nil:
			v := &p.variables[i]
			v.required = v.required || definition.Type.NonNull
		case !eachTaken(a.Name, a.Value, func(string, string) {}): // inside a list or an object
			p.readable = false
		}
	}
	price.EachField(op.Doc, func(f *ast.Field) {
		for _, a := range f.Arguments {
			take(a, f.Definition.Arguments.ForName(a.Name))
			for _, name := range price.AppendVariables(nil, a.Value) {
				if i := variableIndex(op.Operation, name); i >= 0 {
					p.variables[i].taken++
				}
			}
		}
	})
	price.EachDirective(op.Doc, func(d *ast.Directive) {
		for _, a := range d.Arguments {
			take(a, d.Definition.Arguments.ForName(a.Name))
		}
	})
	return p
}

// readDefault reads the default by way of JSON. It reports false where that is
// unusual.
func (v *variable) readDefault(literal *ast.Value) bool {
	value, err := literal.Value(nil)
	if err != nil {
		return false
	}
	text, err := json.Marshal(value)
	if err != nil {
		return false
	}
	v.standard, err = v.read(jx.DecodeBytes(text))
	return err == nil
}

// read reads the variables of one request, in the order of their declarations, and
// gives what their values add to its cost, see graph/price. It reports false where
// one is wrong or unusual.
func (p *Prepared) read(x *execution, object []byte) (cost int, ok bool) {
	for _, v := range p.variables {
		x.values = append(x.values, v.standard)
	}
	x.sent = append(x.sent[:0], make([]bool, len(p.variables))...)
	if len(object) > 0 {
		x.in.ResetBytes(object)
		err := eachMember(&x.in, func(name []byte) (err error) {
			for i := range p.variables {
				if v := &p.variables[i]; string(name) == v.name {
					values, err := v.count(x)
					if err != nil {
						return err
					}
					x.sent[i] = true
					cost = price.Plus(cost, values*v.taken)
					x.values[i], err = v.read(&x.value)
					return err
				}
			}
			return x.in.Skip() // what the operation does not declare
		})
		if err != nil {
			return 0, false
		}
	}
	for i := range p.variables {
		v := &p.variables[i]
		if v.required && x.values[i] == nil {
			return 0, false
		}
		if !x.sent[i] {
			cost = price.Plus(cost, v.values*v.taken)
		}
	}
	return cost, true
}

// count makes the next value one that is read alone, and counts those in it where they
// are several.
func (v *variable) count(x *execution) (int, error) {
	raw, err := x.in.Raw()
	if err != nil {
		return 0, err
	}
	x.value.ResetBytes(raw)
	if len(raw) < 3 || v.taken == 0 || raw[0] != '{' && raw[0] != '[' && len(raw) < price.LongText {
		return 0, nil
	}
	n, err := price.ValuesInJSON(&x.value)
	x.value.ResetBytes(raw)
	if n < 2 {
		n = 0
	}
	return n, err
}

// Run answers the operation of this name, where one is given, with the variables of a
// request, a JSON object. It reports false where the executor must answer.
func (p *Prepared) Run(ctx context.Context, limits price.Limits, name string, variables []byte) (Response, bool) {
	reads, err := model.ReaderOf(ctx)
	if err != nil || !p.readable || ctx.Err() != nil || name != "" && name != p.name {
		return Response{}, false
	}
	x := newExecution(ctx, reads, limits)
	defer x.release()
	values, ok := p.read(x, variables)
	if !ok {
		return Response{}, false
	}
	variable := func(name string) any {
		for i := range p.variables {
			if p.variables[i].name == name {
				return x.values[i]
			}
		}
		return nil
	}
	e, ok := p.measured.Find(variable)
	e.Cost = price.Plus(e.Cost, values)
	if !ok || limits.Exceeded(e) != nil {
		return Response{}, false
	}
	plan, made := p.plans.find(ctx, p.plans.switched(variable))
	if !made || !plan.readable {
		return Response{}, false
	}
	answer := Response{}
	if err := price.Spend(ctx, e.Cost); err != nil {
		answer = Refusal(ctx, err)
	} else {
		answer = x.answer(plan)
	}
	answer.Requested = e.Cost
	return answer, true
}
