package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"
	"github.com/vektah/gqlparser/v2/ast"
)

// execution is one run of a plan. It is sequential: what it reads is in the
// same process, and each list is read at once.
type execution struct {
	ctx       context.Context
	reads     reads
	variables map[string]any // nil where values are read instead
	values    []any          // of the variables, in the order of their declarations
	in        jx.Decoder     // of what values are read from
	out       []byte         // the answer so far
	path      []step         // to the field that is being written
	arena     []byte         // holds the JSON of the posts that were read
}

// step is a key of an object, or, without one, an index of a list.
type step struct {
	alias string
	index int
}

// executions are kept for their buffers.
var executions = sync.Pool{New: func() any { return new(execution) }}

func newExecution(ctx context.Context, reads reads) *execution {
	x := executions.Get().(*execution)
	x.ctx, x.reads = ctx, reads
	return x
}

// maxKept bounds, in bytes, each of the buffers that wait for another
// execution.
const maxKept = 256 << 10

func (x *execution) release() {
	if cap(x.out) > maxKept || cap(x.arena) > maxKept {
		return
	}
	clear(x.values)
	*x = execution{out: x.out[:0], path: x.path[:0], arena: x.arena[:0], values: x.values[:0]}
	executions.Put(x)
}

// run writes the whole answer. A panic ends it with an error of the field that
// was being written.
func (x *execution) run(p *plan) (valid bool) {
	defer func() {
		if panicked := recover(); panicked != nil {
			ctx := x.at(graphql.CollectedField{})
			graphql.AddError(ctx, graphql.Recover(ctx, panicked))
			valid = false
		}
	}()
	return p.root.write(x, struct{}{})
}

// fail tells an error of the field that is being written. It gives false, for
// what is written is not valid.
func (x *execution) fail(f graphql.CollectedField, err error) bool {
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
