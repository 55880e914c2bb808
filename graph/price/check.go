package price

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/graph/input"
)

// argumentsOf gives the arguments of a field, whose values are checked with more care
// than validation takes: that knows nothing of our scalars, lets an Int of 64 bits pass,
// and a variable that may be null where a default stands in its place.
func argumentsOf(schema *ast.Schema, f *ast.Field, variables map[string]any) (map[string]any, error) {
	arguments := f.ArgumentMap(variables)
	for _, definition := range f.Definition.Arguments {
		given, there := arguments[definition.Name]
		if !there && !definition.Type.NonNull {
			continue
		}
		value, misfit := input.Value(schema, definition.Type, given)
		if misfit != nil {
			return nil, misfit.At(definition.Name)
		}
		arguments[definition.Name] = value
	}
	return arguments, nil
}

// wrongSwitch refuses what @skip and @include would panic on.
func wrongSwitch(d *ast.Directive) *gqlerror.Error {
	return gqlerror.WrapPos(d.Position, (&input.Misfit{Found: "null", Expected: "true or false"}).At("@"+d.Name+"(if:)"))
}
