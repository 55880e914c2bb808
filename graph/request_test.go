package graph

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var bodies = []string{
	`{"query":"{ a }"}`,
	` {"query":"\u007b \ud83d\ude00 \"","operationName":"A","variables":{"a":1.50,"b":[true,null,{"c":"d"}],"big":12345678901234567890}} `,
	`{"query":"{ a }","operationName":null,"variables":null,"extensions":null}`,
	`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab"},"cost":true,"other":[{}]},"documentId":"sha256:ab","id":"1"}`,
	`{"query":"{ a }","query":"{ b }"}`, `{"variables":{"a":1},"variables":{"b":2}}`, `{"variables":{"a":1,"a":{"b":2}}}`,
	`{"variables":{"a":{"b":1,"\u0062":2}}}`, `{"other":{"a":1,"a":1}}`, `{"variables":{"a":[{"b":1},{"b":1}]}}`,
	`{"query":"{ a }"} {}`, `{"query":"{ a }"}}`, `{"query":1}`, `{"variables":[]}`, `{"Query":"{ a }"}`, `{"other":1}`, `[]`, `{`, ``, `{"variables":{"n":01}}`,
	`{"variables":{"n":-}}`, `{"variables":{"s":"\ud800"}}`, `{"variables":{"s":"` + "\x01" + `"}}`, `{"extensions":{"cost":1}}`, `{"extensions":{"persistedQuery":{"version":1.0}}}`,
}

// generous is a request as encoding/json reads it: of keys that are there twice it takes
// the last, and of those in another case too.
type generous struct {
	Query, OperationName, DocumentID string
	Variables                        map[string]any
	Extensions                       struct {
		PersistedQuery *struct {
			Version json.Number
			SHA256  string `json:"sha256Hash"`
		}
		Cost bool
	}
}

// FuzzRequests holds what is read against encoding/json: what is taken means the same
// there, and what is not JSON is not taken.
func FuzzRequests(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		found, err := readJSON([]byte(body))
		if err != nil {
			if strings.Contains(err.Error(), "broken JSON") && json.Valid([]byte(body)) {
				t.Errorf("%q is refused: %v", body, err)
			}
			return
		}
		var expected generous
		in := json.NewDecoder(strings.NewReader(body))
		in.UseNumber()
		if err := in.Decode(&expected); err != nil {
			t.Fatalf("%q is taken, though %v", body, err)
		}
		if found.Query != expected.Query || found.OperationName != expected.OperationName || found.DocumentID != expected.DocumentID || found.Extensions.Cost != expected.Extensions.Cost {
			t.Errorf("%q: found %+v, expected %+v", body, found, expected)
		}
		var values map[string]any
		if found.variables != nil {
			if values, err = decode(found.variables); err != nil {
				t.Fatalf("%q: %v", body, err)
			}
		}
		if diff := cmp.Diff(expected.Variables, values); diff != "" {
			t.Errorf("%q: %s", body, diff)
		}
		if p, q := found.Extensions.PersistedQuery, expected.Extensions.PersistedQuery; (p == nil) != (q == nil) || p != nil && p.SHA256 != q.SHA256 {
			t.Errorf("%q: found %+v, expected %+v", body, p, q)
		}
	})
}
