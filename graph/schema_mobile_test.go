package graph_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// TestMobileClientsReadTheSchema holds the schema against what Apollo iOS and Apollo
// Kotlin have been known not to make code of that compiles, in versions that are
// still in use. Their generators need Swift and a JVM, so they do not run here.
func TestMobileClientsReadTheSchema(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	var types []*ast.Definition
	for _, typ := range schema.Types {
		if !typ.BuiltIn {
			types = append(types, typ)
		}
	}

	t.Run("names", func(t *testing.T) {
		t.Parallel()
		// Swift and Apollo iOS have types of these names; those of GraphQL itself are
		// scalars to both.
		taken := []string{"any", "data", "datadict", "documenttype", "error", "fragments", "fragmentcontainer", "graphqlenum", "graphqlnullable",
			"inputobject", "interface", "mutation", "object", "operation", "optional", "parenttype", "protocol", "schema", "schemametadata", "selection", "selectionset",
			"self", "subscription", "type", "union", "void", "unit"}
		plain := regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
		files := map[string]string{} // of names that a Mac does not tell apart
		for _, typ := range types {
			folded := strings.ToLower(typ.Name)
			if other, ok := files[folded]; ok {
				t.Errorf("%s and %s differ by case alone", typ.Name, other)
			}
			files[folded] = typ.Name
			if !plain.MatchString(typ.Name) || slices.Contains(taken, folded) {
				t.Errorf("the type %s", typ.Name)
			}
		}
	})

	t.Run("fields", func(t *testing.T) {
		t.Parallel()
		// An initialiser cannot name a parameter self, selection sets have these
		// members, and what begins with a capital or an underscore is no name of a
		// property.
		taken := []string{"self", "_", "fragments", "hashCode", "equals", "toString", "init", "Type", "Protocol"}
		plain := regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
		for _, typ := range types {
			for _, field := range typ.Fields {
				if strings.HasPrefix(field.Name, "__") {
					continue
				}
				if !plain.MatchString(field.Name) || slices.Contains(taken, field.Name) {
					t.Errorf("%s.%s", typ.Name, field.Name)
				}
				// The type of a field that is no scalar becomes a class of its name, inside
				// that of its parent.
				if inner := schema.Types[field.Type.Name()]; inner.IsCompositeType() && slices.Contains([]string{"type", "data", "self", "protocol", "selections"}, field.Name) {
					t.Errorf("%s.%s has fields, and would become a type of that name", typ.Name, field.Name)
				}
				for _, arg := range field.Arguments {
					if !plain.MatchString(arg.Name) || slices.Contains(taken, arg.Name) {
						t.Errorf("%s.%s(%s:)", typ.Name, field.Name, arg.Name)
					}
				}
			}
		}
	})

	t.Run("singular and plural", func(t *testing.T) {
		t.Parallel()
		// The elements of nodes become a class Node, which the field node becomes too.
		// Both of the query itself are what Relay asks for, and a card has an image of its
		// images, as over REST; who wants both in one selection takes an alias.
		meant := []string{"PostMeta.image"}
		for _, typ := range types {
			if !typ.IsCompositeType() || typ == schema.Query {
				continue
			}
			for _, field := range typ.Fields {
				one := strings.TrimSuffix(field.Name, "s")
				if strings.HasSuffix(field.Name, "ies") {
					one = strings.TrimSuffix(field.Name, "ies") + "y"
				}
				if field.Type.Elem != nil && one != field.Name && !slices.Contains(meant, typ.Name+"."+one) && typ.Fields.ForName(one) != nil && schema.Types[typ.Fields.ForName(one).Type.Name()].IsCompositeType() {
					t.Errorf("%s has %s and %s", typ.Name, field.Name, one)
				}
			}
		}
	})

	t.Run("enums", func(t *testing.T) {
		t.Parallel()
		taken := []string{"self", "type", "protocol", "init", "none", "some", "unknown", "unknown__", "name", "ordinal", "rawvalue", "header", "impl", "values"}
		plain := regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
		for _, typ := range types {
			cases := map[string]string{} // as Swift writes them
			for _, value := range typ.EnumValues {
				camel := strings.ToLower(strings.ReplaceAll(value.Name, "_", ""))
				if other, ok := cases[camel]; ok {
					t.Errorf("%s.%s and %s are one in camel case", typ.Name, value.Name, other)
				}
				cases[camel] = value.Name
				// NAME is fine in Kotlin, which leaves it as it is, and in Swift.
				if !plain.MatchString(value.Name) || slices.Contains(taken, camel) && value.Name != "NAME" {
					t.Errorf("%s.%s", typ.Name, value.Name)
				}
			}
		}
	})

	t.Run("inputs", func(t *testing.T) {
		t.Parallel()
		for _, typ := range types {
			if typ.Kind != ast.InputObject {
				continue
			}
			for _, field := range typ.Fields {
				if reaches(schema, field, typ, nil) {
					t.Errorf("%s.%s needs another %s without end", typ.Name, field.Name, typ.Name)
				}
				oneOf := typ.Directives.ForName("oneOf") != nil
				if oneOf && (field.Type.NonNull || field.DefaultValue != nil) {
					t.Errorf("%s.%s is one of several, and must be nullable and without a default", typ.Name, field.Name)
				}
				checkDefault(t, typ.Name+"."+field.Name, field.DefaultValue)
			}
		}
		for _, typ := range types {
			for _, field := range typ.Fields {
				for _, arg := range field.Arguments {
					checkDefault(t, typ.Name+"."+field.Name+"("+arg.Name+":)", arg.DefaultValue)
				}
			}
		}
	})

	t.Run("text", func(t *testing.T) {
		t.Parallel()
		text, err := os.ReadFile("../schema.graphqls")
		if err != nil {
			t.Fatal(err)
		}
		written, err := parser.ParseSchema(&ast.Source{Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		if len(written.Extensions)+len(written.SchemaExtension) > 0 {
			t.Error("what is extended is not read by every generator")
		}
		check := func(where, description string, directives ast.DirectiveList) {
			// They become comments, of which these would be the end.
			if strings.Contains(description, `"""`) || strings.Contains(description, "*/") || strings.Contains(description, "/*") {
				t.Errorf("the description of %s: %q", where, description)
			}
			if old := directives.ForName("deprecated"); old != nil && old.Arguments.ForName("reason") == nil {
				t.Errorf("%s is deprecated without a reason", where)
			}
		}
		for _, typ := range types {
			check(typ.Name, typ.Description, typ.Directives)
			for _, field := range typ.Fields {
				check(typ.Name+"."+field.Name, field.Description, field.Directives)
				for _, arg := range field.Arguments {
					check(typ.Name+"."+field.Name+"."+arg.Name, arg.Description, arg.Directives)
				}
			}
			for _, value := range typ.EnumValues {
				check(typ.Name+"."+value.Name, value.Description, value.Directives)
			}
		}
	})
}

// reaches reports whether a field of an input cannot be given without another value
// of a type.
func reaches(schema *ast.Schema, field *ast.FieldDefinition, end *ast.Definition, seen []string) bool {
	inner := schema.Types[field.Type.Name()]
	if !field.Type.NonNull || field.Type.Elem != nil || inner.Kind != ast.InputObject || slices.Contains(seen, inner.Name) {
		return false
	}
	return inner == end || slices.ContainsFunc(inner.Fields, func(f *ast.FieldDefinition) bool { return reaches(schema, f, end, append(seen, inner.Name)) })
}

// checkDefault wants defaults of the kinds that every generator writes down: no
// objects, and no lists of them.
func checkDefault(t *testing.T, where string, value *ast.Value) {
	t.Helper()
	if value != nil && (value.Kind == ast.ObjectValue || value.Kind == ast.ListValue && len(value.Children) > 0) {
		t.Errorf("%s has the default %s", where, value)
	}
}
