package schema

// SDL is the schema in its own language, as schema.graphqls has it.
func SDL() string { return sources[0].Input }
