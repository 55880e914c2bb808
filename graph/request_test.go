package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var bodies = []string{
	`{"query":"{ a }"}`,
	` {"query":"\u007b \ud83d\ude00 \"","operationName":"A","variables":{"a":1.50,"b":[true,null,{"c":"d"}],"big":12345678901234567890}} `,
	`{"query":"{ a }","operationName":null,"variables":null,"extensions":null}`,
	`{"query":"{ a }","query":"{ b }"}`, `{"variables":{"a":1},"variables":{"b":2}}`, `{"variables":{"a":1,"a":{"b":2}}}`,
	`{"query":"{ a }"} {}`, `{"query":"{ a }"}}`, `{"query":1}`, `{"variables":[]}`, `{"Query":"{ a }"}`, `{"other":1}`, `[]`, `{`, ``, `{"variables":{"n":01}}`,
	`{"variables":{"n":-}}`, `{"variables":{"s":"\ud800"}}`, `{"variables":{"s":"` + "\x01" + `"}}`,
}

// FuzzUsualBodies holds what is read the quick way against encoding/json.
func FuzzUsualBodies(f *testing.F) {
	for _, body := range bodies {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		found, ok := readUsual([]byte(body))
		if !ok {
			return
		}
		if found.variables != nil {
			if err := decode("variables", found.variables, &found.Variables); err != nil {
				t.Fatalf("%q is read, though %v", body, err)
			}
			found.variables = nil
		}
		var expected request
		if err := decode("body", []byte(body), &expected); err != nil {
			t.Fatalf("%q is read, though %v", body, err)
		}
		if diff := cmp.Diff(expected, found, cmp.AllowUnexported(request{})); diff != "" {
			t.Errorf("%q: %s", body, diff)
		}
	})
}

func TestUsualBodiesAreReadQuickly(t *testing.T) {
	t.Parallel()
	for _, body := range bodies[:3] {
		if _, ok := readUsual([]byte(body)); !ok {
			t.Errorf("%s is left to encoding/json", body)
		}
	}
}
