package input

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// Misfit is a value that cannot be read.
type Misfit struct {
	Path     string // from the whole value to what is wrong in it, such as .tool.in[0]; "" for itself
	Kind     string // of what was found, such as "the number "; "" where that tells it
	Found    string // as it is told
	Expected string
}

// At makes an error of it, which names the whole value so. In the text of an operation the
// kind of a value is there to be seen.
func (m *Misfit) At(name string) error { return m.told(name+m.Path, "", m.Found) }

// InVariable makes an error of it, where the value is a variable that is for an argument,
// or, where argument is "", for none.
func (m *Misfit) InVariable(name, argument string) error {
	if argument != "" {
		argument = " for " + argument + m.Path
	}
	return m.told("variables."+name+m.Path, argument, m.Kind+m.Found)
}

func (m *Misfit) told(at, further, found string) error {
	return apierror.New(apierror.BadRequest, at+further+": found "+found+", expected "+m.Expected,
		apierror.Field{Location: at, Value: found, Expected: m.Expected})
}

// in says that the value stands in another one.
func (m *Misfit) in(step string) *Misfit {
	m.Path = step + m.Path
	return m
}

// Value gives a value as the schema wants it. Values are as encoding/json makes them,
// with json.Number or without, and as literals of a text are: a list is []any, an
// object map[string]any. A list is given as []any, an Int or a Long as int64, a Float as
// float64, an ID and the name in an enum as string, an object with its defaults; other
// scalars, which check themselves, as they were.
func Value(schema *ast.Schema, t *ast.Type, value any) (any, *Misfit) {
	if value == nil && !t.NonNull {
		return nil, nil
	}
	if t.Elem != nil {
		return list(schema, t, value)
	}
	definition := schema.Types[t.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		return object(schema, definition, value)
	case ast.Enum:
		if name, ok := value.(string); ok && definition.EnumValues.ForName(name) != nil {
			return name, nil
		}
		return nil, unfit(value, "one of the values of "+definition.Name+": "+listOf(valuesOf(definition))+nearest(value, valuesOf(definition)))
	default:
		return scalar(definition.Name, value)
	}
}

// list gives a list. One value stands for the list of it, in each list of lists too.
func list(schema *ast.Schema, t *ast.Type, value any) (any, *Misfit) {
	given, ok := value.([]any)
	if value == nil {
		return nil, unfit(value, "a list, of the type "+t.String())
	}
	if !ok {
		one, misfit := Value(schema, t.Elem, value)
		return []any{one}, misfit
	}
	all := make([]any, len(given))
	for i, element := range given {
		var misfit *Misfit
		if all[i], misfit = Value(schema, t.Elem, element); misfit != nil {
			return nil, misfit.in("[" + strconv.Itoa(i) + "]")
		}
	}
	return all, nil
}

func object(schema *ast.Schema, definition *ast.Definition, value any) (any, *Misfit) {
	given, ok := value.(map[string]any)
	if !ok {
		return nil, unfit(value, "an object with fields of "+definition.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if definition.Fields.ForName(name) == nil {
			return nil, &Misfit{"", "", "the unknown field " + strconv.Quote(model.Shorten(name)),
				"fields of " + definition.Name + ": " + listOf(fieldsOf(definition)) + nearest(name, fieldsOf(definition))}
		}
	}
	if definition.Directives.ForName("oneOf") != nil {
		if misfit := oneOf(definition, given); misfit != nil {
			return nil, misfit
		}
	}
	fields := make(map[string]any, len(given))
	for _, field := range definition.Fields {
		sent, there := given[field.Name]
		if !there && field.DefaultValue != nil {
			var err error
			sent, err = field.DefaultValue.Value(nil)
			there = err == nil
		}
		if !there && field.Type.NonNull {
			return nil, (&Misfit{"", "", "nothing", "a value of the type " + field.Type.String()}).in("." + field.Name)
		}
		if !there {
			continue
		}
		var misfit *Misfit
		if fields[field.Name], misfit = Value(schema, field.Type, sent); misfit != nil {
			return nil, misfit.in("." + field.Name)
		}
	}
	return fields, nil
}

// oneOf checks that exactly one field of a @oneOf type is given. Validation sees that
// only where the value stands in the text, not in a variable.
func oneOf(definition *ast.Definition, fields map[string]any) *Misfit {
	var given []string
	for _, field := range definition.Fields {
		if value, there := fields[field.Name]; there && value == nil {
			given = append(given, field.Name+": null")
		} else if there {
			given = append(given, field.Name)
		}
	}
	if len(given) == 1 && fields[given[0]] != nil {
		return nil
	}
	return &Misfit{"", "the object ", "{" + strings.Join(given, ", ") + "}", "exactly one of " + strings.Join(fieldsOf(definition), " and ") + ", which is not null"}
}

// scalar gives a value of a scalar. Those that are not in the specification are read by
// model.
func scalar(name string, value any) (any, *Misfit) {
	var err error
	switch name {
	case "String":
		if text, ok := value.(string); ok {
			return text, nil
		}
		return nil, unfit(value, "a string")
	case "Boolean":
		if truth, ok := value.(bool); ok {
			return truth, nil
		}
		return nil, unfit(value, "true or false")
	case "ID":
		if text, ok := value.(string); ok {
			return text, nil
		}
		if n, ok := value.(json.Number); ok && !strings.ContainsAny(string(n), ".eE") {
			return string(n), nil // of any length
		}
		if n, ok := model.Integer(value); ok {
			return strconv.FormatInt(n, 10), nil
		}
		return nil, unfit(value, "a string or an integer")
	case "Float":
		if f, ok := float(value); ok {
			return f, nil
		}
		return nil, unfit(value, "a number")
	case "Int":
		value, err = sameIf(value, model.UnmarshalInt64)
	case "Long":
		value, err = sameIf(value, model.UnmarshalLong)
	case "Date":
		_, err = model.UnmarshalDate(value)
	case "Bound":
		_, err = model.UnmarshalBound(value)
	case "JSON":
		_, err = model.UnmarshalJSON(value)
	}
	if expected, ok := errors.AsType[model.Mismatch](err); ok {
		return nil, unfit(value, string(expected))
	}
	return value, nil
}

// sameIf gives what was read, or, where it cannot be read, the value for the message.
func sameIf[T any](value any, read func(any) (T, error)) (any, error) {
	found, err := read(value)
	if err != nil {
		return value, err
	}
	return found, nil
}

// float takes any number that a Float can hold.
func float(value any) (f float64, ok bool) {
	switch v := value.(type) {
	case float64:
		f = v
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	case json.Number:
		var err error
		if f, err = v.Float64(); err != nil {
			return 0, false
		}
	default:
		return 0, false
	}
	return f, !math.IsInf(f, 0) && !math.IsNaN(f)
}
