package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/graph/lru"
	"alphanode/graph/model"
	"alphanode/graph/plan"
	"alphanode/graph/price"
	"alphanode/graph/schema"
	"alphanode/store"
	"alphanode/store/release"
)

// engine answers operations within limits.
type engine struct {
	limits   Limits
	schema   *ast.Schema
	exec     *executor.Executor
	bounds   *price.Bounds
	planner  *plan.Planner                      // nil where the generated executor answers all
	prepared *lru.Cache[string, *plan.Prepared] // by the text of the operation
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
	exec.SetQueryCache(lru.New(rememberedOperations, rememberedText,
		func(text string, _ *ast.QueryDocument) int { return len(text) }))
	exec.SetParserTokenLimit(limits.Tokens)
	exec.SetErrorPresenter(model.Present)
	exec.SetRecoverFunc(model.Rescue)
	exec.Use(openSchema{})
	bounds := price.NewBounds(limits, rememberedOperations)
	exec.Use(bounds)
	return &engine{limits: limits, schema: schema.Schema(), exec: exec, bounds: bounds,
		prepared: lru.New(rememberedOperations, rememberedText, func(text string, _ *plan.Prepared) int { return len(text) })}
}

// openSchema lets everyone ask for the schema.
type openSchema struct{}

func (openSchema) ExtensionName() string                   { return "open schema" }
func (openSchema) Validate(graphql.ExecutableSchema) error { return nil }
func (openSchema) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = false
	return nil
}

// operation is what a client asks to run.
type operation struct {
	Query         string
	OperationName string
	Variables     map[string]any
	variables     []byte // instead of Variables: the JSON object
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
			return answer
		}
	}
	if op.variables != nil {
		if err := decode("variables", op.variables, &op.Variables); err != nil {
			return plan.Refusal(ctx, err)
		}
	}
	if !known {
		if errs := e.costlyToValidate(op.Query); len(errs) > 0 {
			return plan.Refusal(ctx, errs...)
		}
	}
	ctx = price.WithValues(graphql.StartOperationTrace(ctx), op.Variables)
	opCtx, errs := e.exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: op.Query, OperationName: op.OperationName, Variables: op.Variables,
	})
	if len(errs) > 0 {
		return plan.Refusal(ctx, classify(opCtx, errs, e.limits)...)
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
