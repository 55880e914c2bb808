package graphtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Values gives variables for the operation as a JSON object. Now and then one
// is missing, null, of a wrong type or of one that is coerced, there twice, or
// not declared.
func (o *Operation) Values() string {
	var members []string
	odd := o.r.IntN(4) == 0
	for _, name := range slices.Sorted(maps.Keys(o.variables)) {
		typ := TypeOf(o.variables[name])
		if !typ.NonNull && o.r.IntN(4) == 0 || odd && o.r.IntN(20) == 0 {
			continue
		}
		members = append(members, quoted(name)+": "+o.Input(typ, 3, odd))
		if odd && o.r.IntN(8) == 0 {
			members = append(members, quoted(name)+":"+o.Input(typ, 1, false))
		}
	}
	if o.r.IntN(8) == 0 {
		members = append(members, `"other" : [{"a": 1e5, "b": "\u00e9"}]`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// TypeOf reads a type as it is written.
func TypeOf(text string) *ast.Type {
	doc, err := parser.ParseQuery(&ast.Source{Input: "query($v: " + text + ") { a }"})
	if err != nil {
		panic(err)
	}
	return doc.Operations[0].VariableDefinitions[0].Type
}

// Input gives the JSON of a value of a type of input, which may nest so deep.
func (o *Operation) Input(typ *ast.Type, depth int, odd bool) string {
	if odd && o.r.IntN(12) == 0 {
		return Pick(o.r, `null`, `"5"`, `5`, `5.0`, `1e1`, `-0`, `2147483648`, `9223372036854775808`, `true`, `[]`, `"17"`, `[null]`, `{}`, `{"eq":1}`, `{"no":1}`,
			`{"__typename":"a"}`, `"asc"`, `"2024-02-30"`, `" \ud83d\ude00 \n\u0000"`, `[["git"]]`, `"\ud800"`, `{"post":null}`)
	}
	if !typ.NonNull && o.r.IntN(12) == 0 {
		return "null"
	}
	if typ.Elem != nil {
		if odd && o.r.IntN(6) == 0 {
			return o.Input(typ.Elem, depth, false) // stands for a list of one
		}
		var elements []string
		for range o.r.IntN(3) {
			elements = append(elements, o.Input(typ.Elem, depth-1, odd))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	}
	definition := o.schema.Types[typ.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return quoted(Pick(o.r, definition.EnumValues...).Name)
	case ast.InputObject:
		return o.inputObject(definition, depth, odd)
	}
	switch typ.NamedType {
	case "Boolean":
		return strconv.FormatBool(o.r.IntN(2) == 0)
	case "Int":
		return Pick(o.r, "1", "5", "40", "0", "-3", "120")
	case "Long":
		return Pick(o.r, "1", "5000", "-9223372036854775808")
	case "Float":
		return Pick(o.r, "0", "0.5", "1e-3", "1", "-0.5")
	case "Date":
		return Pick(o.r, `"2024-02-29"`, `"1969-12-31"`, `"2030-01-01"`)
	case "Bound":
		return Pick(o.r, "1", "3", "50", "-7", "9223372036854775807", `"2020-01-01"`, `"1969-12-31"`)
	case "ID":
		return Pick(o.r, quoted(o.id()), quoted(o.id()), `"r1"`, `"r2"`)
	case "String":
		return Pick(o.r, `"git"`, `"c++"`, `"a"`, `""`, `"\u0061"`, `"stack:python"`, `"é \"x\" \\ <>"`, `"pt-BR"`, quoted(o.slug()))
	}
	panic("no values for the type " + typ.NamedType)
}

func (o *Operation) inputObject(definition *ast.Definition, depth int, odd bool) string {
	if definition.Directives.ForName("oneOf") != nil && (!odd || o.r.IntN(4) > 0) {
		f := Pick(o.r, definition.Fields...)
		return "{" + quoted(f.Name) + ":" + o.Input(ast.NonNullNamedType(f.Type.Name(), nil), depth-1, odd) + "}"
	}
	var members []string
	for _, f := range definition.Fields {
		nests := o.schema.Types[f.Type.Name()].Kind == ast.InputObject
		wanted := f.Type.NonNull && f.DefaultValue == nil || o.r.IntN(len(definition.Fields)) < 2
		if odd && o.r.IntN(30) == 0 {
			wanted = !wanted
		}
		if wanted && (depth > 0 || !nests) {
			members = append(members, fmt.Sprintf("%s:%s", quoted(f.Name), o.Input(f.Type, depth-1, odd)))
		}
	}
	o.r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ",") + "}"
}

func quoted(s string) string { return strconv.Quote(s) }
