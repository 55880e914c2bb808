package schema

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestArgumentsOfEveryField: each field with arguments has the reader that was
// generated for it, and no other has one.
func TestArgumentsOfEveryField(t *testing.T) {
	t.Parallel()
	fields := 0
	for _, typ := range Load().Types {
		if typ.Kind != ast.Object && typ.Kind != ast.Interface {
			continue
		}
		for _, f := range typ.Fields {
			if len(f.Arguments) == 0 || typ.Name == "__Type" && f.Name == "inputFields" { // whose argument the generated code passes over
				continue
			}
			fields++
			read := Arguments[typ.Name+"."+f.Name]
			if read == nil {
				t.Errorf("%s.%s has no reader of its arguments", typ.Name, f.Name)
				continue
			}
			name := runtime.FuncForPC(reflect.ValueOf(read).Pointer()).Name()
			if expected := ".field_" + typ.Name + "_" + f.Name + "_args"; !strings.HasSuffix(name, expected+"-fm") {
				t.Errorf("%s.%s: found the reader %s, expected one that ends in %s", typ.Name, f.Name, name, expected)
			}
		}
	}
	if fields == 0 || fields != len(Arguments) {
		t.Errorf("%d fields have arguments, %d readers are in the table", fields, len(Arguments))
	}
}
