package graph

// resolver finds what is not already in the value a field belongs to.
type resolver struct{}

func (resolver) Query() QueryResolver   { return query{} }
func (resolver) Post() PostResolver     { return post{} }
func (resolver) Entity() EntityResolver { return entity{} }
func (resolver) Tool() ToolResolver     { return tool{} }
