package trusted

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	documents, err := Read("testdata/relay.json", "testdata/codegen.json", "testdata/apollo.json", "testdata/apollo.json")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(documents.All()); n != 4 {
		t.Errorf("%d documents, expected 4", n)
	}
	for id, part := range map[string]string{
		"2f1c8b0d6f3e4a5b8c7d9e0f1a2b3c4d":                                        "query FirstQuery",
		"0b9b3a1c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a":                                "query Release",
		"sha256:0b9b3a1c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a":                         "query Release",
		"5a0b9b3a1c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a0b9b3a1c5d7e9f1a3b5c7d":        "fragment P on Post",
		"sha256:5a0b9b3a1c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a0b9b3a1c5d7e9f1a3b5c7d": "fragment P on Post",
		"sha256:dc67510fb4289672bea757e862d6b00e83db5d3cbbcfb15260601b6f29bb2b8f": "query Total",
	} {
		if d, ok := documents.Find(id); !ok || !strings.Contains(d.Text, part) {
			t.Errorf("%s: found %+v, expected %s", id, d, part)
		}
	}
	for _, id := range []string{"", "sha256:", "2F1C8B0D6F3E4A5B8C7D9E0F1A2B3C4D", "md5:2f1c8b0d6f3e4a5b8c7d9e0f1a2b3c4d"} {
		if d, ok := documents.Find(id); ok {
			t.Errorf("%q is %+v", id, d)
		}
	}
}

func TestFaultyFiles(t *testing.T) {
	t.Parallel()
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := write("one.json", `{"a": "{ __typename }"}`)
	for text, told := range map[string]string{
		``: "found something else", `[]`: "found something else", `null`: "found something else", `{"a": 1}`: "found something else", `{"a": "{ b }"} x`: "found something else",
		`{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}`:                                                           "found version 2",
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "", "body": "{ a }"}]}`:                                "operation 1: found no id",
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "body": "{ a }"}, {"id": "a", "body": "{ b }"}]}`: "operation 2: found the id a again",
		`{"b": "{ a }", "b": "{ c }"}`: "found the id b again",
		`{"a": "{ other }"}`:           "document a: found another text than in " + one,
	} {
		file := write("faulty.json", text)
		if _, err := Read(one, file); err == nil || !strings.Contains(err.Error(), told) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: found %v, expected %s", text, err, told)
		}
	}
	if _, err := Read("testdata/none.json"); err == nil || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("found %v", err)
	}
}
