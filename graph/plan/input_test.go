package plan

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-faster/jx"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/graphtest"
	gqlinput "alphanode/graph/input"
	"alphanode/graph/schema"
	"alphanode/store"
)

// TestInputsEqualGenerated reads values of every type of a variable, right and
// odd, and holds what was read against what the generated code makes of them.
func TestInputsEqualGenerated(t *testing.T) {
	t.Parallel()
	s := schema.Load()
	tests := []struct {
		typ, argument, field string
	}{
		{"PostFilter", "filter", "Query.posts"},
		{"PostOrder", "orderBy", "Query.posts"},
		{"Int", "first", "Query.posts"},
		{"String", "after", "Query.posts"},
		{"TermOrder", "orderBy", "Query.tools"},
		{"[String!]", "exclude", "Post.similar"},
		{"Float", "minSimilarity", "Post.similar"},
		{"Float", "diversity", "Query.similarPosts"},
		{"SimilarTo!", "to", "Query.similarPosts"},
		{"[FacetField!]!", "by", "Query.facets"},
		{"[RangeBy!]!", "by", "Query.ranges"},
		{"SearchMatch", "match", "Query.search"},
		{"TermKind", "kind", "Tool.related"},
		{"FacetField!", "by", "Query.scoreGroups"},
		{"ScoreGroupOrder", "orderBy", "Query.scoreGroupsConnection"},
		{"Boolean", "own", "Query.facets"},
		{"ID!", "id", "Query.node"},
		{"[ID!]!", "ids", "Query.nodes"},
	}
	seed := rand.Uint64()
	for _, tt := range tests {
		t.Run(tt.typ, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 0))
			o := graphtest.New(r, s, []string{"one", "two"})
			typ := graphtest.TypeOf(tt.typ)
			definition := &ast.VariableDefinition{Variable: "v", Type: typ, Definition: s.Types[typ.Name()]}
			op := &ast.OperationDefinition{VariableDefinitions: ast.VariableDefinitionList{definition}}
			read, left := 0, 0
			for range 2000 {
				odd := r.IntN(2) == 0
				text := o.Input(typ, 4, odd)
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
				in := json.NewDecoder(strings.NewReader(`{"v":` + text + `}`))
				in.UseNumber()
				if err := in.Decode(&variables); err != nil {
					t.Fatalf("seed %d: %s is read, though %v", seed, text, err)
				}
				coerced, err := gqlinput.Variables(s, &ast.QueryDocument{}, op, variables)
				var generated map[string]any
				if err == nil {
					generated, err = schema.Arguments[tt.field](t.Context(), map[string]any{tt.argument: coerced["v"]})
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
