package graph

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/go-faster/jx"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"alphanode/store"
)

// TestInputsEqualGenerated reads values of every type of a variable, right and
// odd, and holds what was read against what the generated code makes of them.
func TestInputsEqualGenerated(t *testing.T) {
	t.Parallel()
	schema := generatedSchema().Schema()
	coerce := &executionContext{}
	tests := []struct {
		typ, argument string
		coerce        func(context.Context, map[string]any) (map[string]any, error)
	}{
		{"PostFilter", "filter", coerce.field_Query_posts_args},
		{"PostOrder", "orderBy", coerce.field_Query_posts_args},
		{"Int", "first", coerce.field_Query_posts_args},
		{"String", "after", coerce.field_Query_posts_args},
		{"TermOrder", "orderBy", coerce.field_Query_tools_args},
		{"[String!]", "exclude", coerce.field_Post_similar_args},
		{"Float", "minSimilarity", coerce.field_Post_similar_args},
		{"Float", "diversity", coerce.field_Query_similarPosts_args},
		{"SimilarTo!", "to", coerce.field_Query_similarPosts_args},
		{"[FacetField!]!", "by", coerce.field_Query_facets_args},
		{"[RangeBy!]!", "by", coerce.field_Query_ranges_args},
		{"TermKind", "kind", coerce.field_Tool_related_args},
		{"FacetField!", "by", coerce.field_Query_scoreGroups_args},
		{"ID!", "id", coerce.field_Query_node_args},
		{"[ID!]!", "ids", coerce.field_Query_nodes_args},
	}
	seed := rand.Uint64()
	for _, tt := range tests {
		t.Run(tt.typ, func(t *testing.T) {
			t.Parallel()
			o := &randomOperation{r: rand.New(rand.NewPCG(seed, 0)), schema: schema, slugs: []string{"one", "two"}}
			typ := typeOf(tt.typ)
			definition := &ast.VariableDefinition{Variable: "v", Type: typ, Definition: schema.Types[typ.Name()]}
			op := &ast.OperationDefinition{VariableDefinitions: ast.VariableDefinitionList{definition}}
			read, left := 0, 0
			for range 2000 {
				odd := o.r.IntN(2) == 0
				text := o.input(typ, 4, odd)
				value, err := inputOf(typ)(jx.DecodeStr(text))
				if err != nil || value == nil && typ.NonNull {
					if !odd {
						t.Fatalf("seed %d: %s is not read", seed, text)
					}
					left++
					continue
				}
				read++
				var found, expected arguments
				found.set(tt.argument, value)
				variables := map[string]any{}
				if err := decode("variables", []byte(`{"v":`+text+`}`), &variables); err != nil {
					t.Fatalf("seed %d: %s is read, though %v", seed, text, err)
				}
				coerced, err := validator.VariableValues(schema, op, variables)
				if err == nil {
					err = checkInput(schema, typ, coerced["v"], "v")
				}
				var generated map[string]any
				if err == nil {
					generated, err = tt.coerce(t.Context(), map[string]any{tt.argument: coerced["v"]})
				}
				if err != nil {
					t.Fatalf("seed %d: %s is read, though %v", seed, text, err)
				}
				expected.set(tt.argument, generated[tt.argument])
				if diff := cmp.Diff(expected, found, cmp.AllowUnexported(arguments{}, store.Bound{})); diff != "" {
					t.Fatalf("seed %d: %s\n%s", seed, text, diff)
				}
			}
			if read < 1000 || left < 10 {
				t.Errorf("seed %d: %d values were read, %d left", seed, read, left)
			}
		})
	}
}
