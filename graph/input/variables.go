package input

import (
	"maps"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// Variables gives the variables of an operation as the schema wants them, those that
// were not sent by their defaults; what is neither sent nor has a default is left out.
// What the operation does not declare is passed over. The error says which variable is
// wrong, and the argument in which it stands first.
func Variables(schema *ast.Schema, doc *ast.QueryDocument, op *ast.OperationDefinition, sent map[string]any) (map[string]any, error) {
	variables := make(map[string]any, len(op.VariableDefinitions))
	for _, definition := range op.VariableDefinitions {
		value, given := sent[definition.Variable]
		if !given && definition.DefaultValue != nil {
			var err error
			if value, err = definition.DefaultValue.Value(nil); err != nil {
				return nil, gqlerror.WrapPos(definition.Position, err) // validation has refused it
			}
			given = true
		}
		var misfit *Misfit
		switch {
		case given:
			value, misfit = Value(schema, definition.Type, value)
		case definition.Type.NonNull:
			misfit = &Misfit{"", "", "nothing", "a value of the type " + definition.Type.String() + undeclared(op, definition.Variable, sent)}
		default:
			continue
		}
		if misfit != nil {
			return nil, gqlerror.WrapPos(definition.Position, misfit.InVariable(definition.Variable, argumentWith(doc, definition.Variable)))
		}
		variables[definition.Variable] = value
	}
	return variables, nil
}

// undeclared tells of a variable that was sent, is nearest in name to one that was not, and
// would be passed over.
func undeclared(op *ast.OperationDefinition, missing string, sent map[string]any) string {
	if len(sent) > maxNamed {
		return ""
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if op.VariableDefinitions.ForName(name) == nil && len(name) <= longestName {
			names = append(names, name)
		}
	}
	if near := core.SuggestionList(missing, names); len(near) > 0 {
		return "; the operation does not declare " + strconv.Quote(near[0]) + ", which was sent"
	}
	return ""
}

// argumentWith names the first argument that a variable stands in, and where.
func argumentWith(doc *ast.QueryDocument, variable string) (found string) {
	look := func(list ast.ArgumentList, of string) {
		for _, argument := range list {
			if path, ok := within(argument.Value, variable); ok && found == "" {
				found = of + argument.Name + path
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch s := selected.(type) {
			case *ast.Field:
				look(s.Arguments, "")
				eachDirective(s.Directives, look)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				eachDirective(s.Directives, look)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				eachDirective(s.Directives, look)
			}
		}
	}
	for _, operation := range doc.Operations {
		walk(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		walk(fragment.SelectionSet)
	}
	return found
}

func eachDirective(list ast.DirectiveList, look func(ast.ArgumentList, string)) {
	for _, directive := range list {
		look(directive.Arguments, "@"+directive.Name+".")
	}
}

// within gives the path from a value to a variable in it.
func within(value *ast.Value, variable string) (path string, ok bool) {
	if value.Kind == ast.Variable {
		return "", value.Raw == variable
	}
	for i, child := range value.Children {
		if path, ok = within(child.Value, variable); !ok {
			continue
		}
		if child.Name != "" {
			return "." + child.Name + path, true
		}
		return "[" + strconv.Itoa(i) + "]" + path, true
	}
	return "", false
}
