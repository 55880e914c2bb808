package plan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2/ast"
)

// schemaOf makes the writer of the field __schema.
func (c *compiler) schemaOf(f graphql.CollectedField) writer[struct{}] {
	schema := compileObject(c, "__Schema", f.Selections, func(f graphql.CollectedField) writer[*introspection.Schema] {
		switch f.Name {
		case "description":
			return stringOf((*introspection.Schema).Description)
		case "types":
			return listOfSchema(c.typeOf(f.Selections), plainly((*introspection.Schema).Types))
		case "queryType":
			return orAbsent(c.typeOf(f.Selections), (*introspection.Schema).QueryType)
		case "mutationType":
			return orAbsent(c.typeOf(f.Selections), (*introspection.Schema).MutationType)
		case "subscriptionType":
			return orAbsent(c.typeOf(f.Selections), (*introspection.Schema).SubscriptionType)
		case "directives":
			return listOfSchema(c.directiveOf(f.Selections), plainly((*introspection.Schema).Directives))
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool { return schema.write(x, introspection.WrapSchema(c.schema)) }
}

// typeNamed makes the writer of the field __type.
func (c *compiler) typeNamed(f graphql.CollectedField) writer[struct{}] {
	given := c.arguments(f)
	typ := c.typeOf(f.Selections)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found := introspection.WrapTypeFromDef(c.schema, c.schema.Types[args.name])
		return found != nil && typ.write(x, found)
	}
}

func (c *compiler) typeOf(set ast.SelectionSet) object[*introspection.Type] {
	return compileObject(c, "__Type", set, func(f graphql.CollectedField) writer[*introspection.Type] {
		switch f.Name {
		case "kind":
			return wordOf((*introspection.Type).Kind)
		case "name":
			return stringOf((*introspection.Type).Name)
		case "description":
			return stringOf((*introspection.Type).Description)
		case "specifiedByURL":
			return stringOf((*introspection.Type).SpecifiedByURL)
		case "isOneOf":
			return truthOf((*introspection.Type).IsOneOf)
		case "ofType":
			return orAbsent(c.typeOf(f.Selections), (*introspection.Type).OfType)
		case "interfaces":
			return listOfSchema(c.typeOf(f.Selections), plainly((*introspection.Type).Interfaces))
		case "possibleTypes":
			return listOfSchema(c.typeOf(f.Selections), plainly((*introspection.Type).PossibleTypes))
		case "inputFields":
			return listOfSchema(c.inputValueOf(f.Selections), plainly((*introspection.Type).InputFields))
		case "fields":
			given := c.arguments(f)
			return listOfSchema(c.fieldOf(f.Selections), withDeprecated(given, (*introspection.Type).Fields))
		case "enumValues":
			given := c.arguments(f)
			return listOfSchema(c.enumValueOf(f.Selections), withDeprecated(given, (*introspection.Type).EnumValues))
		}
		return nil
	})
}

func (c *compiler) fieldOf(set ast.SelectionSet) object[*introspection.Field] {
	return compileObject(c, "__Field", set, func(f graphql.CollectedField) writer[*introspection.Field] {
		switch f.Name {
		case "name":
			return textOf(f, func(field *introspection.Field) string { return field.Name })
		case "description":
			return stringOf((*introspection.Field).Description)
		case "args":
			given := c.arguments(f)
			return listOfSchema(c.inputValueOf(f.Selections), withDeprecated(given, func(field *introspection.Field, _ bool) []introspection.InputValue {
				return field.Args
			}))
		case "type":
			return orAbsent(c.typeOf(f.Selections), func(field *introspection.Field) *introspection.Type { return field.Type })
		case "isDeprecated":
			return truthOf((*introspection.Field).IsDeprecated)
		case "deprecationReason":
			return stringOf((*introspection.Field).DeprecationReason)
		}
		return nil
	})
}

func (c *compiler) inputValueOf(set ast.SelectionSet) object[*introspection.InputValue] {
	return compileObject(c, "__InputValue", set, func(f graphql.CollectedField) writer[*introspection.InputValue] {
		switch f.Name {
		case "name":
			return textOf(f, func(v *introspection.InputValue) string { return v.Name })
		case "description":
			return stringOf((*introspection.InputValue).Description)
		case "type":
			return orAbsent(c.typeOf(f.Selections), func(v *introspection.InputValue) *introspection.Type { return v.Type })
		case "defaultValue":
			return stringOf(func(v *introspection.InputValue) *string { return v.DefaultValue })
		case "isDeprecated":
			return truthOf((*introspection.InputValue).IsDeprecated)
		case "deprecationReason":
			return stringOf((*introspection.InputValue).DeprecationReason)
		}
		return nil
	})
}

func (c *compiler) enumValueOf(set ast.SelectionSet) object[*introspection.EnumValue] {
	return compileObject(c, "__EnumValue", set, func(f graphql.CollectedField) writer[*introspection.EnumValue] {
		switch f.Name {
		case "name":
			return textOf(f, func(v *introspection.EnumValue) string { return v.Name })
		case "description":
			return stringOf((*introspection.EnumValue).Description)
		case "isDeprecated":
			return truthOf((*introspection.EnumValue).IsDeprecated)
		case "deprecationReason":
			return stringOf((*introspection.EnumValue).DeprecationReason)
		}
		return nil
	})
}

func (c *compiler) directiveOf(set ast.SelectionSet) object[*introspection.Directive] {
	return compileObject(c, "__Directive", set, func(f graphql.CollectedField) writer[*introspection.Directive] {
		switch f.Name {
		case "name":
			return textOf(f, func(d *introspection.Directive) string { return d.Name })
		case "description":
			return stringOf((*introspection.Directive).Description)
		case "isRepeatable":
			return truthOf(func(d *introspection.Directive) bool { return d.IsRepeatable })
		case "locations":
			return func(x *execution, d *introspection.Directive) bool {
				return writeList(x, len(d.Locations), func(i int) bool {
					x.out = strconv.AppendQuote(x.out, d.Locations[i])
					return true
				})
			}
		case "args":
			given := c.arguments(f)
			return listOfSchema(c.inputValueOf(f.Selections), withDeprecated(given, func(d *introspection.Directive, _ bool) []introspection.InputValue {
				return d.Args
			}))
		}
		return nil
	})
}

// elements gives a list in a part of the schema. It reports false where the
// arguments are wrong.
type elements[T, E any] func(*execution, *T) ([]E, bool)

func plainly[T, E any](get func(*T) []E) elements[T, E] {
	return func(_ *execution, value *T) ([]E, bool) { return get(value), true }
}

func withDeprecated[T, E any](given givenArguments, get func(*T, bool) []E) elements[T, E] {
	return func(x *execution, value *T) ([]E, bool) {
		args, ok := given(x)
		if !ok {
			return nil, false
		}
		return get(value, args.includeDeprecated), true
	}
}

// listOfSchema writes a list in a part of the schema. Its length stands in no
// argument, and it is made anew whenever it is asked for; so each element is spent
// for.
func listOfSchema[T, E any](element object[*E], list elements[T, E]) writer[*T] {
	return func(x *execution, value *T) bool {
		all, ok := list(x, value)
		if !ok {
			return false
		}
		x.handle((1 + len(all)) * bytesPerUnit)
		return writeList(x, len(all), func(i int) bool { return element.write(x, &all[i]) })
	}
}

// stringOf writes a text that may not be there.
func stringOf[T any](get func(T) *string) writer[T] {
	return func(x *execution, value T) bool {
		s := get(value)
		if s == nil || *s == "" {
			return false
		}
		x.text(*s)
		return true
	}
}

// wordOf writes a name of an enum.
func wordOf[T any](get func(T) string) writer[T] {
	return func(x *execution, value T) bool {
		x.out = strconv.AppendQuote(x.out, get(value))
		return true
	}
}

// orAbsent writes an object that may not be there.
func orAbsent[T, V any](o object[*V], get func(T) *V) writer[T] {
	return func(x *execution, value T) bool {
		v := get(value)
		return v != nil && o.write(x, v)
	}
}
