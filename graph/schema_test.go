package graph_test

import (
	_ "embed"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// introspection is the question that tools ask.
//
//go:embed testdata/introspection.graphql
var introspection string

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	type described struct{ Name, Description string }
	type withArgs struct {
		described
		Args []described
	}
	var got struct {
		Schema struct {
			Types []struct {
				described
				Fields                  []withArgs
				InputFields, EnumValues []described
			}
			Directives []withArgs
		} `json:"__schema"`
	}
	answer := newAPI(t).query(t, introspection)
	if len(answer.Errors) > 0 {
		t.Fatalf("errors %+v", answer.Errors)
	}
	decode(t, answer.Data, &got)
	if len(got.Schema.Types) < 40 {
		t.Fatalf("only %d types", len(got.Schema.Types))
	}
	check := func(where string, all ...described) {
		for _, d := range all {
			if d.Description == "" {
				t.Errorf("%s%s has no description", where, d.Name)
			}
		}
	}
	for _, typ := range got.Schema.Types {
		if strings.HasPrefix(typ.Name, "__") {
			continue
		}
		check("", typ.described)
		check(typ.Name+".", typ.InputFields...)
		check(typ.Name+".", typ.EnumValues...)
		for _, field := range typ.Fields {
			check(typ.Name+".", field.described)
			check(typ.Name+"."+field.Name+".", field.Args...)
		}
	}
	for _, directive := range got.Schema.Directives {
		if directive.Name == "defer" {
			t.Error("@defer is offered, and never answered")
		}
	}
}

// loadSchema reads the schema as the file has it.
func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestInterfacesImplementNone: genqlient reads no schema in which an interface
// implements another. What a term is, is a node all the same.
func TestInterfacesImplementNone(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	for name, typ := range schema.Types {
		if typ.Kind == ast.Interface && len(typ.Interfaces) > 0 {
			t.Errorf("the interface %s implements %v", name, typ.Interfaces)
		}
	}
	for _, term := range schema.GetPossibleTypes(schema.Types["Term"]) {
		if !slices.Contains(term.Interfaces, "Node") {
			t.Errorf("%s is a Term and no Node", term.Name)
		}
	}
	api := newAPI(t)
	api.want(t, `{"tool":{"related":[{"node":{"id":"RW50aXR5OnByb2JsZW0tY2FjaGluZw","slug":"problem-caching"}}]}}`,
		`{ tool(slug: "cplusplus") { related(first: 1) { node { ...N ...T } } } } fragment N on Node { id ... on Term { slug } } fragment T on Term { ... on Node { id } }`)
	api.want(t, `{"__type":{"interfaces":[]}}`, `{ __type(name: "Term") { interfaces { name } } }`)
	api.want(t, `{"__type":{"interfaces":[{"name":"Node"},{"name":"Term"}]}}`, `{ __type(name: "Tool") { interfaces { name } } }`)
}

// TestDirectivesAreDefined: tools that are older than a directive of the language
// know it where the schema defines it. genqlient does not know @oneOf.
func TestDirectivesAreDefined(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	written, err := parser.ParseSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	check := func(where string, used ast.DirectiveList) {
		for _, d := range used {
			if d.Name != "deprecated" && written.Directives.ForName(d.Name) == nil {
				t.Errorf("%s: @%s is used and not defined", where, d.Name)
			}
		}
	}
	for _, typ := range written.Definitions {
		check(typ.Name, typ.Directives)
		for _, field := range typ.Fields {
			check(typ.Name+"."+field.Name, field.Directives)
			for _, arg := range field.Arguments {
				check(typ.Name+"."+field.Name+"."+arg.Name, arg.Directives)
			}
		}
		for _, value := range typ.EnumValues {
			check(typ.Name+"."+value.Name, value.Directives)
		}
	}
}

// TestBlocksAgree: a client may ask for html of any block without aliases.
func TestBlocksAgree(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	types := map[string]string{}
	for _, block := range schema.GetPossibleTypes(schema.Types["Block"]) {
		for _, field := range block.Fields {
			if known, ok := types[field.Name]; ok && known != field.Type.String() {
				t.Errorf("%s.%s is %s, elsewhere %s", block.Name, field.Name, field.Type, known)
			}
			types[field.Name] = field.Type.String()
		}
	}
}
