package graph

// resolver finds what is not already in the value a field belongs to.
type resolver struct{}

func (resolver) Query() QueryResolver   { return queryResolver{} }
func (resolver) Post() PostResolver     { return postResolver{} }
func (resolver) Entity() EntityResolver { return entityResolver{} }
func (resolver) Tool() ToolResolver     { return toolResolver{} }
