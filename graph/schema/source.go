package schema

import (
	"slices"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Parts of the schema that can be left out.
const (
	Introspection = "introspection"
	Search        = "search"
)

// partFields are the fields of each part, by type.
var partFields = map[string]map[string][]string{
	Introspection: {"Query": {"__schema", "__type"}},
	Search:        {"Query": {"search", "explainSearch", "suggest"}, "PostFilter": {"search", "searchMatch", "searchLanguage"}},
}

// Load gives the schema, anew, without some parts of it; names that are none are passed
// over.
func Load(without ...string) *ast.Schema {
	schema := gqlparser.MustLoadSchema(sources...)
	// An answer is one JSON object, so nothing can be sent later.
	delete(schema.Directives, "defer")
	for _, part := range without {
		for typ, fields := range partFields[part] {
			definition := schema.Types[typ]
			definition.Fields = slices.DeleteFunc(definition.Fields, func(f *ast.FieldDefinition) bool { return slices.Contains(fields, f.Name) })
		}
	}
	if len(without) > 0 {
		dropUnreached(schema)
	}
	return schema
}

// dropUnreached drops the types to which nothing leads from a query any more.
func dropUnreached(schema *ast.Schema) {
	reached := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		definition := schema.Types[name]
		if definition == nil || reached[name] {
			return
		}
		reached[name] = true
		for _, f := range definition.Fields {
			reach(f.Type.Name())
			for _, a := range f.Arguments {
				reach(a.Type.Name())
			}
		}
		for _, possible := range schema.PossibleTypes[name] {
			reach(possible.Name)
		}
		for _, abstract := range definition.Interfaces {
			reach(abstract)
		}
	}
	reach(schema.Query.Name)
	for _, directive := range schema.Directives {
		for _, a := range directive.Arguments {
			reach(a.Type.Name())
		}
	}
	for name, definition := range schema.Types {
		if !reached[name] && !(definition.BuiltIn && definition.Kind == ast.Scalar) {
			delete(schema.Types, name)
			delete(schema.PossibleTypes, name)
			delete(schema.Implements, name)
		}
	}
}
