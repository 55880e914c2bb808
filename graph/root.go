package graph

import (
	"alphanode/graph/model"
	"alphanode/graph/schema"
)

// resolver gives the resolvers to the generated executor.
type resolver struct{}

func (resolver) Query() schema.QueryResolver   { return model.QueryResolver{} }
func (resolver) Post() schema.PostResolver     { return model.PostResolver{} }
func (resolver) Entity() schema.EntityResolver { return model.EntityResolver{} }
func (resolver) Tool() schema.ToolResolver     { return model.ToolResolver{} }

// SDL is the schema in its own language, as tools read it that make clients, without
// some parts: see [schema.Load].
func SDL(without ...string) string { return schema.SDL(without...) }
