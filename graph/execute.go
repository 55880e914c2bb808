package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/input"
	"alphanode/graph/lru"
	"alphanode/graph/model"
	"alphanode/graph/plan"
	"alphanode/graph/price"
	"alphanode/graph/schema"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/trace"
)

// engine answers operations within limits.
type engine struct {
	limits    Limits
	schema    *ast.Schema
	exec      *executor.Executor
	bounds    *price.Bounds
	planner   *plan.Planner                          // nil where the generated executor answers all
	documents *lru.Cache[string, *ast.QueryDocument] // by their texts; each is right
	prepared  *lru.Cache[string, *plan.Prepared]     // by the text of the operation
}

// How many operations are remembered, and how many bytes of text together. An
// operation that is parsed and validated takes up to 200 times its text.
const (
	rememberedOperations = 1000
	rememberedText       = 1 << 20
)

func newEngine(limits Limits, without ...string) *engine {
	schema := generatedSchema(without...)
	e := newEngineOf(limits, schema)
	e.planner = plan.NewPlanner(schema.Schema(), rememberedOperations)
	return e
}

// generatedSchema is the schema with the generated executor, without some parts of it.
func generatedSchema(without ...string) graphql.ExecutableSchema {
	return schema.NewExecutableSchema(schema.Config{Schema: schema.Load(without...), Resolvers: resolver{}, Complexity: price.Costs()})
}

func newEngineOf(limits Limits, schema graphql.ExecutableSchema) *engine {
	exec := executor.New(schema)
	exec.SetErrorPresenter(model.Present)
	exec.SetRecoverFunc(model.Rescue)
	return &engine{
		limits: limits, schema: schema.Schema(), exec: exec,
		bounds:    price.NewBounds(limits, schema, rememberedOperations),
		documents: lru.New(rememberedOperations, rememberedText, func(text string, _ *ast.QueryDocument) int { return len(text) }),
		prepared:  lru.New(rememberedOperations, rememberedText, func(text string, _ *plan.Prepared) int { return len(text) }),
	}
}

// operation is what a client asks to run.
type operation struct {
	Query         string
	OperationName string
	Variables     map[string]any
	variables     []byte // instead of Variables: the JSON object

	told *trace.Operation // where it is noted what is asked; nil for nowhere
}

func (e *engine) run(ctx context.Context, op operation) (answer plan.Response) {
	defer func() {
		if r := recover(); r != nil {
			answer = plan.Refusal(ctx, model.Rescue(ctx, r))
		}
	}()
	prepared, known := e.prepared.Get(ctx, op.Query)
	if known && op.Variables == nil {
		if answer, ok := prepared.Run(ctx, e.limits, op.OperationName, op.variables); ok {
			op.found(prepared.Name())
			return answer
		}
	}
	if op.variables != nil {
		var err error
		if op.Variables, err = decode(op.variables); err != nil {
			return plan.Refusal(ctx, err)
		}
	}
	opCtx, requested, errs := e.admit(ctx, op)
	defer func() { answer.Requested = requested }()
	if len(errs) > 0 {
		return plan.Refusal(ctx, errs...)
	}
	if !known && e.planner != nil {
		e.prepared.Add(ctx, op.Query, plan.Prepare(ctx, opCtx, e.bounds, e.planner))
	}
	if ctx.Err() != nil { // it ended before the operation began
		return plan.Refusal(ctx, plan.Ended(ctx))
	}
	if e.planner != nil {
		if answer, ok := e.planner.Answer(ctx, e.limits, opCtx); ok {
			return answer
		}
	}
	next, ctx := e.exec.DispatchOperation(ctx, opCtx)
	done := next(ctx)
	if done == nil {
		return plan.Refusal(ctx, plan.Ended(ctx))
	}
	return plan.Response{Data: done.Data, Errors: done.Errors}
}

// admit finds the operation in its text and reads its variables, in the order of what
// each step costs, and refuses what is wrong or over a limit. It gives what the
// operation costs, as far as that is known.
func (e *engine) admit(ctx context.Context, op operation) (_ *graphql.OperationContext, cost int, _ []error) {
	doc, errs := e.document(ctx, op.Query)
	if len(errs) > 0 {
		return nil, 0, errs
	}
	found := doc.Operations.ForName(op.OperationName)
	if found == nil {
		return nil, 0, []error{noSuchOperation(op.OperationName)}
	}
	op.found(found.Name)
	values, err := e.bounds.AdmitValues(ctx, doc, found, op.Variables)
	if err != nil {
		return nil, values, []error{err}
	}
	variables, err := input.Variables(e.schema, doc, found, op.Variables)
	if err != nil {
		return nil, 0, []error{err}
	}
	opCtx := &graphql.OperationContext{
		RawQuery: op.Query, OperationName: op.OperationName, Variables: variables, Doc: doc, Operation: found,
		RecoverFunc:            model.Rescue,
		ResolverMiddleware:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
	}
	if cost, err = e.bounds.Admit(graphql.WithOperationContext(ctx, opCtx), opCtx, values); err != nil {
		return nil, cost, []error{err}
	}
	return opCtx, cost, nil
}

// Execute answers one operation from a reader. The JSON is the whole response,
// errors in it included; err is the first of them, an *apierror.Error, where
// there is any. A response that has both is an answer with gaps. A reader without
// a budget gets one of Limits.Complexity.
func Execute(ctx context.Context, r *release.Reader, limits Limits, query, operationName string, variables map[string]any) (response []byte, err error) {
	if r.Budget() == nil {
		r.WithBudget(store.NewBudget(limits.Complexity, nil))
	}
	answer := newEngine(limits).run(WithReader(ctx, r), operation{Query: query, OperationName: operationName, Variables: variables})
	if len(answer.Errors) > 0 {
		err = answer.Errors[0].Err
	}
	return answer.JSON(), err
}
