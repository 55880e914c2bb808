package server_test

import (
	"net/http"
	"os"
	"testing"
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
}
