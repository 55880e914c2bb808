package plan

import (
	"bytes"
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/graph/price"
)

// execution is one run of a plan. It is sequential: what it reads is in the
// same process, and each list is read at once.
type execution struct {
	ctx       context.Context
	reads     model.Reads
	variables map[string]any // nil where values are read instead
	coerced   map[*ast.Field]*arguments
	values    []any      // of the variables, in the order of their declarations
	sent      []bool     // which of them
	in        jx.Decoder // of what values are read from
	value     jx.Decoder // of one of them
	out       []byte     // the answer so far
	path      []step     // to the field that is being written
	block     int        // of the body that is being written, where one is

	presenter graphql.ErrorPresenterFunc // that of this execution

	bound bound
	posts readPosts
	texts bodyTexts
}

// step is a key of an object, or, without one, an index of a list.
type step struct {
	alias string
	index int
}

// executions are kept for their buffers.
var executions = sync.Pool{New: func() any {
	x := new(execution)
	x.presenter = x.present
	return x
}}

func newExecution(ctx context.Context, reads model.Reads, limits price.Limits) *execution {
	x := executions.Get().(*execution)
	x.ctx, x.reads = graphql.WithResponseContext(ctx, x.presenter, model.Rescue), reads
	x.bound = bound{most: limits.MostBytes(), left: accountEvery}
	return x
}

// maxKept bounds, in bytes, each of the buffers that wait for another
// execution.
const maxKept = 256 << 10

func (x *execution) release() {
	if cap(x.out) > maxKept || cap(x.posts.arena) > maxKept {
		return
	}
	clear(x.values)
	*x = execution{presenter: x.presenter, out: x.out[:0], path: x.path[:0], values: x.values[:0], posts: x.posts.emptied(), texts: x.texts.emptied()}
	executions.Put(x)
}

// dataStart begins a response without errors.
const dataStart = `{"data":`

// answer writes the whole answer.
func (x *execution) answer(p *plan) Response {
	x.out = append(x.out, dataStart...)
	valid, err := x.run(p)
	if err != nil {
		return Refusal(x.ctx, err)
	}
	if !valid {
		x.out = append(x.out[:len(dataStart)], "null"...)
	}
	if errs := graphql.GetErrors(x.ctx); len(errs) > 0 {
		return Response{Data: x.written()[len(dataStart):], Errors: errs}
	}
	x.out = append(x.out, '}')
	encoded := x.written()
	return Response{Data: encoded[len(dataStart) : len(encoded)-1], encoded: encoded}
}

// written gives what was written: a copy, or, where it is too large to wait for
// another execution, the buffer itself.
func (x *execution) written() []byte {
	if cap(x.out) <= maxKept {
		return bytes.Clone(x.out)
	}
	out := x.out
	x.out = nil
	return out
}

// run writes all fields. The error is what ended it before it was done.
func (x *execution) run(p *plan) (valid bool, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			stop, ok := panicked.(stopped)
			if !ok {
				panic(panicked)
			}
			err = stop.err
		}
	}()
	valid = x.write(p)
	x.account(len("}"))
	return valid, nil
}

// write writes all fields. A panic ends it with an error of the field that was
// being written.
func (x *execution) write(p *plan) (valid bool) {
	defer func() {
		panicked := recover()
		if _, ended := panicked.(stopped); ended {
			panic(panicked)
		}
		if panicked != nil {
			ctx := x.at(graphql.CollectedField{})
			graphql.AddError(ctx, graphql.Recover(ctx, panicked))
			valid = false
		}
	}()
	return p.root.write(x, struct{}{})
}

// fail tells an error of the field that is being written. It gives false, for
// what is written is not valid. What ended the request is no error of one field.
func (x *execution) fail(f graphql.CollectedField, err error) bool {
	if ended := x.reads.Budget().Err(); ended != nil {
		panic(stopped{ended})
	}
	if x.ctx.Err() != nil {
		panic(stopped{Ended(x.ctx)})
	}
	ctx := x.at(f)
	graphql.AddError(ctx, graphql.AddFieldLocationToError(ctx, err))
	return false
}

// at gives the context that the generated executor would have for the field
// that is being written.
func (x *execution) at(f graphql.CollectedField) context.Context {
	ctx := x.ctx
	for i, s := range x.path {
		at := &graphql.FieldContext{Index: &s.index}
		if s.alias != "" {
			at = &graphql.FieldContext{Field: graphql.CollectedField{Field: &ast.Field{Alias: s.alias}}}
		}
		if i == len(x.path)-1 && f.Field != nil {
			at.Field = f
		}
		ctx = graphql.WithFieldContext(ctx, at)
	}
	return ctx
}
