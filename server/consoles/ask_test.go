package consoles

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzInLines: JSON in lines is as encoding/json puts it, as far as it is shown.
func FuzzInLines(f *testing.F) {
	for _, seed := range []string{`{"data":{"a":[1,2.50,{}],"b":[],"c":"x,{}\\\"\\\\","d":null}}`, `[]`, `{"a":{"b":{"c":[[[]]]}}}`, `"text"`, `12345678901234567890`, `type Query {`, ``, `{ "a" : [ 1 , 2 ] }`, `{"a":"\u2028é🧯"}`} {
		f.Add([]byte(seed))
	}
	f.Add([]byte(`{"a":"` + strings.Repeat("é", longestShown) + `"}`))
	f.Add([]byte(`[` + strings.Repeat(`{"a":1},`, longestShown) + `1]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		text, cut := inLines(body)
		if len(text) > longestShown || cut && len(text) == longestShown+1 {
			t.Errorf("found %d bytes", len(text))
		}
		var compact, expected bytes.Buffer
		if len(body) == 0 || body[0] != '{' && body[0] != '[' || json.Compact(&compact, body) != nil {
			return // it only must not fail
		}
		if err := json.Indent(&expected, compact.Bytes(), "", "  "); err != nil {
			t.Fatal(err)
		}
		if cut && !strings.HasPrefix(expected.String(), strings.TrimRight(text, "\uFFFD")) || !cut && text != expected.String() {
			t.Errorf("%s: found %s, expected %s", body, text, expected.String())
		}
	})
}
