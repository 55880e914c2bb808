package consoles

import (
	"encoding/json"
	"os"
	"testing"
)

func golden(t testing.TB) *document {
	t.Helper()
	text, err := os.ReadFile("../testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := readDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDocument holds what was read of the API description against its text.
func TestDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var plain struct {
		Paths map[string]map[string]struct {
			OperationID string
			Summary     string
			Parameters  []json.RawMessage
			Responses   map[string]any
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	d, operations := golden(t), 0
	for path, methods := range plain.Paths {
		for _, expected := range methods {
			operations++
			op := d.operation(expected.OperationID)
			if op == nil || op.Path != path || op.Summary != expected.Summary || len(op.Parameters) != len(expected.Parameters) || len(op.Responses) != len(expected.Responses) {
				t.Errorf("%s: found %+v", expected.OperationID, op)
				continue
			}
			for _, p := range op.Parameters {
				if p.Name == "" || p.Doc == "" || p.Schema == nil || len(p.Schema.kind()) == 0 {
					t.Errorf("%s: found a parameter of which nothing is said: %+v", op.ID, p)
				}
			}
		}
	}
	if operations < 30 || len(d.operations) != operations || len(d.Components.Schemas) != len(plain.Components.Schemas) {
		t.Errorf("found %d operations and %d shapes, expected %d and %d", len(d.operations), len(d.Components.Schemas), operations, len(plain.Components.Schemas))
	}
	if first := d.operations[0].ID; first != "listPosts" {
		t.Errorf("found %s first, expected the order of the description", first)
	}
	for _, s := range d.Components.Schemas {
		if len(d.usersOf(s.Name)) == 0 && s.Name != "Problem" {
			t.Errorf("%s: found no operation with it", s.Name)
		}
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	d := golden(t)
	post, _ := d.Components.Schemas.find("Post")
	rows := map[string]string{}
	for _, row := range post.fields("") {
		rows[row.Path] = textOf(row.Kind)
	}
	for path, kind := range map[string]string{
		"slug": "string", "body": "list of Block", "meta": "object", "meta.score.quality": "integer, 0 to 100", "meta.tools": "list of string",
		"meta.entities[].name": "string", "meta.viewCount": "integer, at least 0", "updatedDay": "string, date",
	} {
		if rows[path] != kind {
			t.Errorf("%s: found %q, expected %q", path, rows[path], kind)
		}
	}
	block, _ := d.Components.Schemas.find("Block")
	rows = map[string]string{}
	for _, row := range block.fields("") {
		rows[row.Path] = textOf(row.Kind)
	}
	if rows["heading.level"] != "integer, 1 to 6" || rows["list.items[].text"] != "string" {
		t.Errorf("found %v", rows)
	}
	if _, err := readDocument([]byte(`{"paths":{"/x":{"get":{"parameters":[{"$ref":"#/components/parameters/gone"}]}}}}`)); err == nil {
		t.Error("found no error in a description that refers to what is not there")
	}
}
