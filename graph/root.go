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
