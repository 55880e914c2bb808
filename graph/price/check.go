package price

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// argumentsOf gives the arguments of a field, whose values are checked with
// more care than validation takes. Validation knows nothing of our scalars, lets
// an Int of 64 bits pass, and in a variable an enum's name in lower case, which
// the executor would then take for another value.
func argumentsOf(schema *ast.Schema, f *ast.Field, variables map[string]any) (map[string]any, error) {
	arguments := f.ArgumentMap(variables)
	for _, definition := range f.Definition.Arguments {
		if err := CheckInput(schema, definition.Type, arguments[definition.Name], definition.Name); err != nil {
			return nil, err
		}
	}
	return arguments, nil
}

// CheckInput checks the value of an argument, or of what is in one. Its shape
// is known to be right.
func CheckInput(schema *ast.Schema, t *ast.Type, value any, at string) error {
	if value == nil {
		if t.NonNull {
			return badArgument(at, "null", "a value that is not null")
		}
		return nil
	}
	if t.Elem != nil {
		list, ok := value.([]any)
		if !ok { // a single value stands for a list of one
			return CheckInput(schema, t.Elem, value, at)
		}
		for i, element := range list {
			if err := CheckInput(schema, t.Elem, element, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
		return nil
	}
	definition := schema.Types[t.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		fields, _ := value.(map[string]any)
		if definition.Directives.ForName("oneOf") != nil {
			if err := checkOneOf(definition, fields, at); err != nil {
				return err
			}
		}
		for _, field := range definition.Fields {
			given, there := fields[field.Name]
			if !there {
				continue // has a default, or validation has refused it
			}
			if err := CheckInput(schema, field.Type, given, at+"."+field.Name); err != nil {
				return err
			}
		}
	case ast.Enum:
		if name, ok := value.(string); !ok || definition.EnumValues.ForName(name) == nil {
			return badArgument(at, value, "one of the values of "+definition.Name)
		}
	case ast.Scalar:
		return checkScalar(definition.Name, value, at)
	}
	return nil
}

// checkOneOf checks that exactly one field of a @oneOf type is given. Validation
// sees that only where the value stands in the text, not in a variable.
func checkOneOf(definition *ast.Definition, fields map[string]any, at string) error {
	var given, expected []string
	for _, field := range definition.Fields {
		expected = append(expected, field.Name)
		if value, there := fields[field.Name]; there && value == nil {
			given = append(given, field.Name+": null")
		} else if there {
			given = append(given, field.Name)
		}
	}
	if len(given) == 1 && fields[given[0]] != nil {
		return nil
	}
	return inputError(at, "{"+strings.Join(given, ", ")+"}", "exactly one of "+strings.Join(expected, " and ")+", which is not null")
}

func checkScalar(name string, value any, at string) error {
	var err error
	switch name {
	case "String":
		if _, ok := value.(string); !ok {
			err = model.Mismatch("a string")
		}
	case "Float":
		if _, ok := value.(string); ok {
			err = model.Mismatch("a number")
		}
	case "Int":
		_, err = model.UnmarshalInt(value)
	case "Long":
		_, err = model.UnmarshalLong(value)
	case "Date":
		_, err = model.UnmarshalDate(value)
	case "Bound":
		_, err = model.UnmarshalBound(value)
	}
	if expected, ok := errors.AsType[model.Mismatch](err); ok {
		return badArgument(at, value, string(expected))
	}
	return err
}

func badArgument(at string, value any, expected string) error {
	found := fmt.Sprint(value)
	if text, ok := value.(string); ok {
		found = strconv.Quote(text)
	}
	return inputError(at, model.Shorten(found), expected)
}

func inputError(at, found, expected string) error {
	return apierror.New(apierror.BadRequest, at+": found "+found+", expected "+expected,
		apierror.Field{Location: at, Value: found, Expected: expected})
}
