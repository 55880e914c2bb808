package model

import (
	"os"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestPostTypes holds the types that a post is of against the schema.
func TestPostTypes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	expected := []string{TypePost}
	for _, abstract := range schema.GetImplements(schema.Types[TypePost]) {
		expected = append(expected, abstract.Name)
	}
	if !slices.Equal(postTypes, expected) {
		t.Errorf("found %v, expected %v", postTypes, expected)
	}
}
