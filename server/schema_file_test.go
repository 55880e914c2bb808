package server_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// TestSchemaFile: tools that read no introspection get the schema as a file.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	h := serving(t)
	for _, accept := range []string{"*/*", "text/plain", "text/*;q=0.5, application/json"} {
		r := get(t, h, "/schema.graphqls", "Accept: "+accept)
		if r.status != http.StatusOK || r.body != string(want) || r.header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: found %d %v", accept, r.status, r.header)
		}
	}
	tag := get(t, h, "/schema.graphqls").header.Get("ETag")
	if r := get(t, h, "/schema.graphqls", "If-None-Match: "+tag); tag == "" || r.status != http.StatusNotModified {
		t.Errorf("with the tag %s: found %d %v", tag, r.status, r.header)
	}
	if r := get(t, h, "/schema.graphqls", "Accept: application/json"); r.status != http.StatusNotAcceptable {
		t.Errorf("JSON: found %d %v", r.status, r.header)
	}
	if r := get(t, h, "/schema.graphqls", "Accept-Encoding: gzip"); r.status != http.StatusOK || unpack(t, r) != string(want) {
		t.Errorf("packed: found %d %v", r.status, r.header)
	}

	for _, part := range []string{"graphql", "introspection"} {
		if r := get(t, serving(t, "without="+part), "/schema.graphqls"); r.status != http.StatusNotFound {
			t.Errorf("without %s: found %d", part, r.status)
		}
	}
	part := get(t, serving(t, "without=search"), "/schema.graphqls").body
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: part})
	if err != nil {
		t.Fatal(err)
	}
	if schema.Query.Fields.ForName("search") != nil || schema.Types["SearchConnection"] != nil || schema.Types["PostFilter"].Fields.ForName("search") != nil ||
		schema.Types["PostFilter"].Fields.ForName("tool") == nil || schema.Types["SimilarTo"].Directives.ForName("oneOf") == nil || schema.Types["Post"].Description == "" {
		t.Errorf("without search: found\n%s", part)
	}
	if r := get(t, serving(t, "without=streams"), "/schema.graphqls"); r.body != string(want) {
		t.Errorf("without streams: found %d %.100s", r.status, r.body)
	}
}
